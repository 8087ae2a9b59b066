import Diagnostics
import MarketCalendar
import MarketModel

/// Edits of lists by key: bars, marks, days, gaps, values of studies.
extension DeltaDecoder {
  mutating func editInterval(
    _ operation: Operation, _ address: String, _ field: String, _ value: inout JSONCursor,
    _ record: inout BarIntervalData, _ calendar: String
  ) throws(SessError) {
    let series = address.split(separator: "/").dropLast().joined(separator: "/")
    var table = tables[series] ?? DeltaDecoder.table(of: record)
    defer { tables[series] = table }
    switch (field, operation) {
    case ("columns", .set): try session.columns(&value, of: &table)
    case ("data", .set), ("data", .insert):
      var rows = table
      try session.rows(&value, of: &rows)
      let chunks = try rows.chunks(
        try session.catalog.calendar(named: calendar), record.interval)
      if operation == .set { record.data = BarSeries() }
      guard record.data.insert(chunks) else {
        throw value.fault("bad-delta", "\(address): bars are there where others are inserted")
      }
      try SessionDecoder.check(record)
    case ("data", .remove): record.data.removeBars(startingIn: try starts(&value))
    case ("marks", .remove): record.data.removeMarks(startingIn: try starts(&value))
    case ("marks", _):
      if operation == .set { record.data.removeMarks(startingIn: .min ... .max) }
      for mark in try session.marks(&value) {
        guard record.data.setMark(mark) else {
          throw value.fault("bad-delta", "\(address): a mark belongs to no bar")
        }
      }
    case ("days", .remove):
      let dates = try self.dates(&value)
      record.days.removeAll { dates.contains($0.date) }
    case ("days", .insert):
      record.days = DeltaDecoder.merged(record.days, try session.days(&value)) { $0.date }
    case ("gaps", .remove):
      let starts = try self.starts(&value)
      record.gaps.removeAll { starts.contains($0.start.nanoseconds) }
    case ("gaps", .insert):
      record.gaps = DeltaDecoder.merged(record.gaps, try session.gaps(&value)) { $0.start }
    case (_, .set): try session.field(field, &value, of: &record)
    default: throw value.fault("bad-delta", "\(address) cannot be edited so")
    }
  }

  /// An empty table with the columns a record is written with.
  private static func table(of record: BarIntervalData) -> BarTable {
    var table = BarTable()
    _ = table.setColumns(BarColumns(of: record).names)
    return table
  }

  mutating func editIndicator(
    _ operation: Operation, _ parts: [String], _ value: inout JSONCursor,
    _ symbol: inout SymbolSessionData
  ) throws(SessError) {
    let name = parts[1]
    let calendar = try session.catalog.calendar(named: symbol.calendar)
    guard parts.count > 2 else {
      symbol.indicators[name] =
        operation == .remove ? nil : try session.indicator(&value).placed(calendar)
      return
    }
    guard let study = symbol.indicators[name] else {
      throw value.fault("bad-delta", "there is no indicator \(name)")
    }
    var table = IndicatorTable()
    table.data = study
    if parts[2] != "values" {
      try session.field(parts[2], &value, of: &table)
    } else if operation == .remove {
      table.data.removeValues(startingIn: try starts(&value))
    } else {
      try session.field("values", &value, of: &table)
      if operation == .set { table.data.chunks = [] }
      guard table.data.insert(try table.chunks(calendar)) else {
        throw value.fault("bad-delta", "\(name) has figures where others are inserted")
      }
      try IndicatorTable.check(table.data)
    }
    table.data.memory = nil
    symbol.indicators[name] = table.data
  }

  /// Two ascending lists as one; the second lies between two items of the first.
  private static func merged<Item, Key: Comparable>(
    _ held: [Item], _ added: [Item], key: (Item) -> Key
  ) -> [Item] {
    guard let first = added.first.map(key) else { return held }
    let index = held.firstIndex { key($0) > first } ?? held.count
    return held[..<index] + added + held[index...]
  }

  private mutating func starts(_ cursor: inout JSONCursor) throws(SessError) -> ClosedRange<Int64> {
    var keys: [Int64] = []
    try cursor.array { (cursor) throws(SessError) in
      keys.append(try session.instant(&cursor).nanoseconds)
    }
    guard keys.count == 2, keys[0] <= keys[1] else {
      throw cursor.failure("expected two rising instants")
    }
    return keys[0]...keys[1]
  }

  private mutating func dates(_ cursor: inout JSONCursor) throws(SessError) -> ClosedRange<
    CivilDate
  > {
    var keys: [CivilDate] = []
    try cursor.array { (cursor) throws(SessError) in keys.append(try session.date(&cursor)) }
    guard keys.count == 2, keys[0] <= keys[1] else {
      throw cursor.failure("expected two rising dates")
    }
    return keys[0]...keys[1]
  }
}

extension JSONCursor {
  /// An error of another kind at the current place.
  func fault(_ code: String, _ message: String) -> SessError {
    let place = failure(message)
    return SessError(code, message, span: place.span)
  }
}
