public import Diagnostics

/// A command with what is common to all: its format, its place, where its output goes.
public struct Invocation: Sendable {
  /// What to do.
  public var command: Command
  /// The format asked for with `--as`.
  public var format: OutputChoice?
  /// Where the output goes; nil shows it.
  public var redirection: CommandLine.Redirection?
  /// The verb's place.
  public var span: SourceSpan

  /// The command as written, up to the end of its line or what follows on it.
  public var text: String {
    var text: [UInt8] = []
    var quote: UInt8?
    for byte in span.text.utf8.dropFirst(span.offset) {
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == 0x27 || byte == 0x22 {
        quote = byte
      } else if [0x3B, 0x7B, 0x7D, 0x7C, 0x3E].contains(byte) {
        break
      }
      text.append(byte)
    }
    while let last = text.last, last <= 0x20 { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}

/// How an answer is written.
public enum OutputChoice: String, Sendable, CaseIterable {
  case table, box, csv, json, jsonl, md, line
}

/// Which records of an answer are wanted.
public struct RowLimit: Sendable {
  /// Only the first so many.
  public var first: Int?
  /// Only the last so many.
  public var last: Int?

  /// Creates a limit.
  public init(first: Int? = nil, last: Int? = nil) {
    self.first = first
    self.last = last
  }
}
