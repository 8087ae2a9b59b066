import MarketCalendar
import MarketModel

extension MarketCalendar {
  /// The latest trading day whose hours, pre-market included, began strictly before a moment.
  func latestSessionDate(startedBefore clock: Instant) -> CivilDate? {
    let offset = zone.offsetSeconds(at: clock)
    let nextDate = clock.wallClock(offsetSeconds: offset).date.advanced(by: 2)
    var date = previousTradingDay(before: nextDate)
    while let candidate = date {
      if let session = session(on: candidate), session.start < clock.nanoseconds {
        return candidate
      }
      date = previousTradingDay(before: candidate)
    }
    return nil
  }

  /// The latest trading day whose regular hours have begun by a moment.
  func latestDayOpen(at clock: Instant) -> CivilDate? {
    let date = latestSessionDate(startedBefore: Instant(nanoseconds: clock.nanoseconds + 1))
    guard let date, let session = session(on: date), session.open > clock.nanoseconds else {
      return date
    }
    return previousTradingDay(before: date)
  }
}

extension TradingSession {
  /// Whether a moment lies in regular hours.
  func isRegular(_ time: Instant) -> Bool {
    for segment in segments where segment.kind == .regular {
      if time.nanoseconds >= segment.start, time.nanoseconds < segment.end { return true }
    }
    return false
  }
}
