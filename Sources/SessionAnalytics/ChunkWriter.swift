import MarketCalendar
import MarketModel

/// Builds one day's derived chunk from its base chunk, window by window, over unsafe buffers.
struct ChunkWriter {
  var chunk: BarChunk
  private let keepsTrades: Bool
  private let keepsAverages: Bool

  /// Starts an empty chunk that keeps the optional columns the base has.
  init(day: CivilDate, like base: BarChunk) {
    chunk = BarChunk(day: day)
    keepsTrades = !base.trades.isEmpty
    keepsAverages = !base.vwaps.isEmpty
  }

  /// Folds the base bars of one segment into the windows of `run`.
  mutating func fold(
    _ base: BarChunk, _ run: SlotGrid.Run, _ root: SlotGrid.Run?, _ policy: DerivationPolicy,
    closedBy clock: Int64
  ) {
    var position = base.lowerBound(run.start)
    let end = base.lowerBound(run.end)
    let firstBar = chunk.count
    chunk.reserveCapacity(chunk.count + min(run.count, end - position))
    base.starts.withUnsafeBufferPointer { starts in
      while position < end {
        let slot = run.slotIndex(containing: starts[position]) ?? 0
        let windowEnd = run.slotEnd(slot)
        var upper = position + 1
        while upper < end, starts[upper] < windowEnd { upper += 1 }
        if windowEnd <= clock {
          let start = run.slotStart(slot)
          let expected = root?.slotCount(from: start, until: windowEnd)
          append(base, position..<upper, start: start, expected: expected, policy)
        }
        position = upper
      }
    }
    if run.kind == .regular {
      let lower = chunk.regular.isEmpty ? firstBar : chunk.regular.lowerBound
      chunk.regular = lower..<chunk.count
    } else if run.kind == .pre {
      chunk.regular = chunk.count..<chunk.count
    }
  }

  private mutating func append(
    _ base: BarChunk, _ range: Range<Int>, start: Int64, expected: Int?, _ policy: DerivationPolicy
  ) {
    let present = base.present.isEmpty ? range.count : ChunkWriter.sum(base.present, range)
    guard policy.admits(present: present, expected: expected) else { return }
    let (high, low, volume) = ChunkWriter.extremes(base, range)
    chunk.starts.append(start)
    chunk.opens.append(base.opens[range.lowerBound])
    chunk.highs.append(high)
    chunk.lows.append(low)
    chunk.closes.append(base.closes[range.upperBound - 1])
    chunk.volumes.append(volume)
    chunk.present.append(Int32(truncatingIfNeeded: present))
    chunk.expected.append(
      expected.map { Int32(truncatingIfNeeded: $0) } ?? BarChunk.unknownExpected)
    guard keepsTrades || keepsAverages else { return }
    var fold = WindowFold()
    fold.reset()
    fold.add(base, range, isFirst: true)
    let bar = fold.finished(start: start, expected: expected)
    if keepsTrades { chunk.trades.append(bar.trades.map(Int64.init) ?? BarChunk.unknownCount) }
    if keepsAverages { chunk.vwaps.append(bar.vwap ?? .nan) }
  }

  private static func sum(_ column: [Int32], _ range: Range<Int>) -> Int {
    var total = 0
    for index in range { total += Int(column[index]) }
    return total
  }

  private static func extremes(_ base: BarChunk, _ range: Range<Int>) -> (Double, Double, Double) {
    var high = base.highs[range.lowerBound]
    var low = base.lows[range.lowerBound]
    var volume = 0.0
    for index in range {
      high = max(high, base.highs[index])
      low = min(low, base.lows[index])
      volume += base.volumes[index]
    }
    return (high, low, volume)
  }
}
