/// Bars without those that only stand in for missing ones: what quality, derivation and metrics read.
extension BarChunk {
  /// The chunk without carried bars: itself where there are none, else a copy.
  ///
  /// - Complexity: O(marks), O(bars) where something is left out.
  public var evidence: BarChunk {
    guard hasSyntheticFills else { return self }
    var kept: [Int] = []
    kept.reserveCapacity(count)
    var next = 0
    for index in 0..<count {
      while next < marks.count, marks[next].start < starts[index] { next += 1 }
      let isMarked = next < marks.count && marks[next].start == starts[index]
      if isMarked, marks[next].fill?.isSynthetic == true { continue }
      kept.append(index)
    }
    return picking(kept)
  }

  /// The bars at some ascending indices.
  func picking(_ kept: [Int]) -> BarChunk {
    var chunk = BarChunk(day: day)
    chunk.starts = kept.map { starts[$0] }
    chunk.opens = kept.map { opens[$0] }
    chunk.highs = kept.map { highs[$0] }
    chunk.lows = kept.map { lows[$0] }
    chunk.closes = kept.map { closes[$0] }
    chunk.volumes = kept.map { volumes[$0] }
    if !trades.isEmpty { chunk.trades = kept.map { trades[$0] } }
    if !vwaps.isEmpty { chunk.vwaps = kept.map { vwaps[$0] } }
    if !present.isEmpty {
      chunk.present = kept.map { present[$0] }
      chunk.expected = kept.map { expected[$0] }
    }
    chunk.marks = marks.filter { chunk.index(of: $0.start) != nil }
    let lower = kept.prefix { $0 < regular.lowerBound }.count
    let upper = kept.prefix { $0 < regular.upperBound }.count
    if lower < upper { chunk.regular = lower..<upper }
    return chunk
  }
}

extension BarChunk {
  /// The chunk without the bars whose start fails a test: itself where none does, else a copy.
  ///
  /// - Complexity: O(bars).
  public func keeping(_ isKept: (Int64) -> Bool) -> BarChunk {
    let kept = starts.indices.filter { isKept(starts[$0]) }
    return kept.count == count ? self : picking(kept)
  }
}

extension BarSeries {
  /// The series without carried bars: itself where there are none, else a copy.
  public var evidence: BarSeries {
    for chunk in chunks where chunk.hasSyntheticFills {
      return BarSeries(chunks: chunks.map(\.evidence))
    }
    return self
  }

  /// How many bars that are no stand-ins start within `[from, until)`.
  public func evidenceCount(from: Instant, until: Instant) -> Int {
    var total = 0
    for index in (chunkIndex(startingBy: from.nanoseconds) ?? 0)..<chunks.count {
      let chunk = chunks[index]
      if chunk.starts[0] >= until.nanoseconds { break }
      total += chunk.lowerBound(until.nanoseconds) - chunk.lowerBound(from.nanoseconds)
      for mark in chunk.marks where mark.fill?.isSynthetic == true {
        if mark.start >= from.nanoseconds, mark.start < until.nanoseconds { total -= 1 }
      }
    }
    return total
  }
}
