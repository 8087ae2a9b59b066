import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

extension Workbench {
  /// Runs `generate`.
  func generate(_ command: GenerateCommand) throws(SessError) -> Output {
    let calendar: MarketCalendar
    do throws(SessError) {
      calendar = try catalog.calendar(named: command.calendar?.text ?? "XNYS")
    } catch {
      throw error.located(at: command.calendar?.span)
    }
    try calendar.verifyKnown(command.days)
    let days = calendar.tradingDays(from: command.days.lowerBound, through: command.days.upperBound)
    guard !days.isEmpty else {
      throw SessError(
        "no-sessions", "\(calendar.name) has no trading day in these dates",
        hint: "`calendar \(calendar.name)@\(command.days.lowerBound)` says why")
    }
    let bars = days.count * Int(Instant.day / command.interval.nanoseconds)
    guard bars <= 50_000_000 else {
      throw SessError(
        "too-many-bars", "this would make up to \(bars) bars",
        hint: "choose fewer days or a longer interval")
    }
    guard command.price / command.tickSize <= Double(SyntheticSessions.tickCountMax) else {
      throw SessError(
        "bad-number", "the price is more than \(SyntheticSessions.tickCountMax) ticks of its size",
        hint: "a lower --price or a greater --tick-size")
    }
    let frame = SeriesFrame(calendar: calendar, hours: command.hours, interval: command.interval)
    var maker = SyntheticSessions(frame: frame)
    maker.price = command.price
    maker.tickSize = command.tickSize
    maker.volume = command.volume
    var random = SeededRandom(seed: UInt64(command.seed), text: command.symbol)
    let series = maker.bars(on: days, random: &random)
    var symbol = SymbolSessionData(
      symbol: command.symbol, calendar: calendar.name, hours: command.hours,
      metadata: SymbolMetadata(source: "generate --seed \(command.seed)", addedBy: "generate"))
    symbol.baseInterval = command.interval
    symbol.bars[command.interval] = BarIntervalData(interval: command.interval)
    symbol.bars[command.interval]?.data = series
    let made = symbol
    try commit { (session) throws(SessError) in
      if session.document.symbols[command.symbol] != nil {
        throw SessError(
          "symbol-exists", "\(command.symbol) is already loaded",
          hint: "`unload \(command.symbol)` first, or use another name")
      }
      try session.register([made])
    }
    return report([
      "\(command.symbol)/\(command.interval): \(series.count) bars on \(days.count) trading "
        + "day\(days.count == 1 ? "" : "s") of \(calendar.name)"
    ])
  }

  /// Runs `inject`.
  func inject(_ command: InjectCommand) throws(SessError) -> Output {
    guard let defect = Defect(rawValue: command.defect) else { return Output() }
    do throws(SessError) {
      let lines = try commit { (session) throws(SessError) -> [String] in
        let resolver = Resolver(session: session)
        var lines: [String] = []
        for reference in try resolver.series(command.address) where !reference.record.derived {
          lines.append(try inject(defect, command, reference, resolver, &session))
        }
        return lines
      }
      guard !lines.isEmpty else {
        throw SessError("no-bars", "\(command.address) holds no received bars")
      }
      return report(lines)
    } catch {
      throw error.located(at: command.span)
    }
  }

  private func inject(
    _ defect: Defect, _ command: InjectCommand, _ reference: SeriesReference, _ resolver: Resolver,
    _ session: inout SessionData
  ) throws(SessError) -> String {
    let symbol = reference.symbol.symbol
    var random = SeededRandom(seed: UInt64(command.seed), text: symbol)
    let scoped = BarSeries(chunks: resolver.receivedChunks(reference, command.address.scope))
    guard scoped.chunks.contains(where: { !$0.regular.isEmpty }) else {
      throw SessError("no-bars", "\(command.address) holds no bars in regular hours")
    }
    guard max(command.count, command.length) <= max(10, scoped.count) else {
      throw SessError(
        "too-many-places", "\(command.address) holds \(Words.count(scoped.count, "bar")) only",
        hint: "a lower --count or --length")
    }
    let frame = SeriesFrame(
      calendar: reference.calendar, hours: reference.symbol.hours, interval: reference.interval)
    let size = DefectSize(count: command.count, length: command.length, amount: command.size)
    let plan = DefectPlanner(scoped, frame: frame, size: size).plan(defect, random: &random)
    guard !plan.removed.isEmpty || !plan.bars.isEmpty || !plan.rejected.isEmpty else {
      throw SessError(
        "nothing-to-spoil", "\(command.address) has no place for \(defect.rawValue)",
        hint: "more days, or other ones, may have")
    }
    try session.removeBars(plan.removed.sorted(), from: symbol, reference.interval)
    if !plan.bars.isEmpty {
      try session.appendBars(plan.bars, to: symbol, reference.interval, onDuplicate: .replace)
    }
    try session.addRejected(rows(plan.rejected, reference), to: symbol)
    return "\(symbol)/\(reference.interval): " + Workbench.summary(plan, defect, symbol)
  }

  private static func summary(_ plan: DefectPlan, _ defect: Defect, _ symbol: String) -> String {
    var parts: [String] = []
    let gone = plan.removed.count
    let changed = plan.bars.count
    if gone > 0, changed == 0 { parts.append("\(gone) bars taken out") }
    if changed > 0 { parts.append("\(changed) bars changed to \(defect.rawValue)") }
    if !plan.rejected.isEmpty {
      parts.append("\(plan.rejected.count) \(defect.rawValue) rows added to \(symbol)/rejected")
    }
    return parts.joined(separator: ", ")
  }

  /// Rows that no load would make bars of, as they would stand in a file.
  private func rows(
    _ rejected: [(kind: RejectionClass, bar: Bar)], _ reference: SeriesReference
  ) -> [RejectedRow] {
    var rows: [RejectedRow] = []
    for (index, (kind, bar)) in rejected.enumerated() {
      var open = NumberText.string(bar.open)
      var reason = "the slot is taken"
      switch kind {
      case .offGrid: reason = "not on the \(reference.interval) grid"
      case .outsideHours: reason = "outside the hours of \(reference.calendar.name)"
      case .nonTradingDay: reason = "not a trading day of \(reference.calendar.name)"
      case .outsideCalendar: reason = "not within what \(reference.calendar.name) knows"
      case .badOHLC: reason = BarFault.highTooLow.reason
      case .unparsable:
        open = "n/a"
        reason = "a price cannot be read"
      default: break
      }
      let time = bar.start.iso8601(offsetSeconds: reference.offset(at: bar.start))
      let figures = [open] + [bar.high, bar.low, bar.close, bar.volume].map(NumberText.string)
      let isRead = kind != .unparsable && kind != .badOHLC
      rows.append(
        RejectedRow(
          kind: kind, file: "inject", line: index + 1,
          text: ([time] + figures).joined(separator: ","), reason: reason,
          bar: isRead ? bar : nil, time: bar.start))
    }
    return rows
  }
}
