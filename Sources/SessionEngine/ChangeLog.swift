public import MarketModel

/// Every mutation of the session, in order; old entries of one address are joined, but for those of deltas.
public struct ChangeLog: Sendable {
  /// The entries, by ascending number.
  public private(set) var entries: [Change] = []
  /// The number of the latest entry.
  public private(set) var sequence = 0
  /// The number the log begins after: what came before it is known as a whole only.
  public private(set) var start = 0

  /// How many entries there may be before old ones are joined.
  private var capacity = 2 * ChangeLog.recentCount
  /// How many of the latest entries are always kept one by one.
  static let recentCount = 32_768

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
    if entries.count >= capacity { compact() }
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
    entries[entries.lowerIndex { $0.sequence <= sequence }...]
  }

  /// Joins old entries of the same address, so that a feed does not fill the memory with its log.
  ///
  /// A joined entry has the number of the last and covers the stretches of all: who asks for the changes after
  /// an old number may get more than has changed, never less.
  private mutating func compact() {
    let old = entries.count - ChangeLog.recentCount
    var joined: [Address: Change] = [:]
    joined.reserveCapacity(old)
    for entry in entries[..<old] {
      let address = Address(symbol: entry.symbol, part: entry.part)
      joined[address] = joined[address].map { entry.joining($0) } ?? entry
    }
    let kept = joined.values.sorted { $0.sequence < $1.sequence }
    entries = kept + entries[old...]
    capacity = 2 * max(ChangeLog.recentCount, entries.count)
  }

  private struct Address: Hashable {
    var symbol: String?
    var part: Change.Part
  }
}

extension Change {
  /// This entry, covering the stretch of an earlier one of the same address, too.
  fileprivate func joining(_ earlier: Change) -> Change {
    var joined = self
    joined.count += earlier.count
    // Who has seen the earlier part only must take the later one as a change, not as new.
    joined.operation = .set
    switch (extent, earlier.extent) {
    case (.starts(let a), .starts(let b)): joined.extent = .starts(Change.hull(a, b))
    case (.dates(let a), .dates(let b)): joined.extent = .dates(Change.hull(a, b))
    case (.from(let a), .from(let b)): joined.extent = .from(min(a, b))
    default: joined.extent = nil
    }
    return joined
  }

  private static func hull<Key>(_ a: ClosedRange<Key>, _ b: ClosedRange<Key>) -> ClosedRange<Key> {
    min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }
}
