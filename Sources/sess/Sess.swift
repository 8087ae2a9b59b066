import ArgumentParser
import CommandLanguage
import Diagnostics
import LineEditor
import MarketModel
import Presentation
import ScriptRunner
import Workbench

/// The program's own flags; the command language has its own table.
struct Sess: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sess",
    abstract: "A scriptable workbench for market session data.",
    discussion: """
      Without arguments it is an interactive session; `help` there lists the commands. With scripts it runs \
      them in one session; - reads a script from standard input.
      """,
    version: "sess 0.1.0",
    subcommands: [Run.self, Test.self],
    defaultSubcommand: Run.self)
}

/// What every way of running has in common.
struct SharedOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Set a variable, for example -v day=2025-07-02.")
  var variable: [String] = []

  /// The variables given with `-v`.
  func variables() throws(SessError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for text in variable {
      guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
        throw SessError("bad-usage", "-v takes name=value, not \(text)")
      }
      pairs.append((String(text[..<mark]), String(text[text.index(after: mark)...])))
    }
    return pairs
  }
}

/// Runs scripts, commands, or an interactive session.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run scripts or commands, or start an interactive session (the default).")

  @Option(
    name: .customShort("c"),
    help: "Run these commands, separated by ; or line feeds, after any scripts; may be repeated.")
  var commands: [String] = []

  @Flag(name: .customLong("no-rc"), help: "Do not read the start-up files of interactive sessions.")
  var skipsRC = false

  @Flag(help: "Print each command before its output.")
  var echo = false

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Scripts to run in one session; - reads standard input.")
  var scripts: [String] = []

  func run() throws {
    if commands.isEmpty, scripts.isEmpty, Interactive.isPossible {
      return try Interactive(self).run()
    }
    let runner = SessionRunner(echoes: echo)
    defer { runner.workbench.removeTemporaryFolder() }
    for (name, value) in try shared.variables() {
      runner.workbench.set(name, to: .value(.text(value)))
    }
    for script in scripts { try runner.run(script: script) }
    for text in commands { try runner.run(text: text) }
    if scripts.isEmpty, commands.isEmpty { try runner.run(script: "-") }
  }
}

/// Runs scripts and notebooks as tests.
struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check scripts and notebooks against the output they expect, a session each.",
    aliases: ["notebook"])

  @Flag(help: "Rewrite what is expected instead of failing.")
  var update = false

  @Flag(help: "As --update, and fill in what commands print that expect nothing yet.")
  var fill = false

  @Flag(help: "Only check that the scripts can be read.")
  var parse = false

  @Argument(help: "Scripts, notebooks, or folders of them.")
  var paths: [String]

  func run() throws {
    if update || fill, Terminal.environment("CI") != nil {
      throw SessError("bad-usage", "--update is refused where CI is set")
    }
    if parse { return try check() }
    Cancellation.install()
    let runner = TestRunner(
      Terminal.workbenchEnvironment, fill ? .fill : update ? .rewrite : .check
    ) {
      Terminal.write($0 + "\n", to: 1)
    }
    switch try runner.run(paths) {
    case .passed: return
    case .failed: throw ExitCode(1)
    case .timedOut: throw ExitCode(124)
    }
  }

  private func check() throws {
    var errors: [SessError] = []
    for path in paths {
      for file in try TextFile.list(path, endings: TestRunner.endings) {
        errors += TestRunner.parse(try TextFile.read(file), file: file).errors
      }
    }
    for error in errors { Terminal.printError(error) }
    if !errors.isEmpty { throw ExitCode(2) }
  }
}
