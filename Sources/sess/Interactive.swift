import ArgumentParser
import CommandLanguage
import Diagnostics
import LineEditor
import MarketModel
import Presentation
import ScriptRunner
import Workbench

/// The interactive session: reads, runs, prints, until the end of input or `quit`.
final class Interactive {
  private let workbench: Workbench
  private let editor: LineEditor
  private let lines = TypedLines()

  static var isPossible: Bool { LineEditor.isUsable }

  init(_ options: Run) throws {
    var environment = Terminal.workbenchEnvironment
    let typed = lines
    environment.typedLines = { typed.all }
    let post = Shared<(@Sendable (String) -> Void)?>(nil)
    environment.notify = { text in post.value?(text) }
    let workbench = Workbench(environment)
    self.workbench = workbench
    workbench.settings.style.hasColour = Terminal.hasColour
    for (name, value) in try options.shared.variables() {
      workbench.set(name, to: .value(.text(value)))
    }
    let rcPath = options.skipsRC ? nil : Interactive.startFile("EDITRC", ".editrc")
    editor = LineEditor(
      program: "sess", history: Interactive.historyFile(), rcPath: rcPath,
      callbacks: LineEditor.Callbacks(
        complete: { text, cursor in Interactive.complete(text, cursor, workbench) },
        isIncomplete: { Parser.parseLine($0).isIncomplete }))
    post.value = editor.post
    if !options.skipsRC, let path = Interactive.startFile("SESSRC", ".sessrc") {
      runStartFile(path)
    }
  }

  private static func home() -> String? { Terminal.environment("HOME") }

  /// A start-up file named in the environment or lying in the home folder, if it exists.
  private static func startFile(_ variable: String, _ name: String) -> String? {
    let path = Terminal.environment(variable) ?? home().map { "\($0)/\(name)" }
    guard let path, TextFile.exists(path) else { return nil }
    return path
  }

  private static func historyFile() -> HistoryFile? {
    if let path = Terminal.environment("SESS_HISTORY") {
      return path.isEmpty ? nil : HistoryFile(path: path)
    }
    let state =
      Terminal.environment("XDG_STATE_HOME") ?? home().map { "\($0)/.local/state" }
    return state.map { HistoryFile(path: "\($0)/sess/history") }
  }

  private static func complete(
    _ text: String, _ cursor: Int, _ workbench: Workbench
  ) -> CompletionResult {
    let completion = Completer(WorkbenchCompletion(workbench)).complete(text, cursor: cursor)
    let candidates = completion.candidates.map {
      CompletionCandidate(text: $0.text, summary: $0.summary, appendsBlank: $0.endsWord)
    }
    return CompletionResult(replacing: completion.range, candidates: candidates)
  }

  private func runStartFile(_ path: String) {
    do throws(SessError) {
      let parsed = Parser.parseScript(try TextFile.read(path), file: path)
      _ = try execute(parsed, folder: Interpreter.folder(of: path))
    } catch {
      Terminal.printError(error)
    }
  }

  /// Runs until the end; throws the exit code.
  func run() throws {
    Terminal.write(
      "sess \(Sess.configuration.version.dropFirst(5)): `help` lists the commands, Ctrl-D quits\n",
      to: 1)
    defer { workbench.removeTemporaryFolder() }
    while true {
      lines.all = editor.typedLines
      switch editor.read(prompt: "sess> ", styled: Terminal.hasColour) {
      case .interrupted: continue
      case .endOfInput: return
      case .line(let line):
        if let warning = editor.remember(line) { Terminal.write("warning: \(warning)\n", to: 2) }
        lines.all = editor.typedLines
        if let code = perform(line) { throw ExitCode(code) }
      }
    }
  }

  /// Runs a typed line; its exit code when it quits.
  private func perform(_ line: String) -> Int32? {
    if let columns = Terminal.columns { workbench.settings.style.width = max(20, columns) }
    Cancellation.install()
    defer { Cancellation.disarm() }
    do throws(SessError) {
      return try execute(Parser.parseLine(line), folder: ".")
    } catch {
      Terminal.printError(error)
      return nil
    }
  }

  private func execute(_ parsed: ParseResult, folder: String) throws(SessError) -> Int32? {
    let runner = PlainRunner(
      print: { Terminal.write($0.text, to: 1) },
      finish: { [workbench] in Terminal.writeTiming($0, $1, workbench) })
    return try runner.run(parsed, workbench, folder: folder)
  }
}

/// What was typed, shared with the command that lists it.
final class TypedLines: Sendable {
  private let lines = Shared<[String]>([])

  var all: [String] {
    get { lines.value }
    set { lines.value = newValue }
  }
}
