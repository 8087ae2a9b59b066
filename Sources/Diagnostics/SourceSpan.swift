/// A place in a script, a typed line or a data file.
///
/// - Units: `offset` and `length` count UTF-8 bytes of `text`; `line` starts at 1.
public struct SourceSpan: Sendable, Equatable {
  /// The file as the user named it, or nil for a typed line.
  public var file: String?
  /// The line number, from 1.
  public var line: Int
  /// The first byte the span covers, from 0.
  public var offset: Int
  /// How many bytes it covers; 0 points between two bytes.
  public var length: Int
  /// The line's text, for the caret.
  public var text: String

  /// Creates a span over bytes `offset..<offset+length` of `text`.
  public init(file: String? = nil, line: Int = 1, offset: Int, length: Int, text: String) {
    self.file = file
    self.line = line
    self.offset = offset
    self.length = length
    self.text = text
  }

  /// Creates a span over a whole line of a file.
  public init(file: String?, line: Int, whole text: String) {
    self.init(file: file, line: line, offset: 0, length: text.utf8.count, text: text)
  }

  /// The column as editors count it: characters before the span, plus one.
  public var column: Int { text(before: offset).count + 1 }

  /// What stands before a byte of the line.
  func text(before offset: Int) -> String {
    String(decoding: text.utf8.prefix(offset), as: UTF8.self)
  }

  /// How many characters the caret line underlines, at least one.
  var caretCount: Int {
    let marked = String(decoding: text.utf8.dropFirst(offset).prefix(length), as: UTF8.self)
    return max(1, PrintableText.escaped(marked, keepsTabs: true).count)
  }
}
