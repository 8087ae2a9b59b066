public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

extension SessionData {
  /// Removes the session's bars of every interval; records, metadata and historical days stay.
  ///
  /// The session date stays too: the session is empty, not gone. In a replay bars that are still to come stay.
  ///
  /// - Returns: how many received bars were removed.
  /// - Throws: `unknown-symbol`.
  @discardableResult
  public mutating func clearSessionBars(_ symbol: String) throws(SessError) -> Int {
    try clear(symbol) { $0 == $1 }
  }

  /// Removes the bars of every day before the session date.
  ///
  /// - Returns: how many received bars were removed.
  /// - Throws: `unknown-symbol`.
  @discardableResult
  public mutating func clearHistoricalBars(_ symbol: String) throws(SessError) -> Int {
    try clear(symbol) { $0 < $1 }
  }

  private mutating func clear(
    _ symbol: String, _ isCleared: (CivilDate, CivilDate) -> Bool
  ) throws(SessError) -> Int {
    var data = try symbolData(symbol)
    let calendar = try calendar(of: symbol)
    guard let sessionDate = sessionDate(of: symbol) else { return 0 }
    var removed = 0
    for interval in data.intervals where data.bars[interval]?.derived == false {
      guard let series = data.bars[interval]?.data else { continue }
      let frame = SeriesFrame(calendar: calendar, hours: .extended, interval: interval)
      let kept = SessionData.filtered(series, interval, calendar) { day, start in
        !isCleared(day, sessionDate) || isToCome(start, frame)
      }
      removed += series.count - kept.count
      data.bars[interval]?.data = kept
      data.bars[interval]?.retries.removeAll { isCleared($0.gap.date, sessionDate) }
    }
    try rejudge(&data, calendar, keeping: sessionDate)
    for interval in data.bars.keys { data.bars[interval]?.updated = false }
    document.symbols[data.symbol] = data
    note(.set, data.symbol, .symbol)
    return removed
  }

  /// Whether a bar has not ended by the clock.
  private func isToCome(_ start: Int64, _ frame: SeriesFrame) -> Bool {
    guard let clock = document.clock?.nanoseconds else { return false }
    return start >= clock || frame.barEnd(start: start) > clock
  }

  /// Judges and derives everything of a symbol afresh, its session date given.
  private func rejudge(
    _ data: inout SymbolSessionData, _ calendar: MarketCalendar, keeping sessionDate: CivilDate
  ) throws(SessError) {
    data.metrics = SessionMetrics(date: sessionDate)
    let processor = DataProcessor(calendar: calendar, clock: processingClock)
    try processor.rebuildAll(&data)
  }

  /// The bars whose trading day and start pass a test.
  private static func filtered(
    _ series: BarSeries, _ interval: Interval, _ calendar: MarketCalendar,
    _ isKept: (CivilDate, Int64) -> Bool
  ) -> BarSeries {
    let kept = series.chunks.map { chunk in
      chunk.keeping { start in
        let day =
          interval.isIntraday
          ? chunk.day : calendar.tradingDay(containing: Instant(nanoseconds: start))
        return day.map { isKept($0, start) } ?? false
      }
    }
    return BarSeries(chunks: kept)
  }
}

extension SessionData {
  /// Removes single bars of a received series, as one change.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public mutating func removeBars(
    _ starts: [Instant], from symbol: String, _ interval: Interval
  ) throws(SessError) {
    var data = try symbolData(symbol)
    _ = try intervalData(symbol, interval)
    let calendar = try calendar(of: symbol)
    guard let first = starts.min(), let last = starts.max() else { return }
    if let rest = data.bars[interval]?.data.removing(Set(starts)) {
      data.bars[interval]?.data = rest
    }
    data.bars[interval]?.noteChange(first.nanoseconds...last.nanoseconds)
    try DataProcessor(calendar: calendar, clock: processingClock).process(&data)
    document.symbols[data.symbol] = data
    note(.set, data.symbol, .symbol)
  }

  /// Adds rows that did not become bars.
  ///
  /// - Throws: `unknown-symbol`.
  public mutating func addRejected(_ rows: [RejectedRow], to symbol: String) throws(SessError) {
    let name = try symbolData(symbol).symbol
    guard !rows.isEmpty else { return }
    let held = document.symbols[name]?.rejected.count ?? 0
    document.symbols[name]?.rejected += rows
    note(.insert, name, .rejected, .from(held), count: rows.count)
  }
}
