public import Diagnostics
public import MarketModel

/// Reads a session that `SessionEncoder` wrote back to equal records.
public struct SessionDecoder {
  var timestamps = TimestampParser(ignoresOffset: false, readsCompactDates: false)

  /// Creates a decoder.
  public init() {}

  /// Whether a file's first bytes look like an exported session.
  public static func recognizes(_ head: [UInt8]) -> Bool {
    let text = head.filter { $0 > 0x20 }.prefix(64)
    return String(decoding: text, as: UTF8.self).hasPrefix("{\"format\":\"sess\"")
  }

  /// Reads a whole session.
  ///
  /// - Throws: `bad-json` for text that is no JSON; `bad-session` for records that break a rule.
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
      case "change_sequence": document.changeSequence = try cursor.integer()
      case "calendars":
        try cursor.object { (cursor, name) throws(SessError) in
          document.calendars[name] = try cursor.string()
        }
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

  private mutating func symbol(_ cursor: inout JSONCursor, _ name: String) throws(SessError)
    -> SymbolSessionData
  {
    var data = SymbolSessionData(
      symbol: name, calendar: "", metadata: SymbolMetadata(addedBy: "load"))
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "calendar": data.calendar = try cursor.string()
      case "hours": data.hours = try choice(&cursor)
      case "base_interval": data.baseInterval = try optional(&cursor, Self.interval)
      case "metadata": data.metadata = try metadata(&cursor)
      case "metrics": data.metrics = try metrics(&cursor)
      case "bars":
        try cursor.object { (cursor, text) throws(SessError) in
          guard let interval = Interval(text) else { throw cursor.failure("expected an interval") }
          data.bars[interval] = try record(&cursor, interval)
        }
      case "ticks": data.ticks = try ticks(&cursor)
      case "quotes": data.quotes = try quotes(&cursor)
      case "indicators": data.indicators = try indicators(&cursor)
      case "rejected": data.rejected = try rejected(&cursor)
      case "revisions": data.revisions = try revisions(&cursor)
      default: try cursor.skip()
      }
    }
    return data
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
      case "bars": metrics.bars = try cursor.integer()
      case "last_update": metrics.lastUpdate = try optionalInstant(&cursor)
      default: try cursor.skip()
      }
    }
    return metrics
  }

  private mutating func record(_ cursor: inout JSONCursor, _ interval: Interval) throws(SessError)
    -> BarIntervalData
  {
    var record = BarIntervalData(interval: interval)
    var chunks: [BarChunk] = []
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "derived": record.derived = try cursor.flag()
      case "base": try origin(&cursor, of: &record)
      case "alignment": record.alignment = try choice(&cursor)
      case "policy":
        guard let policy = DerivationPolicy(try cursor.string()) else {
          throw cursor.failure("expected a policy")
        }
        record.policy = policy
      case "updated": record.updated = try cursor.flag()
      case "expected_dates": record.expectedDates = try optional(&cursor, Self.dates)
      case "days":
        try cursor.array { (cursor) throws(SessError) in record.days.append(try day(&cursor)) }
      case "gaps":
        try cursor.array { (cursor) throws(SessError) in record.gaps.append(try gap(&cursor)) }
      case "retries":
        try cursor.array { (cursor) throws(SessError) in
          record.retries.append(try retry(&cursor))
        }
      case "data":
        try cursor.array { (cursor) throws(SessError) in chunks.append(try chunk(&cursor)) }
      default: try cursor.skip()
      }
    }
    record.data = BarSeries(chunks: chunks)
    if let fault = record.data.brokenInvariant() {
      throw SessError("bad-session", "the \(interval) bars cannot be used: \(fault)")
    }
    return record
  }

  private mutating func day(_ cursor: inout JSONCursor) throws(SessError) -> DayQuality {
    var day = DayQuality(
      date: CivilDate(daysSinceEpoch: 0), slots: Quality(expected: 0, present: 0))
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "date": day.date = try date(&cursor)
      case "expected": day.slots.expected = try cursor.integer()
      case "present": day.slots.present = try cursor.integer()
      case "partial": day.partial = try cursor.integer()
      case "coverage":
        var coverage = Quality(expected: 0, present: 0)
        try cursor.object { (cursor, key) throws(SessError) in
          let count = try cursor.integer()
          if key == "expected" { coverage.expected = count } else { coverage.present = count }
        }
        day.coverage = coverage
      default: try cursor.skip()
      }
    }
    return day
  }

  mutating func gap(_ cursor: inout JSONCursor) throws(SessError) -> Gap {
    let zero = Instant(nanoseconds: 0)
    var gap = Gap(date: CivilDate(daysSinceEpoch: 0), start: zero, end: zero, missing: 0)
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "date": gap.date = try date(&cursor)
      case "start": gap.start = try instant(&cursor)
      case "end": gap.end = try instant(&cursor)
      case "missing": gap.missing = try cursor.integer()
      default: try cursor.skip()
      }
    }
    return gap
  }

  private mutating func chunk(_ cursor: inout JSONCursor) throws(SessError) -> BarChunk {
    var chunk = BarChunk(day: CivilDate(daysSinceEpoch: 0))
    var columns: [String] = []
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "day": chunk.day = try date(&cursor)
      case "regular":
        var bounds: [Int] = []
        try cursor.array { (cursor) throws(SessError) in bounds.append(try cursor.integer()) }
        guard bounds.count == 2, bounds[0] >= 0, bounds[0] <= bounds[1] else {
          throw cursor.failure("expected two rising indices")
        }
        chunk.regular = bounds[0]..<bounds[1]
      case "columns":
        try cursor.array { (cursor) throws(SessError) in columns.append(try cursor.string()) }
      case "bars":
        try cursor.array { (cursor) throws(SessError) in try bar(&cursor, columns, &chunk) }
      case "marks":
        try cursor.array { (cursor) throws(SessError) in chunk.marks.append(try mark(&cursor)) }
      default: try cursor.skip()
      }
    }
    return chunk
  }

  private mutating func bar(
    _ cursor: inout JSONCursor, _ columns: [String], _ chunk: inout BarChunk
  ) throws(SessError) {
    var position = 0
    try cursor.array { (cursor) throws(SessError) in
      guard position < columns.count else { throw cursor.failure("a bar has too many values") }
      switch columns[position] {
      case "start": chunk.starts.append(try instant(&cursor).nanoseconds)
      case "open": chunk.opens.append(try cursor.number())
      case "high": chunk.highs.append(try cursor.number())
      case "low": chunk.lows.append(try cursor.number())
      case "close": chunk.closes.append(try cursor.number())
      case "volume": chunk.volumes.append(try cursor.number())
      case "present": chunk.present.append(Int32(clamping: try cursor.integer()))
      case "expected":
        let isUnknown = try cursor.null()
        chunk.expected.append(
          isUnknown ? BarChunk.unknownExpected : Int32(clamping: try cursor.integer()))
      case "trades":
        let isUnknown = try cursor.null()
        chunk.trades.append(isUnknown ? BarChunk.unknownCount : Int64(try cursor.integer()))
      case "vwap": chunk.vwaps.append(try optionalNumber(&cursor) ?? .nan)
      default: try cursor.skip()
      }
      position += 1
    }
  }
}
