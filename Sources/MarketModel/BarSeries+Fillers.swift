extension BarSeries {
  /// True when at least one bar states a volume.
  public var hasVolume: Bool {
    chunks.contains { $0.volumes.contains { $0 > 0 } }
  }

  /// The bars a vendor made up where nothing traded: no volume, all prices the close before.
  ///
  /// - Complexity: O(bars), one pass over the volumes.
  public func fillers() -> [Instant] {
    var found: [Instant] = []
    var previous = Double.nan
    for chunk in chunks {
      for index in 0..<chunk.count {
        if chunk.volumes[index] == 0, chunk.opens[index] == previous,
          chunk.highs[index] == previous, chunk.lows[index] == previous,
          chunk.closes[index] == previous
        {
          found.append(Instant(nanoseconds: chunk.starts[index]))
        }
        previous = chunk.closes[index]
      }
    }
    return found
  }

  /// The bars that do not start at some instants.
  ///
  /// - Complexity: O(bars of the days between the first and the last of them).
  public func removing(_ starts: Set<Instant>) -> BarSeries {
    guard let first = starts.min(), let last = starts.max() else { return self }
    var kept: [BarChunk] = []
    kept.reserveCapacity(chunks.count)
    for chunk in chunks {
      let isBefore = chunk.starts[chunk.count - 1] < first.nanoseconds
      let isTouched = !isBefore && chunk.starts[0] <= last.nanoseconds
      kept.append(
        isTouched ? chunk.keeping { !starts.contains(Instant(nanoseconds: $0)) } : chunk)
    }
    return BarSeries(chunks: kept)
  }
}
