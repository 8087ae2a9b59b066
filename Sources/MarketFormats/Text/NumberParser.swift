/// Reads decimal numbers exactly as they are written: correctly rounded, or nil for anything else.
public enum NumberParser {
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18,
  ]

  /// Parses a whole field; numbers too large to hold become infinite.
  ///
  /// A mantissa below 2^53 and a power of ten up to 18 are both exact, so one division rounds correctly.
  public static func parse(_ field: UnsafeRawBufferPointer) -> Double? {
    var position = 0
    let count = field.count
    guard count > 0 else { return nil }
    var isNegative = false
    if field[0] == 0x2D || field[0] == 0x2B {
      isNegative = field[0] == 0x2D
      position = 1
    }
    var mantissa: UInt64 = 0
    var decimals = 0
    var digits = 0
    var isPastPoint = false
    while position < count {
      let byte = field[position]
      if byte == 0x2E, !isPastPoint {
        isPastPoint = true
      } else {
        let digit = byte &- 0x30
        guard digit <= 9, digits < 18 else { return general(field) }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        digits += 1
        if isPastPoint { decimals += 1 }
      }
      position += 1
    }
    guard digits > 0 else { return general(field) }
    guard mantissa <= 1 << 53 else { return general(field) }
    let value = Double(mantissa) / powers[decimals]
    return isNegative ? -value : value
  }

  /// Exponents, long mantissas, `nan` and `inf`, by the standard library.
  private static func general(_ field: UnsafeRawBufferPointer) -> Double? {
    guard field.count <= 400 else { return nil }
    for byte in field {
      // The library reads up to a NUL byte, and hexadecimal numbers, which are none here.
      let isHexadecimal = byte | 0x20 == 0x78 || byte | 0x20 == 0x70
      if byte <= 0x20 || isHexadecimal { return nil }
    }
    return Double(String(decoding: field, as: UTF8.self))
  }

  /// Parses a text.
  public static func parse(_ text: some StringProtocol) -> Double? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBytes { parse($0) }
  }
}
