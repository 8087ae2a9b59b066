import MarketCalendar
import MarketModel

/// How far a bar that came by the live path reaches into what follows from it.
///
/// Each stretch is a little wider than need be, by a constant, so that neither the path nor its log entry
/// has to name windows and days one by one.
enum LiveExtent {
  /// The trading days whose judgement follows from bars of some days.
  static func days(
    of days: ClosedRange<CivilDate>, _ interval: Interval
  ) -> ClosedRange<CivilDate> {
    switch interval.unit {
    case .second, .minute, .hour, .day: days
    case .week: days.lowerBound.advanced(by: -6)...days.upperBound
    case .month: days.lowerBound.advanced(by: -31)...days.upperBound
    }
  }

  /// The starts of the derived bars that follow from bars of some starts.
  static func bars(of starts: ClosedRange<Instant>, _ interval: Interval) -> ClosedRange<Instant> {
    let length = interval.nanoseconds
    let first = starts.lowerBound.nanoseconds
    let last = starts.upperBound.nanoseconds
    let (before, after) =
      interval.isIntraday ? (length, 0) : (length + 2 * Instant.day, Instant.day)
    return Instant(nanoseconds: first - before)...Instant(nanoseconds: last + after)
  }
}
