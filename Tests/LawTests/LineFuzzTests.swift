import CommandLanguage
import Diagnostics
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing
import Workbench

extension SeededRandom {
  fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// A word a parameter may take, or nearly so.
  fileprivate mutating func word(_ parameter: ParameterSpec) -> String {
    let words: [String]
    switch parameter.kind {
    case .address:
      words = [
        "AAA", "*/1m", "aaa/5m", "B*/quality", "AAA/1m@2025-07-02T09:30..10:00", "session",
        "AAA/metrics/vwap", "AAA@historical", "'A*'/1m", "AAA/rejected", "?/1h@2025-07", "AAA/7m",
      ]
    case .symbol: words = ["AAA", "BBB", "ZZZ", "''"]
    case .interval: words = ["1m", "5m", "60m", "1d", "1w", "1mo", "0m", "7s", "24h"]
    case .calendar: words = ["XNYS", "24/7", "FX", "CME", "xnys", "AAA", "NONE"]
    case .dates: words = ["2025-07-02", "2025-07-01..2025-07-03", "2025-07", "..", "2025-13-01"]
    case .duration: words = ["5m", "-4h", "1h30m", "0s", "9999999999d"]
    case .time: words = ["2025-07-02T09:31", "2025-07-02T09:31:00-04:00", "09:30"]
    case .number, .count: words = ["0", "1", "3", "-1", "1e400", "99999999999999999999", "x"]
    case .expression: words = ["'close > open'", "'volume in 1..2'", "'missing > 1 and'", "'$_'"]
    case .policy: words = ["partial", "strict", "80%", "0%", "101%"]
    case .choice(let choices): words = choices + ["nothing"]
    case .zone: words = ["UTC", "America/New_York", "+05:30", "../etc"]
    default: words = ["quality", "x", "'two words'", "\"${a}\"", "$_", "--"]
    }
    return pick(words)
  }

  /// A line for a command: some of its words and flags, sometimes with a blot.
  fileprivate mutating func line(_ spec: CommandSpec) -> String {
    var parts = [spec.name]
    for parameter in spec.parameters where below(3) > 0 || parameter.isRequired {
      guard !parameter.isFlag || below(4) == 0 else { continue }
      var text = parameter.isFlag ? "--\(parameter.name)" : word(parameter)
      if parameter.isFlag, parameter.kind != .presence {
        text += pick([" ", "="]) + word(parameter)
      }
      parts.append(text)
    }
    if below(6) == 0 { parts.append("--as \(pick(["json", "csv", "md", "line", "box", "wrong"]))") }
    var bytes = Array(parts.joined(separator: " ").utf8)
    if below(3) == 0 {
      let place = below(bytes.count)
      switch below(4) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(pick(Array("'\"{}$\\;#@/*?|><\0\n=,.-".utf8)), at: place)
      case 2: bytes[place] = UInt8(below(256))
      default: bytes.swapAt(place, below(bytes.count))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

struct LineFuzzTests {
  /// Commands that read or write files, or may make more bars than a test has time for, are parsed only.
  private static func isRun(_ spec: CommandSpec) -> Bool {
    spec.name != "generate" && !spec.parameters.contains { $0.kind == .path }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `near-valid lines give an answer or an error, and every rule still holds`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed, text: "lines")
    let bench = Bench()
    try bench.run("generate AAA --days 2025-07-01..2025-07-03 --seed \(seed) --interval 5m")
    try bench.run("generate BBB --days 2025-07-02..2025-07-03 --seed \(seed) --interval 15m")
    let specs = CommandTable.commands
    for _ in 0..<400 {
      let spec = random.pick(specs)
      let line = random.line(spec)
      let parsed = Parser.parseLine(line)
      _ = Parser.parseScript(line, file: "a.sess")
      _ = Completer(WorkbenchCompletion(bench.workbench)).complete(
        line, cursor: random.below(line.utf8.count + 1))
      guard Self.isRun(spec), parsed.errors.isEmpty else { continue }
      for case .command(let command) in parsed.statements.map(\.kind) {
        guard let found = CommandTable.spec(command.verb), Self.isRun(found) else { continue }
        let invocation = try? CommandTable.resolve(command) { (name, column) throws(SessError) in
          (try bench.workbench.text(of: name, column: column), nil)
        }
        guard let invocation, (try? bench.workbench.execute(invocation)) != nil else { continue }
        let faults = try bench.workbench.engine.snapshot().brokenInvariants()
        #expect(faults.isEmpty, "after \(line)")
      }
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `random bytes are no script, but never a trap`(seed: UInt64) {
    var random = SeededRandom(seed: seed, text: "bytes")
    let marks = Array("abc /*?@'\"\\${}()[]|!#;<>=~+-.,0129\n\r\t\0é".utf8)
    for _ in 0..<500 {
      var bytes: [UInt8] = []
      for _ in 0..<random.below(80) {
        bytes.append(random.below(20) == 0 ? UInt8(random.below(256)) : random.pick(marks))
      }
      let text = random.pick(["", "assert ", "let x = ", "if ", "foreach x in "])
      let result = Parser.parseScript(text + String(decoding: bytes, as: UTF8.self), file: nil)
      for error in result.errors { #expect(!error.rendered().isEmpty) }
    }
  }

  @Test func `long lines and deep blocks take time in proportion`() {
    let many = String(repeating: "status ; ", count: 20_000)
    #expect(Parser.parseScript(many, file: nil).statements.count == 20_000)
    let choices =
      "if 1 = 2 { status }" + String(repeating: " else if 1 = 2 { status }", count: 9000)
    #expect(Parser.parseScript(choices, file: nil).errors.first?.code == "nested-too-deep")
    for opening in ["(", "not ", "- ", "abs(", "1 + "] {
      let text = "assert " + String(repeating: opening, count: 50_000)
      #expect(Parser.parseScript(text, file: nil).errors.first?.code == "bad-expression")
    }
    let blocks = String(repeating: "if 1 = 1 { ", count: 9000)
    #expect(!Parser.parseScript(blocks, file: nil).errors.isEmpty)
  }
}
