public import MarketModel

/// Every mutation of the session, in order.
public struct ChangeLog: Sendable {
  /// The entries, by ascending number.
  public private(set) var entries: [Change] = []
  /// The number of the latest entry.
  public private(set) var sequence = 0
  /// The number the log begins after: what came before it is known as a whole only.
  public private(set) var start = 0

  /// Creates an empty log that goes on after a number.
  public init(after sequence: Int = 0) {
    self.sequence = sequence
    start = sequence
  }

  /// Gives an entry the next number and adds it.
  @discardableResult
  mutating func record(_ change: Change) -> Int {
    sequence += 1
    entries.append(change)
    entries[entries.count - 1].sequence = sequence
    return sequence
  }

  /// Adds entries under rising numbers of which the last is given; the last ones share it if need be.
  mutating func record(_ changes: [Change], upTo last: Int) {
    for change in changes {
      sequence = min(sequence + 1, last)
      entries.append(change)
      entries[entries.count - 1].sequence = sequence
    }
    sequence = last
  }

  /// The entries with a higher number.
  ///
  /// - Complexity: O(log *entries*).
  public func entries(after sequence: Int) -> ArraySlice<Change> {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
    }
    return entries[low...]
  }
}
