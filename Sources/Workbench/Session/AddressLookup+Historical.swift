import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine

/// The days before the session: `AAPL/historical`, `AAPL/historical/1d`, `AAPL/historical/1m/quality`.
extension AddressLookup {
  /// A record a day, or what a field is worth over those days.
  ///
  /// - Throws: `unknown-field`, `unknown-interval`, `bad-scope` when the scope names no such day.
  func historical(_ symbols: [SymbolSessionData], _ address: Address) throws(SessError) -> Operand {
    guard address.fields.count > 1 else {
      return .table(try historicalDays(try resolver.series(address), address.scope))
    }
    let known = ["metrics"] + AddressLookup.intervalFields
    var inner = address
    inner.fields.removeFirst()
    guard known.contains(inner.fields[0]) else { throw unknownField(inner.fields[0], known) }
    var operands: [Operand] = []
    for symbol in symbols {
      if let interval = address.interval, symbols.count > 1, symbol.bars[interval] == nil {
        continue
      }
      inner.symbol = GlobPattern(literal: symbol.symbol)
      inner.scope = try historicalScope(address.scope, of: symbol)
      operands.append(try operand(inner))
    }
    return joined(operands)
  }

  /// What of a scope lies before the session.
  private func historicalScope(_ scope: Scope?, of symbol: SymbolSessionData) throws(SessError)
    -> Scope
  {
    guard let sessionDate = session.sessionDate(of: symbol.symbol) else { return .historical }
    switch scope {
    case nil, .all, .historical: return .historical
    case .dates(let dates) where dates.lowerBound < sessionDate:
      return .dates(dates.lowerBound...min(dates.upperBound, sessionDate.advanced(by: -1)))
    case .span, .moment:
      let dates = resolver.dates(scope, of: symbol) ?? nil
      if let scope, let dates, dates.upperBound < sessionDate { return scope }
      fallthrough
    case .session, .dates:
      throw SessError(
        "bad-scope", "the historical days of \(symbol.symbol) end before \(sessionDate)",
        hint:
          "\(symbol.symbol)/\(symbol.baseInterval.map { "\($0)" } ?? "*") holds the session, too")
    case .times:
      throw SessError(
        "bad-scope", "times of every day are no historical days",
        hint: "name a day: @2025-07-02T09:30..10:00")
    }
  }

  /// Bars and quality of each day before the session and within a scope; dates named are the expectation.
  private func historicalDays(_ references: [SeriesReference], _ scope: Scope?) throws(SessError)
    -> RecordTable
  {
    var table = RecordTable(
      columns: ["symbol", "interval", "date", "bars", "expected", "present", "missing", "quality"])
    for reference in references {
      guard let sessionDate = session.sessionDate(of: reference.symbol.symbol) else { continue }
      var counts: [CivilDate: Int] = [:]
      for chunk in resolver.chunks(reference, scope) {
        guard !reference.interval.isIntraday else {
          counts[chunk.day] = chunk.count
          continue
        }
        for start in chunk.starts {
          let day = reference.calendar.tradingDay(containing: Instant(nanoseconds: start))
          counts[day ?? chunk.day, default: 0] += 1
        }
      }
      // Expected days without a bar are listed, too.
      var judged: [CivilDate: DayQuality] = [:]
      for day in try resolver.judged(reference, scope).days { judged[day.date] = day }
      for date in Set(counts.keys).union(judged.keys).sorted() where date < sessionDate {
        let slots = judged[date]?.slots
        table.rows.append([
          .text(reference.symbol.symbol), .interval(reference.interval), .date(date),
          .integer(counts[date] ?? 0), Value(slots?.expected), Value(slots?.present),
          Value(slots?.missing), Value(slots?.percent),
        ])
      }
    }
    return table
  }
}
