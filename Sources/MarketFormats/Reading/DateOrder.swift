import MarketModel

/// In which order a date between separators writes its parts.
public enum DateOrder: String, Sendable, CaseIterable {
  case ymd
  case mdy
  case dmy
}

/// A date as three numbers between separators, before it is decided which is which.
struct SeparatedDate: Equatable {
  var first: Int
  var second: Int
  var third: Int
  /// The byte after it.
  var end: Int
  /// True when the second part is a month's name, so that the order is plain.
  var namesMonth = false
  /// True when the third part has one or two digits, so that the year may be either end.
  let isShort: Bool

  /// Reads `03/04/2024`, `2024.01.02`, `2-Jan-24`; nil for anything else, decimal numbers included.
  init?(_ field: UnsafeRawBufferPointer, from start: Int = 0) {
    var position = start
    guard let first = SeparatedDate.number(field, &position), position < field.count else {
      return nil
    }
    let separator = field[position]
    guard separator == 0x2F || separator == 0x2E || separator == 0x2D else { return nil }
    position += 1
    self.first = first
    if let month = SeparatedDate.month(field, position) {
      (second, namesMonth) = (month, true)
      position += 3
    } else {
      guard let second = SeparatedDate.number(field, &position) else { return nil }
      self.second = second
    }
    guard position < field.count, field[position] == separator else { return nil }
    position += 1
    let last = position
    guard let third = SeparatedDate.number(field, &position) else { return nil }
    self.third = third
    isShort = position - last <= 2
    end = position
  }

  /// One to four digits.
  private static func number(_ field: UnsafeRawBufferPointer, _ position: inout Int) -> Int? {
    let start = position
    var value = 0
    while position < field.count, position - start < 4 {
      let digit = field[position] &- 0x30
      guard digit <= 9 else { break }
      value = value * 10 + Int(digit)
      position += 1
    }
    return position > start ? value : nil
  }

  private static let months = Array("janfebmaraprmayjunjulaugsepoctnovdec".utf8)

  private static func month(_ field: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard start + 3 <= field.count else { return nil }
    for month in 0..<12 {
      let name = months[3 * month..<3 * month + 3]
      if name.elementsEqual((start..<start + 3).lazy.map { field[$0] | 0x20 }) { return month + 1 }
    }
    return nil
  }

  /// The date under an order; nil where there is no such day.
  func date(_ order: DateOrder) -> (year: Int, month: Int, day: Int)? {
    let parts =
      switch order {
      case .ymd: (first, second, third)
      case .mdy: (third, first, second)
      case .dmy: (third, second, first)
      }
    var (year, month, day) = parts
    if namesMonth, order == .mdy { (month, day) = (second, first) }
    if year < 70 { year += 2000 } else if year < 100 { year += 1900 }
    guard Instant.years.contains(year), (1...12).contains(month), (1...31).contains(day) else {
      return nil
    }
    return (year, month, day)
  }

  /// The order its parts show by themselves; nil when the day, the month or a short year could come first.
  var shownOrder: DateOrder? {
    if first > 31 { return .ymd }
    if namesMonth { return .dmy }
    if first > 12, second <= 12 { return isShort ? nil : .dmy }
    return second > 12 && first <= 12 ? .mdy : nil
  }
}
