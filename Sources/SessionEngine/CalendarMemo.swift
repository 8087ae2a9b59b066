import MarketCalendar
import MarketModel
import SessionAnalytics

/// What a calendar said while one piece of work went on, so that each thing is asked for once.
///
/// Calendars never change, so nothing here can be out of date. One thread's; never kept in the session.
final class CalendarMemo {
  let calendar: MarketCalendar
  private var sessions: [CivilDate: TradingSession?] = [:]
  private var held: TradingSession?
  private var latest: (after: Int64, through: Int64, date: CivilDate?)?
  private var grids: [GridKey: DayGrid] = [:]
  private var judges: [Interval: SlotJudge] = [:]

  private struct GridKey: Hashable {
    var date: CivilDate
    var interval: Interval
    var root: Interval?
    var hours: Hours
    var alignment: Alignment
  }

  init(_ calendar: MarketCalendar) { self.calendar = calendar }

  func session(on date: CivilDate) -> TradingSession? {
    if let known = sessions[date] { return known }
    let session = calendar.session(on: date)
    sessions[date] = .some(session)
    return session
  }

  func session(containing moment: Int64) -> TradingSession? {
    if let held, held.start <= moment, moment < held.end { return held }
    held = calendar.session(containing: Instant(nanoseconds: moment))
    return held
  }

  /// The latest trading day whose hours, pre-market included, began strictly before a moment.
  func latestSessionDate(startedBefore clock: Instant) -> CivilDate? {
    let time = clock.nanoseconds
    if let latest, latest.after < time, time <= latest.through { return latest.date }
    let date = calendar.latestSessionDate(startedBefore: clock)
    let next = date.flatMap { calendar.nextTradingDay(after: $0) }
    guard let start = date.flatMap({ session(on: $0) })?.start,
      let through = next.flatMap({ session(on: $0) })?.start
    else { return date }
    latest = (start, through, date)
    return date
  }

  /// The last moment at which the session is still that of a moment; the moment itself where it is not known.
  func sessionEnd(at moment: Int64) -> Int64 {
    _ = latestSessionDate(startedBefore: Instant(nanoseconds: moment))
    guard let latest, latest.after < moment, moment <= latest.through else { return moment }
    return latest.through
  }

  /// The slots of a series on a trading day, with those of the base that is counted; nil on other dates.
  func grid(_ frame: SeriesFrame, root: Interval?, on date: CivilDate) -> DayGrid? {
    let key = GridKey(
      date: date, interval: frame.interval, root: root, hours: frame.hours,
      alignment: frame.alignment)
    if let known = grids[key] { return known }
    guard let session = session(on: date) else { return nil }
    if grids.count > 1024 { grids = [:] }
    let grid = DayGrid(frame, root: root, on: session)
    grids[key] = grid
    return grid
  }

  /// The end of the bar that starts at a moment of a trading day, as its frame gives it.
  func barEnd(_ frame: SeriesFrame, on date: CivilDate, start: Int64) -> Int64 {
    guard let window = grid(frame, root: nil, on: date)?.window(holding: start) else {
      return frame.barEnd(start: start)
    }
    return window.upperBound
  }

  /// The segment that holds a moment, with the slots of an interval in it.
  func segment(holding moment: Int64, _ interval: Interval) -> (day: CivilDate, run: SlotGrid.Run)?
  {
    var judge = judges[interval] ?? SlotJudge(calendar: calendar, interval: interval)
    defer { judges[interval] = judge }
    return judge.segment(holding: moment)
  }
}
