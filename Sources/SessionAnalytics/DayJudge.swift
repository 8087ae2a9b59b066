import MarketCalendar
public import MarketModel

/// Compares one trading day's bars with the slots its calendar requires.
///
/// - Shape: present + missing = expected, where missing is the sum over the day's gaps.
public enum DayJudge {
  /// Judges one day by its slots, adding its gaps to the end of `gaps`; carried bars leave their slots missing.
  ///
  /// With `from`, a bar that is there, `gaps` holds those before it already.
  ///
  /// - Complexity: O(1) for a complete day, else O(bars of the day from `from` on).
  public static func judge(
    _ grid: DayGrid, _ chunk: BarChunk?, from start: Int64 = .min, span: JudgeSpan,
    gaps: inout [Gap]
  ) -> DayQuality {
    if let chunk, chunk.hasSyntheticFills {
      return judge(grid, chunk.evidence, from: start, span: span, gaps: &gaps)
    }
    var slots = Quality(expected: 0, present: 0)
    for run in grid.runs {
      let range = expectedIndices(of: run, span)
      guard !range.isEmpty else { continue }
      slots.expected += range.count
      guard let chunk else {
        gaps.append(gap(of: run, range, grid.date))
        continue
      }
      slots.present += walk(run, range, from: start, chunk, grid.date, &gaps)
    }
    var day = DayQuality(date: grid.date, slots: slots)
    if let rootRuns = grid.rootRuns { addCoverage(to: &day, grid.runs, rootRuns, chunk, span) }
    return day
  }

  private static func expectedIndices(of run: SlotGrid.Run, _ span: JudgeSpan) -> Range<Int> {
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

  private static func firstSlot(of run: SlotGrid.Run, notBefore time: Int64) -> Int {
    guard time > run.start else { return 0 }
    guard let index = run.slotIndex(containing: time) else { return run.count }
    return run.slotStart(index) == time ? index : index + 1
  }

  /// Counts the bars on the run's slots and adds a gap for every stretch without one from a bar on.
  private static func walk(
    _ run: SlotGrid.Run, _ range: Range<Int>, from start: Int64, _ chunk: BarChunk,
    _ date: CivilDate, _ gaps: inout [Gap]
  ) -> Int {
    var first = chunk.lowerBound(run.slotStart(range.lowerBound))
    let last = chunk.lowerBound(run.slotEnd(range.upperBound - 1))
    let present = last - first
    if present == range.count || start >= run.end { return present }
    var next = range.lowerBound
    if let known = run.slotIndex(containing: start), known > next {
      next = known
      first = chunk.lowerBound(run.slotStart(known))
    }
    var nextStart = run.slotStart(next)
    chunk.starts.withUnsafeBufferPointer { starts in
      for position in first..<max(first, last) {
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

  private static func gap(of run: SlotGrid.Run, _ range: Range<Int>, _ date: CivilDate) -> Gap {
    Gap(
      date: date, start: Instant(nanoseconds: run.slotStart(range.lowerBound)),
      end: Instant(nanoseconds: run.slotEnd(range.upperBound - 1)), missing: range.count)
  }

  private static func addCoverage(
    to day: inout DayQuality, _ runs: [SlotGrid.Run], _ rootRuns: [SlotGrid.Run],
    _ chunk: BarChunk?, _ span: JudgeSpan
  ) {
    var coverage = Quality(expected: 0, present: 0)
    for run in runs {
      let range = expectedIndices(of: run, span)
      guard !range.isEmpty else { continue }
      let from = run.slotStart(range.lowerBound)
      let until = run.slotEnd(range.upperBound - 1)
      for rootRun in rootRuns where rootRun.kind == run.kind {
        coverage.expected += rootRun.slotCount(from: from, until: until)
      }
      guard let chunk, !chunk.present.isEmpty else { continue }
      let bars = chunk.lowerBound(from)..<chunk.lowerBound(until)
      chunk.present.withUnsafeBufferPointer { present in
        chunk.expected.withUnsafeBufferPointer { expected in
          for position in bars {
            coverage.present += Int(present[position])
            if present[position] < expected[position] { day.partial += 1 }
          }
        }
      }
    }
    day.coverage = coverage
  }
}
