import Diagnostics

/// Reads JSON from the left, value by value, without building a tree.
///
/// The caller says what comes next; anything else is an error with its line and column.
struct JSONCursor {
  private(set) var bytes: UnsafeRawBufferPointer
  private let name: String
  var position = 0
  var depth = 0
  /// A line's beginning and number, from which lines are counted in errors.
  private var origin = (offset: 0, line: 1)

  /// Creates a cursor at the start of a text; `name` is the file for errors.
  init(_ bytes: UnsafeRawBufferPointer, name: String) {
    self.bytes = bytes
    self.name = name
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  /// Begins at a line and ends with it.
  mutating func limit(to range: Range<Int>, of whole: UnsafeRawBufferPointer, line: Int) {
    bytes = UnsafeRawBufferPointer(rebasing: whole[..<range.upperBound])
    position = range.lowerBound
    depth = 0
    origin = (range.lowerBound, line)
  }

  /// The text of a value's bytes, the escapes of a string resolved.
  func decoded(_ range: Range<Int>) -> String {
    guard range.lowerBound > 0, bytes[range.lowerBound - 1] == 0x22,
      bytes[range].contains(0x5C)
    else { return String(decoding: bytes[range], as: UTF8.self) }
    var copy = self
    copy.position = range.lowerBound - 1
    return (try? copy.string()) ?? ""
  }

  /// The first byte of the next value or mark, blanks skipped; nil at the end.
  mutating func peek() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  /// An error at the current place.
  func failure(_ message: String) -> SessError {
    var (lineStart, line) = origin
    let end = max(lineStart, min(position, bytes.count))
    for index in lineStart..<end where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    let from = max(lineStart, end - 60)
    var until = end
    while until < bytes.count, until < end + 40, bytes[until] != 0x0A { until += 1 }
    let text = String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes[from..<until]), as: UTF8.self)
    let span = SourceSpan(file: name, line: line, offset: end - from, length: 1, text: text)
    return SessError("bad-json", message, span: span)
  }

  mutating func expect(_ byte: UInt8, _ what: String) throws(SessError) {
    guard peek() == byte else { throw failure("expected \(what)") }
    position += 1
  }

  /// Calls back with every key of an object, in order; the callback reads the value.
  mutating func object(
    _ member: (inout JSONCursor, String) throws(SessError) -> Void
  ) throws(SessError) {
    try open(0x7B)
    if peek() == 0x7D { return leave() }
    while true {
      let key = try string()
      try expect(0x3A, "a colon")
      try member(&self, key)
      if peek() == 0x2C {
        position += 1
        continue
      }
      guard peek() == 0x7D else { throw failure("expected a comma or the object's end") }
      return leave()
    }
  }

  /// Calls back at every element of an array; the callback reads it.
  mutating func array(
    _ element: (inout JSONCursor) throws(SessError) -> Void
  ) throws(SessError) {
    try open(0x5B)
    if peek() == 0x5D { return leave() }
    while true {
      try element(&self)
      if peek() == 0x2C {
        position += 1
        continue
      }
      guard peek() == 0x5D else { throw failure("expected a comma or the array's end") }
      return leave()
    }
  }

  private mutating func leave() {
    position += 1
    depth -= 1
  }

  /// Reads a number.
  mutating func number() throws(SessError) -> Double {
    guard let value = NumberParser.parse(slice(literal())), value.isFinite else {
      throw failure("expected a number")
    }
    return value
  }

  /// Reads an integer of 64 bits.
  mutating func integer() throws(SessError) -> Int {
    let text = text(literal())
    guard let value = Int(text) else { throw failure("expected an integer, found \(text)") }
    return value
  }

  /// Reads how many there are: a whole number that can be added to others of its kind.
  ///
  /// - Throws: `bad-session` for a number that counts nothing.
  mutating func count() throws(SessError) -> Int {
    let value = try integer()
    guard (0...1 << 53).contains(value) else {
      throw fault("bad-session", "expected a count, found \(value)")
    }
    return value
  }

  /// Reads `true` or `false`.
  mutating func flag() throws(SessError) -> Bool {
    switch text(literal()) {
    case "true": return true
    case "false": return false
    default: throw failure("expected true or false")
    }
  }

  /// Skips a `null`; false and unmoved before anything else.
  mutating func null() throws(SessError) -> Bool {
    guard peek() == 0x6E else { return false }
    guard text(literal()) == "null" else {
      throw failure("expected null")
    }
    return true
  }

  /// Makes sure nothing follows.
  mutating func end() throws(SessError) {
    guard peek() == nil else { throw failure("expected the end of the text") }
  }
}

extension JSONCursor {
  /// Reads a string.
  mutating func string() throws(SessError) -> String {
    guard peek() == 0x22 else { throw failure("expected a string") }
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x5C { position += 1 }
    guard position < bytes.count else { throw failure("a string does not end") }
    let plain = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    if bytes[position] == 0x22 {
      position += 1
      return String(decoding: plain, as: UTF8.self)
    }
    return try escapedString(Array(plain))
  }

  private mutating func escapedString(_ beginning: [UInt8]) throws(SessError) -> String {
    var text = beginning
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == 0x22 { return String(decoding: text, as: UTF8.self) }
      guard byte == 0x5C else {
        text.append(byte)
        continue
      }
      guard position < bytes.count else { break }
      let mark = bytes[position]
      position += 1
      switch mark {
      case 0x6E: text.append(0x0A)
      case 0x74: text.append(0x09)
      case 0x72: text.append(0x0D)
      case 0x62: text.append(0x08)
      case 0x66: text.append(0x0C)
      case 0x22, 0x5C, 0x2F: text.append(mark)
      case 0x75: text += Array(String(try unicodeScalar()).utf8)
      default: throw failure("an unknown escape in a string")
      }
    }
    throw failure("a string does not end")
  }

  private mutating func unicodeScalar() throws(SessError) -> Character {
    var code = try hexQuad()
    if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == 0x5C,
      bytes[position + 1] == 0x75
    {
      position += 2
      let low = try hexQuad()
      guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a character is missing") }
      code = 0x10000 + (code - 0xD800) << 10 + (low &- 0xDC00) & 0x3FF
    }
    return Character(Unicode.Scalar(code) ?? "\u{FFFD}")
  }

  private mutating func hexQuad() throws(SessError) -> UInt32 {
    let digits = bytes[position..<min(position + 4, bytes.count)]
    guard digits.count == 4, digits.first != 0x2B, digits.first != 0x2D,
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits must follow \\u") }
    position += 4
    return value
  }
}
