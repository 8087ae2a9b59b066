public import MarketModel

/// What becomes of rows whose slot is taken by another row of the same load.
public enum FileDuplicatePolicy: String, Sendable, CaseIterable {
  /// The first row stays.
  case keep
  /// The last row stays.
  case replace
  /// The load fails.
  case error
}

/// In which order the rows of a series came.
public enum RowOrder: String, Sendable {
  case ascending
  case descending
  case unsorted
}

/// The rows of one series on their timeline, and those that have no place on it.
public struct PlacedSeries: Sendable {
  /// The bars.
  public var series: BarSeries
  /// The rows that are not in it, by line.
  public var rejected: [RejectedRow]
  /// The order of the file.
  public var order: RowOrder
  /// What was odd about the rows.
  public var faults: [RowFault] = []

  /// Creates the result of a placement.
  public init(series: BarSeries, rejected: [RejectedRow], order: RowOrder) {
    self.series = series
    self.rejected = rejected
    self.order = order
  }

  /// Bars in pre- or post-market hours.
  public var extendedCount: Int {
    series.chunks.reduce(0) { $0 + $1.count - $1.regular.count }
  }

  /// Rejected rows of a kind.
  public func count(_ kind: RejectionClass) -> Int {
    rejected.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) }
  }
}
