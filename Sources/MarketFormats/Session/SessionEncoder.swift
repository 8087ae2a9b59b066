public import MarketCalendar
public import MarketModel

/// Writes the whole session as canonical JSON: fixed key order, shortest numbers, a bar a line.
///
/// `SessionDecoder` reads it back to equal records. Every part has an address, so that a delta can edit it.
public struct SessionEncoder {
  var writer = ByteWriter()
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
    writer = ByteWriter(capacity: 1 << 20)
    writer.text("{\"format\":\"sess\",\"version\":1,\"clock\":")
    instant(document.clock, .utc)
    writer.text(",\"active\":\(document.active),\"change_sequence\":\(document.changeSequence),")
    writer.text("\"calendars\":{")
    for (index, name) in document.calendars.keys.sorted().enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      writer.jsonString(name)
      writer.byte(0x3A)
      text(document.calendars[name])
    }
    writer.text("},\n\"symbols\":{")
    for (index, name) in document.symbolNames.enumerated() {
      guard let symbol = document.symbols[name] else { continue }
      writer.text(index == 0 ? "\n" : ",\n")
      writer.jsonString(name)
      writer.byte(0x3A)
      encode(symbol, sessionDate: sessionDates[name])
    }
    writer.text("\n}}\n")
    return writer.bytes
  }

  /// The keys of a symbol, in order.
  enum SymbolKey: String, CaseIterable {
    case calendar, hours
    case baseInterval = "base_interval"
    case sessionDate = "session_date"
    case metadata, metrics, bars, historical, ticks, quotes, indicators, rejected, revisions
  }

  /// Adds a symbol with everything known about it.
  mutating func encode(_ symbol: SymbolSessionData, sessionDate: CivilDate?) {
    for (index, key) in SymbolKey.allCases.enumerated() {
      writer.text(index == 0 ? "{\"" : ",\n\"")
      writer.text("\(key.rawValue)\":")
      encode(key, of: symbol, sessionDate: sessionDate)
    }
    writer.text("}")
  }

  /// Adds the value of one key of a symbol.
  mutating func encode(_ key: SymbolKey, of symbol: SymbolSessionData, sessionDate: CivilDate?) {
    let zone = zone(of: symbol)
    switch key {
    case .calendar: writer.jsonString(symbol.calendar)
    case .hours: writer.jsonString(symbol.hours.rawValue)
    case .baseInterval: text(symbol.baseInterval?.description)
    case .sessionDate: text(sessionDate?.description)
    case .metadata: encode(symbol.metadata, zone)
    case .metrics: encode(symbol.metrics, zone)
    case .bars:
      writer.text("{")
      for (index, interval) in symbol.bars.keys.sorted().enumerated() {
        guard let record = symbol.bars[interval] else { continue }
        writer.text(index == 0 ? "\n" : ",\n")
        writer.text("\"\(interval)\":")
        encode(record, zone)
      }
      writer.text("}")
    case .historical: encode(symbol.historical(before: sessionDate))
    case .ticks: encode(symbol.ticks, from: 0, zone)
    case .quotes: encode(symbol.quotes, from: 0, zone)
    case .indicators: encode(symbol.indicators, zone)
    case .rejected: encode(symbol.rejected[...], zone)
    case .revisions: encode(symbol.revisions[...], zone)
    }
  }

  /// The zone of a symbol's calendar.
  func zone(of symbol: SymbolSessionData) -> Zone { zones[symbol.calendar] ?? .utc }

  private mutating func encode(_ metadata: SymbolMetadata, _ zone: Zone) {
    writer.text("{\"source\":")
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

  /// Adds flags as they are typed, by name.
  mutating func encode(_ flags: [String: String]) {
    writer.text("{")
    for (index, name) in flags.keys.sorted().enumerated() {
      if index > 0 { writer.text(",") }
      writer.jsonString(name)
      writer.text(":")
      writer.jsonString(flags[name] ?? "")
    }
    writer.text("}")
  }

  private mutating func encode(_ recipe: LoadRecipe) {
    writer.text("{\"paths\":[")
    for (index, path) in recipe.paths.enumerated() {
      if index > 0 { writer.text(",") }
      writer.jsonString(path)
    }
    writer.text("],\"flags\":")
    encode(recipe.flags)
    writer.text(",\"naive\":\(recipe.isNaive)")
    for (index, fault) in recipe.faults.enumerated() {
      writer.text(index == 0 ? ",\"faults\":[" : ",")
      writer.text("{\"kind\":\"\(fault.kind.rawValue)\",\"count\":\(fault.count),\"file\":")
      writer.jsonString(fault.file)
      writer.text(",\"line\":\(fault.line)}")
    }
    writer.text(recipe.faults.isEmpty ? "}" : "]}")
  }

  private mutating func encode(_ metrics: SessionMetrics, _ zone: Zone) {
    writer.text("{\"date\":")
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
}

extension SessionEncoder {
  /// Adds a text, or `null`.
  mutating func text(_ value: String?) {
    guard let value else { return writer.text("null") }
    writer.jsonString(value)
  }

  /// Adds a number, or `null`.
  mutating func number(_ value: Double?) {
    guard let value else { return writer.text("null") }
    writer.number(value)
  }

  /// Adds an instant with the offset its zone has then, or `null`.
  mutating func instant(_ value: Instant?, _ zone: Zone) {
    guard let value else { return writer.text("null") }
    writer.byte(0x22)
    instants.write(
      value.nanoseconds, offsetSeconds: zone.offsetSeconds(at: value), to: &writer)
    writer.byte(0x22)
  }

  /// Adds a list with one item a line.
  mutating func list(_ indices: Range<Int>, _ item: (inout SessionEncoder, Int) -> Void) {
    writer.byte(0x5B)
    for index in indices {
      writer.text(index == indices.lowerBound ? "\n" : ",\n")
      item(&self, index)
    }
    writer.byte(0x5D)
  }
}
