/// A point in time: UTC nanoseconds since 1970-01-01, the years 1678 to 2261.
public struct Instant: Sendable, Hashable, Comparable {
  /// UTC nanoseconds since 1970-01-01T00:00:00Z.
  public var nanoseconds: Int64

  /// Creates an instant from UTC nanoseconds.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The earlier of two instants is the smaller.
  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// One second, in nanoseconds.
  public static let second: Int64 = 1_000_000_000
  /// One day of 24 hours, in nanoseconds.
  public static let day: Int64 = 86_400 * second

  /// The years that files and feeds may state.
  public static let years = 1700...2200
  /// The moments of those years: a year more or less is still an instant.
  public static let range: Range<Int64> = -98_615 * day..<84_371 * day
}

extension Instant {
  /// The date and the nanoseconds since midnight that a clock so many seconds east of Greenwich shows.
  public func wallClock(offsetSeconds: Int) -> (date: CivilDate, sinceMidnight: Int64) {
    let local = nanoseconds &+ Int64(offsetSeconds) &* Instant.second
    var days = local / Instant.day
    var rest = local % Instant.day
    if rest < 0 {
      rest += Instant.day
      days -= 1
    }
    return (CivilDate(daysSinceEpoch: Int(days)), rest)
  }

  /// ISO 8601 with the offset: `2025-07-02T09:30:00-04:00`, a fraction only where there is one.
  public func iso8601(offsetSeconds: Int) -> String {
    let (date, rest) = wallClock(offsetSeconds: offsetSeconds)
    return "\(date)T\(Instant.timeText(rest, seconds: true))\(Instant.offsetText(offsetSeconds))"
  }

  /// The wall time of day: `09:30`, `09:30:15` or `09:30:15.250`.
  public func timeOfDay(offsetSeconds: Int) -> String {
    let (_, rest) = wallClock(offsetSeconds: offsetSeconds)
    return Instant.timeText(rest, seconds: rest % (60 * Instant.second) != 0)
  }

  private static func timeText(_ nanosecondsOfDay: Int64, seconds: Bool) -> String {
    let total = Int(nanosecondsOfDay / second)
    let hoursAndMinutes =
      DigitText.padded(total / 3600, 2) + ":" + DigitText.padded(total / 60 % 60, 2)
    guard seconds else { return hoursAndMinutes }
    return hoursAndMinutes + ":" + DigitText.padded(total % 60, 2)
      + fractionText(Int(nanosecondsOfDay % second))
  }

  private static func fractionText(_ nanoseconds: Int) -> String {
    guard nanoseconds != 0 else { return "" }
    if nanoseconds % 1_000_000 == 0 { return "." + DigitText.padded(nanoseconds / 1_000_000, 3) }
    if nanoseconds % 1000 == 0 { return "." + DigitText.padded(nanoseconds / 1000, 6) }
    return "." + DigitText.padded(nanoseconds, 9)
  }

  /// An offset as ISO 8601 writes it: `-04:00`, `+00:00`, with seconds only for local mean times.
  public static func offsetText(_ offsetSeconds: Int) -> String {
    let size = abs(offsetSeconds)
    let sign = offsetSeconds < 0 ? "-" : "+"
    let text = sign + DigitText.padded(size / 3600, 2) + ":" + DigitText.padded(size / 60 % 60, 2)
    return size % 60 == 0 ? text : text + ":" + DigitText.padded(size % 60, 2)
  }
}
