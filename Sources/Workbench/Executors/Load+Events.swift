import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionEngine

/// The ticks and quotes of one symbol of a running load.
struct PendingEvents {
  var symbol: String
  var decision: LoadDecision
  var events: RawEvents
  var dialect: Dialect
  var sources: [String]
  /// Events that were there already: the same file again, or files that overlap.
  var repeats = 0
}

extension Workbench {
  /// Reads the stamps of a load's events and puts them in order, symbol by symbol.
  func placeEvents(
    _ batch: LoadBatch, _ planner: LoadPlanner, days: ClosedRange<CivilDate>?,
    into pending: inout PendingLoad
  ) throws(SessError) {
    for (file, span) in batch.events {
      try checkCancelled()
      do throws(SessError) {
        let decision = try planner.decide(file)
        for (events, name) in zip(file.series, try eventNames(of: file, batch.symbol)) {
          guard let name else { continue }
          var placed = events.placed(decision)
          if let days = days { placed = placed.within(days, decision.calendar) }
          add(placed, name, decision, file, to: &pending)
        }
      } catch {
        throw error.located(at: span)
      }
    }
  }

  private func add(
    _ events: RawEvents, _ name: String, _ decision: LoadDecision, _ file: EventFile,
    to pending: inout PendingLoad
  ) {
    if let index = pending.events.firstIndex(where: { $0.symbol == name }) {
      pending.events[index].repeats += pending.events[index].events.join(events)
      pending.events[index].sources.append(file.name)
      return
    }
    pending.events.append(
      PendingEvents(
        symbol: name, decision: decision, events: events, dialect: file.dialect,
        sources: [file.name]))
  }

  /// The symbol of every series of a file; nil for series that were not asked for.
  private func eventNames(of file: EventFile, _ wanted: String?) throws(SessError) -> [String?] {
    let held = file.series.map { $0.symbol ?? file.dialect.symbolName }
    guard let wanted else {
      guard !held.contains(nil) else { throw LoadBatch.noSymbol(file.name) }
      return held
    }
    guard held.count > 1 else { return held.map { _ in wanted } }
    guard held.contains(wanted) else {
      throw SessError(
        "unknown-symbol", "\(file.name) has no rows of \(wanted)",
        hint: "its symbols: " + held.prefix(8).compactMap { $0 }.joined(separator: ", "))
    }
    return held.map { $0 == wanted ? wanted : nil }
  }

  func check(_ pending: [PendingEvents], _ command: LoadCommand) throws(SessError) {
    for item in pending {
      guard let row = item.events.rejected.first else { continue }
      let span = SourceSpan(
        file: row.file, line: row.line, whole: row.text)
      if item.events.count == 0 {
        throw SessError(
          "no-events", "no row of \(item.symbol) is a tick or a quote: \(row.reason)", span: span,
          hint: "check the columns: price and size, or bid and ask")
      }
      guard command.isStrict else { continue }
      throw SessError(
        "rows-rejected",
        "\(item.events.rejected.count) rows of \(item.symbol) were rejected: \(row.reason)",
        span: span, hint: "leave out --strict to load the others")
    }
  }

  /// Puts the events of a load into its symbols, new ones and those held.
  func join(
    _ pending: inout [PendingEvents], _ command: LoadCommand, to symbols: [SymbolSessionData]
  ) throws(SessError) -> [SymbolSessionData] {
    let session = engine.snapshot()
    var result = symbols
    for index in pending.indices {
      let item = pending[index]
      let known = result.firstIndex { $0.symbol == item.symbol }
      var symbol =
        known.map { result[$0] } ?? session.knownSymbols[item.symbol]
        ?? SymbolSessionData(
          symbol: item.symbol, calendar: item.decision.calendar.name,
          hours: command.hours ?? .regular,
          metadata: SymbolMetadata(
            source: item.sources.joined(separator: ", "), addedBy: "load",
            addedAt: session.document.clock))
      try store(&pending[index], command, in: &symbol)
      if let known { result[known] = symbol } else { result.append(symbol) }
    }
    return result
  }

