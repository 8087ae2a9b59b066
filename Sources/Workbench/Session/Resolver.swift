import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine

/// One series an address names.
struct SeriesReference {
  var symbol: SymbolSessionData
  var record: BarIntervalData
  var calendar: MarketCalendar

  var interval: Interval { record.interval }

  func offset(at instant: Instant) -> Int { calendar.zone.offsetSeconds(at: instant) }

  /// An instant with the exchange's offset.
  func value(_ instant: Instant) -> Value {
    .instant(instant, offsetSeconds: calendar.zone.offsetSeconds(at: instant))
  }
}

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

  /// The series of several addresses, each once; every series without addresses.
  func series(_ addresses: [Address]) throws(SessError) -> [(
    reference: SeriesReference, scope: Scope?
  )] {
    var all: [(reference: SeriesReference, scope: Scope?)] = []
    var seen: Set<Address> = []
    for address in addresses.isEmpty ? [Address.session] : addresses
    where seen.insert(address).inserted {
      for reference in try series(address) { all.append((reference, address.scope)) }
    }
    return all
  }

  /// The trading dates a scope stands for; nil for all.
  func dates(_ scope: Scope?, of symbol: SymbolSessionData) -> ClosedRange<CivilDate>?? {
    let sessionDate = session.sessionDate(of: symbol.symbol)
    switch scope {
    case nil, .all: return .some(nil)
    case .session:
      guard let sessionDate else { return nil }
      return sessionDate...sessionDate
    case .historical:
      guard let sessionDate else { return nil }
      return CivilDate(daysSinceEpoch: -700_000)...sessionDate.advanced(by: -1)
    case .dates(let range): return range
    case .times(nil, _): return .some(nil)
    case .times(let date?, let times):
      guard let calendar = try? session.calendar(of: symbol.symbol) else { return date...date }
      return Resolver.tradingDays(of: times, on: date, calendar)
    }
  }

  /// The trading days that hold wall clock times of a date: an evening may be of the next.
  static func tradingDays(
    of times: Range<Int64>, on date: CivilDate, _ calendar: MarketCalendar
  ) -> ClosedRange<CivilDate> {
    let days = [times.lowerBound, times.upperBound - 1].compactMap { time in
      calendar.tradingDay(containing: calendar.zone.instant(date: date, nanosecondsOfDay: time))
    }
    guard let first = days.first, let last = days.last else { return date...date }
    return first...max(first, last)
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
    guard let dates = dates(scope, of: reference.symbol) else { return 0..<0 }
    guard reference.interval.isIntraday else {
      return periodRange(starts, dates, reference.calendar)
    }
    if let dates, !dates.contains(day) { return 0..<0 }
    guard case .times(let date, let times)? = scope else { return starts.indices }
    let span = Resolver.moments(times, of: date, on: day, reference.calendar)
    return starts.range(from: span.lowerBound, until: span.upperBound)
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

  /// The moments of some wall clock times of a date that was named, else of a trading day.
  ///
  /// A day that begins on the evening before takes its evening from the day before.
  static func moments(
    _ times: Range<Int64>, of named: CivilDate? = nil, on date: CivilDate,
    _ calendar: MarketCalendar
  ) -> Range<Int64> {
    let zone = calendar.zone
    func moment(_ day: CivilDate, _ time: Int64) -> Int64 {
      zone.instant(date: day, nanosecondsOfDay: time).nanoseconds
    }
    if let named {
      let start = moment(named, times.lowerBound)
      return start..<max(start, moment(named, times.upperBound))
    }
    let start = moment(date, times.lowerBound)
    let end = moment(date, times.upperBound)
    guard let session = calendar.session(on: date), start >= session.end else {
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
      return try AnalysisEngine(session).judged(
        reference.symbol.symbol, record.interval, over: range,
        span: JudgeSpan(clock: session.document.clock))
    case .times(let date, let times):
      var days = record.days.map(\.date)
      if let date {
        let held = Resolver.tradingDays(of: times, on: date, reference.calendar)
        days =
          held.lowerBound == held.upperBound
          ? [held.lowerBound] : [held.lowerBound, held.upperBound]
      }
      var result: (days: [DayQuality], gaps: [Gap]) = ([], [])
      for day in days {
        let span = Resolver.moments(times, of: date, on: day, reference.calendar)
        let judged = try AnalysisEngine(session).judged(
          reference.symbol.symbol, record.interval, over: day...day,
          span: JudgeSpan(
            from: span.lowerBound, until: span.upperBound, clock: session.document.clock))
        result.days += judged.days
        result.gaps += judged.gaps
      }
      return result
    }
  }
}

extension [Int64] {
  /// The indices of increasing moments within `[from, until)`.
  fileprivate func range(from: Int64, until: Int64) -> Range<Int> {
    let lower = lowerBound(from)
    return lower..<Swift.max(lower, lowerBound(until))
  }
}
