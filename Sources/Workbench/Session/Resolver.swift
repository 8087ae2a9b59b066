import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine

/// Finds what addresses name in a snapshot.
struct Resolver {
  let session: SessionData

  /// The symbols a pattern names, sorted; all for nil.
  ///
  /// - Throws: `unknown-symbol`, `no-match`.
  func symbols(_ pattern: GlobPattern?) throws(SessError) -> [SymbolSessionData] {
    if let name = pattern?.literal { return [try session.symbolData(name)] }
    var found: [SymbolSessionData] = []
    for name in session.document.symbolNames where pattern?.matches(name) ?? true {
      if let data = session.document.symbols[name] { found.append(data) }
    }
    guard found.isEmpty, let pattern, pattern.description != "*" || session.document.symbols.isEmpty
    else {
      return found
    }
    let names = session.document.symbolNames
    throw SessError(
      "no-match", names.isEmpty ? "nothing is loaded" : "no symbol matches \(pattern)",
      hint: names.isEmpty
        ? "`load FILE --symbol NAME` loads bars"
        : "loaded: " + names.prefix(8).joined(separator: ", "))
  }

  /// The series an address names, by symbol, the base interval first.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `no-match`, `unknown-calendar`.
  func series(_ address: Address) throws(SessError) -> [SeriesReference] {
    var references: [SeriesReference] = []
    let symbols = try symbols(address.symbol)
    for symbol in symbols {
      let calendar = try session.catalog.calendar(named: symbol.calendar)
      for interval in symbol.intervals {
        if let wanted = address.interval, wanted != interval { continue }
        guard let record = symbol.bars[interval] else { continue }
        references.append(SeriesReference(symbol: symbol, record: record, calendar: calendar))
      }
    }
    guard references.isEmpty, let interval = address.interval, let first = symbols.first else {
      return references
    }
    if address.symbol?.literal != nil {
      _ = try session.intervalData(first.symbol, interval)
    }
    throw SessError("no-match", "no symbol of \(address) has \(interval) bars")
  }

  /// The series of several addresses, each once a scope; every series without addresses.
  func series(_ addresses: [Address]) throws(SessError) -> [(
    reference: SeriesReference, scope: Scope?
  )] {
    var all: [(reference: SeriesReference, scope: Scope?)] = []
    var seen: Set<Address> = []
    for address in addresses.isEmpty ? [Address.session] : addresses {
      for reference in try series(address) {
        let single = Address(
          symbol: GlobPattern(literal: reference.symbol.symbol),
          intervals: .one(reference.interval), scope: address.scope)
        if seen.insert(single).inserted { all.append((reference, address.scope)) }
      }
    }
    return all
  }

  /// The trading dates a scope stands for; nil for all.
  func dates(_ scope: Scope?, of symbol: SymbolSessionData) -> ClosedRange<CivilDate>?? {
    let sessionDate = session.sessionDate(of: symbol.symbol)
    switch scope {
    case nil, .all, .times: return .some(nil)
    case .session:
      guard let sessionDate else { return nil }
      return sessionDate...sessionDate
    case .historical:
      guard let sessionDate else { return nil }
      return CivilDate(daysSinceEpoch: -700_000)...sessionDate.advanced(by: -1)
    case .dates(let range): return range
    case .span, .moment:
      guard let calendar = try? session.catalog.calendar(named: symbol.calendar),
        let moments = moments(scope, of: symbol, symbol.baseInterval, calendar)
      else { return nil }
      return calendar.dates(of: moments)
    }
  }

  /// The bars of a series within a scope, as the symbol's adjustments show them.
  func chunks(_ reference: SeriesReference, _ scope: Scope?) -> [BarChunk] {
    chunks(reference, within: [scope])
  }

  /// The bars of a series within any of some scopes, each once.
  func chunks(_ reference: SeriesReference, within scopes: [Scope?]) -> [BarChunk] {
    let chunks = receivedChunks(reference, within: scopes)
    let view = AdjustmentView(reference.symbol.metadata.adjustments)
    guard !view.isIdentity, !reference.record.derived else { return chunks }
    return chunks.map { chunk in
      view.adjusted(chunk, interval: reference.interval) {
        reference.calendar.tradingDay(containing: $0)
      }
    }
  }

