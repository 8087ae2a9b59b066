import MarketModel

/// Folds a run of base bars into one bar, in series order.
struct WindowFold {
  private(set) var bar = Bar(
    start: Instant(nanoseconds: 0), open: 0, high: 0, low: 0, close: 0, volume: 0)
  private(set) var present = 0
  private var notional = 0.0
  /// Whether the trades are more than can be counted; how many is unknown then.
  private var hasTooManyTrades = false

  /// Folds the bars of a chunk at `range`.
  mutating func add(_ chunk: BarChunk, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    if present == 0 {
      bar.open = chunk.opens[range.lowerBound]
      bar.high = chunk.highs[range.lowerBound]
      bar.low = chunk.lows[range.lowerBound]
      bar.volume = 0
    }
    for index in range {
      bar.high = max(bar.high, chunk.highs[index])
      bar.low = min(bar.low, chunk.lows[index])
      bar.volume += chunk.volumes[index]
    }
    bar.close = chunk.closes[range.upperBound - 1]
    present += countPresent(chunk, range)
    addTrades(chunk, range)
    addAverage(chunk, range)
  }

  private func countPresent(_ chunk: BarChunk, _ range: Range<Int>) -> Int {
    guard !chunk.present.isEmpty else { return range.count }
    var sum = 0
    for index in range { sum += Int(chunk.present[index]) }
    return sum
  }

  private mutating func addTrades(_ chunk: BarChunk, _ range: Range<Int>) {
    guard !chunk.trades.isEmpty else { return }
    for index in range where chunk.trades[index] != BarChunk.unknownCount {
      let (sum, isFar) = (bar.trades ?? 0).addingReportingOverflow(Int(chunk.trades[index]))
      if isFar { hasTooManyTrades = true }
      bar.trades = sum
    }
  }

  /// The average is known only when every traded bar's is.
  private mutating func addAverage(_ chunk: BarChunk, _ range: Range<Int>) {
    guard !chunk.vwaps.isEmpty else {
      notional = .nan
      return
    }
    for index in range where chunk.volumes[index] != 0 {
      notional += chunk.vwaps[index] * chunk.volumes[index]
    }
  }

  /// The finished bar over its window.
  func finished(start: Int64, expected: Int?) -> Bar {
    var result = bar
    result.start = Instant(nanoseconds: start)
    if hasTooManyTrades { result.trades = nil }
    result.vwap = notional.isNaN || bar.volume <= 0 ? nil : notional / bar.volume
    result.coverage = Coverage(present: present, expected: expected)
    return result
  }
}
