public import MarketCalendar
public import MarketModel

/// Judges whole series: which days are expected, their quality, their gaps.
public struct SeriesJudge: Sendable {
  private let frame: SeriesFrame
  private let root: Interval?

  /// Creates a judge; `root` is the received base of a derived series, nil for a received one.
  public init(frame: SeriesFrame, root: Interval? = nil) {
    self.frame = frame
    self.root = root
  }

  /// The first and last day with a bar in regular hours, carried ones aside; nil when there is none.
  public static func loadedDays(of series: BarSeries, interval: Interval, calendar: MarketCalendar)
    -> ClosedRange<CivilDate>?
  {
    guard interval.isIntraday else {
      let evidence = series.evidence
      guard let first = evidence.first, let last = evidence.last,
        let from = calendar.tradingDay(containing: first.start),
        let through = calendar.tradingDay(containing: last.start)
      else { return nil }
      return from...through
    }
    guard let first = series.chunks.first(where: isLoaded)?.day,
      let last = series.chunks.last(where: isLoaded)?.day
    else { return nil }
    return first...last
  }

  private static func isLoaded(_ chunk: BarChunk) -> Bool {
    !chunk.regular.isEmpty && !(chunk.hasSyntheticFills && chunk.evidence.regular.isEmpty)
  }

  /// Judges the trading days of a range against a series.
  ///
  /// - Returns: a record a trading day (week, month), and the gaps, both ascending.
  /// - Complexity: O(trading days), plus the bars of the days that are not complete.
  public func judge(
    _ series: BarSeries, over dates: ClosedRange<CivilDate>?, span: JudgeSpan = .whole
  ) -> (days: [DayQuality], gaps: [Gap]) {
    guard let dates else { return ([], []) }
    let days = frame.calendar.tradingDays(from: dates.lowerBound, through: dates.upperBound)
    guard frame.interval.isIntraday else {
      return PeriodJudge(frame: frame, root: root).judge(days, series, span: span)
    }
    var judged: [DayQuality] = []
    var gaps: [Gap] = []
    judged.reserveCapacity(days.count)
    for day in days {
      guard let session = frame.calendar.session(on: day) else { continue }
      let grid = DayGrid(frame, root: root, on: session)
      let quality = DayJudge.judge(grid, series.chunk(on: day), span: span, gaps: &gaps)
      if span.isWhole || quality.slots.expected > 0 { judged.append(quality) }
    }
    return (judged, gaps)
  }
}
