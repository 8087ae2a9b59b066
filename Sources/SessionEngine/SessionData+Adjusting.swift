public import Diagnostics
public import MarketCalendar
public import MarketModel
import SessionAnalytics

extension SessionData {
  /// Sets the adjustments a symbol is seen through; derived bars, metrics and all that follows are made afresh.
  ///
  /// - Throws: `unknown-symbol`.
  public mutating func adjust(_ symbol: String, by steps: [Adjustment]) throws(SessError) {
    var data = try symbolData(symbol)
    data.metadata.adjustments = steps
    try DataProcessor(calendar: try calendar(of: symbol), clock: processingClock)
      .rebuildAll(&data)
    document.symbols[data.symbol] = data
    note(.set, data.symbol, .symbol)
  }
}

extension SymbolSessionData {
  /// The bars of an interval as the symbol's adjustments show them; derived ones are made of such bars already.
  ///
  /// Whatever is computed from received bars reads them through this.
  ///
  /// - Complexity: O(1) without adjustments, else O(bars).
  public func seen(_ interval: Interval, _ calendar: MarketCalendar) -> BarSeries? {
    guard let record = bars[interval] else { return nil }
    guard !record.derived else { return record.data }
    return AdjustmentView(metadata.adjustments)
      .adjusted(record.data, interval: interval) { calendar.tradingDay(containing: $0) }
  }

  /// The bars of an interval as they are seen, those of some days at least.
  ///
  /// - Complexity: O(1) without adjustments, else O(bars of the days).
  func seen(
    _ interval: Interval, _ calendar: MarketCalendar, within days: ClosedRange<CivilDate>
  ) -> BarSeries? {
    guard let record = bars[interval] else { return nil }
    let view = AdjustmentView(metadata.adjustments)
    guard !record.derived, !view.isIdentity else { return record.data }
    let first = BarSeries.chunkDay(of: days.lowerBound, interval: interval)
    let last = BarSeries.chunkDay(of: days.upperBound, interval: interval)
    var chunks: [BarChunk] = []
    for chunk in record.data.chunks[record.data.lowerChunk(first)...] where chunk.day <= last {
      chunks.append(
        view.adjusted(chunk, interval: interval) { calendar.tradingDay(containing: $0) })
    }
    return BarSeries(chunks: chunks)
  }

  /// One chunk of an interval as the symbol's adjustments show it.
  public func seenChunk(
    _ interval: Interval, on day: CivilDate, _ calendar: MarketCalendar
  ) -> BarChunk? {
    guard let record = bars[interval],
      let chunk = record.data.chunk(on: BarSeries.chunkDay(of: day, interval: interval))
    else { return nil }
    guard !record.derived else { return chunk }
    return AdjustmentView(metadata.adjustments)
      .adjusted(chunk, interval: interval) { calendar.tradingDay(containing: $0) }
  }

  /// The figures of a trading day, folded from the base interval's regular bars as they are seen.
  ///
  /// - Complexity: O(bars of the day).
  func metrics(
    on date: CivilDate?, _ calendar: MarketCalendar, clock: Instant?
  ) -> SessionMetrics {
    guard let base = baseInterval, let date, let session = calendar.session(on: date) else {
      return SessionMetrics(date: date)
    }
    return MetricsFold.fold(
      seenChunk(base, on: date, calendar), session: session, interval: base, clock: clock)
  }
}