  /// The bars of a series within a scope, as received or derived.
  func receivedChunks(_ reference: SeriesReference, _ scope: Scope?) -> [BarChunk] {
    receivedChunks(reference, within: [scope])
  }

  private func receivedChunks(_ reference: SeriesReference, within scopes: [Scope?]) -> [BarChunk] {
    var result: [BarChunk] = []
    for chunk in reference.record.data.chunks {
      let ranges = scopes.map { range(of: chunk.day, chunk.starts, reference, $0) }
      var end = 0
      for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        let rest = max(range.lowerBound, end)..<max(range.upperBound, end)
        if !rest.isEmpty { result.append(chunk.slice(rest)) }
        end = max(end, range.upperBound)
      }
    }
    return result
  }

  /// Series cut to a scope: their bars, and the days and gaps judged for it.
  ///
  /// - Throws: as `judged`.
  func within(_ scope: Scope?, _ references: [SeriesReference]) throws(SessError)
    -> [SeriesReference]
  {
    guard let scope, scope != .all else { return references }
    var cut = references
    for index in cut.indices {
      let reference = references[index]
      cut[index].record.data = BarSeries(chunks: receivedChunks(reference, scope))
      (cut[index].record.days, cut[index].record.gaps) = try judged(reference, scope)
    }
    return cut
  }

  /// Whether a bar of a series that starts then lies within a scope.
  func contains(_ start: Instant, _ reference: SeriesReference, _ scope: Scope?) -> Bool {
    guard let scope, scope != .all else { return true }
    guard let day = reference.calendar.tradingDay(containing: start) else { return false }
    return !range(of: day, [start.nanoseconds], reference, scope).isEmpty
  }

  /// Which of a chunk's starts lie within a scope.
  func range(
    of day: CivilDate, _ starts: [Int64], _ reference: SeriesReference, _ scope: Scope?
  ) -> Range<Int> {
    let moments = moments(
      scope, of: reference.symbol, reference.interval, reference.calendar, on: day)
    if case .moment? = scope, let moments {
      return starts.range(from: moments.lowerBound, until: moments.upperBound)
    }
    guard let dates = dates(scope, of: reference.symbol) else { return 0..<0 }
    guard reference.interval.isIntraday else {
      return periodRange(starts, dates, reference.calendar)
    }
    if let dates, !dates.contains(day) { return 0..<0 }
    guard let moments else { return starts.indices }
    return starts.range(from: moments.lowerBound, until: moments.upperBound)
  }

  private func periodRange(
    _ starts: [Int64], _ dates: ClosedRange<CivilDate>?, _ calendar: MarketCalendar
  ) -> Range<Int> {
    guard let dates else { return starts.indices }
    let lower = max(dates.lowerBound, calendar.firstDate)
    let upper = min(dates.upperBound, calendar.lastDate)
    let first = calendar.isTradingDay(lower) ? lower : calendar.nextTradingDay(after: lower)
    let last = calendar.isTradingDay(upper) ? upper : calendar.previousTradingDay(before: upper)
    guard let first, let last, first <= last, let opening = calendar.session(on: first),
      let closing = calendar.session(on: last)
    else { return 0..<0 }
    return starts.range(from: opening.open, until: closing.close)
  }

  /// The moments a scope names, of a trading day where it is about times of every day; nil when it names days.
  ///
  /// A single moment stands for the slot of the interval that holds it, without an interval for a minute.
  func moments(
    _ scope: Scope?, of symbol: SymbolSessionData, _ interval: Interval?,
    _ calendar: MarketCalendar, on day: CivilDate? = nil
  ) -> Range<Int64>? {
    switch scope {
    case nil, .all, .session, .historical, .dates: return nil
    case .times(let times): return day.map { Resolver.moments(times, on: $0, calendar) }
    case .span(let from, let until):
      let start = Workbench.moment(from, calendar).nanoseconds
      return start..<max(start, Workbench.moment(until, calendar).nanoseconds)
    case .moment(let word):
      let moment = Workbench.moment(word, calendar).nanoseconds
      guard let interval, let record = symbol.bars[interval] else {
        return moment..<moment + 60 * Instant.second
      }
      let reference = SeriesReference(symbol: symbol, record: record, calendar: calendar)
      return reference.slot(holding: moment).map { $0.start..<$0.end } ?? moment..<moment
    }
  }

  /// The moments of some wall clock times of a trading day.
  ///
  /// A day that begins on the evening before takes its evening from the day before.
  static func moments(
    _ times: Range<Int64>, on date: CivilDate, _ calendar: MarketCalendar
  ) -> Range<Int64> {
    let zone = calendar.zone
    func moment(_ day: CivilDate, _ time: Int64) -> Int64 {
      zone.instant(date: day, nanosecondsOfDay: time).nanoseconds
    }
    let start = moment(date, times.lowerBound)
    let end = moment(date, times.upperBound)
    guard let session = calendar.session(on: date), start >= session.end,
      session.start < moment(date, 0)
    else {
      return start..<max(start, end)
    }
    let before = date.advanced(by: -1)
    return moment(before, times.lowerBound)..<moment(before, times.upperBound)
  }

  /// Quality and gaps of a series within a scope; dates named by the user are the expectation themselves.
  func judged(_ reference: SeriesReference, _ scope: Scope?) throws(SessError)
    -> (days: [DayQuality], gaps: [Gap])
  {
    let record = reference.record
    switch scope {
    case nil, .all: return (record.days, record.gaps)
    case .session, .historical:
      return try AnalysisEngine(session).judged(
        reference.symbol.symbol, record.interval, in: scope == .session ? .session : .historical)
    case .dates(let range):
      try reference.calendar.verifyKnown(range)
      return try AnalysisEngine(session).judged(
        reference.symbol.symbol, record.interval, over: range,
        span: JudgeSpan(clock: session.document.clock))
    case .times(let times):
      var result: (days: [DayQuality], gaps: [Gap]) = ([], [])
      for day in record.days.map(\.date) {
        let judged = try judged(
          reference, over: day...day, Resolver.moments(times, on: day, reference.calendar))
        result.days += judged.days
        result.gaps += judged.gaps
      }
      return result
    case .span, .moment:
      guard
        let moments = moments(scope, of: reference.symbol, record.interval, reference.calendar)
      else { return ([], []) }
      let dates = reference.calendar.dates(of: moments)
      if case .span = scope, !record.interval.isIntraday {
        return try judged(reference, .dates(dates))
      }
      return try judged(reference, over: dates, moments)
    }
  }

  private func judged(
    _ reference: SeriesReference, over dates: ClosedRange<CivilDate>, _ moments: Range<Int64>
  ) throws(SessError) -> (days: [DayQuality], gaps: [Gap]) {
    try reference.calendar.verifyKnown(dates)
    return try AnalysisEngine(session).judged(
      reference.symbol.symbol, reference.interval, over: dates,
      span: JudgeSpan(
        from: moments.lowerBound, until: moments.upperBound, clock: session.document.clock))
  }
}

