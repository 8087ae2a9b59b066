import Foundation
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing
import Workbench

/// A session that random commands change, and what follows it by deltas.
private struct Scene {
  let bench = Bench()
  let folder: String
  var random: SeededRandom

  init(seed: UInt64) throws {
    folder = try TestEnvironment.temporaryFolder().path
    random = SeededRandom(seed: seed)
    try bench.run("generate A --days 2025-07-01..2025-07-03 --seed \(seed) --hours extended")
    try bench.run("derive A 5m 1h 1d 1w")
  }

  /// The text of a command's answer.
  static func text(_ bench: Bench, _ command: String) throws -> String {
    guard case .raw(let text)? = try bench.run(command).blocks.first else { return "" }
    return text
  }

  private mutating func pick<Item>(_ items: [Item]) -> Item { items[random.below(items.count)] }

  /// A bar's start in the regular hours of 3 July 2025, a short day, or of the day after its weekend.
  private mutating func start() -> String {
    let day = pick(["2025-07-03", "2025-07-03", "2025-07-02", "2025-07-07", "2025-07-08"])
    let minute = 570 + random.below(200)
    return "\(day)T" + ClockFace.text(minute)
  }

  /// Does one random thing; what is refused changes nothing.
  mutating func step() throws {
    let seed = random.below(1000)
    switch random.below(16) {
    case 0, 1, 2:
      for _ in 0...random.below(5) {
        let trades = random.below(4) == 0 ? " --trades \(random.below(9))" : ""
        let policy = pick(["reject", "replace", "keep"])
        _ = bench.code(
          "append A/1m \(start()) 100 101 99 100.\(seed) 5 --on-duplicate \(policy)\(trades)")
      }
    case 3: _ = bench.code("inject missing A/1m --count \(1 + random.below(30)) --seed \(seed)")
    case 4: _ = bench.code("inject outage A/1m --length 90 --seed \(seed)")
    case 5: _ = bench.code("inject spike '*'/1m --count 2 --seed \(seed)")
    case 6: _ = bench.code("inject off-grid '*'/1m --count 2 --seed \(seed)")
    case 7:
      let policy = pick(["partial", "strict", "60%"])
      _ = bench.code("derive '*' \(pick(["5m", "7m 1d", "15m", "1h 1w 1mo"])) --policy \(policy)")
    case 8: _ = bench.code("unload \(pick(["A/5m", "A/1h", "A/1d", "B", "B/1m", "'C/USD'"]))")
    case 9: _ = bench.code("clear \(pick(["session", "historical"])) \(pick(["A", "B", "*"]))")
    case 10, 11: _ = bench.code("\(pick(["undo", "undo", "redo"])) \(1 + random.below(3))")
    case 12: _ = bench.code("generate B --days 2025-07-02..2025-07-07 --seed \(seed)")
    case 13:
      _ = bench.code(
        "generate 'C/USD' --days 2025-06-28..2025-07-01 --calendar 24/7 --interval 15m --seed \(seed)"
      )
    case 14: _ = bench.code(pick(["snapshot s", "snapshot s --restore", "unload A"]))
    default: try judge()
    }
  }

  /// Stores a judgement made elsewhere: nothing but quality, or nothing but gaps, changes.
  private mutating func judge() throws {
    let engine = bench.workbench.engine
    var session = engine.snapshot()
    guard let record = try? session.intervalData("A", .minute), !record.days.isEmpty else { return }
    var days = record.days
    let index = random.below(days.count)
    days[index].slots.present = random.below(days[index].slots.expected + 1)
    if random.below(2) == 0 {
      try session.setQuality(days, of: "A", .minute)
    } else {
      let gaps = record.gaps.filter { _ in random.below(2) == 0 }
      try session.setGaps(gaps, of: "A", .minute)
    }
    try engine.commit(session, from: engine.snapshot().changes.sequence)
  }
}

/// A session that a feed, a replay and studies change.
private struct LiveScene {
  var scene: Scene
  private var minute = 570

  init(seed: UInt64) throws {
    scene = try Scene(seed: seed)
    _ = scene.bench.code("unload A/1w")
  }

  /// Does one random thing; what is refused changes nothing.
  mutating func step() throws {
    let bench = scene.bench
    let seed = scene.random.below(100)
    switch scene.random.below(20) {
    case 0, 1, 2, 3: _ = bench.code("feed \(try lines(.bars))")
    case 4, 14: _ = bench.code("feed \(try lines(.trades))")
    case 15: _ = bench.code("feed \(try lines(.quotes))")
    case 16, 17: _ = bench.code("feed \(try lines(.clock))")
    case 18:
      _ = bench.code("derive \(scene.random.below(2) == 0 ? "T 5m 1h 1d" : "Q 5m --base 1m")")
    case 19:
      let series = ["T/1m", "T/5m", "Q/1m", "A/1m", "A/5m"][scene.random.below(5)]
      _ = bench.code("indicator add \(series) max period=1")
    case 5: _ = bench.code("feed stop")
    case 6: _ = bench.code("indicator add A/1m sma period=\(2 + seed % 5)")
    case 7: _ = bench.code("indicator add A/5m \(scene.random.below(2) == 0 ? "vwap" : "macd")")
    case 8: _ = bench.code("replay")
    case 9: for _ in 0..<5 { _ = bench.code("step") }
    case 10: _ = bench.code("\(scene.random.below(2) == 0 ? "rstep" : "goto 2025-07-02T11:07")")
    case 11: _ = bench.code("replay stop")
    case 12: _ = bench.code("fill A/1m --carry")
    default: try scene.step()
    }
  }

