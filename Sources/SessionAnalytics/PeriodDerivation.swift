import MarketCalendar
public import MarketModel

/// Merges regular sessions into bars of a day, an ISO week or a month, labelled by the first open.
public struct PeriodDerivation: Sendable {
  private let frame: SeriesFrame
  private let root: Interval?
  private let policy: DerivationPolicy

  /// Creates a derivation of `1d`, `1w` or `1mo` bars; `root` is the received base that is counted, if any.
  public init(frame: SeriesFrame, root: Interval?, policy: DerivationPolicy) {
    self.frame = frame
    self.root = root
    self.policy = policy
  }

  /// Derives every period that holds a base bar.
  ///
  /// - Complexity: O(base bars + trading days).
  public func derive(_ base: BarSeries, baseInterval: Interval, clock: Instant? = nil) -> BarSeries
  {
    let base = base.evidence
    var series = BarSeries()
    var done: ClosedRange<CivilDate>?
    for day in daysHeld(base, baseInterval) {
      if let done, done.contains(day) { continue }
      let period = frame.period(around: day)
      done = period
      guard let (label, bar) = bar(of: period, base, baseInterval, clock) else { continue }
      let chunkDay = BarSeries.chunkDay(of: label, interval: frame.interval)
      _ = series.insert(bar, day: chunkDay, isRegular: true)
    }
    return series
  }

  /// Derives the one period around a trading day; nil when it is empty, open or not admitted.
  ///
  /// - Returns: the period's first trading day, which labels it, and the bar.
  public func bar(
    of period: ClosedRange<CivilDate>, _ base: BarSeries, _ baseInterval: Interval,
    _ clock: Instant?
  ) -> (label: CivilDate, bar: Bar)? {
    let days = frame.calendar.tradingDays(from: period.lowerBound, through: period.upperBound)
    guard let first = days.first, let last = days.last,
      let opening = frame.calendar.session(on: first),
      let closing = frame.calendar.session(on: last)
    else { return nil }
    if let clock, closing.close > clock.nanoseconds { return nil }
    var fold = WindowFold()
    for (chunk, range) in pieces(of: days, base, baseInterval, opening.open..<closing.close) {
      fold.add(chunk, range)
    }
    let expected = root.map { PeriodJudge.rootSlots(of: days, frame, root: $0) }
    guard policy.admits(present: fold.present, expected: expected) else { return nil }
    return (first, fold.finished(start: opening.open, expected: expected))
  }

  private func daysHeld(_ base: BarSeries, _ baseInterval: Interval) -> [CivilDate] {
    var days: [CivilDate] = []
    for chunk in base.chunks {
      if baseInterval.isIntraday {
        if !chunk.regular.isEmpty { days.append(chunk.day) }
        continue
      }
      for start in chunk.starts {
        let day = frame.calendar.tradingDay(containing: Instant(nanoseconds: start))
        if let day { days.append(day) }
      }
    }
    return days
  }

  /// The base bars of some trading days, as ranges of chunks in order.
  private func pieces(
    of days: [CivilDate], _ base: BarSeries, _ baseInterval: Interval, _ span: Range<Int64>
  ) -> [(BarChunk, Range<Int>)] {
    var pieces: [(BarChunk, Range<Int>)] = []
    guard baseInterval.isIntraday else {
      for chunk in base.chunks.lazy.map(\.evidence) {
        let range = chunk.lowerBound(span.lowerBound)..<chunk.lowerBound(span.upperBound)
        if !range.isEmpty { pieces.append((chunk, range)) }
      }
      return pieces
    }
    for day in days {
      guard let chunk = base.chunk(on: day)?.evidence, !chunk.regular.isEmpty else { continue }
      pieces.append((chunk, chunk.regular))
    }
    return pieces
  }
}
