/// Canonical decimal text: the shortest that reads back as the same number.
public enum NumberText {
  /// The text of a number, `null` for `nan` and `inf`.
  public static func string(_ value: Double) -> String {
    var writer = ByteWriter(capacity: 24)
    writer.number(value)
    return writer.string
  }

  fileprivate static let powers: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
  fileprivate static let integerPowers: [UInt] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]

  /// The text for numbers beyond the fast path, from the standard library's shortest digits.
  static func general(_ value: Double) -> String {
    let text = value.description
    guard let mark = text.firstIndex(of: "e") else {
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    let exponent = Int(text[text.index(after: mark)...]) ?? 0
    // The library writes exponents from 1e-5 downwards, and from 2^53 upwards.
    guard exponent == -5 || exponent == -6 else { return scientific(text[..<mark], exponent) }
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = scientific(text[..<mark], nil).filter { $0.isNumber }
    return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
  }

  private static func scientific(_ mantissa: Substring, _ exponent: Int?) -> String {
    let digits = mantissa.hasSuffix(".0") ? mantissa.dropLast(2) : mantissa
    return exponent.map { "\(digits)e\($0)" } ?? String(digits)
  }
}

extension ByteWriter {
  /// Adds a number in canonical text.
  ///
  /// Numbers with up to six decimals, which prices have, take a path of integer digits only.
  public mutating func number(_ value: Double) {
    let size = value.magnitude
    guard size < 1e9 else { return general(value) }
    var scale = 0
    while scale <= 6 {
      let power = NumberText.powers[scale]
      let scaled = (size * power).rounded()
      if scaled / power == size {
        return fixed(isNegative: value < 0, UInt(scaled), decimals: scale)
      }
      scale += 1
    }
    general(value)
  }

  private mutating func general(_ value: Double) {
    guard value.isFinite else { return text("null") }
    text(NumberText.general(value))
  }

  private mutating func fixed(isNegative: Bool, _ scaled: UInt, decimals: Int) {
    if isNegative { byte(0x2D) }
    let power = NumberText.integerPowers[decimals]
    digits(scaled / power, minimum: 1)
    guard decimals > 0 else { return }
    byte(0x2E)
    digits(scaled % power, minimum: decimals)
  }
}