extension MarketCalendar {
  /// Fails for dates of which nothing can be said.
  ///
  /// - Throws: `outside-calendar`.
  func verifyKnown(_ dates: ClosedRange<CivilDate>) throws(SessError) {
    guard dates.lowerBound < firstDate || dates.upperBound > lastDate else { return }
    let known = dates.clamped(to: firstDate...lastDate)
    throw SessError(
      "outside-calendar", "\(name) is known from \(firstDate) to \(lastDate)",
      hint: dates.overlaps(firstDate...lastDate)
        ? "\(known.lowerBound)..\(known.upperBound)" : "`calendar \(name)` says what it knows")
  }

  /// The trading day that holds a moment; where it is closed, the date on its clock.
  func date(of moment: Int64) -> CivilDate {
    let instant = Instant(nanoseconds: moment)
    return tradingDay(containing: instant)
      ?? instant.wallClock(offsetSeconds: zone.offsetSeconds(at: instant)).date
  }

  /// The dates of some moments.
  func dates(of moments: Range<Int64>) -> ClosedRange<CivilDate> {
    let first = date(of: moments.lowerBound)
    return first...max(first, date(of: max(moments.lowerBound, moments.upperBound - 1)))
  }
}

extension [Int64] {
  /// The indices of increasing moments within `[from, until)`.
  fileprivate func range(from: Int64, until: Int64) -> Range<Int> {
    let lower = lowerBound(from)
    return lower..<Swift.max(lower, lowerBound(until))
  }
}
