public import MarketCalendar
public import MarketModel

/// Compares one trading day's bars with the slots its calendar requires.
///
/// - Shape: present + missing = expected, where missing is the sum over the day's gaps.
public struct DayJudge: Sendable {
  private let frame: SeriesFrame
  /// The frame of the received base whose slots stand behind each derived slot; nil for received series.
  private let rootFrame: SeriesFrame?

  /// Creates a judge for intraday series; `root` is given for derived ones.
  public init(frame: SeriesFrame, root: Interval? = nil) {
    self.frame = frame
    rootFrame = root.map { frame.with(interval: $0) }
  }

  /// Judges one day, adding its gaps to the end of `gaps`; carried bars leave their slots missing.
  ///
  /// - Complexity: O(1) for a complete day, else O(bars of the day).
  public func judge(
    _ session: TradingSession, _ chunk: BarChunk?, span: JudgeSpan = .whole, gaps: inout [Gap]
  ) -> DayQuality {
    if let chunk, chunk.hasSyntheticFills {
      return judge(session, chunk.evidence, span: span, gaps: &gaps)
    }
    var slots = Quality(expected: 0, present: 0)
    for run in frame.grid(of: session).runs {
      let range = expectedIndices(of: run, span)
      guard !range.isEmpty else { continue }
      slots.expected += range.count
      guard let chunk else {
        gaps.append(gap(of: run, range, session.date))
        continue
      }
      slots.present += walk(run, range, chunk, session.date, &gaps)
    }
    var day = DayQuality(date: session.date, slots: slots)
    if let rootFrame { addCoverage(to: &day, session, chunk, rootFrame, span) }
    return day
  }

  private func expectedIndices(of run: SlotGrid.Run, _ span: JudgeSpan) -> Range<Int> {
    guard !span.isWhole else { return 0..<run.count }
    let lower = span.from <= run.start ? 0 : firstSlot(of: run, notBefore: span.from)
    var upper = span.until >= run.end ? run.count : firstSlot(of: run, notBefore: span.until)
    if let clock = span.clock {
      while upper > lower, run.slotEnd(upper - 1) > clock {
        let closed = clock < run.firstEnd ? 0 : run.slotIndex(containing: clock)
        upper = min(upper - 1, closed ?? upper - 1)
      }
    }
    return lower..<max(lower, upper)
  }

  private func firstSlot(of run: SlotGrid.Run, notBefore time: Int64) -> Int {
    guard time > run.start else { return 0 }
    guard let index = run.slotIndex(containing: time) else { return run.count }
    return run.slotStart(index) == time ? index : index + 1
  }

  /// Counts the bars on the run's slots and adds a gap for every stretch without one.
  private func walk(
    _ run: SlotGrid.Run, _ range: Range<Int>, _ chunk: BarChunk, _ date: CivilDate,
    _ gaps: inout [Gap]
  ) -> Int {
    let first = chunk.lowerBound(run.slotStart(range.lowerBound))
    let last = chunk.lowerBound(run.slotEnd(range.upperBound - 1))
    let present = last - first
    if present == range.count { return present }
    var next = range.lowerBound
    var nextStart = run.slotStart(next)
    chunk.starts.withUnsafeBufferPointer { starts in
      for position in first..<last {
        if starts[position] != nextStart {
          guard let index = run.slotIndex(containing: starts[position]) else { continue }
          if index > next { gaps.append(gap(of: run, next..<index, date)) }
          next = index
        }
        next += 1
        nextStart = run.slotStart(next)
      }
    }
    if next < range.upperBound { gaps.append(gap(of: run, next..<range.upperBound, date)) }
    return present
  }

  private func gap(of run: SlotGrid.Run, _ range: Range<Int>, _ date: CivilDate) -> Gap {
    Gap(
      date: date, start: Instant(nanoseconds: run.slotStart(range.lowerBound)),
      end: Instant(nanoseconds: run.slotEnd(range.upperBound - 1)), missing: range.count)
  }

  private func addCoverage(
    to day: inout DayQuality, _ session: TradingSession, _ chunk: BarChunk?, _ root: SeriesFrame,
    _ span: JudgeSpan
  ) {
    var coverage = Quality(expected: 0, present: 0)
    let rootRuns = root.grid(of: session).runs
    for run in frame.grid(of: session).runs {
      let range = expectedIndices(of: run, span)
      guard !range.isEmpty else { continue }
      let from = run.slotStart(range.lowerBound)
      let until = run.slotEnd(range.upperBound - 1)
      for rootRun in rootRuns where rootRun.kind == run.kind {
        coverage.expected += rootRun.slotCount(from: from, until: until)
      }
      guard let chunk, !chunk.present.isEmpty else { continue }
      for position in chunk.lowerBound(from)..<chunk.lowerBound(until) {
        coverage.present += Int(chunk.present[position])
        if chunk.present[position] < chunk.expected[position] { day.partial += 1 }
      }
    }
    day.coverage = coverage
  }
}
