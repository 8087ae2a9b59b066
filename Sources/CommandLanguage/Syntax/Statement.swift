public import Diagnostics

/// One thing a script does, with the output it is expected to give.
public struct Statement: Sendable {
  /// What it does.
  public indirect enum Kind: Sendable {
    case command(CommandLine)
    case let_(name: String, value: LetValue)
    case assert(ExpressionText)
    case section(Word, body: [Statement]?)
    case foreach(name: String, words: [Word], body: [Statement])
    case if_(condition: ExpressionText, then: [Statement], else_: [Statement]?)
    case include(Word)
    /// `until EXPRESSION`; with a time it is a command.
    case until(ExpressionText)
    /// `print`, `display`, `watch` or `break if` with an expression.
    case inspect(InspectVerb, ExpressionText)
    /// `@name text`, for the runner.
    case directive(name: String, text: String)
    /// What could not be read; running it gives the error.
    case broken(SessError)
  }

  /// What it does.
  public var kind: Kind
  /// Where it begins.
  public var span: SourceSpan
  /// Its first and last line, from 1.
  public var lines: ClosedRange<Int>
  /// The text from its first to its last character.
  public var text: String
  /// False when another statement or a brace follows on its last line, so that marks cannot.
  public var endsLine = true
  /// The `|` and `!` lines after it.
  public var marks: [MarkedLine] = []

  /// Whether it prints or fails by itself; what stands in a block does that for it.
  var takesMarks: Bool {
    switch kind {
    case .section, .foreach, .if_, .directive: false
    default: true
    }
  }
}

/// A line after a command that says what it prints (`|`) or which error it gives (`!`).
public struct MarkedLine: Sendable, Equatable {
  /// True for `!`.
  public var isError: Bool
  /// The text after the mark and one blank.
  public var text: String
  /// The line in the file, from 1.
  public var line: Int
  /// The blanks before the mark.
  public var indent: String
}

/// What stands at the right of `let x =`.
public enum LetValue: Sendable {
  case word(Word)
  case expression(ExpressionText)
}

/// An expression as written and as understood.
public struct ExpressionText: Sendable {
  /// The text as written.
  public var text: String
  /// Its structure.
  public var expression: Expression
  /// Its place.
  public var span: SourceSpan
}

/// A command as typed: its verb, words and flags, and where its output goes.
public struct CommandLine: Sendable {
  /// An argument in the order typed.
  public enum Argument: Sendable {
    case word(Word)
    /// `--name` or `--name=value`.
    case flag(name: String, value: Word?, span: SourceSpan)
  }

  /// Where the output goes.
  public enum Redirection: Sendable {
    case overwrite(Word)
    case append(Word)
    case pipe(String, span: SourceSpan)
  }

  /// The command's name as typed.
  public var verb: String
  /// The verb's place.
  public var span: SourceSpan
  /// The words and flags after it.
  public var arguments: [Argument]
  /// Where the output goes; nil shows it.
  public var redirection: Redirection?
}
