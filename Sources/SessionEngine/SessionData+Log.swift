import Diagnostics
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
    log(differenceFrom: earlier.document)
    // What a replay hides has a number, too, so that `undo` knows of it.
    guard changes.sequence == earlier.changes.sequence, let known = replay?.known,
      let before = earlier.replay?.known, known != before
    else { return }
    note(.set, nil, .clock)
  }

  /// Takes over the records of another state; the log goes on, and what differs is new changes.
  mutating func restore(_ other: SessionData) {
    let replaced = document
    let log = changes
    if replay != nil {
      // The clock stays where it is: its moves are not undone. What a feed's clock cut off is made whole.
      var ended = other
      if ended.isFed { try? ended.stopFeed() }
      let symbols = ended.knownSymbols
      _ = try? edit { (whole) throws(SessError) in whole.document.symbols = symbols }
    } else {
      self = other
      document.symbols = other.knownSymbols
      if replay != nil { (document.clock, document.active, replay) = (nil, false, nil) }
    }
    changes = log
    self.log(differenceFrom: replaced)
  }

  /// Logs what differs under numbers up to one that was given elsewhere, where that is still to come.
  ///
  /// The changes of a delta have their numbers already; where it has fewer, the last ones share the last.
  mutating func log(differenceFrom earlier: SessionDocument, upTo sequence: Int) {
    guard sequence > changes.sequence else { return log(differenceFrom: earlier) }
    if changes.sequence == 0 {
      changes = ChangeLog(after: sequence)
    } else {
      changes.record(DocumentDifference(from: earlier, to: document).changes, upTo: sequence)
    }
    document.changeSequence = changes.sequence
  }

  /// Logs what differs to the eye after a change; one of which nothing is seen is a number, too, for `undo`.
  mutating func log(differenceFrom earlier: SessionDocument, beyond sequence: Int) {
    let before = changes.sequence
    log(differenceFrom: earlier)
    if changes.sequence == before, sequence > before { note(.set, nil, .clock) }
  }

  /// Logs what differs from an earlier state.
  mutating func log(differenceFrom earlier: SessionDocument) {
    for change in DocumentDifference(from: earlier, to: document).changes {
      changes.record(change)
    }
    if let before = earlier.clock, let now = document.clock, before < now {
      notePhases(from: before, through: now)
    }
    document.changeSequence = changes.sequence
  }

  /// About how many bars an earlier state holds that this one does not; nil when nothing has changed since.
  func weight(ofChangesSince earlier: ChangeLog) -> Int? {
    guard changes.sequence != earlier.sequence || changes.start != earlier.start else {
      return nil
    }
    var weight = 0
    for change in changes.entries(after: earlier.sequence) where change.operation != .insert {
      switch change.part {
      case .symbol, .interval, .bars: weight += change.count
      default: break
      }
    }
    return weight
  }
}
