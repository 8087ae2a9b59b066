import Diagnostics

/// Reads words, marks and raw texts from a source, from left to right.
struct WordLexer {
  let source: SourceText
  var position: Int
  /// True once the text ended inside a quote or after a backslash.
  var endedEarly = false

  init(_ source: SourceText) {
    self.source = source
    position = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  var next: UInt8? { position < source.bytes.count ? source.bytes[position] : nil }

  func byte(ahead offset: Int) -> UInt8? {
    position + offset < source.bytes.count ? source.bytes[position + offset] : nil
  }

  /// Skips blanks, comments and continued line ends, not the line's end.
  mutating func skipBlanks() {
    while let byte = next {
      if byte == 0x20 || byte == 0x09 || byte == 0x0D {
        position += 1
      } else if byte == 0x5C, isLineEnd(1) {
        skipContinuation()
      } else if byte == 0x23, isAfterBlank {
        while let byte = next, byte != 0x0A { position += 1 }
      } else {
        return
      }
    }
  }

  /// Whether a line ends (or the text does) some bytes ahead.
  private func isLineEnd(_ offset: Int) -> Bool {
    guard let byte = byte(ahead: offset) else { return true }
    return byte == 0x0A || (byte == 0x0D && self.byte(ahead: offset + 1) == 0x0A)
  }

  private mutating func skipContinuation() {
    position += 1
    if next == nil { endedEarly = true }
    if next == 0x0D { position += 1 }
    if next == 0x0A { position += 1 }
  }

  private var isAfterBlank: Bool {
    guard position > 0 else { return true }
    let before = source.bytes[position - 1]
    return before == 0x20 || before == 0x09 || before == 0x0A || before == 0x3B || before == 0x7B
      || before == 0x7D
  }

  /// The place of the line feed that ends the line of a place, or of the text's end.
  func endOfLine(_ start: Int) -> Int {
    source.bytes[start...].firstIndex(of: 0x0A) ?? source.bytes.count
  }

  /// Skips to the end of the line, not over it.
  mutating func skipLine() {
    while let byte = next, byte != 0x0A { position += 1 }
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, 0x3B, 0x7C, 0x3E, 0x3C, 0x22, 0x27, 0x7B, 0x7D, 0x24, 0x5C: false
    default: true
    }
  }

  /// Reads a word; nil where none begins.
  ///
  /// - Throws: `unclosed-quote`, `bad-escape`, `bad-variable`.
  mutating func word() throws(SessError) -> Word? {
    let start = position
    var parts: [Word.Part] = []
    while let byte = next {
      if WordLexer.isBare(byte) {
        if byte == 0x23, position == start, isAfterBlank { break }
        parts.append(.bare(bareText()))
      } else if byte == 0x27 {
        parts.append(.quoted(try literal()))
      } else if byte == 0x22 {
        try interpolated(into: &parts)
      } else if byte == 0x24 {
        parts.append(try variable())
      } else if byte == 0x5C, !isLineEnd(1) {
        position += 1
        parts.append(.quoted(scalarText()))
      } else {
        break
      }
    }
    guard position > start else { return nil }
    return Word(parts: parts, span: source.span(start..<position))
  }

  private mutating func bareText() -> String {
    let start = position
    while let byte = next, WordLexer.isBare(byte) { position += 1 }
    return source.text(start..<position)
  }

  /// One whole character after a backslash.
  private mutating func scalarText() -> String {
    let start = position
    position += 1
    while let byte = next, byte & 0xC0 == 0x80 { position += 1 }
    return source.text(start..<position)
  }

  private mutating func literal() throws(SessError) -> String {
    let start = position
    position += 1
    while let byte = next, byte != 0x27 { position += 1 }
    guard next == 0x27 else { throw unclosed(start) }
    position += 1
    return source.text(start + 1..<position - 1)
  }

  private mutating func unclosed(_ start: Int) -> SessError {
    endedEarly = true
    return SessError(
      "unclosed-quote", "a quote is not closed", span: source.span(start..<start + 1),
      hint: "close it with the same mark")
  }

  private mutating func interpolated(into parts: inout [Word.Part]) throws(SessError) {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = next, byte != 0x22 {
      if byte == 0x24, isVariable(1) {
        parts.append(.quoted(String(decoding: text, as: UTF8.self)))
        text = []
        if case .variable(let name, let column, _) = try variable() {
          parts.append(.variable(name: name, column: column, isQuoted: true))
        }
      } else if byte == 0x5C {
        text += Array(try escape().utf8)
      } else {
        text.append(byte)
        position += 1
      }
    }
    guard next == 0x22 else { throw unclosed(start) }
    position += 1
    parts.append(.quoted(String(decoding: text, as: UTF8.self)))
  }

  /// `\n`, `\t`, `\"`, `\\`, `\$` or `\u{…}` within double quotes.
  private mutating func escape() throws(SessError) -> String {
    let start = position
    position += 1
    guard let mark = next else { return "\\" }
    position += 1
    switch mark {
    case 0x6E: return "\n"
    case 0x74: return "\t"
    case 0x22: return "\""
    case 0x5C: return "\\"
    case 0x24: return "$"
    case 0x75 where next == 0x7B:
      position += 1
      let from = position
      while let byte = next, byte != 0x7D, byte != 0x0A, byte != 0x22 { position += 1 }
      let digits = source.text(from..<position)
      guard next == 0x7D, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
      else {
        break
      }
      position += 1
      return String(Character(scalar))
    default: break
    }
    throw SessError(
      "bad-escape", "an unknown escape in a quoted text", span: source.span(start..<position),
      hint: #"known are \n \t \" \\ \$ and \u{2014}"#)
  }

  private func isVariable(_ offset: Int) -> Bool {
    guard let byte = byte(ahead: offset) else { return false }
    return byte == 0x7B || WordLexer.isName(byte)
  }

  static func isName(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || (byte >= 0x30 && byte <= 0x39)
  }

  private mutating func name() -> String {
    let start = position
    while let byte = next, WordLexer.isName(byte) { position += 1 }
    return source.text(start..<position)
  }

  /// `$name`, `${name}`, `$_`, `$_.column`.
  private mutating func variable() throws(SessError) -> Word.Part {
    let start = position
    position += 1
    if next == 0x7B {
      position += 1
      let found = name()
      guard next == 0x7D, !found.isEmpty else { throw badVariable(start) }
      position += 1
      return .variable(name: found, column: nil)
    }
    let found = name()
    guard !found.isEmpty else { throw badVariable(start) }
    guard found == "_", next == 0x2E, let byte = byte(ahead: 1), WordLexer.isName(byte) else {
      return .variable(name: found, column: nil)
    }
    position += 1
    return .variable(name: found, column: name())
  }

  private func badVariable(_ start: Int) -> SessError {
    SessError(
      "bad-variable", "a variable's name must follow $", span: source.span(start..<position),
      hint: #"write \$ or '$' for the sign itself"#)
  }
}
