import MarketModel

/// The stretch in which two lists differ: what is left without their common beginning and end.
struct ListDifference {
  /// The positions of the stretch in the old list.
  let old: Range<Int>
  /// The positions of the stretch in the new list.
  let new: Range<Int>

  /// Compares two lists; nil when they are equal, at once when they share their storage.
  init?<Item: Equatable>(from old: [Item], to new: [Item]) {
    guard old != new else { return nil }
    let shorter = min(old.count, new.count)
    var prefix = 0
    while prefix < shorter, old[prefix] == new[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < shorter - prefix,
      old[old.count - 1 - suffix] == new[new.count - 1 - suffix]
    { suffix += 1 }
    self.old = prefix..<old.count - suffix
    self.new = prefix..<new.count - suffix
  }

  /// Whether the stretch was added, taken out, or written anew.
  var operation: Change.Operation { old.isEmpty ? .insert : new.isEmpty ? .remove : .set }

  /// How many items it holds, in the longer of the lists.
  var count: Int { max(old.count, new.count) }

  /// The first and last key of the stretch in either list, both lists ascending.
  func bounds<Item, Key: Comparable>(
    _ key: (Item) -> Key, _ oldItems: [Item], _ newItems: [Item]
  ) -> ClosedRange<Key>? {
    var range: ClosedRange<Key>?
    for (items, part) in [(oldItems, old), (newItems, new)] where !part.isEmpty {
      let first = key(items[part.lowerBound])
      let last = key(items[part.upperBound - 1])
      guard let held = range else {
        range = first...max(first, last)
        continue
      }
      range = min(held.lowerBound, first)...max(held.upperBound, last)
    }
    return range
  }
}
