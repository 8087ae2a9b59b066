public import CommandLanguage
public import Diagnostics
public import Workbench

/// Prints what commands print and stops at the first error: scripts, `-c` and standard input.
public final class PlainRunner: StatementObserver {
  private let print: (PrintedText) -> Void
  private let echo: ((Statement) -> Void)?
  private let finish: ((Statement, Duration) -> Void)?

  /// Creates a runner.
  ///
  /// - Parameters:
  ///   - print: is given each text a command prints.
  ///   - echo: is told each statement before it runs.
  ///   - finish: is told each statement that ran, and how long it took.
  public init(
    print: @escaping (PrintedText) -> Void, echo: ((Statement) -> Void)? = nil,
    finish: ((Statement, Duration) -> Void)? = nil
  ) {
    self.print = print
    self.echo = echo
    self.finish = finish
  }

  /// Runs one command and prints what it gives.
  public func perform(
    _ statement: Statement, _ action: () throws(SessError) -> [PrintedText]
  ) throws(SessError) {
    echo?(statement)
    let expected = statement.marks.first(where: \.isError)?.text
    let begin = ContinuousClock.now
    do throws(SessError) {
      for text in try action() { print(text) }
    } catch {
      let found = "\(error.code): \(error.message)"
      guard let expected, Expectation.matchesError(expected, found) else {
        throw error.located(at: statement.span)
      }
      return
    }
    finish?(statement, ContinuousClock.now - begin)
    guard let expected else { return }
    throw SessError(
      "expectation-failed", "this was expected to fail with \(expected)", span: statement.span)
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
