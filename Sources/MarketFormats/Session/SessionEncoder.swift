public import MarketCalendar
public import MarketModel

/// Writes the whole session as canonical JSON: fixed key order, shortest numbers, a bar a line.
///
/// `SessionDecoder` reads it back to equal records.
public struct SessionEncoder {
  private var writer = ByteWriter(capacity: 1 << 20)
  private var instants = InstantWriter()
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

extension SessionEncoder {
  /// A view, for readers of the file: it is computed from the bars and not read back.
  private mutating func encode(_ historical: HistoricalData, _ zone: Zone) {
    writer.text(",\n\"historical\":{\"first\":")
    text(historical.dateRange?.lowerBound.description)
    writer.text(",\"last\":")
    text(historical.dateRange?.upperBound.description)
    writer.text(",\"intervals\":{")
    for (index, interval) in historical.intervals.enumerated() {
      if index > 0 { writer.text(",") }
      writer.text("\"\(interval)\":{\"dates\":[")
      for (position, chunk) in historical.days(of: interval).enumerated() {
        writer.text("\(position == 0 ? "" : ",")\"\(chunk.day)\"")
      }
      writer.text("],\"quality\":")
      number(historical.quality(of: interval).percent)
      writer.text(",\"gaps\":\(historical.gaps(of: interval).count)}")
    }
    writer.text("}}")
  }

  private mutating func encode(ticks: TickSeries, quotes: QuoteSeries, _ zone: Zone) {
    writer.text(",\n\"ticks\":[")
    for index in 0..<ticks.count {
      writer.text(index == 0 ? "\n" : ",\n")
      let tick = ticks[index]
      row([tick.price, tick.size], at: tick.time, zone, isOpen: ticks.hasDetails)
      guard ticks.hasDetails else { continue }
      writer.byte(0x2C)
      text(tick.exchange)
      writer.byte(0x2C)
      text(tick.condition)
      writer.text(",\(tick.isSuspicious)]")
    }
    writer.text("],\n\"quotes\":[")
    for index in 0..<quotes.count {
      writer.text(index == 0 ? "\n" : ",\n")
      let quote = quotes[index]
      row([quote.bid, quote.bidSize, quote.ask, quote.askSize], at: quote.time, zone)
    }
    writer.text("]")
  }

  private mutating func row(
    _ values: [Double?], at time: Instant, _ zone: Zone, isOpen: Bool = false
  ) {
    writer.text("[")
    instant(time, zone)
    for value in values {
      writer.byte(0x2C)
      number(value)
    }
    if !isOpen { writer.text("]") }
  }

  private mutating func encode(_ indicators: [String: IndicatorData], _ zone: Zone) {
    writer.text(",\n\"indicators\":{")
    for (index, name) in indicators.keys.sorted().enumerated() {
      guard let indicator = indicators[name] else { continue }
      writer.text(index == 0 ? "\n" : ",\n")
      encode(indicator, zone)
    }
    writer.text("}")
  }

  private mutating func encode(_ indicator: IndicatorData, _ zone: Zone) {
    let spec = indicator.spec
    writer.jsonString(indicator.key)
    writer.text(":{\"name\":")
    writer.jsonString(spec.name)
    writer.text(",\"parameters\":{")
    for (index, parameter) in spec.parameters.enumerated() {
      if index > 0 { writer.text(",") }
      writer.jsonString(parameter.name)
      writer.text(":")
      writer.number(parameter.value)
    }
    writer.text("},\"interval\":\"\(spec.interval)\",\"anchor\":\"\(spec.anchor.rawValue)\"")
    writer.text(",\"usual_anchor\":\"\(spec.usualAnchor.rawValue)\"")
    writer.text(",\"on_gap\":\"\(spec.onGap.rawValue)\",\"have\":\(indicator.have)")
    writer.text(",\"need\":\(indicator.need),\"ready\":\(indicator.isReady)")
    writer.text(",\"counts\":\"\(indicator.countsDays ? "days" : "bars")\",\"last_update\":")
    instant(indicator.lastUpdate, zone)
    writer.text(",\"columns\":[\"start\"")
    for output in indicator.outputs {
      writer.text(",")
      writer.jsonString(output)
    }
    writer.text("],\"days\":[")
    for (index, chunk) in indicator.chunks.enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      encode(chunk, indicator.outputs.count, zone)
    }
    writer.text("]}")
  }

  private mutating func encode(_ chunk: IndicatorChunk, _ width: Int, _ zone: Zone) {
    writer.text("{\"day\":\"\(chunk.day)\",\"values\":[")
    for (index, start) in chunk.starts.enumerated() {
      writer.text(index == 0 ? "\n[" : ",\n[")
      instant(Instant(nanoseconds: start), zone)
      for value in chunk.values[(index * width)..<((index + 1) * width)] {
        writer.byte(0x2C)
        number(value.isNaN ? nil : value)
      }
      writer.text("]")
    }
    writer.text("]}")
  }

  private mutating func encode(_ rejected: [RejectedRow], _ zone: Zone) {
    writer.text(",\n\"rejected\":[")
    for (index, row) in rejected.enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      writer.text("{\"class\":\"\(row.kind.rawValue)\",\"file\":")
      writer.jsonString(row.file)
      writer.text(",\"line\":\(row.line),\"text\":")
      writer.jsonString(row.text)
      writer.text(",\"reason\":")
      writer.jsonString(row.reason)
      if let bar = row.bar {
        writer.text(",\"bar\":")
        self.row([bar.open, bar.high, bar.low, bar.close, bar.volume], at: bar.start, zone)
      }
      writer.text("}")
    }
    writer.text("]")
  }

  private mutating func encode(_ revisions: [Revision], _ zone: Zone) {
    writer.text(",\n\"revisions\":[")
    for (index, revision) in revisions.enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      let old = revision.old
      writer.text("{\"interval\":\"\(revision.interval)\",\"change\":\(revision.sequence),\"old\":")
      row([old.open, old.high, old.low, old.close, old.volume], at: old.start, zone)
      writer.text(",\"trades\":")
      number(old.trades.map(Double.init))
      writer.text(",\"vwap\":")
      number(old.vwap)
      writer.text(",\"received\":")
      instant(old.received, zone)
      writer.text(",\"replaced_at\":")
      instant(revision.replacedAt, zone)
      writer.text("}")
    }
    writer.text("]")
  }

  private mutating func text(_ value: String?) {
    guard let value else { return writer.text("null") }
    writer.jsonString(value)
  }

  private mutating func number(_ value: Double?) {
    guard let value else { return writer.text("null") }
    writer.number(value)
  }

  private mutating func instant(_ value: Instant?, _ zone: Zone) {
    guard let value else { return writer.text("null") }
    writer.byte(0x22)
    instants.write(
      value.nanoseconds, offsetSeconds: zone.offsetSeconds(at: value), to: &writer)
    writer.byte(0x22)
  }
}
