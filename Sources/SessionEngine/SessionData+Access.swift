public import Diagnostics
import MarketCalendar
public import MarketModel

extension SessionData {
  /// The latest bar of an interval, the base without one; nil when there is none, or no such symbol.
  ///
  /// - Complexity: O(1).
  public func latestBar(_ symbol: String, _ interval: Interval? = nil) -> Bar? {
    record(symbol, interval)?.data.last
  }

  /// The last `limit` bars, oldest first; fewer when there are fewer.
  ///
  /// - Throws: `negative-count`.
  public func lastBars(_ symbol: String, _ interval: Interval? = nil, limit: Int) throws(SessError)
    -> [Bar]
  {
    guard limit >= 0 else {
      throw SessError(
        "negative-count", "a number of bars cannot be negative, but \(limit) was asked")
    }
    return record(symbol, interval)?.data.suffix(limit) ?? []
  }

  /// Every bar that starts at or after an instant, oldest first.
  public func bars(_ symbol: String, _ interval: Interval? = nil, since start: Instant) -> [Bar] {
    record(symbol, interval)?.data.bars(since: start) ?? []
  }

  /// How many bars an interval holds; 0 for an unknown symbol or interval.
  public func barCount(_ symbol: String, _ interval: Interval? = nil) -> Int {
    record(symbol, interval)?.data.count ?? 0
  }

  /// The trading day that is the session of a symbol; days before it are historical.
  ///
  /// With a clock it is the latest trading day whose hours began strictly before it, else the last loaded day.
  public func sessionDate(of symbol: String) -> CivilDate? {
    guard let data = try? symbolData(symbol) else { return nil }
    guard let clock = document.clock, let calendar = try? catalog.calendar(named: data.calendar)
    else {
      return data.metrics.date
    }
    return calendar.latestSessionDate(startedBefore: clock)
  }

  /// The days before the session date, by interval and date.
  ///
  /// - Throws: `unknown-symbol`.
  public func historical(_ symbol: String) throws(SessError) -> HistoricalData {
    try symbolData(symbol).historical(before: sessionDate(of: symbol))
  }

  private func record(_ symbol: String, _ interval: Interval?) -> BarIntervalData? {
    guard let data = try? symbolData(symbol), let key = interval ?? data.baseInterval else {
      return nil
    }
    return data.bars[key]
  }
}

extension SessionData {
  /// Each symbol with derived intervals, and these by ascending length.
  public func symbolsWithDerived() -> [String: [Interval]] {
    var derived: [String: [Interval]] = [:]
    for (name, data) in document.symbols where !data.derivedIntervals.isEmpty {
      derived[name] = data.derivedIntervals
    }
    return derived
  }

  /// Every interval of a symbol, empty ones too: the base first, then by ascending length.
  ///
  /// - Throws: `unknown-symbol`.
  public func intervals(of symbol: String) throws(SessError) -> [Interval] {
    try symbolData(symbol).intervals
  }

  /// Whether an interval is computed from a finer one.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func isIntervalDerived(_ symbol: String, _ interval: Interval) throws(SessError) -> Bool {
    try intervalData(symbol, interval).derived
  }

  /// The stored quality of an interval; its percentage is nil where nothing was expected.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func qualityMetric(_ symbol: String, _ interval: Interval) throws(SessError) -> Quality {
    try intervalData(symbol, interval).quality
  }

  /// The stored gaps of an interval, ascending.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func gaps(_ symbol: String, _ interval: Interval) throws(SessError) -> [Gap] {
    try intervalData(symbol, interval).gaps
  }
}
