import MarketModel

extension TimestampParser {
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  /// `Jan 5, 2024 09:30`, `05 January 2024`, `Fri, 5 Jan 2024 14:30:00 GMT`; nil for all else.
  func parseNamedMonth(_ field: UnsafeRawBufferPointer) -> WrittenTime? {
    var position = 0
    var (month, day): (Int?, Int?) = (nil, nil)
    var words = 0
    while month == nil || day == nil {
      words += 1
      guard words <= 3, let word = TimestampParser.word(field, &position) else { return nil }
      if let number = TimestampParser.dayNumber(word), day == nil {
        day = number
      } else if let found = TimestampParser.monthNumber(word), month == nil {
        month = found
      } else if words > 1 || word.first?.isLetter != true {
        return nil
      }
    }
    guard let month, let day, let text = TimestampParser.word(field, &position), text.count == 4,
      let year = Int(text), Instant.years.contains(year),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let midnight = date.midnightNanoseconds
    while position < field.count, field[position] == 0x20 { position += 1 }
    guard position < field.count else {
      return WrittenTime(nanoseconds: midnight, kind: .dateOnly)
    }
    return parseAnyClock(field, from: position, midnight)
  }

  /// The next run of letters and digits, and the position after it and the blanks and commas behind it.
  private static func word(_ field: UnsafeRawBufferPointer, _ position: inout Int) -> String? {
    let start = position
    while position < field.count, field[position] > 0x2F, field[position] < 0x80,
      field[position] != 0x3A
    { position += 1 }
    guard position > start else { return nil }
    let text = String(decoding: field[start..<position], as: UTF8.self).lowercased()
    while position < field.count, [0x20, 0x2C, 0x2E].contains(field[position]) { position += 1 }
    return text
  }

  private static func monthNumber(_ word: String) -> Int? {
    guard word.count >= 3 else { return nil }
    for (index, name) in months.enumerated() where word == name || word == name.prefix(3) {
      return index + 1
    }
    return word == "sept" ? 9 : nil
  }

  /// `5`, `05`, `1st`, `22nd`.
  private static func dayNumber(_ word: String) -> Int? {
    let digits = word.prefix { $0.isNumber }
    guard digits.count <= 2, ["", "st", "nd", "rd", "th"].contains(word.dropFirst(digits.count))
    else { return nil }
    return Int(digits)
  }

  /// Days since 30 December 1899, as spreadsheets count them, to the nearest millisecond.
  func parseSheetDays(_ field: UnsafeRawBufferPointer, _ kind: WrittenTime.Kind) -> WrittenTime? {
    guard let days = NumberParser.parse(field), TimestampParser.sheetDays.contains(days) else {
      return nil
    }
    let milliseconds = (days * 86_400_000).rounded() - 25_569 * 86_400_000
    return WrittenTime(nanoseconds: Int64(milliseconds) * 1_000_000, kind: kind)
  }

  /// From 1954 to 2119; as seconds they would all be in the first day of 1970.
  static let sheetDays = 20_000.0..<80_000.0
}
