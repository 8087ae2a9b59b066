import MarketCalendar
import MarketModel

/// Tells which trading day the stamp of a bar of a day or longer means.
///
/// Midnight names a date as it is written. Another time is a moment: the evening on which a session opens is of
/// the day that session is of, as FX and futures have it; every other moment is of its date on the exchange's clock.
struct DayNaming {
  let calendar: MarketCalendar
  /// The zone of wall clock readings; nil where stamps state their offset.
  let zone: Zone?
  /// Which end of its bar a stamp names.
  let label: BarLabel

  /// Vendors that keep one offset all year are an hour off for half of it.
  private static let hour = 3600 * Instant.second

  /// The date that a stamp, as it is written, means.
  func date(_ time: Int64) -> CivilDate {
    let wall = Instant(nanoseconds: time).wallClock(offsetSeconds: 0)
    guard time % Instant.day != 0 else { return wall.date }
    let instant =
      zone?.instant(date: wall.date, nanosecondsOfDay: wall.sinceMidnight)
      ?? Instant(nanoseconds: time)
    let local = localDate(instant)
    guard let session = session(at: instant.nanoseconds), session.date != local else {
      return local
    }
    return localDate(Instant(nanoseconds: session.start)) < session.date ? session.date : local
  }

  /// The date whose week or month a stamp means.
  ///
  /// A Sunday without trading begins the week after it for stamps that name starts, and ends the one before else.
  func periodDate(_ time: Int64, _ unit: Interval.Unit) -> CivilDate {
    let date = date(time)
    switch unit {
    case .week: return (isSundayBefore(date) ? date.advanced(by: 1) : date).weekStart
    case .month: return date.monthStart
    default: return date
    }
  }

  private func isSundayBefore(_ date: CivilDate) -> Bool {
    label == .start && date.isoWeekday == 7 && !calendar.isTradingDay(date)
  }

  private func localDate(_ instant: Instant) -> CivilDate {
    instant.wallClock(offsetSeconds: calendar.zone.offsetSeconds(at: instant)).date
  }

  /// The session that opens then, or closes for stamps that name ends.
  private func session(at moment: Int64) -> TradingSession? {
    let hour = DayNaming.hour
    let probe = label == .end ? moment - hour - 1 : moment + hour
    guard let session = calendar.session(containing: Instant(nanoseconds: probe)) else {
      return nil
    }
    let distance = label == .end ? session.end - probe : probe - session.start
    return distance <= 3 * hour ? session : nil
  }
}

extension DayNaming {
  /// How many of some stamps mean a day without trading, or one that another means already.
  func faults(_ times: Set<Int64>) -> Int {
    var days: Set<CivilDate> = []
    for time in times {
      let date = date(time)
      if calendar.isTradingDay(date) { days.insert(date) }
    }
    return times.count - days.count
  }
}