  /// Puts another bar in the place of one.
  mutating func correct() throws {
    let start =
      "2025-07-0\(1 + scene.random.below(3))T\(ClockFace.text(600 + scene.random.below(90)))"
    let close = 90 + scene.random.below(20)
    try scene.bench.run(
      "append A/1m \(start) 100 120 80 \(close) \(close) --on-duplicate replace")
  }

  /// What a file of a feed holds.
  private enum Content: String {
    case bars = "time,symbol,interval,open,high,low,close,volume\n"
    case trades = "time,symbol,price,size\n"
    case quotes = "time,symbol,bid,bid_size,ask,ask_size\n"
    case clock = ""
  }

  /// A file of 3 July 2025, most of it in order, some of it after a hole.
  private mutating func lines(_ content: Content) throws -> String {
    var text = content.rawValue
    if scene.random.below(4) == 0 { minute += scene.random.below(12) }
    for _ in 0..<(content == .clock ? 1 : 6) {
      minute += 1
      let late = scene.random.below(5) == 0 ? scene.random.below(20) : 0
      let time = "2025-07-03T\(ClockFace.text(max(570, minute - late))):00-04:00"
      switch content {
      case .bars: text += "\(time),A,1m,100,101,99,100.\(minute),7\n"
      case .trades: text += "\(time),T,10.\(minute),\(scene.random.below(3))\n"
      case .quotes: text += "\(time),Q,10.\(minute),1,11,2\n"
      case .clock: text += "{\"clock\":\"\(time)\"}\n"
      }
    }
    let file = "\(scene.folder)/feed-\(minute).\(content == .clock ? "jsonl" : "csv")"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }
}

/// Times of day as text.
private enum ClockFace {
  static func text(_ minute: Int) -> String {
    let (hours, minutes) = (minute / 60, minute % 60)
    return (hours < 10 ? "0" : "") + "\(hours):" + (minutes < 10 ? "0" : "") + "\(minutes)"
  }
}

/// A session that knows another one by its deltas only.
private struct Follower {
  let bench = Bench()
  let name: String
  private(set) var files: [String] = []

  init(_ name: String) { self.name = name }

  mutating func follow(_ scene: Scene) throws {
    let sequence = bench.workbench.engine.snapshot().changes.sequence
    let file = "\(scene.folder)/\(name)-\(files.count).json"
    try scene.bench.run("export delta --since \(sequence) \(file)")
    try bench.run("load --delta \(file)")
    files.append(file)
  }
}

