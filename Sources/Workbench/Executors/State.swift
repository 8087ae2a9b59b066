import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `changes`.
  func changes(_ command: ChangesCommand) -> Output {
    let session = engine.snapshot()
    var table = RecordTable(columns: ["seq", "op", "address", "count", "first", "last"])
    for change in session.changes.entries where change.sequence > command.since {
      guard command.addresses.isEmpty || command.addresses.contains(where: { $0.covers(change) })
      else { continue }
      let (first, last) = extent(of: change, session)
      table.rows.append([
        .integer(change.sequence), .text(change.operation.rawValue), .text(change.address),
        .integer(change.count), first, last,
      ])
    }
    return .records(table.limited(command.limit), emptyText: "no changes")
  }

  /// The ends of the stretch a change touched, on the clock of its symbol's exchange.
  func extent(of change: Change, _ session: SessionData) -> (first: Value, last: Value) {
    let zone = change.symbol.flatMap { try? session.calendar(of: $0).zone }
    func moment(_ instant: Instant) -> Value {
      .instant(instant, offsetSeconds: zone?.offsetSeconds(at: instant) ?? 0)
    }
    switch change.extent {
    case .starts(let starts): return (moment(starts.lowerBound), moment(starts.upperBound))
    case .dates(let dates): return (.date(dates.lowerBound), .date(dates.upperBound))
    case .from, nil: return (.unknown, .unknown)
    }
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
    case .interval, .live: return true
    default: return change.part.path?.split(separator: "/").contains { $0 == field } ?? false
    }
  }
}
