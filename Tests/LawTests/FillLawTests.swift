import Foundation
import MarketModel
import SessionEngine
import TestSupport
import Testing
import Workbench

/// A session with holes beside the same one without, exported to files.
private struct Holed {
  let bench = Bench()
  let whole = Bench()
  let file: String
  static let commands = ["derive A 5m 1h 1d", "derive A 1w --policy 60%"]

  init(seed: UInt64) throws {
    let folder = try TestEnvironment.temporaryFolder().path
    let hours = seed % 2 == 0 ? "regular" : "extended"
    file = "\(folder)/a.csv"
    for one in [bench, whole] {
      try one.run("generate A --days 2025-06-30..2025-07-08 --seed \(seed) --hours \(hours)")
      for command in Holed.commands { try one.run(command) }
    }
    try whole.run("export A/1m \(file)")
    try bench.run("inject missing A/1m@2025-07-01..2025-07-07 --count 30 --seed \(seed)")
    try bench.run("inject outage A/1m@2025-07-01..2025-07-07 --count 4 --length 200 --seed \(seed)")
  }

  func records(_ bench: Bench) throws -> [BarIntervalData] {
    let session = bench.workbench.engine.snapshot()
    var records: [BarIntervalData] = []
    for interval in try session.intervals(of: "A") {
      records.append(try session.intervalData("A", interval))
    }
    return records
  }
}

struct FillLawTests {
  @Test(arguments: TestEnvironment.seeds)
  func `filling from the original gives its figures, quality and derived bars again`(
    seed: UInt64
  ) throws {
    let holed = try Holed(seed: seed)
    if seed % 3 == 0 { try holed.bench.run("fill A/1m --carry") }
    try holed.bench.run("fill A/1m@2025-06-30..2025-07-08 --from \(holed.file)")
    let filled = try holed.records(holed.bench)
    for (one, two) in zip(filled, try holed.records(holed.whole)) {
      #expect(one.days == two.days && one.gaps == two.gaps, "seed \(seed), \(one.interval)")
      #expect(one.data.count == two.data.count, "seed \(seed), \(one.interval)")
      for (a, b) in zip(one.data.chunks, two.data.chunks) {
        var unmarked = a
        unmarked.marks = []
        #expect(unmarked == b, "seed \(seed), \(one.interval)")
      }
    }
    let sessions = [holed.bench, holed.whole].map { $0.workbench.engine.snapshot() }
    #expect(
      sessions[0].document.symbols["A"]?.metrics == sessions[1].document.symbols["A"]?.metrics)
    let marks = filled[0].data.chunks.reduce(0) { $0 + $1.marks.count }
    #expect(marks >= 30, "seed \(seed)")
    let sequence = sessions[0].changes.sequence
    try holed.bench.run("fill A/1m@2025-06-30..2025-07-08 --from \(holed.file)")
    #expect(holed.bench.workbench.engine.snapshot().changes.sequence == sequence)
    try holed.bench.run("check")
  }

  @Test(arguments: TestEnvironment.seeds)
  func `carrying changes no quality, no derived bar and no metric`(seed: UInt64) throws {
    let holed = try Holed(seed: seed)
    let before = try holed.records(holed.bench)
    let metrics = try holed.bench.records("metrics A@all")
    let quality = try holed.bench.records("quality A@2025-06-30..2025-07-08")
    try holed.bench.run("fill A --carry")
    let after = try holed.records(holed.bench)
    #expect(after[0].data.count > before[0].data.count)
    #expect(after[0].data.evidence == before[0].data)
    #expect(after[0].days == before[0].days && after[0].gaps == before[0].gaps)
    #expect(Array(after.dropFirst()) == Array(before.dropFirst()), "seed \(seed)")
    #expect(try holed.bench.records("metrics A@all") == metrics)
    #expect(try holed.bench.records("quality A@2025-06-30..2025-07-08") == quality)
    try holed.bench.run("derive A 15m")
    try holed.whole.run("fill A --remove-carried")
    try holed.bench.run("check")
    let sequence = holed.bench.workbench.engine.snapshot().changes.sequence
    try holed.bench.run("fill A --carry")
    #expect(holed.bench.workbench.engine.snapshot().changes.sequence == sequence)
    try holed.bench.run("fill A --remove-carried")
    #expect(Array(try holed.records(holed.bench).prefix(1)) == Array(before.prefix(1)))
  }

  @Test(arguments: TestEnvironment.seeds)
  func `an export with fills and attempts loads back to equal records and bytes`(
    seed: UInt64
  ) throws {
    let holed = try Holed(seed: seed)
    let folder = try TestEnvironment.temporaryFolder().path
    try holed.bench.run("retry A/1m@2025-07-02 --from \(folder)/none.csv --max 1")
    try holed.bench.run("fill A/1m@2025-07-01 --from \(holed.file)")
    try holed.bench.run("retry A/1m@2025-07-03 --from \(holed.file)")
    try holed.bench.run("fill A --carry")
    try holed.bench.run("export session \(folder)/one.json")
    let other = Bench()
    try other.run("load \(folder)/one.json")
    #expect(
      other.workbench.engine.snapshot().document
        == holed.bench.workbench.engine.snapshot().document, "seed \(seed)")
    try other.run("export session \(folder)/two.json")
    let one = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one.json"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/two.json")) == one)
    #expect(try other.records("gaps --state all") == holed.bench.records("gaps --state all"))
    try other.run("check")
  }
}
