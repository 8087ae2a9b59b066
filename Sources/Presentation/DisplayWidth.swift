/// How many terminal columns a text takes.
enum DisplayWidth {
  /// Ranges of scalars two columns wide, in hexadecimal.
  private static let wideText =
    "1100-115F 231A-231B 2329-232A 23E9-23EC 23F0 23F3 25FD-25FE 2614-2615 2648-2653 267F 2693 26A1 "
    + "26AA-26AB 26BD-26BE 26C4-26C5 26CE 26D4 26EA 26F2-26F3 26F5 26FA 26FD 2705 270A-270B 2728 274C "
    + "274E 2753-2755 2757 2795-2797 27B0 27BF 2B1B-2B1C 2B50 2B55 2E80-303E 3041-33FF 3400-4DBF "
    + "4E00-A4CF A960-A97F AC00-D7A3 F900-FAFF FE30-FE6F FF00-FF60 FFE0-FFE6 16FE0-18CFF 1B000-1B2FF "
    + "1F004 1F0CF 1F18E 1F191-1F19A 1F200-1F320 1F32D-1F335 1F337-1F37C 1F37E-1F393 1F3A0-1F3CA "
    + "1F3CF-1F3D3 1F3E0-1F3F0 1F3F4 1F3F8-1F43E 1F440 1F442-1F4FC 1F4FF-1F53D 1F54B-1F54E "
    + "1F550-1F567 1F57A 1F595-1F596 1F5A4 1F5FB-1F64F 1F680-1F6C5 1F6CC 1F6D0-1F6D2 1F6D5-1F6D7 "
    + "1F6DC-1F6DF 1F6EB-1F6EC 1F6F4-1F6FC 1F7E0-1F7EB 1F7F0 1F90C-1F93A 1F93C-1F945 1F947-1F9FF "
    + "1FA70-1FAFF 20000-2FFFD 30000-3FFFD"

  private static let wide: [ClosedRange<UInt32>] = {
    var ranges: [ClosedRange<UInt32>] = []
    for part in wideText.split(separator: " ") {
      let ends = part.split(separator: "-")
      guard let lower = UInt32(ends[0], radix: 16),
        let upper = UInt32(ends[ends.count - 1], radix: 16)
      else { continue }
      ranges.append(lower...upper)
    }
    return ranges
  }()

  /// The columns of a text without control characters.
  static func columns(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + columns($1) }
  }

  static func columns(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value < 0x300 { return 1 }
    if scalar.properties.generalCategory == .nonspacingMark { return 0 }
    if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// The text cut to a width, an ellipsis marking the cut.
  static func cut(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    var kept = ""
    var used = 1
    for character in text {
      used += columns(character)
      if used > width { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The text filled with blanks to a width.
  static func padded(_ text: String, _ width: Int, right: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - columns(text)))
    return right ? blanks + text : text + blanks
  }
}
