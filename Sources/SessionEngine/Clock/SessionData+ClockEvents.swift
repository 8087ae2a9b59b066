public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// Where the clock of a replay can stop: the moments at which something becomes visible.
extension SessionData {
  /// The moments at which something becomes visible, of every symbol or of one series.
  public func events(of address: (symbol: String, interval: Interval)? = nil) throws(SessError)
    -> EventWalk
  {
    guard let replay else { throw SessionData.noReplay }
    return try EventWalk(replay, catalog, of: address)
  }

  /// The first moment after the clock at which something becomes visible; nil at the end.
  ///
  /// - Complexity: O(series · log bars).
  public func nextEvent() throws(SessError) -> Instant? {
    guard let clock = document.clock else { throw SessionData.noReplay }
    return try events().next(after: clock)
  }

  /// The last moment before the clock at which something became visible; the start where there is none.
  public func previousEvent() throws(SessError) -> Instant {
    guard let clock = document.clock else { throw SessionData.noReplay }
    return try events().previous(before: clock)
  }

  /// The moment from which everything known is visible: the end of the last session of every symbol.
  public func lastMoment() throws(SessError) -> Instant {
    guard let replay else { throw SessionData.noReplay }
    var last = replay.start.nanoseconds
    for data in replay.known.values {
      let calendar = try catalog.calendar(named: data.calendar)
      let timeline = EventTimeline(data, CalendarMemo(calendar))
      let event = timeline.previous(before: .max)
      // A day with bars before or after its regular hours only is no loaded one, but its windows close, too.
      var days = data.bars.values.filter { !$0.derived && $0.interval.isIntraday }
        .compactMap { $0.data.chunks.last?.day }
      if let loaded = SessionData.loadedDays(of: data, calendar) { days.append(loaded.upperBound) }
      if let session = days.max().flatMap({ calendar.session(on: $0) }) {
        last = max(last, session.end)
      }
      last = max(last, event ?? .min)
    }
    return Instant(nanoseconds: last)
  }

  /// The end of the current session's regular hours over all symbols, or of its last hours after that.
  public func sessionEnd() throws(SessError) -> Instant {
    guard let replay, let clock = document.clock else { throw SessionData.noReplay }
    var closes: [Int64] = []
    var ends: [Int64] = []
    for name in Set(replay.known.values.map(\.calendar)) {
      let calendar = try catalog.calendar(named: name)
      let current = calendar.latestSessionDate(startedBefore: clock)
      for date in [current, current.flatMap { calendar.nextTradingDay(after: $0) }] {
        guard let session = date.flatMap({ calendar.session(on: $0) }) else { continue }
        if session.close > clock.nanoseconds { closes.append(session.close) }
        if session.end > clock.nanoseconds, session.start < clock.nanoseconds {
          ends.append(session.end)
        }
      }
    }
    // Within a session's hours its own end comes first; before them the close of the one to come.
    let next = [closes.min(), ends.min()].compactMap { $0 }.min()
    return next.map { Instant(nanoseconds: $0) } ?? clock
  }

  /// The first opening of the next trading day with loaded days to come; nil when there is none.
  ///
  /// A day has begun once its regular hours have: from its pre-market on, the next opening is its own.
  public func nextOpening() throws(SessError) -> Instant? {
    guard let replay, let clock = document.clock else { throw SessionData.noReplay }
    var loaded: [(calendar: MarketCalendar, days: ClosedRange<CivilDate>)] = []
    var today: CivilDate?
    for data in replay.known.values {
      let calendar = try catalog.calendar(named: data.calendar)
      guard let days = SessionData.loadedDays(of: data, calendar) else { continue }
      loaded.append((calendar, days))
      if let begun = calendar.latestDayOpen(at: clock) { today = max(begun, today ?? begun) }
    }
    var next: (day: CivilDate, open: Int64)?
    for (calendar, days) in loaded {
      let first = max(days.lowerBound, today?.advanced(by: 1) ?? days.lowerBound)
      let day = calendar.isTradingDay(first) ? first : calendar.nextTradingDay(after: first)
      guard let day, day <= days.upperBound, let open = calendar.session(on: day)?.open else {
        continue
      }
      if let known = next, (known.day, known.open) <= (day, open) { continue }
      next = (day, open)
    }
    return next.map { Instant(nanoseconds: $0.open) }
  }

  /// The first and last trading day with a received bar in regular hours, or with an event.
  static func loadedDays(of data: SymbolSessionData, _ calendar: MarketCalendar)
    -> ClosedRange<CivilDate>?
  {
    var days: ClosedRange<CivilDate>?
    for times in [data.ticks.times, data.quotes.times] {
      guard let first = times.first, let last = times.last,
        let from = calendar.tradingDay(containing: Instant(nanoseconds: first)),
        let through = calendar.tradingDay(containing: Instant(nanoseconds: last))
      else { continue }
      days = min(from, days?.lowerBound ?? from)...max(through, days?.upperBound ?? through)
    }
    let received = data.bars.values.filter { !$0.derived }
    // Bars of days and longer often reach far back: they count where nothing finer is held.
    let isFine = days != nil || received.contains { $0.interval.isIntraday }
    for record in received where record.interval.isIntraday || !isFine {
      let loaded = SeriesJudge.loadedDays(
        of: record.data, interval: record.interval, calendar: calendar)
      guard let loaded else { continue }
      let lower = min(loaded.lowerBound, days?.lowerBound ?? loaded.lowerBound)
      days = lower...max(loaded.upperBound, days?.upperBound ?? loaded.upperBound)
    }
    return days
  }

  /// Notes every phase that began after one moment and by another, in order.
  mutating func notePhases(from: Instant, through: Instant) {
    var names: Set<String> = []
    for data in knownSymbols.values { names.insert(data.calendar) }
    var phases: [(time: Instant, name: String, date: CivilDate, phase: SessionPhase)] = []
    for name in names.sorted() {
      guard let calendar = try? catalog.calendar(named: name) else { continue }
      for start in calendar.phaseStarts(from: from, through: through) {
        phases.append((start.time, name, start.date, start.phase))
      }
    }
    phases.sort { ($0.time, $0.name) < ($1.time, $1.name) }
    for item in phases {
      let part = Change.Part.phase(calendar: item.name, item.date, item.phase.rawValue)
      note(.set, nil, part, .starts(item.time...item.time))
    }
  }
}
