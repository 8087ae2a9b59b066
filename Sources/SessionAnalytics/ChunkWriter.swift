import MarketCalendar
import MarketModel

/// Builds one day's derived chunk from its base chunk: first the windows, then column by column.
struct ChunkWriter {
  var chunk: BarChunk
  private let keepsTrades: Bool
  private let keepsAverages: Bool

  /// A window that becomes a bar: its base bars, and how many there should be.
  private struct Window {
    var start: Int64
    var lower: Int
    var upper: Int
    var present: Int32
    var expected: Int32
  }

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
    let range = base.lowerBound(run.start)..<base.lowerBound(run.end)
    let firstBar = chunk.count
    withUnsafeTemporaryAllocation(of: Window.self, capacity: min(run.count, range.count)) { room in
      var count = 0
      base.starts.withUnsafeBufferPointer { starts in
        var position = range.lowerBound
        while position < range.upperBound {
          let slot = run.slotIndex(containing: starts[position]) ?? 0
          let end = run.slotEnd(slot)
          var upper = position + 1
          while upper < range.upperBound, starts[upper] < end { upper += 1 }
          let start = run.slotStart(slot)
          let expected = root?.slotCount(from: start, until: end)
          let present =
            base.present.isEmpty
            ? upper - position : ChunkWriter.sum(base.present, position..<upper)
          if end <= clock, policy.admits(present: present, expected: expected) {
            let counted = expected.map { Int32(truncatingIfNeeded: $0) }
            room[count] = Window(
              start: start, lower: position, upper: upper,
              present: Int32(truncatingIfNeeded: present),
              expected: counted ?? BarChunk.unknownExpected)
            count += 1
          }
          position = upper
        }
      }
      append(UnsafeBufferPointer(rebasing: room[..<count]), of: base)
    }
    if run.kind == .regular {
      let lower = chunk.regular.isEmpty ? firstBar : chunk.regular.lowerBound
      chunk.regular = lower..<chunk.count
    } else if run.kind == .pre {
      chunk.regular = chunk.count..<chunk.count
    }
  }

  private static func sum(_ column: [Int32], _ range: Range<Int>) -> Int {
    var total = 0
    for index in range { total += Int(column[index]) }
    return total
  }

  private mutating func append(_ windows: UnsafeBufferPointer<Window>, of base: BarChunk) {
    let count = windows.count
    guard count > 0 else { return }
    chunk.reserveCapacity(chunk.count + count)
    chunk.present.reserveCapacity(chunk.present.count + count)
    chunk.expected.reserveCapacity(chunk.expected.count + count)
    for window in windows {
      chunk.starts.append(window.start)
      chunk.present.append(window.present)
      chunk.expected.append(window.expected)
    }
    base.opens.withUnsafeBufferPointer { opens in
      for window in windows { chunk.opens.append(opens[window.lower]) }
    }
    base.closes.withUnsafeBufferPointer { closes in
      for window in windows { chunk.closes.append(closes[window.upper - 1]) }
    }
    appendExtremes(windows, base)
    if keepsTrades || keepsAverages { appendOptional(windows, base) }
  }

  private mutating func appendExtremes(
    _ windows: UnsafeBufferPointer<Window>, _ base: BarChunk
  ) {
    base.highs.withUnsafeBufferPointer { highs in
      for window in windows {
        var high = highs[window.lower]
        for index in window.lower..<window.upper { high = max(high, highs[index]) }
        chunk.highs.append(high)
      }
    }
    base.lows.withUnsafeBufferPointer { lows in
      for window in windows {
        var low = lows[window.lower]
        for index in window.lower..<window.upper { low = min(low, lows[index]) }
        chunk.lows.append(low)
      }
    }
    base.volumes.withUnsafeBufferPointer { volumes in
      for window in windows {
        var volume = 0.0
        for index in window.lower..<window.upper { volume += volumes[index] }
        chunk.volumes.append(volume)
      }
    }
  }

  private mutating func appendOptional(
    _ windows: UnsafeBufferPointer<Window>, _ base: BarChunk
  ) {
    for window in windows {
      var fold = WindowFold()
      fold.add(base, window.lower..<window.upper)
      let bar = fold.finished(start: window.start, expected: Int(window.expected))
      if keepsTrades { chunk.trades.append(bar.trades.map(Int64.init) ?? BarChunk.unknownCount) }
      if keepsAverages { chunk.vwaps.append(bar.vwap ?? .nan) }
    }
  }
}
