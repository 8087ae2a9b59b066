import CommandLanguage
public import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

extension Workbench {
  /// The records of a table that a query asks for.
  func narrowed(_ table: RecordTable, _ query: QueryCommand) throws(SessError) -> RecordTable {
    let filtered = try WorkbenchContext(self).filtered(table, query.filter)
    return try filtered.limited(query.limit).selecting(query.columns, at: query.span)
  }

  /// Answers with the records of a table that a query asks for.
  func answer(_ table: RecordTable, _ query: QueryCommand, emptyText: String) throws(SessError)
    -> Output
  {
    .records(
      try narrowed(table, query), emptyText: table.rows.isEmpty ? emptyText : "no such records")
  }

  private func series(_ query: QueryCommand) throws(SessError)
    -> (resolver: Resolver, all: [(reference: SeriesReference, scope: Scope?)])
  {
    let resolver = Resolver(session: engine.snapshot())
    do throws(SessError) {
      return (resolver, try resolver.series(query.addresses))
    } catch {
      throw error.located(at: query.span)
    }
  }

  /// Runs `quality`.
  func quality(_ query: QueryCommand) throws(SessError) -> Output {
    let (resolver, all) = try series(query)
    var days: [(SeriesReference, DayQuality)] = []
    for (reference, scope) in all {
      let judged = try resolver.judged(reference, scope).days
      if query.isTotal {
        days.append((reference, DayQuality.total(judged)))
      } else {
        for day in judged { days.append((reference, day)) }
      }
    }
    return try answer(
      Records.quality(days, isTotal: query.isTotal), query, emptyText: "nothing is expected")
  }

  /// Runs `gaps`.
  func gaps(_ query: QueryCommand) throws(SessError) -> Output {
    let (resolver, all) = try series(query)
    if !query.states.isEmpty { return try gapStates(query, resolver, all) }
    var gaps: [(reference: SeriesReference, gap: Gap)] = []
    var totals = RecordTable(columns: ["symbol", "interval", "gaps", "missing"])
    for (reference, scope) in all {
      let found = try resolver.judged(reference, scope).gaps
        .filter { $0.missing >= query.minimum ?? 0 }
      for gap in found { gaps.append((reference, gap)) }
      totals.rows.append([
        .text(reference.symbol.symbol), .interval(reference.interval), .integer(found.count),
        .integer(found.reduce(0) { $0 + $1.missing }),
      ])
    }
    guard !query.isTotal else { return try answer(totals, query, emptyText: "no gaps") }
    var verdicts = GapVerdicts(resolver)
    let table = try verdicts.table(gaps, query, WorkbenchContext(self))
    let records = try table.selecting(query.columns, at: query.span)
    let empty = gaps.isEmpty ? "no gaps" : "no such records"
    guard query.columns.isEmpty else { return .records(records, emptyText: empty) }
    // The evidence is too long for a table; `why` and the other formats have it.
    let shown = try records.selecting(records.columns.filter { $0 != "evidence" }, at: query.span)
    return Output(blocks: [.table(shown)], records: records, emptyText: empty)
  }

  /// Runs `missing`.
  func missing(_ query: QueryCommand) throws(SessError) -> Output {
    let (resolver, all) = try series(query)
    var table = RecordTable(columns: ["symbol", "interval", "date", "start", "end"])
    for (reference, scope) in all {
      for gap in try resolver.judged(reference, scope).gaps {
        for (start, end) in reference.filler.slots(of: gap) {
          let date = reference.calendar.tradingDay(containing: start) ?? gap.date
          table.rows.append([
            .text(reference.symbol.symbol), .interval(reference.interval), .date(date),
            reference.value(start), reference.value(end),
          ])
        }
      }
    }
    return try answer(table, query, emptyText: "nothing is missing")
  }

  /// Runs `check`.
  func check() throws(SessError) -> Output {
    try verify()
    return Output()
  }

  /// The number of the latest change.
  public var changeSequence: Int { engine.snapshot().changes.sequence }

  /// Verifies every rule the session must keep.
  ///
  /// - Throws: `broken-invariant`.
  public func verify() throws(SessError) {
    let faults = try engine.snapshot().brokenInvariants()
    guard let first = faults.first else { return }
    throw SessError(
      "broken-invariant", first, hint: "this is a fault of sess itself; please report it",
      notes: Array(faults.dropFirst()))
  }
}
