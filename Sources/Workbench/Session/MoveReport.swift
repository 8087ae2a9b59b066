import CommandLanguage
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

/// What a move of the clock brought into sight.
struct MoveReport {
  private let before: SessionData
  private let after: SessionData
  private let names: [String]
  private let added: [Added]
  private let shownCount = 8

  /// A series with the bars that are seen now and were not before.
  private struct Added {
    let reference: SeriesReference
    let bars: [Bar]
  }

  init(before: SessionData, after: SessionData) {
    self.before = before
    self.after = after
    names = after.document.symbolNames
    added = MoveReport.isForward(before, after) ? MoveReport.added(before, after, names) : []
  }

  /// The clock, the session and its phase: `2025-07-02 09:31 · session 2025-07-02, regular`.
  ///
  /// They are those of the first symbol's exchange, which is named where symbols keep several calendars.
  var headline: String {
    guard let clock = after.document.clock, let name = names.first,
      let calendar = try? after.calendar(of: name)
    else { return "no clock" }
    let offset = calendar.zone.offsetSeconds(at: clock)
    let date = clock.wallClock(offsetSeconds: offset).date
    let isAlone = after.document.symbols.values.allSatisfy { $0.calendar == calendar.name }
    let exchange = isAlone ? " ·" : " \(calendar.zone.name) · \(calendar.name)"
    let session = after.sessionDate(of: name).map { "session \($0), " } ?? ""
    let time = clock.timeOfDay(offsetSeconds: offset)
    let phase = calendar.phase(at: clock).rawValue
    return "\(date) \(time)\(exchange) \(session)\(phase)"
  }

  /// The headline, and the bars, ticks and quotes that came into sight, or how many.
  var lines: [String] {
    [headline] + barLines + eventLines
  }

  private var barLines: [String] {
    let count = added.reduce(0) { $0 + $1.bars.count }
    guard count > shownCount else { return added.flatMap(describe) }
    guard added.count <= shownCount else {
      return ["  \(Words.count(count, "bar")) in \(added.count) series"]
    }
    return added.map { "  \(name($0.reference)) \(Words.count($0.bars.count, "bar"))" }
  }

  private var eventLines: [String] {
    guard MoveReport.isForward(before, after) else { return [] }
    var lines: [String] = []
    for name in names {
      guard let symbol = after.document.symbols[name],
        symbol.ticks.count + symbol.quotes.count > 0
      else { continue }
      let held = before.document.symbols[name]
      let trades = symbol.ticks.count - (held?.ticks.count ?? 0)
      let offers = symbol.quotes.count - (held?.quotes.count ?? 0)
      var parts: [String] = []
      if trades > 0 { parts.append(Words.count(trades, "tick")) }
      if trades == 1 {
        let tick = symbol.ticks[symbol.ticks.count - 1]
        parts[0] +=
          " of \(ValueText.text(.number(tick.size))) at \(ValueText.text(.number(tick.price)))"
      }
      if offers > 0 { parts.append(Words.count(offers, "quote")) }
      if !parts.isEmpty { lines.append("  \(name) " + parts.joined(separator: ", ")) }
    }
    return lines.count > shownCount
      ? ["  ticks and quotes of \(lines.count) symbols"] : lines
  }

  /// Whether the clock went on.
  private static func isForward(_ before: SessionData, _ after: SessionData) -> Bool {
    guard let clock = after.document.clock, let earlier = before.document.clock else {
      return false
    }
    return earlier < clock
  }

  /// The bars that came into sight.
  var records: RecordTable {
    var table = RecordTable(columns: [
      "symbol", "interval", "start", "open", "high", "low", "close", "volume", "present",
      "expected",
    ])
    table.rows.reserveCapacity(added.reduce(0) { $0 + $1.bars.count })
    for item in added {
      let (symbol, interval) = (item.reference.symbol.symbol, item.reference.interval)
      for bar in item.bars {
        table.rows.append([
          .text(symbol), .interval(interval), item.reference.value(bar.start), .number(bar.open),
          .number(bar.high), .number(bar.low), .number(bar.close), .number(bar.volume),
          Value(bar.coverage?.present), Value(bar.coverage?.expected),
        ])
      }
    }
    return table
  }

  private func name(_ reference: SeriesReference) -> String {
    "\(reference.symbol.symbol)/\(reference.interval)"
  }

  private func describe(_ item: Added) -> [String] {
    item.bars.map { bar in
      let offset = item.reference.offset(at: bar.start)
      var time = bar.start.timeOfDay(offsetSeconds: offset)
      if !item.reference.interval.isIntraday {
        time = "\(bar.start.wallClock(offsetSeconds: offset).date)"
      }
      let figures = [bar.open, bar.high, bar.low, bar.close, bar.volume]
        .map { ValueText.text(.number($0)) }
      var coverage = ""
      if let count = bar.coverage?.present {
        let event = item.reference.record.events == .ticks ? "tick" : "quote"
        coverage =
          " · " + (bar.coverage?.expected.map { "\(count) of \($0)" } ?? Words.count(count, event))
      }
      return "  \(name(item.reference)) \(time)  \(figures.joined(separator: " "))\(coverage)"
    }
  }

  private static func added(
    _ before: SessionData, _ after: SessionData, _ names: [String]
  ) -> [Added] {
    var added: [Added] = []
    for name in names {
      guard let symbol = after.document.symbols[name] else { continue }
      let held = before.document.symbols[name]
      for interval in symbol.intervals {
        guard let record = symbol.bars[interval] else { continue }
        let bars = newBars(record.data, since: held?.bars[interval]?.data)
        guard !bars.isEmpty, let calendar = try? after.calendar(of: name) else { continue }
        let reference = SeriesReference(symbol: symbol, record: record, calendar: calendar)
        added.append(Added(reference: reference, bars: bars))
      }
    }
    return added
  }

  private static func newBars(_ series: BarSeries, since held: BarSeries?) -> [Bar] {
    guard let last = held?.lastStart else { return series.suffix(series.count) }
    guard let newest = series.lastStart, newest > last else { return [] }
    return series.bars(since: Instant(nanoseconds: last + 1))
  }
}
