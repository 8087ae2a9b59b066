import CommandLanguage
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionEngine

/// What `load` says about its decision and its rows.
extension Workbench {
  func loadReport(
    _ load: PendingLoad, _ documents: [SessionDocument], _ command: LoadCommand
  ) -> Output {
    let pending = load.series
    var table = RecordTable(
      columns: [
        "symbol", "interval", "bars", "extended", "first", "last", "dialect", "zone", "label",
        "calendar",
        "order", "rejected", "duplicates", "off_grid",
      ])
    for item in pending { table.rows.append(record(item)) }
    for item in load.events { table.rows += records(item) }
    var lines: [String] = []
    if pending.count <= 4 {
      for item in pending { lines += describe(item, command) }
    } else {
      let bars = pending.reduce(0) { $0 + $1.series.count }
      let rejected = pending.reduce(0) { $0 + $1.rejected.count }
      lines.append("\(pending.count) series, \(bars) bars, \(rejected) rows rejected")
      lines += decision(pending[0])
      let line = LoadLine(pending[0], command, namesSymbol: false).text
      let isShared = pending.allSatisfy { LoadLine($0, command, namesSymbol: false).text == line }
      if isShared, !pending[0].decision.isGiven { lines.append("  the same: \(line)") }
    }
    for item in load.events { lines += describe(item, command) }
    lines += baseLines(of: load)
    for document in documents {
      let count = document.symbols.count
      lines.append(
        "session: \(count) symbol\(count == 1 ? "" : "s") (\(document.symbolNames.prefix(8).joined(separator: ", ")))"
      )
    }
    return report(lines, table)
  }

  /// The base of symbols that hold several received intervals, and what is made of another.
  private func baseLines(of load: PendingLoad) -> [String] {
    var names: [String] = []
    for item in load.series where !names.contains(item.symbol) { names.append(item.symbol) }
    let session = engine.snapshot()
    var lines: [String] = []
    for name in names.prefix(4) {
      guard let symbol = session.document.symbols[name], let reason = symbol.baseReason,
        symbol.bars.values.filter({ !$0.derived }).count > 1
      else { continue }
      lines.append("  \(name): base \(reason)")
      for interval in symbol.derivedIntervals {
        guard let base = symbol.bars[interval]?.base, symbol.bars[base]?.derived == false,
          base != symbol.baseInterval
        else { continue }
        lines.append(
          "  \(name)/\(interval) stays made of \(base); `derive \(AddressText.word(name)) \(interval)` "
            + "makes it of the base")
      }
    }
    return lines
  }

  private func record(_ item: PendingSeries) -> [Value] {
    let placed = PlacedSeries(series: item.series, rejected: item.rejected, order: item.order)
    return [
      .text(item.symbol), .interval(item.decision.interval), .integer(item.series.count),
      .integer(placed.extendedCount), moment(item.series.first, item),
      moment(item.series.last, item),
      .text(item.dialect.name), .text(item.decision.zoneName), .text(item.decision.label.rawValue),
      .text(item.decision.calendar.name), .text(item.order.rawValue), .integer(item.rejected.count),
      .integer(placed.count(.duplicate)), .integer(placed.count(.offGrid)),
    ]
  }

  private func moment(_ bar: Bar?, _ item: PendingSeries) -> Value {
    guard let bar else { return .unknown }
    return .instant(
      bar.start, offsetSeconds: item.decision.calendar.zone.offsetSeconds(at: bar.start))
  }

  private func describe(_ item: PendingSeries, _ command: LoadCommand) -> [String] {
    let placed = PlacedSeries(series: item.series, rejected: item.rejected, order: item.order)
    let extended = placed.extendedCount
    let outside = extended == 0 ? "" : " (\(extended) pre- and post-market)"
    var lines = [
      "\(item.symbol)/\(item.decision.interval): \(item.series.count) bars\(outside), \(span(item))"
    ]
    lines += decision(item)
    if !item.decision.isGiven { lines.append("  the same: \(LoadLine(item, command).text)") }
    guard !item.rejected.isEmpty else { return lines }
    var counts: [String] = []
    for kind in RejectionClass.allCases where placed.count(kind) > 0 {
      counts.append("\(placed.count(kind)) \(kind.rawValue)")
    }
    lines.append(
      "  rejected \(counts.joined(separator: ", ")); `rejected \(item.symbol)` shows them")
    return lines
  }

  private func span(_ item: PendingSeries) -> String {
    func text(_ bar: Bar?) -> String {
      guard let bar else { return "" }
      let offset = item.decision.calendar.zone.offsetSeconds(at: bar.start)
      let date = bar.start.wallClock(offsetSeconds: offset).date
      return "\(date) \(bar.start.timeOfDay(offsetSeconds: offset))"
    }
    return "\(text(item.series.first)) to \(text(item.series.last))"
  }

  func decision(_ item: PendingSeries) -> [String] {
    let decision = item.decision
    let zone = decision.zone == nil ? "times with their offset" : "times in \(decision.zoneName)"
    let parts = [
      item.dialect.name + ", " + item.order.rawValue,
      decision.zone == nil ? zone : "\(zone) (\(decision.zoneBasis.reason))",
      "stamps are bar \(decision.label.rawValue)s (\(decision.labelBasis.reason))",
    ]
    let grid = decision.alignment == .clock ? " on the clock" : ""
    let more = [
      "interval \(decision.interval)\(grid) (\(decision.intervalBasis.reason))",
      "calendar \(decision.calendar.name) (\(decision.calendarBasis.reason))",
    ]
    return ["  " + parts.joined(separator: "; "), "  " + more.joined(separator: "; ")]
      + item.dialect.remarks.map { "  " + $0 }
  }
}
