import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import SessionEngine

/// What an address with fields is worth: records, a list, or one value.
struct AddressLookup {
  let session: SessionData
  var resolver: Resolver { Resolver(session: session) }

  init(_ session: SessionData) { self.session = session }

  /// The fields of a symbol and of an interval, for messages and completion.
  static let symbolFields = [
    "metrics", "quality", "coverage", "gaps", "missing", "intervals", "historical", "rejected",
    "indicators", "revisions", "ticks", "quotes", "calendar", "hours", "base", "session", "source",
  ]
  static let intervalFields = [
    "quality", "coverage", "gaps", "retries", "missing", "expected", "present", "partial", "bars",
    "first", "last", "derived", "base", "updated", "policy", "alignment", "start", "open", "high",
    "low", "close",
    "volume",
  ]

  /// The worth of an address.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `unknown-field`, `no-match`.
  func operand(_ address: Address) throws(SessError) -> Operand {
    guard address.symbol != nil else { return try root(address) }
    guard let field = address.fields.first else { return try whole(address) }
    let depth = ["metrics": 2, "indicators": 3, "historical": 4][field] ?? 1
    if address.fields.count > depth { throw unknownField(address.fields[depth], []) }
    if address.intervals == .held || field == "historical" {
      return try symbolField(field, address)
    }
    return try intervalField(field, address)
  }

  private func root(_ address: Address) throws(SessError) -> Operand {
    switch address.fields.first {
    case nil, "symbols": .table(try symbolRecords(address))
    case "clock":
      .value(session.document.clock.map { .instant($0, offsetSeconds: 0) } ?? .unknown)
    case "changes": .value(.integer(session.changes.sequence))
    case "active": .value(.flag(session.document.active))
    case let field?: throw unknownField(field, ["symbols", "clock", "changes", "active"])
    }
  }

  /// A record a symbol, the bars counted within the scope.
  func symbolRecords(_ address: Address) throws(SessError) -> RecordTable {
    var symbols = try resolver.symbols(address.symbol)
    for index in symbols.indices {
      guard let base = symbols[index].baseInterval, let record = symbols[index].bars[base] else {
        continue
      }
      let calendar = try session.catalog.calendar(named: symbols[index].calendar)
      let reference = SeriesReference(symbol: symbols[index], record: record, calendar: calendar)
      symbols[index].bars[base] = try resolver.within(address.scope, [reference])[0].record
    }
    return Records.symbols(symbols, session)
  }

  /// Fails when an address with a scope asks for what does not depend on time.
  func refuseScope(of address: Address, _ reason: String) throws(SessError) {
    guard let scope = address.scope, scope != .all else { return }
    var whole = address
    whole.scope = nil
    throw SessError("bad-scope", "\(reason): \(whole) takes no @\(scope)", hint: "\(whole)")
  }

  private func whole(_ address: Address) throws(SessError) -> Operand {
    let references = try resolver.series(address)
    guard address.interval != nil || address.intervals == .all else {
      return .table(Records.intervals(try resolver.within(address.scope, references)))
    }
    return .table(bars(references, address.scope))
  }

  /// The bars of several series in one table, keyed when they differ.
  func bars(_ references: [SeriesReference], _ scope: Scope?) -> RecordTable {
    bars(references.map { ($0, [scope]) })
  }

  /// The bars of several series within any of their scopes.
  func bars(_ series: [ScopedSeries]) -> RecordTable {
    var shape = Records.BarShape(hasKeys: series.count > 1)
    var parts: [(SeriesReference, [BarChunk])] = []
    for (reference, scopes) in series {
      let chunks = resolver.chunks(reference, within: scopes)
      if reference.record.derived { shape.hasCoverage = true }
      if chunks.contains(where: \.hasFills) { shape.hasFills = true }
      parts.append((reference, chunks))
    }
    var table = RecordTable(columns: series.isEmpty ? [] : shape.columns)
    for (reference, chunks) in parts {
      table.rows += Records.bars(reference, chunks, shape).rows
    }
    return table
  }

  // MARK: fields of a symbol

  private func symbolField(_ field: String, _ address: Address) throws(SessError) -> Operand {
    let symbols = try resolver.symbols(address.symbol)
    switch field {
    case "metrics":
      let table = try metrics(symbols, address.scope)
      guard address.fields.count > 1 else { return .table(table) }
      return try column(address.fields[1], of: table)
    case "intervals":
      return .table(
        Records.intervals(try resolver.within(address.scope, try resolver.series(address))))
    case "rejected":
      try refuseScope(of: address, "rejected rows have no place on the timeline")
      return .table(Records.rejected(symbols))
    case "revisions": return .table(try revisions(symbols, address.scope))
    case "historical": return try historical(symbols, address)
    case "indicators": return try indicators(symbols, address)
    case "ticks", "quotes": return .table(try events(field, symbols, address.scope))
    case "calendar": return list(symbols.map { .text($0.calendar) })
    case "hours": return list(symbols.map { .text($0.hours.rawValue) })
    case "base": return list(symbols.map { $0.baseInterval.map(Value.interval) ?? .unknown })
    case "source": return list(symbols.map { Value($0.metadata.source) })
    case "session":
      return list(symbols.map { session.sessionDate(of: $0.symbol).map(Value.date) ?? .unknown })
    default:
      guard AddressLookup.intervalFields.contains(field) else {
        throw unknownField(field, AddressLookup.symbolFields)
      }
      var operands: [Operand] = []
      for symbol in symbols {
        guard let base = symbol.baseInterval else { continue }
        var single = address
        single.symbol = GlobPattern(literal: symbol.symbol)
        single.intervals = .one(base)
        operands.append(try intervalField(field, single))
      }
      return joined(operands)
    }
  }

