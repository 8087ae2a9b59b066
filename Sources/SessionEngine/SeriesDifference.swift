import MarketModel

/// The stretches in which two series differ.
struct SeriesDifference {
  /// Bars that were added, taken out or written anew between two starts.
  struct Stretch {
    var operation: Change.Operation
    var starts: ClosedRange<Instant>
    var count: Int
  }

  /// The stretches, ascending and apart.
  private(set) var stretches: [Stretch] = []

  /// More stretches than this are joined into one: an entry names a stretch, not a bar.
  private static let stretchCountMax = 64

  /// Compares two series chunk by chunk; chunks that share their columns are equal at once.
  init(from old: BarSeries, to new: BarSeries) {
    var before = 0
    var after = 0
    var isJoined = false
    while true {
      let oldDay = before < old.chunks.count ? old.chunks[before].day : nil
      let newDay = after < new.chunks.count ? new.chunks[after].day : nil
      guard let either = oldDay ?? newDay else { break }
      let day = min(oldDay ?? either, newDay ?? either)
      let oldChunk = oldDay == day ? old.chunks[before] : BarChunk(day: day)
      let newChunk = newDay == day ? new.chunks[after] : BarChunk(day: day)
      if oldDay == day { before += 1 }
      if newDay == day { after += 1 }
      guard oldChunk != newChunk, let stretch = SeriesDifference.stretch(oldChunk, newChunk) else {
        isJoined = false
        continue
      }
      add(stretch, isJoined: isJoined)
      isJoined = true
    }
    guard stretches.count > SeriesDifference.stretchCountMax else { return }
    let all = stretches
    stretches = []
    for stretch in all { add(stretch, isJoined: true) }
  }

  private mutating func add(_ stretch: Stretch, isJoined: Bool) {
    guard isJoined, let last = stretches.last else { return stretches.append(stretch) }
    stretches[stretches.count - 1] = Stretch(
      operation: last.operation == stretch.operation ? last.operation : .set,
      starts: last.starts.lowerBound...stretch.starts.upperBound,
      count: last.count + stretch.count)
  }

  /// The bars of a day that differ, by walking both chunks in order of starts.
  private static func stretch(_ old: BarChunk, _ new: BarChunk) -> Stretch? {
    var (before, after, count) = (0, 0, 0)
    var (isAdded, isRemoved, isChanged) = (false, false, false)
    var first: Int64?
    var last = Int64.min
    while before < old.count || after < new.count {
      let oldStart = before < old.count ? old.starts[before] : Int64.max
      let newStart = after < new.count ? new.starts[after] : Int64.max
      let start = min(oldStart, newStart)
      if oldStart == newStart {
        if BarChunk.hasEqualBars(old, before, new, after) {
          before += 1
          after += 1
          continue
        }
        isChanged = true
      } else if oldStart < newStart {
        isRemoved = true
      } else {
        isAdded = true
      }
      if oldStart == start { before += 1 }
      if newStart == start { after += 1 }
      if first == nil { first = start }
      last = start
      count += 1
    }
    guard let first else { return nil }
    let operation: Change.Operation =
      isChanged || isAdded == isRemoved ? .set : isAdded ? .insert : .remove
    return Stretch(
      operation: operation,
      starts: Instant(nanoseconds: first)...Instant(nanoseconds: last), count: count)
  }
}
