public import CommandLanguage
public import Diagnostics
public import Workbench

/// Prints what commands print and stops at the first error: scripts, `-c` and standard input.
public final class PlainRunner: StatementObserver {
  private let print: (PrintedText) -> Void
  private let echo: ((Statement) -> Void)?

  /// Creates a runner; `echo` is told each statement before it runs.
  public init(print: @escaping (PrintedText) -> Void, echo: ((Statement) -> Void)? = nil) {
    self.print = print
    self.echo = echo
  }

  /// Runs one command and prints what it gives.
  public func perform(
    _ statement: Statement, _ action: () throws(SessError) -> [PrintedText]
  ) throws(SessError) {
    echo?(statement)
    do throws(SessError) {
      for text in try action() { print(text) }
    } catch {
      guard let expected = statement.marks.first(where: \.isError) else {
        throw error.located(at: statement.span)
      }
      guard Expectation.matches(expected.text, "\(error.code): \(error.message)") else {
        throw error.located(at: statement.span)
      }
    }
  }

  /// Runs a whole text.
  ///
  /// - Returns: the exit code of `quit`, if there was one.
  /// - Throws: the first error, of the text or of a command.
  public func run(_ parsed: ParseResult, _ workbench: Workbench, folder: String) throws(SessError)
    -> Int32?
  {
    if let error = parsed.errors.first { throw error }
    return try Interpreter(workbench, observer: self, folder: folder).run(parsed.statements)
  }
}
