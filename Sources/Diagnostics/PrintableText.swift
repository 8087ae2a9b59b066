/// Text of files as a terminal may show it.
public enum PrintableText {
  /// A text that cannot move the cursor: control characters are written as escapes.
  ///
  /// With `keepsTabs`, tabs stay as they are, in lines that have no columns to keep.
  public static func escaped(_ text: String, keepsTabs: Bool = false) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t" where keepsTabs: safe.unicodeScalars.append(scalar)
      case "\n": safe += "\\n"
      case "\t": safe += "\\t"
      case "\r": safe += "\\r"
      case _ where isControl(scalar): safe += "\\u{\(String(scalar.value, radix: 16))}"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    let category = scalar.properties.generalCategory
    return category == .control || category == .lineSeparator || category == .paragraphSeparator
  }
}
