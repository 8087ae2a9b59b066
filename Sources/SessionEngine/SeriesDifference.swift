import MarketModel

/// The days and stretches in which two series differ.
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
    var isJoined = false
    SeriesDifference.walk(old, new) { (before, after) in
      var tally = KeyedTally<Instant>()
      if before != after { tally.walk(before, after) }
      guard let (operation, found) = tally.whole else {
        isJoined = false
        return
      }
      add(Stretch(operation: operation, starts: found.keys, count: found.count), isJoined: isJoined)
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

  /// Calls back with the chunks of each day of either series; a day that one lacks is empty there.
  static func walk(
    _ old: BarSeries, _ new: BarSeries, _ compare: (BarChunk, BarChunk) -> Void
  ) {
    var before = 0
    var after = 0
    while true {
      let oldDay = before < old.chunks.count ? old.chunks[before].day : nil
      let newDay = after < new.chunks.count ? new.chunks[after].day : nil
      guard let either = oldDay ?? newDay else { return }
      let day = min(oldDay ?? either, newDay ?? either)
      compare(
        oldDay == day ? old.chunks[before] : BarChunk(day: day),
        newDay == day ? new.chunks[after] : BarChunk(day: day))
      if oldDay == day { before += 1 }
      if newDay == day { after += 1 }
    }
  }
}
