public import Diagnostics
import MarketCalendar
public import MarketModel
public import SessionAnalytics

/// The one look-up for bars, metrics, history and indicators, over a snapshot.
///
/// No caller asks whether an interval is base or derived: both are answered alike.
public struct AnalysisEngine: Sendable {
  /// The session that is asked.
  public let session: SessionData

  /// Creates a look-up over a snapshot.
  public init(_ session: SessionData) { self.session = session }

  /// An interval with all that describes it: bars, derivation, quality, gaps.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func bars(_ symbol: String, _ interval: Interval) throws(SessError) -> BarIntervalData {
    try session.intervalData(symbol, interval)
  }

  /// The running figures of the symbol's session.
  ///
  /// - Throws: `unknown-symbol`.
  public func metrics(_ symbol: String) throws(SessError) -> SessionMetrics {
    try session.symbolData(symbol).metrics
  }

  /// The figures of any day, folded from the base interval's regular bars, or from those that start in a range.
  ///
  /// - Throws: `unknown-symbol`, `unknown-calendar`.
  public func metrics(
    _ symbol: String, on date: CivilDate, within moments: Range<Int64>? = nil
  ) throws(SessError) -> SessionMetrics {
    let data = try session.symbolData(symbol)
    if moments == nil, data.metrics.date == date { return data.metrics }
    let calendar = try session.catalog.calendar(named: data.calendar)
    guard let moments, let base = data.baseInterval, let day = calendar.session(on: date) else {
      return data.metrics(on: date, calendar, clock: session.document.clock)
    }
    var chunk = data.seenChunk(base, on: date, calendar)
    if let whole = chunk {
      let lower = whole.lowerBound(moments.lowerBound)
      chunk = whole.slice(lower..<max(lower, whole.lowerBound(moments.upperBound)))
    }
    return MetricsFold.fold(chunk, session: day, interval: base, clock: session.document.clock)
  }

  /// The days before the session date.
  ///
  /// - Throws: `unknown-symbol`.
  public func historical(_ symbol: String) throws(SessError) -> HistoricalData {
    try session.historical(symbol)
  }

  /// Quality and gaps over chosen days, which are then themselves the expectation.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `unknown-calendar`.
  public func judged(
    _ symbol: String, _ interval: Interval, over dates: ClosedRange<CivilDate>, span: JudgeSpan
  ) throws(SessError) -> (days: [DayQuality], gaps: [Gap]) {
    let data = try session.symbolData(symbol)
    let record = try session.intervalData(symbol, interval)
    let calendar = try session.catalog.calendar(named: data.calendar)
    let frame = SeriesFrame(record, calendar, data.hours)
    let root = record.derived ? DataProcessor.countedRoot(of: interval, in: data) : nil
    return SeriesJudge(frame: frame, root: root).judge(record.data, over: dates, span: span)
  }
}
