public import MarketModel

/// One entry of the change log: which range of which record a mutation touched.
public struct Change: Sendable, Equatable {
  /// What was done to the range.
  public enum Operation: String, Sendable, CaseIterable {
    case set
    case insert
    case remove
  }

  /// The entry's number; numbers rise and never repeat.
  public var sequence: Int
  /// What was done.
  public var operation: Operation
  /// The record: `AAPL`, `AAPL/1m`, `AAPL/metrics`.
  public var address: String
  /// The first and last bar start touched, where bars were.
  public var range: ClosedRange<Instant>?
  /// How many items were touched.
  public var count: Int
}

/// Every mutation of the session, in order.
public struct ChangeLog: Sendable {
  /// The entries, by ascending number.
  public private(set) var entries: [Change] = []
  /// The number of the latest entry.
  public private(set) var sequence = 0

  /// Creates an empty log that goes on after a number.
  public init(after sequence: Int = 0) { self.sequence = sequence }

  /// Adds an entry and returns its number.
  @discardableResult
  mutating func record(
    _ operation: Change.Operation, _ address: String, range: ClosedRange<Instant>? = nil,
    count: Int
  ) -> Int {
    sequence += 1
    entries.append(
      Change(
        sequence: sequence, operation: operation, address: address, range: range, count: count))
    return sequence
  }
}
