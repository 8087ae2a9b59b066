public import MarketModel

/// The expected bar starts of one session for an intraday interval, a run of them a segment.
///
/// Session-aligned windows are `[open + k·N, open + (k+1)·N)`, clock-aligned ones multiples of N from the
/// exchange's midnight before the segment's start, so they are on the clock after midnight where N divides 24
/// hours, and go on by hours passed where the clocks change within a segment. Both are cut at the segment's ends
/// and never cross a segment.
public struct SlotGrid: Sendable {
  /// The slots of one segment.
  public struct Run: Sendable, Equatable {
    /// The segment's start, which is the first slot's.
    public var start: Int64
    /// The segment's end, which is the last slot's.
    public var end: Int64
    /// The interval in nanoseconds.
    public var step: Int64
    /// The end of the first slot, short of a whole interval where the grid cuts it.
    public var firstEnd: Int64
    /// How many slots.
    public var count: Int
    /// Pre-market, regular or post-market.
    public var kind: SegmentKind
  }

  /// A run a segment, in time order.
  public let runs: [Run]

  /// Lays the grid over a session's regular segments, or over all with extended hours.
  public init(
    session: TradingSession, interval: Interval, extended: Bool, alignment: Alignment, zone: Zone
  ) {
    let step = interval.nanoseconds
    var runs: [Run] = []
    for segment in session.segments where extended || segment.kind == .regular {
      var firstEnd = segment.start + step
      if alignment == .clock {
        let offset = zone.offsetSeconds(at: Instant(nanoseconds: segment.start))
        let wall = Instant(nanoseconds: segment.start).wallClock(offsetSeconds: offset)
        firstEnd -= wall.sinceMidnight % step
      }
      firstEnd = min(firstEnd, segment.end)
      let rest = segment.end - firstEnd
      let count = 1 + Int((rest + step - 1) / step)
      runs.append(
        Run(
          start: segment.start, end: segment.end, step: step, firstEnd: firstEnd, count: count,
          kind: segment.kind))
    }
    self.runs = runs
  }

  /// How many slots all segments have.
  public var count: Int {
    var total = 0
    for run in runs { total += run.count }
    return total
  }
}

extension SlotGrid.Run {
  /// The start of a slot.
  public func slotStart(_ index: Int) -> Int64 {
    index == 0 ? start : firstEnd + Int64(index - 1) * step
  }

  /// The end of a slot, cut at the segment's end.
  public func slotEnd(_ index: Int) -> Int64 { min(end, firstEnd + Int64(index) * step) }

  /// The slot that holds a moment; nil outside the segment.
  public func slotIndex(containing time: Int64) -> Int? {
    guard time >= start, time < end else { return nil }
    return time < firstEnd ? 0 : 1 + Int((time - firstEnd) / step)
  }

  /// Whether a moment is the start of a slot.
  public func isSlotStart(_ time: Int64) -> Bool {
    guard time >= start, time < end else { return false }
    return time == start || (time >= firstEnd && (time - firstEnd) % step == 0)
  }

  /// Whether slots fill each window of a coarser run of the same segment, so that none crosses a window's end.
  public func tiles(_ windows: Self) -> Bool {
    windows.firstEnd >= windows.end || isSlotStart(windows.firstEnd)
  }

  /// How many slots start within `[from, until)`.
  public func slotCount(from: Int64, until: Int64) -> Int {
    max(0, countStarts(before: until) - countStarts(before: from))
  }

  private func countStarts(before time: Int64) -> Int {
    if time <= start { return 0 }
    if time >= end { return count }
    return time <= firstEnd ? 1 : 1 + Int((time - firstEnd + step - 1) / step)
  }
}