  private func store(
    _ item: inout PendingEvents, _ command: LoadCommand, in symbol: inout SymbolSessionData
  ) throws(SessError) {
    guard symbol.calendar == item.decision.calendar.name else {
      throw SessError(
        "other-calendar",
        "\(item.symbol) is loaded with \(symbol.calendar), but this file reads as "
          + item.decision.calendar.name,
        hint: "--calendar \(symbol.calendar), or another --symbol")
    }
    for (held, new, field) in [
      (symbol.ticks.count, item.events.ticks.count, "ticks"),
      (symbol.quotes.count, item.events.quotes.count, "quotes"),
    ] where held > 0 && new > 0 && !command.merges {
      throw SessError(
        "already-loaded", "\(item.symbol)/\(field) are already loaded",
        hint: "--merge adds to them, or load them as --symbol \(item.symbol)_b")
    }
    item.repeats += symbol.ticks.join(item.events.ticks)
    item.repeats += symbol.quotes.join(item.events.quotes)
    symbol.rejected += item.events.rejected
  }

  // MARK: the report

  func describe(_ item: PendingEvents, _ command: LoadCommand) -> [String] {
    let events = item.events
    let decision = item.decision
    var counts: [String] = []
    if !events.ticks.isEmpty { counts.append("\(events.ticks.count) ticks") }
    if !events.quotes.isEmpty { counts.append("\(events.quotes.count) quotes") }
    let (first, last) = span(events)
    var lines = [
      "\(item.symbol): \(counts.joined(separator: " and ")), \(text(first, decision)) to "
        + text(last, decision)
    ]
    let zone =
      decision.zone.map { "times in \($0.name) (\(decision.zoneBasis.reason))" }
      ?? "times with their offset"
    lines.append(
      "  \(item.dialect.name); \(zone); calendar \(decision.calendar.name) "
        + "(\(decision.calendarBasis.reason))")
    lines += item.dialect.remarks.map { "  " + $0 }
    let isGiven =
      decision.calendarBasis.isGiven && (decision.zone == nil || decision.zoneBasis.isGiven)
    if !isGiven { lines.append("  the same: \(LoadLine(item, command).text)") }
    let doubted = events.ticks.suspicions.reduce(0) { $0 + ($1 ? 1 : 0) }
    if doubted > 0 {
      lines.append("  \(doubted) ticks are marked suspicious: kept and shown, they feed no bar")
    }
    if item.repeats > 0 {
      lines.append("  \(item.repeats) were there already in every respect and are not added again")
    }
    if !events.rejected.isEmpty {
      lines.append(
        "  rejected \(events.rejected.count) unparsable; `rejected \(item.symbol)` shows them")
    }
    return lines
  }

  /// The record of a load's events, in the columns of the bars'.
  func records(_ item: PendingEvents) -> [[Value]] {
    let decision = item.decision
    var rows: [[Value]] = []
    for (field, count, first, last) in [
      (
        "ticks", item.events.ticks.count, item.events.ticks.first?.time,
        item.events.ticks.last?.time
      ),
      (
        "quotes", item.events.quotes.count, item.events.quotes.first?.time,
        item.events.quotes.last?.time
      ),
    ] where count > 0 {
      func moment(_ time: Instant?) -> Value {
        guard let time else { return .unknown }
        return .instant(time, offsetSeconds: decision.calendar.zone.offsetSeconds(at: time))
      }
      rows.append([
        .text(item.symbol), .text(field), .integer(count), .unknown, moment(first), moment(last),
        .text(item.dialect.name), .text(decision.zoneName), .unknown,
        .text(decision.calendar.name), .unknown, .integer(item.events.rejected.count), .integer(0),
        .integer(0),
      ])
    }
    return rows
  }

  private func span(_ events: RawEvents) -> (Instant?, Instant?) {
    let firsts = [events.ticks.first?.time, events.quotes.first?.time].compactMap { $0 }
    let lasts = [events.ticks.last?.time, events.quotes.last?.time].compactMap { $0 }
    return (firsts.min(), lasts.max())
  }

  private func text(_ time: Instant?, _ decision: LoadDecision) -> String {
    guard let time else { return "" }
    let offset = decision.calendar.zone.offsetSeconds(at: time)
    return "\(time.wallClock(offsetSeconds: offset).date) \(time.timeOfDay(offsetSeconds: offset))"
  }
}