struct DeltaLawTests {
  @Test(arguments: TestEnvironment.seeds)
  func `all deltas together, applied to nothing, give the complete export byte for byte`(
    seed: UInt64
  ) throws {
    var scene = try Scene(seed: seed)
    var (close, seldom) = (Follower("close"), Follower("seldom"))
    for number in 0..<40 {
      try scene.step()
      try close.follow(scene)
      let complete = try Scene.text(scene.bench, "export session")
      #expect(
        try Scene.text(close.bench, "export session") == complete, "seed \(seed), step \(number)")
      guard scene.random.below(6) == 0 else { continue }
      try seldom.follow(scene)
      #expect(
        try Scene.text(seldom.bench, "export session") == complete, "seed \(seed), step \(number)")
    }
    let numbers = scene.bench.workbench.engine.snapshot().changes.entries.map(\.sequence)
    #expect(numbers == Array(1...numbers.count))
  }

  @Test(arguments: TestEnvironment.seeds)
  func `what a feed, a replay and studies change is in the deltas, too`(seed: UInt64) throws {
    var live = try LiveScene(seed: seed)
    var follower = Follower("live")
    for number in 0..<40 {
      try live.step()
      try follower.follow(live.scene)
      let complete = try Scene.text(live.scene.bench, "export session")
      #expect(
        try Scene.text(follower.bench, "export session") == complete, "seed \(seed), step \(number)"
      )
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `revisions that the clock hides are in no delta, nor counted in one`(seed: UInt64) throws {
    var live = try LiveScene(seed: seed)
    var follower = Follower("revised")
    let bench = live.scene.bench
    for _ in 0..<3 { try live.correct() }
    try bench.run("replay")
    for number in 0..<25 {
      switch live.scene.random.below(6) {
      case 0, 1, 2: try live.correct()
      case 3: _ = bench.code("step \(1 + live.scene.random.below(90))")
      case 4: _ = bench.code("rstep")
      default: _ = bench.code("goto 2025-07-0\(1 + live.scene.random.below(3))T11:07")
      }
      try follower.follow(live.scene)
      let complete = try Scene.text(live.scene.bench, "export session")
      #expect(
        try Scene.text(follower.bench, "export session") == complete, "seed \(seed), step \(number)"
      )
      let session = bench.workbench.engine.snapshot()
      let clock = try #require(session.document.clock)
      for revision in try session.symbolData("A").revisions {
        #expect(revision.old.start < clock, "seed \(seed): a price of the future is seen")
      }
    }
    try bench.run("check")
  }

  @Test(arguments: TestEnvironment.seeds)
  func `a command that does nothing leaves everything as it is, in a replay and a feed, too`(
    seed: UInt64
  ) throws {
    var live = try LiveScene(seed: seed)
    let bench = live.scene.bench
    try live.correct()
    for number in 0..<12 {
      for _ in 0..<live.scene.random.below(4) { try live.step() }
      _ = bench.code(number % 3 == 0 ? "replay" : "step \(1 + live.scene.random.below(400))")
      let known = bench.workbench.engine.snapshot().knownSymbols
      let complete = try Scene.text(bench, "export session")
      for (name, data) in known {
        let series = data.bars[.minute]?.data ?? BarSeries()
        guard series.count > 0, data.bars[.minute]?.derived == false else { continue }
        let start = series.suffix(1 + live.scene.random.below(series.count))[0].start
        let taken = start.iso8601(offsetSeconds: 0)
        _ = bench.code("append \(name)/1m \(taken) 1 2 1 2 3 --on-duplicate keep")
        _ = bench.code("append \(name)/1m \(taken) 1 2 1 2 3")
      }
      _ = bench.code("fill '*'/1m --carry --where 'missing > 9999'")
      let after = try Scene.text(bench, "export session")
      #expect(after == complete, "seed \(seed), step \(number)")
    }
  }

  @Test(.enabled(if: (try? ChildProcess.run(["python3", "--version"]).status) == 0))
  func `thirty lines of Python that know nothing of markets apply deltas alike`() throws {
    var scene = try Scene(seed: 21)
    var follower = Follower("python")
    for _ in 0..<30 {
      try scene.step()
      try follower.follow(scene)
    }
    let tool = TestEnvironment.package.appending(path: "Scripts/dev/apply_delta").path
    let result = try ChildProcess.run(["python3", tool, "empty"] + follower.files)
    #expect(result.status == 0, "\(result.output.suffix(400))")
    let file = "\(scene.folder)/applied.json"
    try result.output.write(toFile: file, atomically: true, encoding: .utf8)
    let other = Bench()
    try other.run("load \(file)")
    let complete = try Scene.text(scene.bench, "export session")
    #expect(try Scene.text(other, "export session") == complete)
    let applied = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? NSDictionary)
    let exported = try #require(
      try JSONSerialization.jsonObject(with: Data(complete.utf8)) as? NSDictionary)
    #expect(applied == exported, "what follows from the bars is edited, too, not computed")
  }

  @Test(
    .enabled(if: (try? ChildProcess.run(["python3", "-c", "import jsonschema"]).status) == 0))
  func `exports and deltas are what the published schema says`() throws {
    var scene = try Scene(seed: 34)
    var follower = Follower("schema")
    for _ in 0..<30 {
      try scene.step()
      try follower.follow(scene)
    }
    try scene.bench.run("export session \(scene.folder)/session.json")
    try scene.bench.run("export schema \(scene.folder)/schema.json")
    let check = """
      import json, sys
      from jsonschema import Draft202012Validator as Validator
      schema, *files = [json.load(open(name)) for name in sys.argv[1:]]
      Validator.check_schema(schema)
      for name, file in zip(sys.argv[2:], files):
          for error in Validator(schema).iter_errors(file):
              print(name, [f"{e.json_path}: {e.message[:200]}" for e in error.context][:8])
      """
    let files = ["\(scene.folder)/schema.json", "\(scene.folder)/session.json"] + follower.files
    let result = try ChildProcess.run(["python3", "-c", check] + files)
    #expect(result.status == 0 && result.output.isEmpty, "\(result.output.prefix(2000))")
  }

  @Test func `the delta of one bar does not grow with history`() throws {
    var sizes: [Int] = []
    for first in ["2025-06-02", "2023-01-03"] {
      let bench = Bench()
      try bench.run("generate A --days \(first)..2025-07-02 --seed 1")
      try bench.run("derive A 5m 15m 1h 1d")
      try bench.run("append A/1m 2025-07-03T09:30 100 101 99 100 10")
      let since = bench.workbench.engine.snapshot().changes.sequence
      try bench.run("append A/1m 2025-07-03T09:31 100 101 99 100 10")
      sizes.append(try Scene.text(bench, "export delta --since \(since)").utf8.count)
    }
    #expect(sizes[1] < sizes[0] + 100, "\(sizes)")
    #expect(sizes[1] < 8000, "\(sizes)")
  }
}