  /// Metrics of the session, or of every day a scope names.
  func metrics(_ symbols: [SymbolSessionData], _ scope: Scope?) throws(SessError) -> RecordTable {
    var rows: [(SymbolSessionData, SessionMetrics, Int)] = []
    let engine = AnalysisEngine(session)
    for symbol in symbols {
      let calendar = try session.catalog.calendar(named: symbol.calendar)
      var figures: [SessionMetrics] = []
      if let scope, scope != .session, let dates = resolver.dates(scope, of: symbol) {
        let loaded = symbol.baseInterval.flatMap { symbol.bars[$0]?.days } ?? []
        for day in loaded where dates?.contains(day.date) ?? true {
          let moments = resolver.moments(
            scope, of: symbol, symbol.baseInterval, calendar, on: day.date)
          figures.append(try engine.metrics(symbol.symbol, on: day.date, within: moments))
        }
      } else {
        figures = [symbol.metrics]
      }
      for figure in figures {
        let offset = figure.lastUpdate.map { calendar.zone.offsetSeconds(at: $0) } ?? 0
        rows.append((symbol, figure, offset))
      }
    }
    return Records.metrics(rows)
  }

  private func revisions(_ symbols: [SymbolSessionData], _ scope: Scope?) throws(SessError)
    -> RecordTable
  {
    var pairs: [(SymbolSessionData, Int)] = []
    for symbol in symbols {
      let calendar = try session.catalog.calendar(named: symbol.calendar)
      var seen = symbol
      seen.revisions = symbol.revisions.filter { revision in
        guard let record = symbol.bars[revision.interval] else { return scope == nil }
        let reference = SeriesReference(symbol: symbol, record: record, calendar: calendar)
        return resolver.contains(revision.old.start, reference, scope)
      }
      let offset = seen.revisions.first.map { calendar.zone.offsetSeconds(at: $0.old.start) } ?? 0
      pairs.append((seen, offset))
    }
    return Records.revisions(pairs)
  }

  // MARK: fields of an interval

  private func intervalField(_ field: String, _ address: Address) throws(SessError) -> Operand {
    let references = try resolver.series(address)
    if field == "gaps" {
      var gaps: [(reference: SeriesReference, gap: Gap)] = []
      for reference in references {
        for gap in try resolver.judged(reference, address.scope).gaps {
          gaps.append((reference, gap))
        }
      }
      return .table(Records.gaps(gaps))
    }
    if field == "retries" {
      let tried = GapState.allCases.filter { $0 != .open }
      return .table(try GapStates(resolver).table(references.map { ($0, address.scope) }, tried))
    }
    if AddressLookup.barColumns.contains(field) {
      return .list(bars(references, address.scope).column(field) ?? [])
    }
    var values: [Value] = []
    for reference in references { values.append(try scalar(field, reference, address.scope)) }
    return list(values)
  }

  private func scalar(_ field: String, _ reference: SeriesReference, _ scope: Scope?)
    throws(SessError)
    -> Value
  {
    let record = reference.record
    switch field {
    case "derived": return .flag(record.derived)
    case "base": return record.origin ?? .unknown
    case "updated": return .flag(record.updated)
    case "policy": return .text(record.policy.description)
    case "alignment": return .text(record.alignment.rawValue)
    case "bars":
      return .integer(resolver.chunks(reference, scope).reduce(0) { $0 + $1.count })
    case "first", "last":
      let chunks = resolver.chunks(reference, scope)
      let start = field == "first" ? chunks.first?.starts.first : chunks.last?.starts.last
      return start.map { reference.value(Instant(nanoseconds: $0)) } ?? .unknown
    default: break
    }
    let total = DayQuality.total(try resolver.judged(reference, scope).days)
    switch field {
    case "quality": return Value(total.slots.percent)
    case "coverage": return Value(total.coverage?.percent)
    case "expected": return .integer(total.slots.expected)
    case "present": return .integer(total.slots.present)
    case "missing": return .integer(total.slots.missing)
    case "partial": return .integer(total.partial)
    default: throw unknownField(field, AddressLookup.intervalFields)
    }
  }

  // MARK: shapes

  func list(_ values: [Value]) -> Operand {
    values.count == 1 ? .value(values[0]) : .list(values)
  }

  func joined(_ operands: [Operand]) -> Operand {
    if operands.count == 1 { return operands[0] }
    var values: [Value] = []
    var table: RecordTable?
    for operand in operands {
      switch operand {
      case .value(let value): values.append(value)
      case .list(let more): values += more
      case .table(let more):
        if table == nil { table = more } else { table?.rows += more.rows }
      }
    }
    return table.map(Operand.table) ?? .list(values)
  }

  private func column(_ name: String, of table: RecordTable) throws(SessError) -> Operand {
    guard let values = table.column(name) else { throw unknownField(name, table.columns) }
    return list(values)
  }

  func unknownField(_ field: String, _ known: [String]) -> SessError {
    SessError(
      "unknown-field", "\(field) is not a field",
      hint: Suggestion.nearest(to: field, in: known).map { "did you mean \($0)?" }
        ?? (known.isEmpty ? "nothing lies below it" : "fields: " + known.joined(separator: ", ")))
  }
}
