import MarketModel

extension TimestampParser {
  /// A date between separators, and perhaps a time of day.
  func parseSeparated(_ field: UnsafeRawBufferPointer, _ order: DateOrder) -> WrittenTime? {
    guard let parts = SeparatedDate(field), let day = parts.date(order),
      let date = CivilDate(year: day.year, month: day.month, day: day.day)
    else { return nil }
    let midnight = date.midnightNanoseconds
    guard parts.end < field.count else {
      return WrittenTime(nanoseconds: midnight, kind: .dateOnly)
    }
    guard [0x20, 0x54, 0x2C].contains(field[parts.end]) else { return nil }
    return parseAnyClock(field, from: parts.end + 1, midnight)
  }

  /// `9:30`, `09:30:00.5`, `930`, `093000`, each with `AM` or `PM` or an offset behind it.
  func parseAnyClock(
    _ field: UnsafeRawBufferPointer, from start: Int, _ midnight: Int64
  ) -> WrittenTime? {
    var position = start
    while position < field.count, field[position] == 0x20 { position += 1 }
    guard let head = Self.run(field, &position) else { return nil }
    var parts = [head.value, 0, 0]
    var nanoseconds: Int64 = 0
    if position < field.count, field[position] == 0x3A {
      guard head.length <= 2, Self.colonParts(field, &position, &parts) else { return nil }
      if position < field.count, field[position] == 0x2E || field[position] == 0x2C {
        guard let fraction = Self.fraction(field, &position) else { return nil }
        nanoseconds = fraction
      }
    } else if head.length == 9 {
      // HistData's ticks: 000000123 is the first second and its 123rd millisecond.
      let clock = head.value / 1000
      parts = [clock / 10_000, clock / 100 % 100, clock % 100]
      nanoseconds = Int64(head.value % 1000) * 1_000_000
    } else if head.length > 2, head.length <= 6 {
      let clock = head.length <= 4 ? head.value * 100 : head.value
      parts = [clock / 10_000, clock / 100 % 100, clock % 100]
    } else if position == field.count {
      return nil
    }
    guard Self.applyHalfDay(field, &position, &parts[0]) else { return nil }
    guard parts[0] < 24, parts[1] < 60, parts[2] < 60 else { return nil }
    let seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
    return withOffset(field, position, midnight + Int64(seconds) * Instant.second + nanoseconds)
  }

  /// Digits from a place on, at most ten, and how many.
  private static func run(
    _ field: UnsafeRawBufferPointer, _ position: inout Int
  ) -> (value: Int, length: Int)? {
    let start = position
    var value = 0
    while position < field.count, position - start < 10 {
      let digit = field[position] &- 0x30
      guard digit <= 9 else { break }
      value = value * 10 + Int(digit)
      position += 1
    }
    return position > start ? (value, position - start) : nil
  }

  /// `:MM` and perhaps `:SS`.
  private static func colonParts(
    _ field: UnsafeRawBufferPointer, _ position: inout Int, _ parts: inout [Int]
  ) -> Bool {
    for index in 1...2 {
      guard position < field.count, field[position] == 0x3A else { return index == 2 }
      position += 1
      guard let part = run(field, &position), part.length == 2 else { return false }
      parts[index] = part.value
    }
    return true
  }

  /// Turns `12 AM` into 0 and `1 PM` into 13; false for an hour that no clock of twelve shows.
  private static func applyHalfDay(
    _ field: UnsafeRawBufferPointer, _ position: inout Int, _ hour: inout Int
  ) -> Bool {
    var start = position
    while start < field.count, field[start] == 0x20 || field[start] == 0x2D { start += 1 }
    guard start + 2 <= field.count else { return true }
    let letter = field[start] | 0x20
    var end = start + 1
    if field[end] == 0x2E { end += 1 }
    guard letter == 0x61 || letter == 0x70, end < field.count, field[end] | 0x20 == 0x6D else {
      return true
    }
    end += 1
    if end < field.count, field[end] == 0x2E { end += 1 }
    guard (1...12).contains(hour) else { return false }
    hour = hour % 12 + (letter == 0x70 ? 12 : 0)
    position = end
    return true
  }
}
