import Diagnostics
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import CommandLanguage

private func noVariables(_ name: String, _ column: String?) throws(SessError) -> (
  text: String, isQuoted: [Bool]?
) { ("x", nil) }

struct CommandTableTests {
  @Test func `names and aliases are unique`() {
    var seen: Set<String> = []
    for spec in CommandTable.commands {
      for name in [spec.name] + spec.aliases {
        #expect(seen.insert(name).inserted, "\(name)")
        #expect(!CommandTable.views.contains(name), "\(name)")
      }
    }
  }

  @Test func `every command says what it does, in one short line, and shows it`() {
    for spec in CommandTable.commands {
      #expect((1...60).contains(spec.summary.count), "\(spec.name)")
      #expect(!spec.summary.hasSuffix("."), "\(spec.name)")
      #expect(!spec.examples.isEmpty, "\(spec.name)")
      for parameter in spec.parameters {
        #expect(!parameter.help.isEmpty, "\(spec.name) \(parameter.name)")
      }
    }
  }

  @Test func `help stays within 79 columns`() throws {
    let names = CommandTable.commands.map(\.name) + HelpTopics.names
    for topic in [nil] + names.map(Optional.some) {
      for line in try Help.lines(topic) {
        #expect(line.count <= 79, "\(topic ?? "help"): \(line)")
      }
    }
  }

  @Test func `every example can be typed`() throws {
    for spec in CommandTable.commands {
      for example in spec.examples {
        let parsed = Parser.parseLine(example.input)
        #expect(parsed.errors.isEmpty, "\(example.input): \(parsed.errors)")
        for case .command(let line) in parsed.statements.map(\.kind) {
          _ = try CommandTable.resolve(line, variables: noVariables)
        }
      }
    }
  }

  @Test func `a mistyped command or flag is answered with the nearest`() {
    let cases = [("gasp", "gaps"), ("laod", "load"), ("qualty", "quality"), ("exprt", "export")]
    for (typed, meant) in cases {
      guard case .command(let line)? = Parser.parseLine(typed).statements.first?.kind else {
        Issue.record("\(typed)")
        continue
      }
      #expect { try CommandTable.resolve(line, variables: noVariables) } throws: { error in
        (error as? SessError)?.hint == "did you mean \(meant)?"
      }
    }
  }

  /// Lines near to valid ones: words of the table, real addresses, and bytes changed at random.
  @Test(arguments: TestEnvironment.seeds)
  func `no line, however broken, does more than give an error`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var pieces = CommandTable.commands.flatMap { spec in
      [spec.name] + spec.flags.map { "--\($0.name)" } + spec.examples.map(\.input)
    }
    pieces += [
      "AAPL/1m", "*/5m@session", "'BRK.B'/1d", "@", "|", ">", "{", "}", "\\", "\"$x", "$_.date",
      "'",
      "2025-07-02T09:30..10:00", "\n", ";", "#", "assert count($_) = 1", "if a > 1 {", "--", "=",
      "\0",
      "日本", "\u{301}", "-4h", "24/7", "0m", "99999999999999999999m", "!", "let x = $",
    ]
    for _ in 0..<2000 {
      var bytes: [UInt8] = []
      for _ in 0...random.below(6) {
        bytes += Array(pieces[random.below(pieces.count)].utf8) + [0x20]
      }
      for _ in 0..<random.below(3) {
        bytes[random.below(bytes.count)] = UInt8(random.below(256))
      }
      let text = String(decoding: bytes, as: UTF8.self)
      for result in [Parser.parseLine(text), Parser.parseScript(text, file: "fuzz")] {
        for case .command(let line) in result.statements.map(\.kind) {
          _ = try? CommandTable.resolve(line, variables: noVariables)
        }
        for error in result.errors { #expect(!error.rendered().isEmpty, "seed \(seed)") }
      }
    }
  }
}
