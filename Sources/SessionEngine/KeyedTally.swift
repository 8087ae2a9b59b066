import MarketModel

/// What was added, taken out and changed between two lists that ascend by a key.
struct KeyedTally<Key: Comparable & Sendable>: Sendable {
  /// Items of one kind: how many, and the first and last key.
  struct Stretch: Sendable {
    var count: Int
    var keys: ClosedRange<Key>

    fileprivate mutating func join(_ other: Stretch) {
      count += other.count
      keys =
        min(keys.lowerBound, other.keys.lowerBound)...max(keys.upperBound, other.keys.upperBound)
    }
  }

  private var stretches: [Change.Operation: Stretch] = [:]

  /// Creates an empty tally.
  init() {}

  /// The items of one kind; nil when there are none.
  subscript(operation: Change.Operation) -> Stretch? { stretches[operation] }

  /// All items together, under the one operation that is true of them.
  var whole: (operation: Change.Operation, stretch: Stretch)? {
    var joined: (operation: Change.Operation, stretch: Stretch)?
    for operation in Change.Operation.allCases {
      guard let stretch = stretches[operation] else { continue }
      if joined == nil {
        joined = (operation, stretch)
      } else {
        joined?.operation = .set
        joined?.stretch.join(stretch)
      }
    }
    return joined
  }

  /// Counts one item.
  mutating func add(_ operation: Change.Operation, _ key: Key) {
    let one = Stretch(count: 1, keys: key...key)
    if stretches[operation]?.join(one) == nil { stretches[operation] = one }
  }

  /// Walks two lists in step and counts what differs.
  ///
  /// - Complexity: O(items of both).
  mutating func walk(
    _ old: Range<Int>, _ new: Range<Int>, oldKey: (Int) -> Key, newKey: (Int) -> Key,
    isEqual: (Int, Int) -> Bool
  ) {
    var before = old.lowerBound
    var after = new.lowerBound
    while before < old.upperBound || after < new.upperBound {
      if after == new.upperBound {
        add(.remove, oldKey(before))
        before += 1
      } else if before == old.upperBound {
        add(.insert, newKey(after))
        after += 1
      } else if oldKey(before) < newKey(after) {
        add(.remove, oldKey(before))
        before += 1
      } else if newKey(after) < oldKey(before) {
        add(.insert, newKey(after))
        after += 1
      } else {
        if !isEqual(before, after) { add(.set, newKey(after)) }
        before += 1
        after += 1
      }
    }
  }
}

extension KeyedTally<Instant> {
  /// Counts the bars that differ between two chunks.
  mutating func walk(_ old: BarChunk, _ new: BarChunk) {
    let shared = BarChunk.commonPrefix(old, new)
    walk(
      shared..<old.count, shared..<new.count, oldKey: { Instant(nanoseconds: old.starts[$0]) },
      newKey: { Instant(nanoseconds: new.starts[$0]) },
      isEqual: { BarChunk.hasEqualBars(old, $0, new, $1) })
  }
}
