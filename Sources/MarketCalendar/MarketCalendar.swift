public import MarketModel

/// Why there is no session on a date.
public enum Closure: String, Sendable {
  case weekend = "a weekend"
  case holiday = "a holiday"
  case outOfRange = "outside the calendar's range"
}

/// What a calendar says about a date, and on whose word.
public struct CalendarStatement: Sendable, Equatable {
  /// The holiday's or the special day's name, where the source gives one.
  public var name: String?
  /// Who says so: a library and its version, or what a user calendar states.
  public var source: String
  /// True where only the week and the regular hours speak.
  public var isRegular: Bool
}

/// An exchange's trading days and their hours.
public struct MarketCalendar: Sendable {
  /// The MIC code, or `24/7`, `FX`, `CME` and the like, or what a user calendar calls itself.
  public let name: String
  /// The zone of the exchange's clock.
  public let zone: Zone
  /// Whether its days have pre- or post-market hours.
  public let hasExtendedHours: Bool
  private let table: CalendarTable

  init(name: String, table: CalendarTable, zone: Zone) {
    self.name = name
    self.table = table
    self.zone = zone
    hasExtendedHours = table.eras.contains { $0.hours.pre != nil || $0.hours.post != nil }
  }

  /// One line that says what it is.
  public var title: String { table.title }
  /// The first date it knows.
  public var firstDate: CivilDate { table.firstDate }
  /// The last date it knows.
  public var lastDate: CivilDate { table.lastDate }

  /// Whether the exchange trades on a date.
  ///
  /// - Complexity: O(1).
  public func isTradingDay(_ date: CivilDate) -> Bool { closure(on: date) == nil }

  /// Why there is no session on a date; nil on trading days.
  public func closure(on date: CivilDate) -> Closure? {
    guard date >= table.firstDate, date <= table.lastDate else { return .outOfRange }
    if let rule = table.days[date] { return rule.hours == nil ? .holiday : nil }
    return table.isInWeek(date) ? nil : .weekend
  }

  /// What a holiday or a day with hours of its own is called, and who says what holds on a date.
  public func statement(on date: CivilDate) -> CalendarStatement? {
    guard date >= table.firstDate, date <= table.lastDate else { return nil }
    guard let rule = table.days[date] else {
      let source = table.era(on: date)?.source ?? 0
      return CalendarStatement(name: nil, source: table.sources[source], isRegular: true)
    }
    let name = table.names[rule.name]
    return CalendarStatement(
      name: name.isEmpty ? nil : name, source: table.sources[rule.source], isRegular: false)
  }

  /// The session of a trading day; nil on other dates, and where a change of the clocks skips all its hours.
  ///
  /// - Complexity: O(1), a few zone look-ups.
  public func session(on date: CivilDate) -> TradingSession? {
    guard let hours = table.hours(on: date) else { return nil }
    var segments: [Segment] = []
    if let pre = hours.pre {
      segments.append(
        Segment(kind: .pre, start: time(date, pre), end: time(date, hours.open)))
    }
    for stretch in hours.stretches {
      segments.append(
        Segment(kind: .regular, start: time(date, stretch.start), end: time(date, stretch.end)))
    }
    if let post = hours.post {
      segments.append(
        Segment(kind: .post, start: time(date, hours.close), end: time(date, post)))
    }
    segments.removeAll { $0.start >= $0.end }
    guard segments.contains(where: { $0.kind == .regular }) else { return nil }
    let usual = table.era(on: date)?.hours ?? hours
    return TradingSession(
      date: date, segments: segments, isEarlyClose: hours.close < usual.close,
      isLateOpen: hours.open > usual.open)
  }

  private func time(_ date: CivilDate, _ minutes: Int) -> Int64 {
    zone.instant(date: date, nanosecondsOfDay: Int64(minutes) * 60 * Instant.second).nanoseconds
  }
}

extension MarketCalendar {
  /// The trading days of a range, both ends included.
  public func tradingDays(from first: CivilDate, through last: CivilDate) -> [CivilDate] {
    var days: [CivilDate] = []
    var date = max(first, firstDate)
    let end = min(last, lastDate)
    while date <= end {
      if isTradingDay(date) { days.append(date) }
      date = date.advanced(by: 1)
    }
    return days
  }

  /// The first trading day after a date.
  public func nextTradingDay(after date: CivilDate) -> CivilDate? {
    var candidate = max(date.advanced(by: 1), firstDate)
    while candidate <= lastDate {
      if isTradingDay(candidate) { return candidate }
      candidate = candidate.advanced(by: 1)
    }
    return nil
  }

  /// The last trading day before a date.
  public func previousTradingDay(before date: CivilDate) -> CivilDate? {
    var candidate = min(date.advanced(by: -1), lastDate)
    while candidate >= firstDate {
      if isTradingDay(candidate) { return candidate }
      candidate = candidate.advanced(by: -1)
    }
    return nil
  }

  /// The trading day some trading days after a date, or before it; nil outside the calendar.
  public func tradingDay(_ date: CivilDate, movedBy count: Int) -> CivilDate? {
    var day = date
    for _ in 0..<abs(count) {
      let next = count > 0 ? nextTradingDay(after: day) : previousTradingDay(before: day)
      guard let next else { return nil }
      day = next
    }
    return day
  }

  /// The trading day whose hours, pre- and post-market included, hold a moment.
  public func tradingDay(containing instant: Instant) -> CivilDate? {
    session(containing: instant)?.date
  }

  /// The session whose hours, pre- and post-market included, hold a moment.
  public func session(containing instant: Instant) -> TradingSession? {
    let date = instant.wallClock(offsetSeconds: zone.offsetSeconds(at: instant)).date
    for candidate in [date, date.advanced(by: 1)] {
      guard let session = session(on: candidate), session.start <= instant.nanoseconds,
        instant.nanoseconds < session.end
      else { continue }
      return session
    }
    return nil
  }
}

extension MarketCalendar: Equatable {
  /// Calendars are equal when their names are.
  public static func == (a: MarketCalendar, b: MarketCalendar) -> Bool { a.name == b.name }
}
