import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `changes`.
  func changes(_ command: ChangesCommand) throws(SessError) -> Output {
    let session = engine.snapshot()
    var table = RecordTable(columns: ["seq", "op", "address", "count", "first", "last"])
    let addresses = command.query.addresses
    for change in session.changes.entries where change.sequence > command.since {
      guard addresses.isEmpty || addresses.contains(where: { $0.covers(change) })
      else { continue }
      let (first, last) = ends(of: change, session)
      table.rows.append([
        .integer(change.sequence), .text(change.operation.rawValue), .text(change.address),
        .integer(change.count), first, last,
      ])
    }
    return try answer(table, command.query, emptyText: "no changes")
  }

  /// The ends of a stretch, on the clock of its symbol's exchange.
  private func ends(of change: Change, _ session: SessionData) -> (first: Value, last: Value) {
    guard case .phase(let calendar, _, _) = change.part else {
      return ends(of: change.extent, change.symbol, session)
    }
    let zone = try? session.catalog.calendar(named: calendar).zone
    return ends(of: change.extent, zone)
  }

  private func ends(of extent: Change.Extent?, _ symbol: String?, _ session: SessionData) -> (
    first: Value, last: Value
  ) {
    ends(of: extent, symbol.flatMap { try? session.calendar(of: $0).zone })
  }

  private func ends(of extent: Change.Extent?, _ zone: Zone?) -> (first: Value, last: Value) {
    func moment(_ instant: Instant) -> Value {
      .instant(instant, offsetSeconds: zone?.offsetSeconds(at: instant) ?? 0)
    }
    switch extent {
    case .starts(let starts): return (moment(starts.lowerBound), moment(starts.upperBound))
    case .dates(let dates): return (.date(dates.lowerBound), .date(dates.upperBound))
    case .from, nil: return (.unknown, .unknown)
    }
  }
}

extension Workbench {
  /// Runs `undo`.
  func undo(_ count: Int) throws(SessError) -> Output {
    try step(count, "undid") { () throws(SessError) in try engine.undo() }
  }

  /// Runs `redo`.
  func redo(_ count: Int) throws(SessError) -> Output {
    try step(count, "did again") { () throws(SessError) in try engine.redo() }
  }

  /// Goes some steps; fewer when there are no more, but an error when there is none.
  private func step(
    _ count: Int, _ verb: String, _ step: () throws(SessError) -> String
  ) throws(SessError) -> Output {
    let earlier = engine.snapshot()
    var lines: [String] = []
    func steps() throws(SessError) {
      for number in 0..<count {
        do throws(SessError) {
          lines.append("\(verb): \(try step())")
        } catch {
          guard number > 0 else { throw error }
          lines.append("\(number) of \(count) steps, as there are no more")
          break
        }
      }
      // Where no feed drives the clock any more, nothing may go on feeding.
      guard let follower, !engine.snapshot().document.active else { return }
      follower.stop()
      lines.append("feed \(follower.name) ended")
      self.follower = nil
    }
    if let follower { try follower.pausing(steps) } else { try steps() }
    return report(lines, comparison(from: earlier, to: engine.snapshot()))
  }

  /// Runs `snapshot`.
  func snapshot(_ command: SnapshotCommand) throws(SessError) -> Output {
    guard let word = command.name else { return listSnapshots() }
    let name = word.text
    do throws(SessError) {
      switch command.action {
      case .name:
        let isReplaced = engine.nameSnapshot(name)
        let sequence = engine.snapshot().changes.sequence
        return report(["\(name): the session at change \(sequence)\(isReplaced ? ", anew" : "")"])
      case .delete:
        try engine.forgetSnapshot(name)
        return report(["\(name) is forgotten"])
      case .restore:
        let earlier = engine.snapshot()
        try checkNotFollowing()
        try engine.restoreSnapshot(name)
        return report(
          ["the session is as \(name) was"], comparison(from: earlier, to: engine.snapshot()))
      }
    } catch {
      throw error.located(at: word.span)
    }
  }

  /// What a followed feed has brought would be lost with the session it went into.
  ///
  /// - Throws: `feed-running`.
  func checkNotFollowing() throws(SessError) {
    guard let follower, follower.isRunning else { return }
    throw SessError(
      "feed-running", "\(follower.name) is being followed into this session",
      hint: "`feed stop` ends that")
  }

  private func listSnapshots() -> Output {
    var table = RecordTable(columns: ["name", "change", "symbols", "bars", "clock"])
    for (name, session) in engine.namedSnapshots() {
      var bars = 0
      for symbol in session.document.symbols.values {
        for record in symbol.bars.values { bars += record.data.count }
      }
      table.rows.append([
        .text(name), .integer(session.changes.sequence),
        .integer(session.document.symbols.count), .integer(bars),
        session.document.clock.map { .instant($0, offsetSeconds: 0) } ?? .unknown,
      ])
    }
    return .records(table, emptyText: "no snapshots")
  }

  /// Runs `diff`.
  func diff(_ command: DiffCommand) throws(SessError) -> Output {
    let from = try named(command.from)
    let to = try command.to.map { (word) throws(SessError) in try named(word) }
    return .records(
      comparison(from: from, to: to ?? engine.snapshot()), emptyText: "no differences")
  }

  private func named(_ word: ExpandedWord) throws(SessError) -> SessionData {
    do throws(SessError) {
      return try engine.snapshot(named: word.text)
    } catch {
      throw error.located(at: word.span)
    }
  }

  /// What differs between two states, as records.
  func comparison(from old: SessionData, to new: SessionData) -> RecordTable {
    var table = RecordTable(
      columns: ["symbol", "interval", "what", "op", "count", "first", "last", "before", "after"])
    for finding in SessionComparison(from: old.document, to: new.document).findings {
      let holder = finding.operation == .remove ? old : new
      let (first, last) = ends(of: finding.extent, finding.symbol, holder)
      table.rows.append([
        Value(finding.symbol), finding.interval.map(Value.interval) ?? .unknown,
        .text(finding.what), .text(finding.operation.rawValue), .integer(finding.count), first,
        last, Value(finding.before), Value(finding.after),
      ])
    }
    return table
  }
}

extension Address {
  /// Whether a change lies at or below this address, or takes it with it.
  fileprivate func covers(_ change: Change) -> Bool {
    guard let pattern = symbol else { return change.symbol == nil }
    guard let name = change.symbol, pattern.matches(name) else { return false }
    if change.part == .symbol { return true }
    if let interval, change.part.interval != interval { return false }
    if intervals == .all, change.part.interval == nil { return false }
    guard let field = fields.first else { return true }
    switch change.part {
    case .interval, .live:
      return interval != nil || !["revisions", "rejected", "ticks", "quotes"].contains(field)
    default: return change.part.path?.split(separator: "/").contains { $0 == field } ?? false
    }
  }
}
