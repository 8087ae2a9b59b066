public import Diagnostics
import MarketCalendar
public import MarketModel

/// Keeps a study's figures equal to what its interval's bars give, bar by bar or all at once.
///
/// Only the bars that the hours expect feed it: the regular ones, or all with extended hours, and of those
/// only real ones.
public struct IndicatorProcessor: Sendable {
  private let frame: SeriesFrame
  private let lastBarGrows: Bool
  private let view: AdjustmentView

  /// Creates a processor over the frame of the interval's bars.
  ///
  /// - Parameters:
  ///   - frame: the calendar, hours, interval and alignment of the bars.
  ///   - lastBarGrows: true for derived bars, the last of which is replaced while its window fills.
  ///   - view: the adjustments that the bars are seen through.
  public init(
    frame: SeriesFrame, lastBarGrows: Bool = false, view: AdjustmentView = AdjustmentView([])
  ) {
    self.frame = frame
    self.lastBarGrows = lastBarGrows
    self.view = view
  }

  /// The record of a study that has seen no bar yet.
  ///
  /// - Throws: `unknown-indicator`, `bad-parameter`.
  public static func record(_ spec: IndicatorSpec) throws(SessError) -> IndicatorData {
    let state = try IndicatorState(spec)
    let study = IndicatorCatalogue.study(spec.name)
    return IndicatorData(
      spec: spec, outputs: study?.outputs ?? [], need: state.need,
      countsDays: study?.countsDays ?? false)
  }

  /// Computes every figure afresh.
  ///
  /// - Throws: `unknown-indicator`, `bad-parameter`.
  /// - Complexity: O(bars).
  public func rebuild(_ data: inout IndicatorData, from series: BarSeries) throws(SessError) {
    let run = IndicatorRun(state: try IndicatorState(data.spec))
    data.chunks = []
    advance(&data, run, over: series)
  }

  /// Computes the figures from the first changed bar on.
  ///
  /// A new last bar goes on from the state kept, a replaced last bar from the one before it; anything else
  /// begins at the opening of the last day, or with the first bar when the change is older.
  ///
  /// - Throws: `unknown-indicator`, `bad-parameter`.
  /// - Complexity: O(1) for a new last bar, amortised; O(period) where the last bar may still grow.
  public func refresh(
    _ data: inout IndicatorData, from series: BarSeries, changed: ClosedRange<Int64>
  ) throws(SessError) {
    guard let run = data.memory as? IndicatorRun else { return try rebuild(&data, from: series) }
    data.memory = nil
    // A changed base bar lies inside a derived one, whose start is the last at or before it.
    var first = changed.lowerBound
    if let index = series.chunkIndex(startingBy: first) {
      let chunk = series.chunks[index]
      let after = chunk.lowerBound(first)
      if after == chunk.count || chunk.starts[after] != first {
        first = chunk.starts[after - 1]
      }
    }
    if first > run.lastStart { return advance(&data, run, over: series) }
    guard let back = run.restored(before: first) else { return try rebuild(&data, from: series) }
    drop(&data, after: back.lastStart)
    advance(&data, back, over: series)
  }

  /// Leaves the figures of a series that is the beginning of the one they were computed from.
  ///
  /// - Throws: `unknown-indicator`, `bad-parameter`.
  /// - Complexity: O(days), O(bars) where holes start the warm-up anew.
  public func cut(_ data: inout IndicatorData, to series: BarSeries) throws(SessError) {
    guard data.spec.onGap == .carry, let last = lastFeeding(series) else {
      return try rebuild(&data, from: series)
    }
    guard data.chunks.last?.starts.last != last else { return }
    drop(&data, after: last)
    let isCountedByChunk = data.countsDays && frame.interval.isIntraday
    data.have = min(data.need, isCountedByChunk ? data.chunks.count : data.count)
    data.lastUpdate = Instant(nanoseconds: frame.barEnd(start: last))
    data.memory = nil
  }

  /// The start of the last bar that feeds studies.
  private func lastFeeding(_ series: BarSeries) -> Int64? {
    for chunk in series.chunks.reversed() {
      if let last = received(chunk, frame.feeding(chunk)).last?.last { return chunk.starts[last] }
    }
    return nil
  }

  /// Takes the bars that start after the last one seen.
  private func advance(_ data: inout IndicatorData, _ run: IndicatorRun, over series: BarSeries) {
    var run = run
    let holes = data.spec.onGap == .reset ? IndicatorHoles(frame: frame) : nil
    let from = run.lastStart == .min ? 0 : series.chunkIndex(startingBy: run.lastStart) ?? 0
    for index in from..<max(from, series.chunks.count) {
      let chunk = seen(series.chunks[index])
      let feeding = frame.feeding(chunk)
      let lower = max(feeding.lowerBound, chunk.lowerBound(run.lastStart &+ 1))
      let stretches = received(chunk, lower..<max(lower, feeding.upperBound))
      guard !stretches.isEmpty else { continue }
      if data.chunks.last?.day != chunk.day {
        data.chunks.append(IndicatorChunk(day: chunk.day))
        run.open()
      }
      let last = data.chunks.count - 1
      for range in stretches {
        run.take(chunk, range, holes, keepsPrevious: lastBarGrows, into: &data.chunks[last])
      }
    }
    data.have = run.state.have
    data.lastUpdate =
      run.lastStart == .min ? nil : Instant(nanoseconds: frame.barEnd(start: run.lastStart))
    data.memory = run
  }

  private func seen(_ chunk: BarChunk) -> BarChunk {
    guard !view.isIdentity else { return chunk }
    return view.adjusted(chunk, interval: frame.interval) {
      frame.calendar.tradingDay(containing: $0)
    }
  }

  /// The stretches of a range without the bars that stand in for missing ones, which feed nothing.
  private func received(_ chunk: BarChunk, _ range: Range<Int>) -> [Range<Int>] {
    guard chunk.hasSyntheticFills else { return range.isEmpty ? [] : [range] }
    var stretches: [Range<Int>] = []
    var lower = range.lowerBound
    for mark in chunk.marks where mark.fill?.isSynthetic == true {
      guard let index = chunk.index(of: mark.start), range.contains(index) else { continue }
      if lower < index { stretches.append(lower..<index) }
      lower = index + 1
    }
    if lower < range.upperBound { stretches.append(lower..<range.upperBound) }
    return stretches
  }

  private func drop(_ data: inout IndicatorData, after start: Int64) {
    while let last = data.chunks.last?.starts.last, last > start {
      let index = data.chunks.count - 1
      let kept = data.chunks[index].starts.lowerBound(start + 1)
      guard kept > 0 else {
        data.chunks.removeLast()
        continue
      }
      data.chunks[index].starts.removeSubrange(kept...)
      data.chunks[index].values.removeSubrange((kept * data.outputs.count)...)
    }
  }
}
