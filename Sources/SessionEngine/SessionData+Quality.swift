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
    var previous: CivilDate?
    for day in days {
      guard (0...max(0, day.slots.expected)).contains(day.slots.present), day.slots.expected >= 0
      else {
        throw SessError(
          "bad-quality",
          "\(day.date) has \(day.slots.present) slots present of \(day.slots.expected) expected")
      }
      if let previous, day.date <= previous {
        throw SessError("bad-quality", "\(day.date) does not come after \(previous)")
      }
      previous = day.date
    }
    document.symbols[name]?.bars[interval]?.days = days
    note(.set, name, .quality(interval), count: days.count)
  }

  /// Stores the gaps of an interval, ascending and apart.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `bad-gap` when one is empty or overlaps the one before
  ///   it; nothing is changed then.
  public mutating func setGaps(
    _ gaps: [Gap], of symbol: String, _ interval: Interval
  ) throws(SessError) {
    let name = try symbolData(symbol).symbol
    _ = try intervalData(name, interval)
    var end: Instant?
    for gap in gaps {
      guard gap.start < gap.end, gap.missing > 0 else {
        throw SessError("bad-gap", "a gap of \(gap.date) holds no slot")
      }
      if let end, gap.start < end {
        throw SessError("bad-gap", "a gap of \(gap.date) overlaps the one before it")
      }
      end = gap.end
    }
    document.symbols[name]?.bars[interval]?.gaps = gaps
    note(.set, name, .gaps(interval), count: gaps.count)
  }
}
