import MarketModel

extension SessionData {
  /// Adds an entry to the change log.
  ///
  /// What a batch notes is coarse, a whole symbol as a rule: committing it puts the exact difference in its place.
  mutating func note(
    _ operation: Change.Operation, _ symbol: String?, _ part: Change.Part,
    _ extent: Change.Extent? = nil, count: Int = 1
  ) {
    document.changeSequence = changes.record(
      Change(operation, symbol, part, extent, count: count))
  }

  /// Continues the log of an earlier state with what differs from it, whatever was noted since.
  ///
  /// A log that was begun anew, by a session that goes on where an exported one was, stays as it is.
  mutating func log(changesFrom earlier: SessionData) {
    guard changes.start == earlier.changes.start else { return }
    changes = earlier.changes
    for change in DocumentDifference(from: earlier.document, to: document).changes {
      changes.record(change)
    }
    document.changeSequence = changes.sequence
  }
}
