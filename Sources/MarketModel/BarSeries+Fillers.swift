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

  /// The bars that do not start at some instants, chunk by chunk.
  public func removing(_ starts: Set<Instant>) -> BarSeries {
    guard !starts.isEmpty else { return self }
    var kept: [BarChunk] = []
    for var chunk in chunks {
      for index in stride(from: chunk.count - 1, through: 0, by: -1)
      where starts.contains(Instant(nanoseconds: chunk.starts[index])) {
        chunk.remove(at: index)
      }
      kept.append(chunk)
    }
    return BarSeries(chunks: kept)
  }
}
