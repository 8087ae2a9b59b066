extension ByteWriter {
  /// Adds a CSV field, quoted where its text needs it or would begin a comment.
  public mutating func csvField(_ field: String, separator: UInt8 = 0x2C) {
    var needsQuotes = field.hasPrefix(" ") || field.hasSuffix(" ") || field.hasPrefix("#")
    for byte in field.utf8 where byte == separator || byte == 0x22 || byte == 0x0A || byte == 0x0D {
      needsQuotes = true
    }
    guard needsQuotes else { return text(field) }
    byte(0x22)
    for unit in field.utf8 {
      if unit == 0x22 { byte(0x22) }
      byte(unit)
    }
    byte(0x22)
  }

  /// Adds a JSON string with its quotes (RFC 8259), UTF-8 kept.
  public mutating func jsonString(_ string: some StringProtocol) {
    byte(0x22)
    for unit in string.utf8 {
      switch unit {
      case 0x22: text("\\\"")
      case 0x5C: text("\\\\")
      case 0x0A: text("\\n")
      case 0x0D: text("\\r")
      case 0x09: text("\\t")
      case 0..<0x20:
        text("\\u00")
        for nibble in [unit >> 4, unit & 15] { byte(nibble < 10 ? 0x30 + nibble : 0x57 + nibble) }
      default: byte(unit)
      }
    }
    byte(0x22)
  }
}
