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
    /// How many witnesses miss a slot, by its start.
    var missing: [Int64: Int32] = [:]
  }

  /// Who misses a gap, the symbol itself left out.
  struct Sharing {
    /// How many others miss all of it.
    var missing: Int
    /// How many others would know.
    var witnesses: Int
  }

  private let step: Int64
  private var days: [CivilDate: Day] = [:]
  /// How many symbols were added.
  public private(set) var count = 0

  /// Creates an index of symbols whose bars are of one interval.
  public init(_ interval: Interval) {
    step = interval.isIntraday ? interval.nanoseconds : Instant.day
  }

  /// Adds a symbol: its days as judged, and its gaps, ascending.
  ///
  /// - Complexity: O(days + missing slots).
  public mutating func add(days judged: [DayQuality], gaps: [Gap]) {
    count += 1
    var index = 0
    for day in judged where day.slots.expected > 0 {
      let from = index
      while index < gaps.count, gaps[index].date <= day.date { index += 1 }
      let held = gaps[from..<index]
      guard day.slots.present > 0 else {
        days[day.date, default: Day()].empty += 1
        continue
      }
      days[day.date, default: Day()].loaded += 1
      guard PeerIndex.isWitness(day, gapCount: held.count) else { continue }
      days[day.date, default: Day()].witnesses += 1
      for gap in held {
        for slot in stride(from: gap.start.nanoseconds, to: gap.end.nanoseconds, by: Int(step)) {
          days[day.date, default: Day()].missing[slot, default: 0] += 1
        }
      }
    }
  }

  /// Whether a symbol trades so densely on a day that a missing slot of it means something.
  static func isWitness(_ day: DayQuality, gapCount: Int) -> Bool {
    day.slots.present > 0 && gapCount <= 1 + day.slots.present / 10
  }

  /// The others that miss a gap; `isWitness` says whether the gap's own symbol is among those counted.
  ///
  /// - Complexity: O(missing slots of the gap).
  func sharing(_ gap: Gap, isWitness: Bool) -> Sharing {
    guard let day = days[gap.date] else { return Sharing(missing: 0, witnesses: 0) }
    var fewest = Int32.max
    for slot in stride(from: gap.start.nanoseconds, to: gap.end.nanoseconds, by: Int(step)) {
      fewest = min(fewest, day.missing[slot] ?? 0)
      if fewest == 0 { break }
    }
    let own = isWitness ? 1 : 0
    return Sharing(
      missing: max(0, Int(fewest) - own), witnesses: max(0, day.witnesses - own))
  }

  /// How many others have bars on a day, and how many have none; `isLoaded` says on which side the own symbol is.
  func holding(_ date: CivilDate, isLoaded: Bool) -> (loaded: Int, empty: Int) {
    guard let day = days[date] else { return (0, 0) }
    return (
      max(0, day.loaded - (isLoaded ? 1 : 0)), max(0, day.empty - (isLoaded ? 0 : 1))
    )
  }
}
