/// A date of the proleptic Gregorian calendar, without a zone.
///
/// - Source: the day-count algorithms of Howard Hinnant's "chrono-compatible low-level date algorithms".
public struct CivilDate: Sendable, Hashable, Comparable {
  /// Days since 1970-01-01, negative before.
  public let daysSinceEpoch: Int32

  /// Creates a date from its day count.
  public init(daysSinceEpoch: Int) {
    self.daysSinceEpoch = Int32(truncatingIfNeeded: daysSinceEpoch)
  }

  /// Creates a date from its parts, or nil where the calendar has no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
    guard day <= CivilDate.dayCount(year: year, month: month) else { return nil }
    self.init(daysSinceEpoch: CivilDate.dayNumber(year: year, month: month, day: day))
  }

  /// Parses `2025-07-02`, and nothing else.
  public init?(iso text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
    var parts = [0, 0, 0]
    for (index, range) in [0..<4, 5..<7, 8..<10].enumerated() {
      for byte in bytes[range] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        parts[index] = parts[index] * 10 + Int(byte - 0x30)
      }
    }
    self.init(year: parts[0], month: parts[1], day: parts[2])
  }

  /// The earlier of two dates is the smaller.
  public static func < (a: CivilDate, b: CivilDate) -> Bool {
    a.daysSinceEpoch < b.daysSinceEpoch
  }

  /// Days since 1970-01-01 of a valid year, month and day.
  public static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// How many days the month has, 28 to 31.
  public static func dayCount(year: Int, month: Int) -> Int {
    if month == 2 {
      return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
  }
}

extension CivilDate {
  /// Year, month 1...12, day 1...31.
  public var components: (year: Int, month: Int, day: Int) {
    let z = Int(daysSinceEpoch) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }

  /// The day of the week, Monday 1 to Sunday 7 (ISO 8601).
  public var isoWeekday: Int {
    let shifted = (Int(daysSinceEpoch) + 3) % 7
    return (shifted < 0 ? shifted + 7 : shifted) + 1
  }

  /// The Monday of this date's ISO week.
  public var weekStart: CivilDate { advanced(by: 1 - isoWeekday) }

  /// The first day of this date's month.
  public var monthStart: CivilDate { advanced(by: 1 - components.day) }

  /// The first day of this date's year.
  public var yearStart: CivilDate {
    CivilDate(daysSinceEpoch: CivilDate.dayNumber(year: components.year, month: 1, day: 1))
  }

  /// The date some days later, or earlier when negative.
  public func advanced(by days: Int) -> CivilDate {
    CivilDate(daysSinceEpoch: Int(daysSinceEpoch) + days)
  }

  /// Nanoseconds from 1970-01-01T00:00 to this date's midnight, both on the same wall clock.
  ///
  /// Dates beyond what an instant can hold give the first or last one, two days within its range so that an offset
  /// or a day more or less still fits.
  public var midnightNanoseconds: Int64 {
    min(max(Int64(daysSinceEpoch), -106_749), 106_749) * 86_400_000_000_000
  }
}

extension CivilDate: CustomStringConvertible {
  /// ISO 8601: `2025-07-02`.
  public var description: String {
    let (year, month, day) = components
    return DigitText.padded(year, 4) + "-" + DigitText.padded(month, 2) + "-"
      + DigitText.padded(day, 2)
  }
}

/// Fixed-width decimal digits for dates and times.
enum DigitText {
  static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return digits.count >= width
      ? digits : String(repeating: "0", count: width - digits.count) + digits
  }
}
