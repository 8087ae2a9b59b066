import MarketCalendar
import MarketModel

/// Finds the bars before which an expected slot is missing; a night or a holiday is not a hole.
struct IndicatorHoles {
  private let frame: SeriesFrame

  init(frame: SeriesFrame) { self.frame = frame }

  /// The indices of a chunk's range that follow a hole, `start` being that of the bar before the range.
  ///
  /// - Complexity: O(bars of the range).
  func holes(in bars: BarChunk, _ range: Range<Int>, after start: Int64) -> [Int] {
    guard frame.interval.isIntraday else { return periodHoles(in: bars, range, after: start) }
    guard let session = frame.calendar.session(on: bars.day) else { return [] }
    let runs = frame.grid(of: session).runs
    var holes: [Int] = []
    var previous = start == .min ? nil : ordinal(start, in: runs)
    for index in range {
      let place = ordinal(bars.starts[index], in: runs)
      if let previous, let place {
        if place != previous + 1 { holes.append(index) }
      } else if index == range.lowerBound, start != .min {
        let opens = place == 0 && isLast(start, before: session.date)
        if !opens { holes.append(index) }
      }
      previous = place
    }
    return holes
  }

  /// Whether a bar is the last slot of the trading day before a date.
  private func isLast(_ start: Int64, before date: CivilDate) -> Bool {
    guard let before = frame.calendar.session(containing: Instant(nanoseconds: start)),
      frame.calendar.nextTradingDay(after: before.date) == date
    else { return false }
    let grid = frame.grid(of: before)
    return ordinal(start, in: grid.runs) == grid.count - 1
  }

  private func ordinal(_ start: Int64, in runs: [SlotGrid.Run]) -> Int? {
    var before = 0
    for run in runs {
      if let slot = run.slotIndex(containing: start) { return before + slot }
      before += run.count
    }
    return nil
  }

  private func periodHoles(in bars: BarChunk, _ range: Range<Int>, after start: Int64) -> [Int] {
    var holes: [Int] = []
    var previous = start == .min ? nil : day(of: start)
    for index in range {
      let current = day(of: bars.starts[index])
      if let previous, let current {
        let end = frame.period(around: previous).upperBound
        let next = frame.calendar.nextTradingDay(after: end)
        let isNext = next.map { frame.period(around: current).contains($0) } ?? false
        if !isNext { holes.append(index) }
      }
      previous = current
    }
    return holes
  }

  private func day(of start: Int64) -> CivilDate? {
    frame.calendar.tradingDay(containing: Instant(nanoseconds: start))
  }
}
