public import MarketCalendar
public import MarketModel

/// Folds a trading day's regular bars into the session's metrics.
public enum MetricsFold {
  /// Folds the bars of a day's chunk that end by the clock, or all of them without one.
  ///
  /// - Complexity: O(bars of the day).
  public static func fold(
    _ chunk: BarChunk?, session: TradingSession, interval: Interval, clock: Instant? = nil
  ) -> SessionMetrics {
    var metrics = SessionMetrics(date: session.date)
    guard let chunk = chunk?.evidence else { return metrics }
    let first = max(chunk.lowerBound(session.open), chunk.regular.lowerBound)
    let last = min(chunk.lowerBound(session.close), chunk.regular.upperBound)
    for index in first..<max(first, last) {
      let end = barEnd(start: chunk.starts[index], session: session, interval: interval)
      if let clock, end > clock { break }
      metrics.update(from: chunk[index], end: end)
    }
    return metrics
  }

  /// The end of a bar: its start plus the interval, cut at its segment's close.
  private static func barEnd(start: Int64, session: TradingSession, interval: Interval) -> Instant {
    guard interval.isIntraday else { return Instant(nanoseconds: session.close) }
    let end = start + interval.nanoseconds
    for segment in session.segments where segment.start <= start && start < segment.end {
      return Instant(nanoseconds: min(end, segment.end))
    }
    return Instant(nanoseconds: end)
  }
}
