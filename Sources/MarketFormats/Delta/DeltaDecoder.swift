public import Diagnostics
public import MarketCalendar
public import MarketModel

/// Applies a delta that `DeltaEncoder` wrote to a session: edits at addresses, nothing is computed.
public struct DeltaDecoder {
  var session: SessionDecoder
  /// The columns the rows of a series are written with, by its address; as they were before the first edit.
  var tables: [String: BarTable] = [:]

  /// Creates a decoder; calendars say which trading day a bar belongs to.
  public init(catalog: CalendarCatalog) { session = SessionDecoder(catalog: catalog) }

  /// Whether a file's first bytes look like a delta.
  public static func recognizes(_ head: [UInt8]) -> Bool {
    let text = head.filter { $0 > 0x20 }.prefix(64)
    return String(decoding: text, as: UTF8.self).hasPrefix("{\"format\":\"sess-delta\"")
  }

  /// The session a delta leads to.
  ///
  /// - Throws: `stale-delta` when it does not begin where the session is; `bad-json`; `bad-delta` for an
  ///   edit of what is not there; `bad-session` for records that break a rule.
  public mutating func apply(
    _ bytes: UnsafeRawBufferPointer, name: String, to document: SessionDocument
  ) throws(SessError) -> SessionDocument {
    var cursor = JSONCursor(bytes, name: name)
    var edited = document
    session.catalog = session.catalog.adding(document.calendars)
    var isDelta = false
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "format": isDelta = try cursor.string() == "sess-delta"
      case "version":
        guard try cursor.integer() == 1 else {
          throw SessError("bad-delta", "\(name) was written by a newer version")
        }
      case "since": try check(try cursor.count(), document.changeSequence, name)
      case "changes":
        try cursor.array { (cursor) throws(SessError) in try edit(&cursor, &edited) }
      default: try cursor.skip()
      }
    }
    try cursor.end()
    guard isDelta else {
      throw SessError(
        "bad-delta", "\(name) is no delta", hint: "`export delta --since N FILE` writes one")
    }
    return edited
  }

  private func check(_ since: Int, _ sequence: Int, _ name: String) throws(SessError) {
    guard since != sequence else { return }
    throw SessError(
      "stale-delta",
      "\(name) goes on from change \(since), but the session is at change \(sequence)",
      hint: "`export delta --since \(sequence)` where it was written gives the missing part")
  }

  /// An edit as it is written.
  enum Operation: String {
    case set, insert, remove
  }

  private mutating func edit(
    _ cursor: inout JSONCursor, _ document: inout SessionDocument
  ) throws(SessError) {
    var operation: Operation?
    var address: String?
    var value: JSONCursor?
    let start = cursor
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "op": operation = Operation(rawValue: try cursor.string())
      case "address": address = try cursor.string()
      case "value":
        value = cursor
        try cursor.skip()
      default: try cursor.skip()
      }
    }
    guard let operation, let address, var value, let parts = AddressText.parts(address) else {
      throw start.failure("an edit has an op, an address and a value")
    }
    if address.hasPrefix("session/") {
      return try editSession(Array(parts.dropFirst()), operation, &value, &document)
    }
    let name = parts[0]
    guard parts.count > 1 else {
      document.symbols[name] = operation == .remove ? nil : try session.symbol(&value, name)
      return
    }
    guard var symbol = document.symbols[name] else {
      throw value.fault("bad-delta", "\(name) is not there, so \(address) cannot be edited")
    }
    document.symbols[name] = nil
    try editSymbol(operation, address, Array(parts.dropFirst()), &value, &symbol)
    document.symbols[name] = symbol
  }

  private mutating func editSession(
    _ parts: [String], _ operation: Operation, _ value: inout JSONCursor,
    _ document: inout SessionDocument
  ) throws(SessError) {
    switch parts[0] {
    case "calendars" where parts.count == 2:
      document.calendars[parts[1]] = operation == .remove ? nil : try value.string()
      session.catalog = session.catalog.adding(document.calendars)
    case "clock": document.clock = try session.optionalInstant(&value)
    case "active": document.active = try value.flag()
    case "change_sequence": document.changeSequence = try value.count()
    default: throw value.fault("bad-delta", "the session has no \(parts[0])")
    }
  }

  private mutating func editSymbol(
    _ operation: Operation, _ address: String, _ parts: [String], _ value: inout JSONCursor,
    _ symbol: inout SymbolSessionData
  ) throws(SessError) {
    if let interval = Interval(parts[0]) {
      if parts.count == 1 {
        guard operation != .remove else {
          symbol.bars[interval] = nil
          return
        }
        var (record, table) = try session.record(&value, interval)
        let calendar = try session.catalog.calendar(named: symbol.calendar)
        try SessionDecoder.place(table, in: &record, calendar)
        symbol.bars[interval] = record
        tables[address] = nil
        return
      }
      guard var record = symbol.bars[interval] else {
        throw value.fault("bad-delta", "\(address) cannot be edited, as there is no \(interval)")
      }
      symbol.bars[interval] = nil
      try editInterval(operation, address, parts[1], &value, &record, symbol.calendar)
      symbol.bars[interval] = record
    } else if parts[0] == "indicators", parts.count > 1 {
      try editIndicator(operation, parts, &value, &symbol)
    } else if operation == .set {
      try session.field(parts[0], &value, of: &symbol)
    } else {
      try editTail(operation, parts[0], &value, &symbol)
    }
  }

  /// Cuts a list without keys at a position, or adds to its end.
  private mutating func editTail(
    _ operation: Operation, _ field: String, _ value: inout JSONCursor,
    _ symbol: inout SymbolSessionData
  ) throws(SessError) {
    var added = SymbolSessionData(symbol: "", calendar: "", metadata: symbol.metadata)
    var kept = Int.max
    if operation == .remove {
      kept = try value.count()
    } else {
      try session.field(field, &value, of: &added)
    }
    switch field {
    case "ticks":
      var ticks = TickSeries()
      ticks.add(symbol.ticks.prefix(kept))
      ticks.add(added.ticks)
      symbol.ticks = ticks
    case "quotes":
      var quotes = QuoteSeries()
      quotes.add(symbol.quotes.prefix(kept))
      quotes.add(added.quotes)
      symbol.quotes = quotes
    case "rejected": symbol.rejected = Array(symbol.rejected.prefix(kept)) + added.rejected
    case "revisions": symbol.revisions = Array(symbol.revisions.prefix(kept)) + added.revisions
    default: throw value.fault("bad-delta", "\(field) is not a list that can be cut or added to")
    }
  }
}
