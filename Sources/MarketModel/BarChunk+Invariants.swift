extension BarChunk {
  /// The first rule of the chunk that does not hold, in words; nil when all do.
  func brokenInvariant() -> String? {
    let size = starts.count
    if size == 0 { return "is empty" }
    for column in [opens.count, highs.count, lows.count, closes.count, volumes.count]
    where column != size {
      return "columns differ in length"
    }
    for column in [trades.count, vwaps.count, present.count, expected.count]
    where column != 0 && column != size {
      return "an optional column is cut short"
    }
    if present.count != expected.count { return "coverage columns differ in length" }
    if regular.isEmpty, regular != 0..<0 { return "an empty regular range is not 0..<0" }
    if regular.upperBound > size { return "regular hours reach past the last bar" }
    for index in 1..<max(size, 1) where starts[index] <= starts[index - 1] {
      return "starts do not increase at bar \(index)"
    }
    for (index, mark) in marks.enumerated() {
      guard self.index(of: mark.start) != nil else { return "mark \(index) belongs to no bar" }
      if index > 0, marks[index - 1].start >= mark.start { return "marks do not ascend" }
    }
    for index in 0..<size {
      let verdict = BarFault.judge(
        open: opens[index], high: highs[index], low: lows[index], close: closes[index],
        volume: volumes[index])
      if case .fault(let fault) = verdict { return "bar \(index): \(fault.reason)" }
    }
    return nil
  }

  /// The chunk cut to a range of its bars.
  public func slice(_ range: Range<Int>) -> BarChunk {
    if range == 0..<count { return self }
    var chunk = BarChunk(day: day)
    chunk.starts = Array(starts[range])
    chunk.opens = Array(opens[range])
    chunk.highs = Array(highs[range])
    chunk.lows = Array(lows[range])
    chunk.closes = Array(closes[range])
    chunk.volumes = Array(volumes[range])
    if !trades.isEmpty { chunk.trades = Array(trades[range]) }
    if !vwaps.isEmpty { chunk.vwaps = Array(vwaps[range]) }
    if !present.isEmpty {
      chunk.present = Array(present[range])
      chunk.expected = Array(expected[range])
    }
    if !marks.isEmpty, let first = chunk.starts.first, let last = chunk.starts.last {
      chunk.marks = marks.filter { $0.start >= first && $0.start <= last }
    }
    let kept = regular.clamped(to: range)
    if !kept.isEmpty {
      chunk.regular = kept.lowerBound - range.lowerBound..<kept.upperBound - range.lowerBound
    }
    return chunk
  }

  /// Reserves room for a number of bars in the columns every bar has.
  public mutating func reserveCapacity(_ capacity: Int) {
    starts.reserveCapacity(capacity)
    opens.reserveCapacity(capacity)
    highs.reserveCapacity(capacity)
    lows.reserveCapacity(capacity)
    closes.reserveCapacity(capacity)
    volumes.reserveCapacity(capacity)
  }
}
