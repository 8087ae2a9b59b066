import MarketModel

/// A study under way, with the two earlier states that late bars make it go back to.
struct IndicatorRun: IndicatorMemory {
  private struct Mark: Sendable {
    var state: IndicatorState
    var lastStart: Int64
  }

  /// The state after the last bar.
  private(set) var state: IndicatorState
  /// The start of the last bar taken; the least number before any.
  private(set) var lastStart = Int64.min
  private var opening: Mark?
  private var previous: Mark?

  init(state: IndicatorState) { self.state = state }

  /// Remembers the state before the first bar of a chunk.
  mutating func open() {
    opening = Mark(state: state, lastStart: lastStart)
    previous = nil
  }

  /// The run as it was before any bar from `first` on, where that is still known.
  func restored(before first: Int64) -> IndicatorRun? {
    for mark in [previous, opening] {
      guard let mark, mark.lastStart < first else { continue }
      var run = IndicatorRun(state: mark.state)
      run.lastStart = mark.lastStart
      if let opening, opening.lastStart < mark.lastStart { run.opening = opening }
      return run
    }
    return nil
  }

  /// Takes bars of one chunk; `keepsPrevious` remembers the state before the last of them.
  mutating func take(
    _ bars: BarChunk, _ range: Range<Int>, _ holes: IndicatorHoles?, keepsPrevious: Bool,
    into rows: inout IndicatorChunk
  ) {
    var lower = range.lowerBound
    var beforeHole: Mark?
    for index in holes?.holes(in: bars, range, after: lastStart) ?? [] {
      fold(bars, lower..<index, keepsPrevious: false, into: &rows)
      beforeHole = Mark(state: state, lastStart: lastStart)
      state.notice()
      lower = index
    }
    fold(bars, lower..<range.upperBound, keepsPrevious: keepsPrevious, into: &rows)
    // A late bar may fill the hole, so what is gone back to knows nothing of it yet.
    if keepsPrevious, let beforeHole, lower == range.upperBound - 1 { previous = beforeHole }
  }

  private mutating func fold(
    _ bars: BarChunk, _ range: Range<Int>, keepsPrevious: Bool, into rows: inout IndicatorChunk
  ) {
    guard let last = range.last else { return }
    previous = nil
    if keepsPrevious {
      step(bars, range.lowerBound..<last, into: &rows)
      previous = Mark(state: state, lastStart: lastStart)
      step(bars, last..<last + 1, into: &rows)
    } else {
      step(bars, range, into: &rows)
    }
  }

  private mutating func step(_ bars: BarChunk, _ range: Range<Int>, into rows: inout IndicatorChunk)
  {
    guard let last = range.last else { return }
    state.fold(bars, range, opensSession: rows.starts.isEmpty, into: &rows.values)
    rows.starts.append(contentsOf: bars.starts[range])
    lastStart = bars.starts[last]
  }
}
