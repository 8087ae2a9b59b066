/// The bars of one trading day in columns of equal length, starts strictly increasing.
///
/// Series of `1d` and longer hold a calendar year a chunk. Bars before `regular` lie in pre-market hours,
/// bars after it in post-market hours.
public struct BarChunk: Sendable {
  /// The trading day; for `1d` and longer the first of January.
  public var day: CivilDate
  /// UTC nanoseconds of each bar's start.
  public var starts: [Int64] = []
  /// First prices.
  public var opens: [Double] = []
  /// Highest prices.
  public var highs: [Double] = []
  /// Lowest prices.
  public var lows: [Double] = []
  /// Last prices.
  public var closes: [Double] = []
  /// Volumes.
  public var volumes: [Double] = []
  /// Trades a bar, `BarChunk.unknownCount` where unknown; empty when the source has none.
  public var trades: [Int64] = []
  /// Average prices, NaN where unknown; empty when the source has none.
  public var vwaps: [Double] = []
  /// Base bars behind each derived bar; empty for received bars.
  public var present: [Int32] = []
  /// Base bars each derived bar should have; empty for received bars, `unknownExpected` for bars of ticks.
  public var expected: [Int32] = []
  /// What is known about single bars beyond their figures, by ascending start.
  public var marks: [BarMark] = []
  /// The bars inside regular hours; `0..<0` when there are none.
  public var regular: Range<Int> = 0..<0

  /// Stands for an unknown number of trades.
  public static let unknownCount = Int64.min
  /// Stands for an unknown number of expected base items.
  public static let unknownExpected = Int32.min

  /// Creates an empty chunk.
  public init(day: CivilDate) { self.day = day }

  /// How many bars it holds.
  public var count: Int { starts.count }

  /// The bar at an index, its optional columns included.
  public subscript(index: Int) -> Bar {
    var bar = Bar(
      start: Instant(nanoseconds: starts[index]), open: opens[index], high: highs[index],
      low: lows[index], close: closes[index], volume: volumes[index])
    if !trades.isEmpty, trades[index] != BarChunk.unknownCount { bar.trades = Int(trades[index]) }
    if !vwaps.isEmpty, !vwaps[index].isNaN { bar.vwap = vwaps[index] }
    if !present.isEmpty {
      let isKnown = expected[index] != BarChunk.unknownExpected
      bar.coverage = Coverage(
        present: Int(present[index]), expected: isKnown ? Int(expected[index]) : nil)
    }
    if !marks.isEmpty, let mark = mark(at: starts[index]) {
      bar.received = mark.received.map { Instant(nanoseconds: $0) }
      bar.fill = mark.fill
    }
    return bar
  }

  /// The first index whose start is not before `nanoseconds`.
  ///
  /// - Complexity: O(log *n*), O(1) past the end.
  public func lowerBound(_ nanoseconds: Int64) -> Int {
    guard let last = starts.last, last >= nanoseconds else { return count }
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < nanoseconds { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first index from `first` on whose start is not before `nanoseconds`, found by looking ahead from there.
  ///
  /// - Complexity: O(bars passed).
  public func lowerBound(_ nanoseconds: Int64, from first: Int) -> Int {
    var index = first
    while index < count, starts[index] < nanoseconds { index += 1 }
    return index
  }

  /// The index of the bar that starts at exactly `nanoseconds`.
  public func index(of nanoseconds: Int64) -> Int? {
    let index = lowerBound(nanoseconds)
    return index < count && starts[index] == nanoseconds ? index : nil
  }
}

extension BarChunk {
  /// Inserts a bar at its place; false and unchanged when the slot is taken.
  public mutating func insert(_ bar: Bar, isRegular: Bool) -> Bool {
    let index = lowerBound(bar.start.nanoseconds)
    if index == count {
      append(bar, isRegular: isRegular)
      return true
    }
    if starts[index] == bar.start.nanoseconds { return false }
    addOptionalColumns(for: bar)
    starts.insert(bar.start.nanoseconds, at: index)
    opens.insert(bar.open, at: index)
    highs.insert(bar.high, at: index)
    lows.insert(bar.low, at: index)
    closes.insert(bar.close, at: index)
    volumes.insert(bar.volume, at: index)
    if !trades.isEmpty || bar.trades != nil {
      trades.insert(bar.trades.map(Int64.init) ?? BarChunk.unknownCount, at: index)
    }
    if !vwaps.isEmpty || bar.vwap != nil { vwaps.insert(bar.vwap ?? .nan, at: index) }
    if let coverage = bar.coverage {
      present.insert(Int32(coverage.present), at: index)
      expected.insert(BarChunk.count32(coverage.expected), at: index)
    }
    widenRegular(at: index, isRegular: isRegular)
    setMark(of: bar)
    return true
  }

  /// Replaces the bar at an index; its start stays.
  public mutating func replace(at index: Int, with bar: Bar) {
    addOptionalColumns(for: bar)
    opens[index] = bar.open
    highs[index] = bar.high
    lows[index] = bar.low
    closes[index] = bar.close
    volumes[index] = bar.volume
    if !trades.isEmpty { trades[index] = bar.trades.map(Int64.init) ?? BarChunk.unknownCount }
    if !vwaps.isEmpty { vwaps[index] = bar.vwap ?? .nan }
    if let coverage = bar.coverage {
      present[index] = Int32(coverage.present)
      expected[index] = BarChunk.count32(coverage.expected)
    }
    setMark(of: bar)
  }

  /// Removes the bar at an index.
  public mutating func remove(at index: Int) {
    removeMark(at: starts[index])
    starts.remove(at: index)
    opens.remove(at: index)
    highs.remove(at: index)
    lows.remove(at: index)
    closes.remove(at: index)
    volumes.remove(at: index)
    if !trades.isEmpty { trades.remove(at: index) }
    if !vwaps.isEmpty { vwaps.remove(at: index) }
    if !present.isEmpty {
      present.remove(at: index)
      expected.remove(at: index)
    }
    let lower = regular.lowerBound - (index < regular.lowerBound ? 1 : 0)
    let upper = regular.upperBound - (index < regular.upperBound ? 1 : 0)
    regular = lower < upper ? lower..<upper : 0..<0
  }

  static func count32(_ expected: Int?) -> Int32 {
    expected.map { Int32(clamping: $0) } ?? unknownExpected
  }

  mutating func addOptionalColumns(for bar: Bar) {
    if bar.trades != nil, trades.isEmpty {
      trades = Array(repeating: BarChunk.unknownCount, count: count)
    }
    if bar.vwap != nil, vwaps.isEmpty { vwaps = Array(repeating: .nan, count: count) }
  }

  mutating func widenRegular(at index: Int, isRegular: Bool) {
    if isRegular {
      let lower = regular.isEmpty ? index : min(regular.lowerBound, index)
      let upper = regular.isEmpty ? index + 1 : regular.upperBound + 1
      regular = lower..<upper
    } else if !regular.isEmpty {
      if index <= regular.lowerBound { regular = regular.lowerBound + 1..<regular.upperBound + 1 }
    }
  }
}
