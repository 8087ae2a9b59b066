import MarketCalendar
import MarketModel
import SessionAnalytics

/// What is known while the intervals of one symbol are brought up to date, finest first.
struct ProcessingPass {
  /// The intervals, ascending.
  let intervals: [Interval]
  /// What changed outside what a change of the base bars says by itself.
  var beyond: [Change] = []

  private struct Entry {
    var interval: Interval
    var touched: ClosedRange<Int64>?
    var tail: Int64?
  }

  private var entries: [Entry] = []
  private var root: (interval: Interval, dates: ClosedRange<CivilDate>?)?
  private let isAdjusted: Bool

  init(_ data: SymbolSessionData) {
    intervals = data.bars.keys.sorted()
    isAdjusted = !data.metadata.adjustments.isEmpty
    entries.reserveCapacity(intervals.count)
  }

  /// Begins with the next interval, the bars of which changed between two starts.
  mutating func begin(
    _ interval: Interval, _ changed: ClosedRange<Int64>?, in data: SymbolSessionData
  ) {
    var tail: Int64?
    if interval.isIntraday, !isAdjusted, data.bars[interval]?.derived == false {
      tail = ProcessingPass.tail(of: data.bars[interval]?.data, changed)
    }
    entries.append(Entry(interval: interval, touched: changed, tail: tail))
  }

  /// Where the end of a series begins that alone can have changed; nil when other bars have, or some are gone.
  ///
  /// The greatest number where no bar has changed.
  private static func tail(of series: BarSeries?, _ changed: ClosedRange<Int64>?) -> Int64? {
    guard let changed else { return .max }
    guard let series, let chunk = series.chunks.last,
      chunk.starts[chunk.count - 1] == changed.upperBound,
      series.hasBar(at: changed.lowerBound)
    else { return nil }
    return changed.lowerBound
  }

  /// The starts between which base bars of an interval changed.
  func touched(_ interval: Interval) -> ClosedRange<Int64>? {
    for entry in entries where entry.interval == interval { return entry.touched }
    return nil
  }

  /// Where the end of an interval begins that alone can have changed.
  func tail(_ interval: Interval) -> Int64? {
    for entry in entries where entry.interval == interval { return entry.tail }
    return nil
  }

  /// Says that base bars of the present interval changed between two starts.
  mutating func touch(_ changed: ClosedRange<Int64>) {
    entries[entries.count - 1].touched = changed
  }

  /// Says where the end of the present interval begins that was made anew.
  mutating func extend(from start: Int64) { entries[entries.count - 1].tail = start }

  /// The expected days of a received interval, asked for once.
  mutating func dates(
    _ interval: Interval, _ ask: () -> ClosedRange<CivilDate>?
  ) -> ClosedRange<CivilDate>? {
    if let root, root.interval == interval { return root.dates }
    let dates = ask()
    root = (interval, dates)
    return dates
  }
}
