public import Diagnostics

/// One word of a command: adjacent bare, 'literal' and "with $variables" parts.
public struct Word: Sendable, Equatable {
  /// A stretch of a word written in one way.
  public enum Part: Sendable, Equatable {
    case bare(String)
    case quoted(String)
    /// `$name`, `${name}` or `$name.column`; inside "…" its value has no meaning beyond its letters.
    case variable(name: String, column: String?, isQuoted: Bool = false)
  }

  /// The parts in order; adjacent, without blanks between.
  public var parts: [Part]
  /// The place in the source.
  public var span: SourceSpan

  /// Creates a word.
  public init(parts: [Part], span: SourceSpan) {
    self.parts = parts
    self.span = span
  }

  /// Puts the values of variables in; a variable never splits a word, and keeps what was quoted in it.
  ///
  /// - Throws: what `value` throws, located at the word.
  public func expanded(_ value: VariableText) throws(SessError) -> ExpandedWord {
    var word = ExpandedWord(text: "", isQuoted: [], span: span)
    for part in parts {
      switch part {
      case .bare(let text): word.append(text, quoted: false)
      case .quoted(let text): word.append(text, quoted: true)
      case .variable(let name, let column, let isQuoted):
        do throws(SessError) {
          let (text, marks) = try value(name, column)
          word.append(text, isQuoted: isQuoted ? nil : marks, otherwise: isQuoted)
        } catch {
          throw error.located(at: span)
        }
      }
    }
    return word
  }
}

/// The text of a variable, and which of its bytes were quoted where that is known.
public typealias VariableText = (_ name: String, _ column: String?) throws(SessError) -> (
  text: String, isQuoted: [Bool]?
)

/// A word with its variables put in, which still knows what was quoted.
public struct ExpandedWord: Sendable, Equatable {
  /// The text.
  public private(set) var text: String
  /// For each UTF-8 byte whether it was quoted, which removes the meaning of `* ? / @`.
  public private(set) var isQuoted: [Bool]
  /// The place in the source.
  public var span: SourceSpan

  /// Creates a word.
  public init(text: String, isQuoted: [Bool], span: SourceSpan) {
    self.text = text
    self.isQuoted = isQuoted
    self.span = span
  }

  /// Creates a wholly bare word.
  public init(_ text: String, span: SourceSpan) {
    self.init(text: text, isQuoted: Array(repeating: false, count: text.utf8.count), span: span)
  }

  /// Adds a stretch of text, quoted or bare.
  public mutating func append(_ more: String, quoted: Bool) {
    append(more, isQuoted: nil, otherwise: quoted)
  }

  fileprivate mutating func append(_ more: String, isQuoted marks: [Bool]?, otherwise: Bool) {
    text += more
    isQuoted += marks ?? Array(repeating: otherwise, count: more.utf8.count)
  }

  /// An error at this word.
  public func failure(_ code: String, _ message: String, hint: String? = nil) -> SessError {
    SessError(code, message, span: span, hint: hint)
  }
}
