import CommandLanguage
import Diagnostics
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

/// Gaps with what was tried to fill them.
struct GapStates {
  private let resolver: Resolver

  init(_ resolver: Resolver) { self.resolver = resolver }

  static let columns = [
    "symbol", "interval", "date", "start", "end", "missing", "state", "attempts", "next_at",
    "source", "reason",
  ]

  /// The gaps in some states, by series and start; those filled by now among them.
  func table(
    _ series: [(reference: SeriesReference, scope: Scope?)], _ states: [GapState],
    minimum: Int = 0
  ) throws(SessError) -> RecordTable {
    var table = RecordTable(columns: Self.columns)
    for (reference, scope) in series {
      let record = reference.record
      var rows: [(gap: Gap, state: GapState, retry: GapRetry?, missing: Int)] = []
      for gap in try resolver.judged(reference, scope).gaps where gap.missing >= minimum {
        rows.append((gap, record.state(of: gap), record.retry(of: gap), gap.missing))
      }
      for retry in record.retries where isWithin(scope, retry.gap, reference) {
        let state = record.state(of: retry)
        guard state == .filled || state == .partiallyFilled, retry.gap.missing >= minimum else {
          continue
        }
        let found = record.data.evidenceCount(from: retry.gap.start, until: retry.gap.end)
        rows.append((retry.gap, state, retry, max(0, retry.gap.missing - found)))
      }
      rows.sort { ($0.gap.start, $1.gap.end) < ($1.gap.start, $0.gap.end) }
      for row in rows where states.contains(row.state) {
        table.rows.append(
          Self.row(reference, row.gap, row.missing, row.state, row.retry))
      }
    }
    return table
  }

  private static func row(
    _ reference: SeriesReference, _ gap: Gap, _ missing: Int, _ state: GapState, _ retry: GapRetry?
  ) -> [Value] {
    let next = state == .retrying ? retry?.nextAt : nil
    let source = state == .open ? nil : retry?.source
    let reason = state == .open || state == .filled ? nil : retry?.reason
    return [
      .text(reference.symbol.symbol), .interval(reference.interval), .date(gap.date),
      reference.value(gap.start), reference.value(gap.end), .integer(missing),
      .text(state.rawValue), .integer(retry?.attempts ?? 0),
      next.map { reference.value($0) } ?? .unknown, Value(source?.name), Value(reason),
    ]
  }

  /// The records of some attempts as they came out.
  static func table(_ reference: SeriesReference, _ tried: [GapRetry]) -> RecordTable {
    var table = RecordTable(columns: columns)
    for retry in tried {
      let found = reference.record.data.evidenceCount(from: retry.gap.start, until: retry.gap.end)
      let missing = max(0, retry.gap.missing - found)
      table.rows.append(
        row(reference, retry.gap, missing, reference.record.state(of: retry), retry))
    }
    return table
  }

  private func isWithin(_ scope: Scope?, _ gap: Gap, _ reference: SeriesReference) -> Bool {
    guard let dates = resolver.dates(scope, of: reference.symbol) else { return false }
    if let dates, !dates.contains(gap.date) { return false }
    let span = resolver.moments(
      scope, of: reference.symbol, reference.interval, reference.calendar, on: gap.date)
    guard let span else { return true }
    return gap.start.nanoseconds < span.upperBound && gap.end.nanoseconds > span.lowerBound
  }
}

extension Workbench {
  /// Runs `gaps --state`.
  func gapStates(
    _ query: QueryCommand, _ resolver: Resolver,
    _ all: [(reference: SeriesReference, scope: Scope?)]
  ) throws(SessError) -> Output {
    let states = GapStates(resolver)
    let minimum = query.minimum ?? 0
    guard query.isTotal else {
      let table = try states.table(all, query.states, minimum: minimum)
      return try answer(table, query, emptyText: "no gaps")
    }
    var totals = RecordTable(columns: ["symbol", "interval", "gaps", "missing"])
    for item in all {
      let table = try states.table([item], query.states, minimum: minimum)
      var missing = 0
      for case .integer(let count) in table.column("missing") ?? [] { missing += count }
      totals.rows.append([
        .text(item.reference.symbol.symbol), .interval(item.reference.interval),
        .integer(table.rows.count), .integer(missing),
      ])
    }
    return try answer(totals, query, emptyText: "no gaps")
  }
}
