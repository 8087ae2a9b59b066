public import MarketModel

/// Which slots other symbols of one calendar and interval miss, to tell a lost feed from a quiet symbol.
///
/// Only symbols that seldom miss a slot on a day are witnesses for it: a contract that hardly trades says nothing.
public struct PeerIndex: Sendable {
  private struct Day: Sendable {
    /// Symbols with bars, and symbols that should have some and have none.
    var loaded = 0
    var empty = 0
    var witnesses = 0

    mutating func note(_ day: DayQuality, _ isWitness: Bool) {
      if day.slots.present > 0 { loaded += 1 } else { empty += 1 }
      if isWitness { witnesses += 1 }
    }
  }

  /// Who misses a gap, the symbol itself left out.
  struct Sharing {
    /// How many others miss all of it.
    var missing: Int
    /// How many others would know.
    var witnesses: Int
  }

  private var days: [CivilDate: Day] = [:]
  /// How many symbols were counted.
  public let count: Int
  /// From which moments on how many witnesses miss the slots, ascending.
  private var times: [Int64] = []
  private var counts: [Int] = []

  /// Counts what symbols miss: their days as judged and their gaps, both ascending.
  ///
  /// - Complexity: O(days + gaps · log gaps), however long the gaps are.
  public init(_ symbols: [BarIntervalData]) {
    count = symbols.count
    // Nobody is a witness for itself.
    guard count > 1 else { return }
    var starts: [Int64] = []
    var ends: [Int64] = []
    for symbol in symbols {
      var index = 0
      for day in symbol.days where day.slots.expected > 0 {
        let from = index
        while index < symbol.gaps.count, symbol.gaps[index].date <= day.date { index += 1 }
        let isWitness = PeerIndex.isWitness(day, gapCount: index - from)
        days[day.date, default: Day()].note(day, isWitness)
        guard isWitness else { continue }
        for gap in symbol.gaps[from..<index] {
          starts.append(gap.start.nanoseconds)
          ends.append(gap.end.nanoseconds)
        }
      }
    }
    starts.sort()
    ends.sort()
    merge(starts, ends)
  }

  /// Counts the gaps that are open after each moment at which one begins or ends.
  private mutating func merge(_ starts: [Int64], _ ends: [Int64]) {
    var (opened, closed) = (0, 0)
    while closed < ends.count {
      let time = opened < starts.count ? min(starts[opened], ends[closed]) : ends[closed]
      while opened < starts.count, starts[opened] == time { opened += 1 }
      while closed < ends.count, ends[closed] == time { closed += 1 }
      times.append(time)
      counts.append(opened - closed)
    }
  }

  /// Whether a symbol trades so densely on a day that a missing slot of it means something.
  static func isWitness(_ day: DayQuality, gapCount: Int) -> Bool {
    day.slots.present > 0 && gapCount <= 1 + day.slots.present / 10
  }

  /// The others that miss a gap; `isWitness` says whether the gap's own symbol is among those counted.
  ///
  /// - Complexity: O(log gaps + gaps of others within it).
  func sharing(_ gap: Gap, isWitness: Bool) -> Sharing {
    guard let day = days[gap.date] else { return Sharing(missing: 0, witnesses: 0) }
    let own = isWitness ? 1 : 0
    return Sharing(
      missing: max(0, fewest(gap) - own), witnesses: max(0, day.witnesses - own))
  }

  /// How many witnesses miss the slot of a gap that most of them have.
  private func fewest(_ gap: Gap) -> Int {
    let (start, end) = (gap.start.nanoseconds, gap.end.nanoseconds)
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= start { low = middle + 1 } else { high = middle }
    }
    var fewest = low > 0 ? counts[low - 1] : 0
    while fewest > 0, low < times.count, times[low] < end {
      fewest = min(fewest, counts[low])
      low += 1
    }
    return fewest
  }

  /// How many others have bars on a day, and how many have none; `isLoaded` says on which side the own symbol is.
  func holding(_ date: CivilDate, isLoaded: Bool) -> (loaded: Int, empty: Int) {
    guard let day = days[date] else { return (0, 0) }
    return (
      max(0, day.loaded - (isLoaded ? 1 : 0)), max(0, day.empty - (isLoaded ? 0 : 1))
    )
  }
}
