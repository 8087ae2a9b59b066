public import MarketCalendar
public import MarketModel

/// Writes the whole session as canonical JSON: fixed key order, shortest numbers, a bar a line.
///
/// `SessionDecoder` reads it back to equal records.
public struct SessionEncoder {
  var writer = ByteWriter(capacity: 1 << 20)
  var instants = InstantWriter()
  private let zones: [String: Zone]

  /// Creates an encoder; `zones` gives each calendar's zone, for the offsets of instants.
  public init(zones: [String: Zone]) { self.zones = zones }

  /// The text of a session, with a final line feed.
  ///
  /// - Complexity: O(bars).
  public mutating func encode(
    _ document: SessionDocument, sessionDates: [String: CivilDate]
  ) -> [UInt8] {
    writer.removeAll()
    writer.text("{\"format\":\"sess\",\"version\":1,\"clock\":")
    instant(document.clock, .utc)
    writer.text(",\"active\":\(document.active),\"change_sequence\":\(document.changeSequence),")
    encode(calendars: document.calendars)
    writer.text("\"symbols\":{")
    for (index, name) in document.symbolNames.enumerated() {
      guard let symbol = document.symbols[name] else { continue }
      writer.text(index == 0 ? "\n" : ",\n")
      encode(symbol, sessionDate: sessionDates[name])
    }
    writer.text("\n}}\n")
    return writer.bytes
  }

