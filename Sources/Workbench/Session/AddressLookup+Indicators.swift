import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import SessionEngine

/// Studies by address: `AAPL/indicators`, `AAPL/indicators/KEY`, `AAPL/indicators/KEY/OUTPUT`.
extension AddressLookup {
  /// All studies as records, one study's latest figures, or with a scope its records.
  ///
  /// A pattern of symbols means those that have the study.
  ///
  /// - Throws: `unknown-indicator`, `unknown-field`, `unknown-calendar`.
  func indicators(_ symbols: [SymbolSessionData], _ address: Address) throws(SessError) -> Operand {
    guard address.fields.count > 1 else {
      try refuseScope(of: address, "only a single study has figures of other days than the last")
      return .table(try indicatorRecords(symbols))
    }
    var operands: [Operand] = []
    let output = address.fields.count > 2 ? address.fields[2] : nil
    let key = address.fields[1]
    for symbol in holders(of: address, symbols) {
      let record = try AnalysisEngine(session).indicator(symbol.symbol, key)
      if let output, !record.outputs.contains(output) {
        throw unknownField(output, record.outputs)
      }
      let keys = symbols.count > 1 ? symbol.symbol : nil
      operands.append(try figures(record, output, symbol, address.scope, keys))
    }
    return joined(operands)
  }

  /// The symbols that have the study an address names; all when none has, or it names none.
  func holders(of address: Address, _ symbols: [SymbolSessionData]) -> [SymbolSessionData] {
    guard address.fields.count > 1, address.fields[0] == "indicators" else { return symbols }
    let holders = symbols.filter { $0.indicators[address.fields[1]] != nil }
    return holders.isEmpty ? symbols : holders
  }

  private func figures(
    _ record: IndicatorData, _ output: String?, _ symbol: SymbolSessionData, _ scope: Scope?,
    _ keys: String?
  ) throws(SessError) -> Operand {
    let single = output ?? (record.outputs.count == 1 ? record.outputs[0] : nil)
    if let single, scope == nil { return .value(Value(record.latest(single))) }
    let table = try rows(of: record, symbol, scope, keys: keys)
    if let output { return .list(table.column(output) ?? []) }
    guard scope == nil else { return .table(table) }
    return .table(RecordTable(columns: table.columns, rows: table.rows.suffix(1)))
  }

  /// The figures of a study within a scope, a record a bar.
  func rows(
    of record: IndicatorData, _ symbol: SymbolSessionData, _ scope: Scope?, keys: String? = nil
  ) throws(SessError) -> RecordTable {
    var columns = ["start"] + record.outputs
    if keys != nil { columns.insert("symbol", at: 0) }
    var table = RecordTable(columns: columns)
    guard let bars = symbol.bars[record.spec.interval] else { return table }
    let reference = SeriesReference(
      symbol: symbol, record: bars, calendar: try session.catalog.calendar(named: symbol.calendar))
    let width = record.outputs.count
    for chunk in record.chunks {
      for index in resolver.range(of: chunk.day, chunk.starts, reference, scope) {
        var row: [Value] = keys.map { [.text($0)] } ?? []
        row.append(reference.value(Instant(nanoseconds: chunk.starts[index])))
        for value in chunk.values[(index * width)..<((index + 1) * width)] {
          row.append(value.isNaN ? .unknown : .number(value))
        }
        table.rows.append(row)
      }
    }
    return table
  }

  /// The studies of some symbols, a record a figure.
  func indicatorRecords(
    _ symbols: [SymbolSessionData], on interval: Interval? = nil
  ) throws(SessError) -> RecordTable {
    var table = RecordTable(
      columns: [
        "symbol", "indicator", "interval", "output", "value", "ready", "have", "need",
        "last_update",
      ])
    for symbol in symbols {
      let zone = try session.catalog.calendar(named: symbol.calendar).zone
      for record in try AnalysisEngine(session).indicators(symbol.symbol) {
        if let interval, record.spec.interval != interval { continue }
        let update = record.lastUpdate.map {
          Value.instant($0, offsetSeconds: zone.offsetSeconds(at: $0))
        }
        for output in record.outputs {
          table.rows.append([
            .text(symbol.symbol), .text(record.key), .interval(record.spec.interval),
            .text(output), Value(record.latest(output)), .flag(record.isReady),
            .integer(record.have), .integer(record.need),
            update ?? .unknown,
          ])
        }
      }
    }
    return table
  }
}
