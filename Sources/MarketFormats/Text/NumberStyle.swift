/// How the numbers of a text file are written when not plainly: with a decimal comma, with grouped thousands.
struct NumberStyle: Sendable, Equatable {
  /// True for `1.234,5`, false for `1,234.5`.
  var hasDecimalComma: Bool

  /// Parses a number; currency signs, percent signs and groups are passed over, `1.2M` is 1200000.
  ///
  /// Groups are of three digits, those before the last perhaps of two, as in India: `10,25` has none.
  func parse(_ field: UnsafeRawBufferPointer) -> Double? {
    var digits: [UInt8] = []
    digits.reserveCapacity(field.count)
    var factor = 1.0
    let point: UInt8 = hasDecimalComma ? 0x2C : 0x2E
    // The digits behind the last mark of a group; none yet, or none any more.
    var group: Int?
    var isPastPoint = false
    for (index, byte) in field.enumerated() {
      switch byte {
      case 0x30...0x39:
        digits.append(byte)
        group = group.map { $0 + 1 }
      case 0x2D, 0x2B, 0x65, 0x45: digits.append(byte)
      case point:
        guard group == nil || group == 3 else { return nil }
        digits.append(0x2E)
        (group, isPastPoint) = (nil, true)
      case 0x2C, 0x2E:
        guard !isPastPoint, !digits.isEmpty, group == nil || group == 3 || group == 2 else {
          return nil
        }
        group = 0
      case 0x20, 0x27, 0x24, 0x25: continue
      case 0x4B, 0x6B, 0x4D, 0x6D, 0x42, 0x62:
        guard index == field.count - 1, let power = NumberStyle.factor(byte) else { return nil }
        factor = power
      // The bytes of €, £, ¥ and of blanks that do not break.
      case 0xE2, 0x82, 0xAC, 0xC2, 0xA3, 0xA5, 0xA0, 0x80, 0xAF: continue
      default: return nil
      }
    }
    guard group == nil || group == 3 else { return nil }
    guard let value = digits.withUnsafeBytes({ NumberParser.parse($0) }) else { return nil }
    return factor == 1 ? value : (value * factor).rounded()
  }

  private static func factor(_ letter: UInt8) -> Double? {
    switch letter | 0x20 {
    case 0x6B: 1e3
    case 0x6D: 1e6
    case 0x62: 1e9
    default: nil
    }
  }

  /// Whether a text could be a number of some style.
  static func mayBeNumber(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return false }
    return bytes.withUnsafeBytes { bytes in
      NumberStyle(hasDecimalComma: false).parse(bytes) != nil
        || NumberStyle(hasDecimalComma: true).parse(bytes) != nil
    }
  }
}
