import CommandLanguage
import Diagnostics
import Presentation

/// Where a command's answer goes instead of the terminal, opened before the command changes anything.
struct AnswerTarget {
  private enum Place {
    case file(AtomicFile)
    case appended(AppendedFile)
    case pipe(ShellCommand)
  }

  private let place: Place
  private let span: SourceSpan
  /// The format the file's ending asks for.
  let format: OutputFormat?

  /// Opens the place a redirection names.
  ///
  /// - Throws: `shell-not-allowed`, and why a file cannot be written.
  init(
    _ redirection: CommandLine.Redirection, _ variables: VariableText,
    _ environment: WorkbenchEnvironment
  ) throws(SessError) {
    switch redirection {
    case .overwrite(let word), .append(let word):
      let path = try word.expanded(variables)
      span = path.span
      format = OutputFormat(ending: path.text)
      do throws(SessError) {
        if case .append = redirection {
          place = .appended(try AppendedFile(path: path.text))
        } else {
          place = .file(try AtomicFile(path: path.text))
        }
      } catch {
        throw error.located(at: path.span)
      }
    case .pipe(let command, let span):
      guard environment.allowsShell else {
        throw SessError(
          "shell-not-allowed", "pipes are off here", span: span,
          hint: "`@allow shell` turns them on")
      }
      self.span = span
      format = nil
      place = .pipe(ShellCommand(text: command, isCancelled: environment.isCancelled))
    }
  }

  /// Writes the answer.
  ///
  /// - Throws: `disk-full`, `file-error`, `shell-failed`, `interrupted`.
  func write(_ text: String) throws(SessError) {
    do throws(SessError) {
      switch place {
      case .file(let file):
        try file.write(text)
        try file.commit()
      case .appended(let file): try file.write(text)
      case .pipe(let command): try command.feed(text)
      }
    } catch {
      throw error.located(at: span)
    }
  }
}
