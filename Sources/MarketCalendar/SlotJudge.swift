public import MarketModel

/// Where a row's start lies on a symbol's timeline.
public enum SlotVerdict: Sendable, Equatable {
  /// On a slot of a trading day.
  case slot(day: CivilDate, kind: SegmentKind)
  /// Inside a segment but between two slots.
  case offGrid(day: CivilDate)
  /// On a trading day's date, but outside every segment.
  case outsideHours(date: CivilDate)
  /// On a date without a session, and why.
  case nonTradingDay(date: CivilDate, closure: Closure)
  /// Before or after the dates the calendar knows.
  case outsideCalendar(date: CivilDate)
}

/// Judges starts one by one, remembering the session of the last.
///
/// Pre- and post-market slots are slots whatever hours are expected, each on its own segment's grid.
public struct SlotJudge: Sendable {
  private let calendar: MarketCalendar
  private let interval: Interval
  private let alignment: Alignment
  private var session: TradingSession?
  private var runs: [SlotGrid.Run] = []
  private var sessionStart = Int64.max
  private var sessionEnd = Int64.min

  /// Creates a judge for an interval of a calendar, whose slots are anchored at the open or the clock.
  public init(calendar: MarketCalendar, interval: Interval, alignment: Alignment = .session) {
    self.calendar = calendar
    self.interval = interval
    self.alignment = alignment
  }

  /// Judges a start in UTC nanoseconds.
  ///
  /// - Complexity: O(segments) within the session of the start judged before.
  public mutating func judge(_ start: Int64) -> SlotVerdict {
    if start < sessionStart || start >= sessionEnd { moveSession(to: start) }
    guard let session else { return closed(at: start) }
    guard interval.isIntraday else { return judgePeriod(start, session) }
    for run in runs where start >= run.start && start < run.end {
      return run.isSlotStart(start)
        ? .slot(day: session.date, kind: run.kind) : .offGrid(day: session.date)
    }
    return closed(at: start)
  }

  /// The trading day and the slots of the segment that holds a moment; nil outside every segment.
  ///
  /// - Complexity: O(segments) within the session of the start judged before.
  public mutating func segment(holding moment: Int64) -> (day: CivilDate, run: SlotGrid.Run)? {
    if moment < sessionStart || moment >= sessionEnd { moveSession(to: moment) }
    guard let session else { return nil }
    for run in runs where moment >= run.start && moment < run.end { return (session.date, run) }
    return nil
  }

  private mutating func moveSession(to start: Int64) {
    session = calendar.session(containing: Instant(nanoseconds: start))
    guard let session else {
      (sessionStart, sessionEnd, runs) = (.max, .min, [])
      return
    }
    (sessionStart, sessionEnd) = (session.start, session.end)
    guard interval.isIntraday else { return }
    runs =
      SlotGrid(
        session: session, interval: interval, extended: true, alignment: alignment,
        zone: calendar.zone
      ).runs
  }

  /// A bar of a day, week or month starts at the open of its first trading day.
  private func judgePeriod(_ start: Int64, _ session: TradingSession) -> SlotVerdict {
    var first = session.date
    if interval.unit == .week { first = session.date.weekStart }
    if interval.unit == .month { first = session.date.monthStart }
    let opening = calendar.isTradingDay(first) ? first : calendar.nextTradingDay(after: first)
    let isFirst = opening == session.date
    return isFirst && start == session.open
      ? .slot(day: session.date, kind: .regular) : .offGrid(day: session.date)
  }

  private func closed(at start: Int64) -> SlotVerdict {
    let instant = Instant(nanoseconds: start)
    let date = instant.wallClock(offsetSeconds: calendar.zone.offsetSeconds(at: instant)).date
    switch calendar.closure(on: date) {
    case nil: return .outsideHours(date: date)
    case .outOfRange: return .outsideCalendar(date: date)
    case let closure?: return .nonTradingDay(date: date, closure: closure)
    }
  }
}
