/// The end of a series is where it grows: bars are added there, and taken off to be made again.
extension BarSeries {
  /// Adds the rows of a chain, each of which starts after all bars before it.
  ///
  /// - Complexity: O(rows), amortised.
  public mutating func append(_ rows: UnsafeBufferPointer<FeedRow>, from head: Int32) {
    var next = head
    while next >= 0 {
      let day = rows[Int(next)].day
      var chunk = takeLast(on: day)
      next = chunk.append(rows, from: next)
      chunks.append(chunk)
      count += chunk.count
    }
  }

  /// Adds a stretch of another series' chunk, of the bars before which this series ends.
  ///
  /// - Complexity: O(bars of the stretch), amortised.
  public mutating func append(_ other: BarChunk, _ range: Range<Int>) {
    var chunk = takeLast(on: other.day)
    chunk.append(other, range)
    chunks.append(chunk)
    count += chunk.count
  }

  /// Takes the chunks of a day and of all later ones out, to be changed and set again.
  ///
  /// - Returns: the chunk of the day; an empty one where it holds no bar.
  /// - Complexity: O(days taken out).
  public mutating func takeLast(on day: CivilDate) -> BarChunk {
    while let last = chunks.last?.day, last > day { count -= chunks.removeLast().count }
    guard chunks.last?.day == day else { return BarChunk(day: day) }
    let chunk = chunks.removeLast()
    count -= chunk.count
    return chunk
  }

  /// The place and start of the last bar before a moment; nil where there is none.
  ///
  /// - Complexity: O(log *n*), O(1) at the end of the series.
  public func last(before nanoseconds: Int64) -> (chunk: Int, start: Int64)? {
    guard nanoseconds > .min, let chunk = chunkIndex(startingBy: nanoseconds - 1) else {
      return nil
    }
    return (chunk, chunks[chunk].starts[chunks[chunk].lowerBound(nanoseconds) - 1])
  }

  /// The start of the latest bar; nil without bars.
  public var lastStart: Int64? { chunks.last.map { $0.starts[$0.count - 1] } }

  /// Whether a bar starts at exactly this moment.
  public func hasBar(at nanoseconds: Int64) -> Bool {
    guard let chunk = chunkIndex(startingBy: nanoseconds) else { return false }
    return chunks[chunk].index(of: nanoseconds) != nil
  }

  /// The index of the first chunk with a bar at or after a moment; their number where there is none.
  public func firstChunk(reaching nanoseconds: Int64) -> Int {
    guard let chunk = chunkIndex(startingBy: nanoseconds) else { return 0 }
    return chunks[chunk].starts[chunks[chunk].count - 1] >= nanoseconds ? chunk : chunk + 1
  }
}

extension BarChunk {
  /// Adds a bar after all others.
  ///
  /// - Complexity: O(1), amortised.
  public mutating func append(_ bar: Bar, isRegular: Bool) {
    let index = count
    addOptionalColumns(for: bar)
    starts.append(bar.start.nanoseconds)
    opens.append(bar.open)
    highs.append(bar.high)
    lows.append(bar.low)
    closes.append(bar.close)
    volumes.append(bar.volume)
    if !trades.isEmpty || bar.trades != nil {
      trades.append(bar.trades.map(Int64.init) ?? BarChunk.unknownCount)
    }
    if !vwaps.isEmpty || bar.vwap != nil { vwaps.append(bar.vwap ?? .nan) }
    if let coverage = bar.coverage {
      present.append(Int32(coverage.present))
      expected.append(BarChunk.count32(coverage.expected))
    }
    widenRegular(at: index, isRegular: isRegular)
    if bar.received != nil || bar.fill != nil { setMark(of: bar) }
  }

  /// Adds the rows of a chain up to the first of another day, which is returned; -1 at its end.
  mutating func append(_ rows: UnsafeBufferPointer<FeedRow>, from head: Int32) -> Int32 {
    var next = head
    while next >= 0, rows[Int(next)].day == day {
      let row = rows[Int(next)]
      let index = starts.count
      starts.append(row.start)
      opens.append(row.open)
      highs.append(row.high)
      lows.append(row.low)
      closes.append(row.close)
      volumes.append(row.volume)
      if !trades.isEmpty { trades.append(BarChunk.unknownCount) }
      if !vwaps.isEmpty { vwaps.append(.nan) }
      widenRegular(at: index, isRegular: row.isRegular)
      if row.received != .min { marks.append(BarMark(start: row.start, received: row.received)) }
      next = row.next
    }
    return next
  }

  /// Adds a stretch of a chunk that holds these bars right before it.
  mutating func append(_ other: BarChunk, _ range: Range<Int>) {
    let offset = range.lowerBound - count
    guard range != 0..<other.count else {
      self = other
      return
    }
    starts.append(contentsOf: other.starts[range])
    opens.append(contentsOf: other.opens[range])
    highs.append(contentsOf: other.highs[range])
    lows.append(contentsOf: other.lows[range])
    closes.append(contentsOf: other.closes[range])
    volumes.append(contentsOf: other.volumes[range])
    if !other.trades.isEmpty { trades.append(contentsOf: other.trades[range]) }
    if !other.vwaps.isEmpty { vwaps.append(contentsOf: other.vwaps[range]) }
    if !other.present.isEmpty {
      present.append(contentsOf: other.present[range])
      expected.append(contentsOf: other.expected[range])
    }
    let first = other.starts[range.lowerBound]
    for mark in other.marks where mark.start >= first {
      if mark.start <= other.starts[range.upperBound - 1] { marks.append(mark) }
    }
    let inside = other.regular.clamped(to: offset..<range.upperBound)
    regular =
      inside.isEmpty ? 0..<0 : inside.lowerBound - offset..<inside.upperBound - offset
  }

  /// Removes the bars from a start on.
  ///
  /// - Returns: the start of the first bar removed; nil where there is none.
  /// - Complexity: O(bars removed).
  public mutating func removeBars(from start: Int64) -> Int64? {
    let index = lowerBound(start)
    guard index < count else { return nil }
    let first = starts[index]
    let surplus = count - index
    starts.removeLast(surplus)
    opens.removeLast(surplus)
    highs.removeLast(surplus)
    lows.removeLast(surplus)
    closes.removeLast(surplus)
    volumes.removeLast(surplus)
    if !trades.isEmpty { trades.removeLast(surplus) }
    if !vwaps.isEmpty { vwaps.removeLast(surplus) }
    if !present.isEmpty {
      present.removeLast(surplus)
      expected.removeLast(surplus)
    }
    while let last = marks.last, last.start >= start { marks.removeLast() }
    let lower = min(regular.lowerBound, index)
    let upper = min(regular.upperBound, index)
    regular = lower < upper ? lower..<upper : 0..<0
    return first
  }
}
