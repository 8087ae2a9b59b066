public import Diagnostics
public import MarketCalendar
public import MarketModel

/// Reads a session that `SessionEncoder` wrote back to equal records.
public struct SessionDecoder {
  var catalog: CalendarCatalog
  var timestamps = TimestampParser(ignoresOffset: false, readsCompactDates: false)

  /// Creates a decoder; calendars say which trading day a bar belongs to.
  public init(catalog: CalendarCatalog) { self.catalog = catalog }

  /// Whether a file's first bytes look like an exported session.
  public static func recognizes(_ head: [UInt8]) -> Bool {
    let text = head.filter { $0 > 0x20 }.prefix(64)
    return String(decoding: text, as: UTF8.self).hasPrefix("{\"format\":\"sess\"")
  }

  /// Reads a whole session.
  ///
  /// - Throws: `bad-json` for text that is no JSON; `bad-session` for records that break a rule;
  ///   `unknown-calendar`.
  /// - Complexity: O(bytes).
  public mutating func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws(SessError)
    -> SessionDocument
  {
    var cursor = JSONCursor(bytes, name: name)
    var document = SessionDocument()
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "version":
        guard try cursor.integer() == 1 else {
          throw SessError("bad-session", "\(name) was written by a newer version")
        }
      case "clock": document.clock = try optionalInstant(&cursor)
      case "active": document.active = try cursor.flag()
      case "change_sequence": document.changeSequence = try cursor.count()
      case "calendars":
        try cursor.object { (cursor, name) throws(SessError) in
          document.calendars[name] = try cursor.string()
        }
        catalog = catalog.adding(document.calendars)
      case "symbols":
        try cursor.object { (cursor, symbol) throws(SessError) in
          document.symbols[symbol] = try self.symbol(&cursor, symbol)
        }
      default: try cursor.skip()
      }
    }
    try cursor.end()
    return document
  }

  mutating func symbol(_ cursor: inout JSONCursor, _ name: String) throws(SessError)
    -> SymbolSessionData
  {
    var data = SymbolSessionData(
      symbol: name, calendar: "", metadata: SymbolMetadata(addedBy: "load"))
    var tables: [Interval: BarTable] = [:]
    var studies: [IndicatorTable] = []
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "bars":
        try cursor.object { (cursor, text) throws(SessError) in
          guard let interval = Interval(text) else { throw cursor.failure("expected an interval") }
          (data.bars[interval], tables[interval]) = try record(&cursor, interval)
        }
      case "indicators": studies = try indicators(&cursor)
      default: try field(key, &cursor, of: &data)
      }
    }
    let calendar = try catalog.calendar(named: data.calendar)
    for interval in tables.keys.sorted() {
      guard let table = tables[interval] else { continue }
      var record = data.bars[interval] ?? BarIntervalData(interval: interval)
      try SessionDecoder.place(table, in: &record, calendar)
      data.bars[interval] = record
    }
    for study in studies { data.indicators[study.data.key] = try study.placed(calendar) }
    return data
  }

  /// Reads the value of one key of a symbol, its intervals and studies apart; unknown keys are skipped.
  mutating func field(
    _ key: String, _ cursor: inout JSONCursor, of data: inout SymbolSessionData
  ) throws(SessError) {
    switch key {
    case "calendar": data.calendar = try cursor.string()
    case "hours": data.hours = try choice(&cursor)
    case "base_interval": data.baseInterval = try optional(&cursor) { Interval($0) }
    case "metadata": data.metadata = try metadata(&cursor)
    case "metrics": data.metrics = try metrics(&cursor)
    case "ticks": data.ticks = try ticks(&cursor)
    case "quotes": data.quotes = try quotes(&cursor)
    case "rejected": data.rejected = try rejected(&cursor)
    case "revisions": data.revisions = try revisions(&cursor)
    default: try cursor.skip()
    }
  }

  private mutating func metadata(_ cursor: inout JSONCursor) throws(SessError) -> SymbolMetadata {
    var metadata = SymbolMetadata(addedBy: "load")
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "source": metadata.source = try optional(&cursor) { $0 }
      case "loads": metadata.recipes = try recipes(&cursor)
      case "adjustments": metadata.adjustments = try adjustments(&cursor)
      case "added_by": metadata.addedBy = try cursor.string()
      case "added_at": metadata.addedAt = try optionalInstant(&cursor)
      case "ad_hoc": metadata.adHoc = try cursor.flag()
      case "upgraded": metadata.upgraded = try cursor.flag()
      default: try cursor.skip()
      }
    }
    return metadata
  }

  private mutating func metrics(_ cursor: inout JSONCursor) throws(SessError) -> SessionMetrics {
    var metrics = SessionMetrics()
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "date": metrics.date = try optional(&cursor) { CivilDate(iso: $0) }
      case "open": metrics.open = try optionalNumber(&cursor)
      case "high": metrics.high = try optionalNumber(&cursor)
      case "low": metrics.low = try optionalNumber(&cursor)
      case "close": metrics.close = try optionalNumber(&cursor)
      case "volume": metrics.volume = try optionalNumber(&cursor)
      case "notional": metrics.notional = try cursor.number()
      case "bars": metrics.bars = try cursor.count()
      case "last_update": metrics.lastUpdate = try optionalInstant(&cursor)
      default: try cursor.skip()
      }
    }
    return metrics
  }
}
