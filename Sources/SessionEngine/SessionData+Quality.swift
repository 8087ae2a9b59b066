public import Diagnostics
public import MarketModel

/// Storing a judgement made elsewhere; `check` compares it with what the bars say.
extension SessionData {
  /// Stores the quality of an interval, a record a trading day; its total is the interval's quality.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `bad-quality` when more is present than expected, or
  ///   days do not ascend; nothing is changed then.
  public mutating func setQuality(
    _ days: [DayQuality], of symbol: String, _ interval: Interval
  ) throws(SessError) {
    let name = try symbolData(symbol).symbol
    _ = try intervalData(name, interval)
    if let fault = DayQuality.fault(in: days) { throw SessError("bad-quality", fault) }
    document.symbols[name]?.bars[interval]?.days = days
    note(.set, name, .quality(interval), count: days.count)
  }

  /// Stores the gaps of an interval, ascending and apart.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `bad-gap` when one is empty, holds more slots than
  ///   it has room for, or overlaps the one before it; nothing is changed then.
  public mutating func setGaps(
    _ gaps: [Gap], of symbol: String, _ interval: Interval
  ) throws(SessError) {
    let name = try symbolData(symbol).symbol
    _ = try intervalData(name, interval)
    if let fault = Gap.fault(in: gaps, of: interval) { throw SessError("bad-gap", fault) }
    document.symbols[name]?.bars[interval]?.gaps = gaps
    note(.set, name, .gaps(interval), count: gaps.count)
  }
}
