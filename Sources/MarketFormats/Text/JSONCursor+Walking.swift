import Diagnostics

/// Walking over members and elements in the caller's own loop, and values as ranges of bytes.
extension JSONCursor {
  /// A scalar as it is written: the bytes of a string between its quotes, or of a literal.
  struct Scalar {
    var range: Range<Int>
    var isString: Bool
  }

  /// The deepest nesting that is read.
  static let depthMax = 512

  /// Moves into an object or array.
  mutating func open(_ byte: UInt8) throws(SessError) {
    guard peek() == byte else {
      throw failure(byte == 0x7B ? "expected an object" : "expected an array")
    }
    position += 1
    depth += 1
    guard depth <= JSONCursor.depthMax else {
      throw failure("values are nested more than \(JSONCursor.depthMax) deep")
    }
  }

  /// The next member's key, the position after its colon; nil past the object's end.
  mutating func nextKey(isFirst: inout Bool) throws(SessError) -> Range<Int>? {
    guard try advance(to: 0x7D, isFirst: &isFirst, "the object's end") else { return nil }
    return try key()
  }

  private mutating func key() throws(SessError) -> Range<Int> {
    guard peek() == 0x22 else {
      throw failure(peek() == nil ? "the text ends early" : "expected a key")
    }
    let key = try scalar().range
    try expect(0x3A, "a colon")
    return key
  }

  /// Whether another element follows; false past the array's end.
  mutating func nextElement(isFirst: inout Bool) throws(SessError) -> Bool {
    try advance(to: 0x5D, isFirst: &isFirst, "the array's end")
  }

  private mutating func advance(to end: UInt8, isFirst: inout Bool, _ what: String)
    throws(SessError) -> Bool
  {
    let byte = peek()
    if byte == end {
      position += 1
      depth -= 1
      return false
    }
    if isFirst {
      isFirst = false
      guard byte != nil else { throw failure("the text ends early") }
      return true
    }
    guard byte == 0x2C else {
      throw failure(byte == nil ? "the text ends early" : "expected a comma or \(what)")
    }
    position += 1
    guard peek() != end else { throw failure("expected a value after the comma") }
    return true
  }

  /// Reads a string, number, `true`, `false` or `null` without decoding it.
  mutating func scalar() throws(SessError) -> Scalar {
    guard let first = peek() else { throw failure("the text ends early") }
    if first == 0x22 { return Scalar(range: try stringRange(), isString: true) }
    let range = literal()
    let text = slice(range)
    let isWord = ["true", "false", "null"].contains { text.elementsEqual($0.utf8) }
    guard isWord || (first == 0x2D || first.isDigit) && NumberParser.parse(text) != nil else {
      position = range.lowerBound
      throw failure("expected a value")
    }
    return Scalar(range: range, isString: false)
  }

  /// Moves past the letters, digits and signs of a number or word, blanks before them skipped.
  mutating func literal() -> Range<Int> {
    _ = peek()
    let start = position
    while position < bytes.count, JSONCursor.isLiteral(bytes[position]) { position += 1 }
    return start..<position
  }

  private static func isLiteral(_ byte: UInt8) -> Bool {
    byte.isDigit || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x2E || byte == 0x2B
      || byte == 0x2D
  }

  private mutating func stringRange() throws(SessError) -> Range<Int> {
    let start = position + 1
    var end = start
    while end < bytes.count, bytes[end] != 0x22 { end += bytes[end] == 0x5C ? 2 : 1 }
    guard end < bytes.count else { throw failure("a string does not end") }
    position = end + 1
    return start..<end
  }

  /// Passes over any value, however deep, without recursion.
  mutating func skip() throws(SessError) {
    var closers: [UInt8] = []
    while true {
      if let byte = peek(), byte == 0x7B || byte == 0x5B {
        closers.append(byte + 2)
        position += 1
        guard depth + closers.count <= JSONCursor.depthMax else {
          throw failure("values are nested more than \(JSONCursor.depthMax) deep")
        }
        if peek() != byte + 2 {
          if byte == 0x7B { _ = try key() }
          continue
        }
      } else {
        _ = try scalar()
      }
      while let closer = closers.last, peek() == closer {
        position += 1
        closers.removeLast()
      }
      guard let closer = closers.last else { return }
      try expect(
        0x2C, closer == 0x7D ? "a comma or the object's end" : "a comma or the array's end")
      if closer == 0x7D { _ = try key() }
    }
  }

  /// The bytes of a range.
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// The text of a range; escapes stay as they are written, as names of fields have none.
  func text(_ range: Range<Int>) -> String { String(decoding: slice(range), as: UTF8.self) }
}

extension UInt8 {
  /// Whether it is the code of a decimal digit.
  fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