  /// The texts of user calendars, where there are any.
  private mutating func encode(calendars: [String: String]) {
    guard !calendars.isEmpty else { return }
    writer.text("\"calendars\":{")
    for (index, name) in calendars.keys.sorted().enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      writer.jsonString(name)
      writer.text(":")
      writer.jsonString(calendars[name] ?? "")
    }
    writer.text("},\n")
  }

  private mutating func encode(_ symbol: SymbolSessionData, sessionDate: CivilDate?) {
    let zone = zones[symbol.calendar] ?? .utc
    writer.jsonString(symbol.symbol)
    writer.text(":{\"calendar\":")
    writer.jsonString(symbol.calendar)
    writer.text(",\"hours\":\"\(symbol.hours.rawValue)\",\"base_interval\":")
    text(symbol.baseInterval?.description)
    encode(symbol.metadata, zone)
    encode(symbol.metrics, zone)
    writer.text(",\n\"bars\":{")
    for (index, interval) in symbol.intervals.enumerated() {
      guard let record = symbol.bars[interval] else { continue }
      writer.text(index == 0 ? "\n" : ",\n")
      encode(record, zone)
    }
    writer.text("}")
    encode(symbol.historical(before: sessionDate), zone)
    encode(ticks: symbol.ticks, quotes: symbol.quotes, zone)
    encode(symbol.indicators, zone)
    encode(symbol.rejected, zone)
    encode(symbol.revisions, zone)
    writer.text("}")
  }

  private mutating func encode(_ metadata: SymbolMetadata, _ zone: Zone) {
    writer.text(",\n\"metadata\":{\"source\":")
    text(metadata.source)
    writer.text(",\"loads\":[")
    for (index, recipe) in metadata.recipes.enumerated() {
      if index > 0 { writer.text(",") }
      encode(recipe)
    }
    writer.text("],\"adjustments\":[")
    for (index, step) in metadata.adjustments.enumerated() {
      if index > 0 { writer.text(",") }
      encode(step)
    }
    writer.text("],\"added_by\":")
    writer.jsonString(metadata.addedBy)
    writer.text(",\"added_at\":")
    instant(metadata.addedAt, zone)
    writer.text(",\"ad_hoc\":\(metadata.adHoc),\"upgraded\":\(metadata.upgraded)}")
  }

  private mutating func encode(_ step: Adjustment) {
    writer.text("{\"through\":\"\(step.through)\",\"price\":")
    writer.number(step.price)
    writer.text(",\"volume\":")
    writer.number(step.volume)
    writer.text(",\"reason\":")
    writer.jsonString(step.reason)
    writer.text("}")
  }

  private mutating func encode(_ recipe: LoadRecipe) {
    writer.text("{\"paths\":[")
    for (index, path) in recipe.paths.enumerated() {
      if index > 0 { writer.text(",") }
      writer.jsonString(path)
    }
    writer.text("],\"flags\":{")
    for (index, name) in recipe.flags.keys.sorted().enumerated() {
      if index > 0 { writer.text(",") }
      writer.jsonString(name)
      writer.text(":")
      writer.jsonString(recipe.flags[name] ?? "")
    }
    writer.text("},\"naive\":\(recipe.isNaive)}")
  }

  private mutating func encode(_ metrics: SessionMetrics, _ zone: Zone) {
    writer.text(",\n\"metrics\":{\"date\":")
    text(metrics.date?.description)
    let figures = [
      ("open", metrics.open), ("high", metrics.high), ("low", metrics.low),
      ("close", metrics.close), ("volume", metrics.volume), ("vwap", metrics.vwap),
      ("notional", metrics.notional),
    ]
    for (name, value) in figures {
      writer.text(",\"\(name)\":")
      number(value)
    }
    writer.text(",\"bars\":\(metrics.bars),\"last_update\":")
    instant(metrics.lastUpdate, zone)
    writer.text("}")
  }

  private mutating func encode(_ record: BarIntervalData, _ zone: Zone) {
    writer.text("\"\(record.interval)\":{\"derived\":\(record.derived),\"base\":")
    text(record.base?.description ?? record.events?.rawValue)
    writer.text(",\"alignment\":\"\(record.alignment.rawValue)\",\"policy\":\"\(record.policy)\"")
    writer.text(",\"updated\":\(record.updated),\"expected_dates\":")
    text(record.expectedDates.map { "\($0.lowerBound)..\($0.upperBound)" })
    writer.text(",\"count\":\(record.data.count),\"quality\":")
    number(record.quality.percent)
    writer.text(",\n\"days\":[")
    for (index, day) in record.days.enumerated() { encode(day, isFirst: index == 0) }
    writer.text("],\n\"gaps\":[")
    for (index, gap) in record.gaps.enumerated() { encode(gap, zone, isFirst: index == 0) }
    writer.text("],\n\"retries\":[")
    for (index, retry) in record.retries.enumerated() {
      encode(retry, zone, isFirst: index == 0)
    }
    writer.text("],\n\"data\":[")
    for (index, chunk) in record.data.chunks.enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      encode(chunk, zone)
    }
    writer.text("]}")
  }

  private mutating func encode(_ day: DayQuality, isFirst: Bool) {
    writer.text(isFirst ? "\n" : ",\n")
    writer.text("{\"date\":\"\(day.date)\",\"expected\":\(day.slots.expected)")
    writer.text(",\"present\":\(day.slots.present),\"missing\":\(day.slots.missing),\"quality\":")
    number(day.slots.percent)
    if let coverage = day.coverage {
      writer.text(",\"partial\":\(day.partial),\"coverage\":{\"expected\":\(coverage.expected)")
      writer.text(",\"present\":\(coverage.present)}")
    }
    writer.text("}")
  }

  private mutating func encode(_ gap: Gap, _ zone: Zone, isFirst: Bool) {
    writer.text(isFirst ? "\n" : ",\n")
    object(gap, zone)
  }

  private mutating func object(_ gap: Gap, _ zone: Zone) {
    writer.text("{\"date\":\"\(gap.date)\",\"start\":")
    instant(gap.start, zone)
    writer.text(",\"end\":")
    instant(gap.end, zone)
    writer.text(",\"missing\":\(gap.missing)}")
  }

  private mutating func encode(
    _ retry: GapRetry, _ zone: Zone, isFirst: Bool
  ) {
    writer.text(isFirst ? "\n" : ",\n")
    writer.text("{\"gap\":")
    object(retry.gap, zone)
    writer.text(",\"attempts\":\(retry.attempts),\"next_at\":")
    instant(retry.nextAt, zone)
    writer.text(",\"abandoned\":\(retry.isAbandoned),\"source\":")
    text(retry.source)
    writer.text(",\"reason\":")
    text(retry.reason)
    writer.text("}")
  }

  private mutating func encode(_ chunk: BarChunk, _ zone: Zone) {
    writer.text("{\"day\":\"\(chunk.day)\",\"regular\":[\(chunk.regular.lowerBound),")
    writer.text("\(chunk.regular.upperBound)],\"columns\":[\"start\",\"open\",\"high\",\"low\",")
    writer.text("\"close\",\"volume\"")
    if !chunk.present.isEmpty { writer.text(",\"present\",\"expected\"") }
    if !chunk.trades.isEmpty { writer.text(",\"trades\"") }
    if !chunk.vwaps.isEmpty { writer.text(",\"vwap\"") }
    writer.text("],\"bars\":[")
    for index in 0..<chunk.count {
      writer.text(index == 0 ? "\n[" : ",\n[")
      let start = Instant(nanoseconds: chunk.starts[index])
      instant(start, zone)
      let prices = [chunk.opens[index], chunk.highs[index], chunk.lows[index], chunk.closes[index]]
      for value in prices + [chunk.volumes[index]] {
        writer.byte(0x2C)
        writer.number(value)
      }
      encodeOptionalColumns(chunk, index)
      writer.text("]")
    }
    writer.text("]")
    encode(chunk.marks, zone)
    writer.text("}")
  }

  private mutating func encode(_ marks: [BarMark], _ zone: Zone) {
    guard !marks.isEmpty else { return }
    writer.text(",\"marks\":[")
    for (index, mark) in marks.enumerated() {
      writer.text(index == 0 ? "{\"start\":" : ",{\"start\":")
      instant(Instant(nanoseconds: mark.start), zone)
      writer.text(",\"received\":")
      instant(mark.received.map { Instant(nanoseconds: $0) }, zone)
      switch mark.fill {
      case nil: writer.text(",\"fill\":null,\"source\":null}")
      case .carried: writer.text(",\"fill\":\"carried\",\"source\":null}")
      case .sourced(let source):
        writer.text(",\"fill\":\"sourced\",\"source\":")
        writer.jsonString(source)
        writer.text("}")
      }
    }
    writer.text("]")
  }

  private mutating func encodeOptionalColumns(_ chunk: BarChunk, _ index: Int) {
    if !chunk.present.isEmpty {
      writer.text(",\(chunk.present[index]),")
      let expected = chunk.expected[index]
      writer.text(expected == BarChunk.unknownExpected ? "null" : "\(expected)")
    }
    if !chunk.trades.isEmpty {
      let trades = chunk.trades[index]
      writer.text(trades == BarChunk.unknownCount ? ",null" : ",\(trades)")
    }
    if !chunk.vwaps.isEmpty {
      writer.byte(0x2C)
      number(chunk.vwaps[index].isNaN ? nil : chunk.vwaps[index])
    }
  }
}
