import ArgumentParser
import CommandLanguage
import Diagnostics
import ScriptRunner
import Workbench

/// One session at the terminal: runs texts and scripts and prints what they give.
final class SessionRunner {
  let workbench: Workbench
  private let echoes: Bool

  init(echoes: Bool) {
    workbench = Workbench(Terminal.workbenchEnvironment)
    self.echoes = echoes
  }

  private func plainRunner() -> PlainRunner {
    let echo: ((Statement) -> Void)? =
      echoes ? { statement in Terminal.write("sess> \(statement.text)\n", to: 1) } : nil
    return PlainRunner(
      print: { text in Terminal.write(text.text, to: text.isReport ? 2 : 1) }, echo: echo)
  }

  /// Runs commands given on the command line or typed.
  func run(text: String) throws {
    defer { workbench.removeTemporaryFolder() }
    try finish(plainRunner().run(Parser.parseLine(text), workbench, folder: "."))
  }

  /// Runs a script; `-` is standard input.
  func run(script: String) throws {
    defer { workbench.removeTemporaryFolder() }
    let isInput = script == "-"
    let text = try isInput ? TextFile.readStandardInput() : TextFile.read(script)
    let parsed = Parser.parseScript(text, file: isInput ? nil : script)
    for error in parsed.errors.dropFirst() { Terminal.printError(error) }
    let folder = isInput ? "." : Interpreter.folder(of: script)
    try finish(plainRunner().run(parsed, workbench, folder: folder))
  }

  private func finish(_ code: Int32?) throws {
    if let code { throw ExitCode(code) }
  }
}
