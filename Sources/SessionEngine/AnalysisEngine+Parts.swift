public import Diagnostics
public import MarketModel

/// A part of a symbol's timeline, by its session date.
public enum SessionPart: Sendable {
  /// Every day.
  case all
  /// The session date.
  case session
  /// The days before it.
  case historical
}

extension AnalysisEngine {
  /// The stored quality and gaps of an interval for a part of the timeline.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func judged(
    _ symbol: String, _ interval: Interval, in part: SessionPart
  ) throws(SessError) -> (days: [DayQuality], gaps: [Gap]) {
    let record = try bars(symbol, interval)
    if part == .all { return (record.days, record.gaps) }
    guard let date = session.sessionDate(of: symbol) else { return ([], []) }
    if part == .session {
      return (record.days.filter { $0.date == date }, record.gaps.filter { $0.date == date })
    }
    return (record.days.filter { $0.date < date }, record.gaps.filter { $0.date < date })
  }

  /// Expected and present slots of an interval in a part of the timeline, derived bars' coverage included.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func quality(
    _ symbol: String, _ interval: Interval, in part: SessionPart = .all
  ) throws(SessError) -> DayQuality {
    DayQuality.total(try judged(symbol, interval, in: part).days)
  }

  /// The gaps of an interval in a part of the timeline, ascending.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func gaps(
    _ symbol: String, _ interval: Interval, in part: SessionPart = .all
  ) throws(SessError) -> [Gap] {
    try judged(symbol, interval, in: part).gaps
  }
}
