public import MarketCalendar
public import MarketModel

/// Merges whole windows of a finer intraday series into a coarser one, a trading day at a time.
///
/// Windows are anchored at each segment's open (or at clock multiples) and never cross a segment, so an early
/// close ends in a short bar that says so in its coverage. A segment whose base bars cross the windows' ends gives
/// none: such a bar cannot be split, and whole it would bring what comes after the window into it.
///
/// - Source: design semantics; pinned by the oracle files of the shared data sets.
public struct IntradayDerivation: Sendable {
  private let frame: SeriesFrame
  private let rootFrame: SeriesFrame?
  private let policy: DerivationPolicy

  /// Creates a derivation.
  ///
  /// - Parameters:
  ///   - frame: the calendar, hours, interval and alignment of the bars to make.
  ///   - root: the received interval whose slots are counted as expected; nil when nothing is, as for ticks.
  ///   - policy: when a window becomes a bar.
  public init(frame: SeriesFrame, root: Interval?, policy: DerivationPolicy) {
    self.frame = frame
    rootFrame = root.map { frame.with(interval: $0) }
    self.policy = policy
  }

  /// Derives one day from its base bars; windows that end after the clock are still open and give no bar.
  ///
  /// - Complexity: O(bars of the day), one pass.
  public func derive(
    _ session: TradingSession, from base: BarChunk, clock: Instant? = nil
  ) -> BarChunk {
    if base.hasSyntheticFills { return derive(session, from: base.evidence, clock: clock) }
    var writer = ChunkWriter(day: session.date, like: base)
    let rootRuns = rootFrame?.grid(of: session).runs
    for (index, run) in frame.grid(of: session).runs.enumerated()
    where rootRuns?[index].tiles(run) != false {
      let limit = clock?.nanoseconds ?? .max
      writer.fold(base, run, rootRuns?[index], policy, closedBy: limit)
    }
    return writer.chunk
  }

  /// Derives the single window that holds an instant, or nil when it is empty, open or not admitted.
  ///
  /// - Returns: the window's start, and its bar if there is one; nil outside every segment.
  /// - Complexity: O(log bars of the day + bars of the window).
  public func window(
    containing time: Instant, _ session: TradingSession, from base: BarChunk?, clock: Instant? = nil
  ) -> (start: Instant, bar: Bar?)? {
    if let base, base.hasSyntheticFills {
      return window(containing: time, session, from: base.evidence, clock: clock)
    }
    let grid = frame.grid(of: session)
    let rootRuns = rootFrame?.grid(of: session).runs
    for (index, run) in grid.runs.enumerated() {
      guard let slot = run.slotIndex(containing: time.nanoseconds) else { continue }
      let (from, until) = (run.slotStart(slot), run.slotEnd(slot))
      let start = Instant(nanoseconds: from)
      guard rootRuns?[index].tiles(run) != false else { return (start, nil) }
      guard let base, until <= clock?.nanoseconds ?? .max else { return (start, nil) }
      var fold = WindowFold()
      fold.add(base, base.lowerBound(from)..<base.lowerBound(until))
      let expected = rootRuns?[index].slotCount(from: from, until: until)
      let isAdmitted = policy.admits(present: fold.present, expected: expected)
      return (start, isAdmitted ? fold.finished(start: from, expected: expected) : nil)
    }
    return nil
  }
}

extension IntradayDerivation {
  /// Makes a day's windows afresh from the one that holds a moment on; what stands before it stays.
  ///
  /// Windows that end after the clock are still open and give no bar.
  ///
  /// - Parameters:
  ///   - made: the derived bars of the day, the last ones of which are made again.
  ///   - grid: the slots of the derived interval, and of the base that is counted.
  ///   - base: the day's base bars, without stand-ins.
  ///   - moment: UTC nanoseconds.
  ///   - policy: when a window becomes a bar.
  ///   - clock: UTC nanoseconds; the greatest number without a clock.
  /// - Returns: the start of the first bar that was made or removed; nil where none was.
  /// - Complexity: O(base bars from the window on).
  public static func extend(
    _ made: inout BarChunk, _ grid: DayGrid, from base: BarChunk, since moment: Int64,
    policy: DerivationPolicy, clock: Int64
  ) -> Int64? {
    var touched: Int64?
    for (index, run) in grid.runs.enumerated() where moment < run.end {
      let slot = run.slotIndex(containing: moment) ?? 0
      let removed = made.removeBars(from: run.slotStart(slot))
      if touched == nil { touched = removed }
      guard grid.rootRuns?[index].tiles(run) != false else { continue }
      var position = base.lowerBound(run.slotStart(slot))
      let last = base.lowerBound(run.end)
      while position < last {
        let slot = run.slotIndex(containing: base.starts[position]) ?? 0
        let (start, end) = (run.slotStart(slot), run.slotEnd(slot))
        let upper = base.lowerBound(end, from: position)
        defer { position = upper }
        guard end <= clock else { continue }
        var fold = WindowFold()
        fold.add(base, position..<upper)
        let expected = grid.rootRuns?[index].slotCount(from: start, until: end)
        guard policy.admits(present: fold.present, expected: expected) else { continue }
        let bar = fold.finished(start: start, expected: expected)
        made.append(bar, isRegular: run.kind == .regular)
        touched = min(touched ?? start, start)
      }
    }
    return touched
  }
}
