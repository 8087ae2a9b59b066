/// The one error type: what is wrong, where, and the next thing to type.
public struct SessError: Error, Sendable, Equatable {
  /// A stable kebab-case name; scripts and tests match on it.
  public var code: String
  /// One sentence in full words, without a final full stop.
  public var message: String
  /// The place in the input, when there is one.
  public var span: SourceSpan?
  /// The next thing to type.
  public var hint: String?
  /// Further facts, each on a line of its own.
  public var notes: [String]
  /// Flags with a value of which any one, added to the command, decides what is unclear; the likeliest first.
  public var answers: [String]

  /// Creates an error; only the code and the message are required, and answers make a hint.
  public init(
    _ code: String, _ message: String, span: SourceSpan? = nil, hint: String? = nil,
    notes: [String] = [], answers: [String] = []
  ) {
    self.code = code
    self.message = message
    self.span = span
    self.hint = hint ?? (answers.isEmpty ? nil : "say it: " + answers.joined(separator: " or "))
    self.notes = notes
    self.answers = answers
  }

  /// The same error with a place, unless it already has one.
  public func located(at span: SourceSpan?) -> SessError {
    guard self.span == nil else { return self }
    var copy = self
    copy.span = span
    return copy
  }
}

extension SessError {
  /// The whole error as the user sees it, without a final newline; control characters are escaped.
  ///
  ///     error[unknown-interval]: AAPL has no 7m bars
  ///       Scripts/open.sess:3:11
  ///     3 | gaps AAPL/7m
  ///       |           ^^
  ///     hint: available are 1m, 5m, 15m
  public func rendered() -> String {
    var lines = ["error[\(code)]: \(message)"]
    if let span { lines += renderedSpan(span) }
    for note in notes { lines.append("note: \(note)") }
    if let hint { lines.append("hint: \(hint)") }
    for index in lines.indices {
      lines[index] = PrintableText.escaped(lines[index], keepsTabs: true)
    }
    return lines.joined(separator: "\n")
  }

  private func renderedSpan(_ span: SourceSpan) -> [String] {
    let number = String(span.line)
    let margin = String(repeating: " ", count: number.count)
    var lines: [String] = []
    if let file = span.file { lines.append("\(margin) \(file):\(span.line):\(span.column)") }
    var pad = ""
    for character in PrintableText.escaped(span.text(before: span.offset), keepsTabs: true) {
      pad.append(character == "\t" ? "\t" : " ")
    }
    lines.append("\(number) | \(span.text)")
    lines.append("\(margin) | \(pad)\(String(repeating: "^", count: span.caretCount))")
    return lines
  }
}
