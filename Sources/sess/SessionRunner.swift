import ArgumentParser
import CommandLanguage
import Diagnostics
import LineEditor
import ScriptRunner
import Workbench

/// One session at the terminal: runs texts and scripts and prints what they give.
final class SessionRunner {
  let workbench: Workbench
  private let echoes: Bool
  /// When the running script must be done.
  private let deadline = Shared<ContinuousClock.Instant?>(nil)

  init(echoes: Bool) {
    var environment = Terminal.workbenchEnvironment
    let (deadline, isStopped) = (deadline, environment.isCancelled)
    environment.isCancelled = {
      isStopped() || deadline.value.map { ContinuousClock.now > $0 } ?? false
    }
    workbench = Workbench(environment)
    self.echoes = echoes
    Cancellation.install()
  }

  private func plainRunner() -> PlainRunner {
    let echo: ((Statement) -> Void)? =
      echoes ? { statement in Terminal.write("sess> \(statement.text)\n", to: 1) } : nil
    return PlainRunner(
      print: { text in Terminal.write(text.text, to: text.isReport ? 2 : 1) }, echo: echo,
      finish: { [workbench] in Terminal.writeTiming($0, $1, workbench) })
  }

  /// Runs commands given on the command line or typed.
  func run(text: String) throws {
    try finish(plainRunner().run(Parser.parseLine(text), workbench, folder: "."))
  }

  /// Runs a script; `-` is standard input.
  func run(script: String) throws {
    defer { deadline.value = nil }
    let isInput = script == "-"
    let text = try isInput ? TextFile.readStandardInput() : TextFile.read(script)
    let parsed = Parser.parseScript(text, file: isInput ? nil : script)
    for error in parsed.errors { Terminal.printError(error) }
    if let first = parsed.errors.first { throw ExitCode(ExitStatus.of(first)) }
    let folder = isInput ? "." : Interpreter.folder(of: script)
    let directives = try Directives(parsed.statements, folder: folder)
    if let file = directives.missingFile {
      throw SessError("requirement-missing", "\(script) needs \(file), which is not there")
    }
    deadline.value = directives.timeout.map { ContinuousClock.now + .seconds($0) }
    do {
      try finish(plainRunner().run(parsed, workbench, folder: folder))
    } catch let error as SessError where error.code == "interrupted" && !Cancellation.isRequested {
      throw SessError(
        "timeout", "\(script) took longer than its @timeout allows", span: error.span)
    }
  }

  private func finish(_ code: Int32?) throws {
    if let code { throw ExitCode(code) }
  }
}
