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
    let days = calendar.tradingDays(from: command.days.lowerBound, through: command.days.upperBound)
    guard !days.isEmpty else {
      throw SessError("no-sessions", "\(calendar.name) has no trading day in these dates")
    }
    let bars = days.count * Int(Instant.day / command.interval.nanoseconds)
    guard bars <= 50_000_000 else {
      throw SessError(
        "too-many-bars", "this would make up to \(bars) bars",
        hint: "choose fewer days or a longer interval")
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
    let scoped = BarSeries(chunks: resolver.chunks(reference, command.address.scope))
    let targets = Defect.targets(in: scoped, count: command.count, random: &random)
    guard !targets.isEmpty else {
      throw SessError("no-bars", "\(command.address) holds no bars in regular hours")
    }
    let name = "\(symbol)/\(reference.interval)"
    if let kind = defect.rejection {
      try session.addRejected(rejectedRows(kind, targets, reference), to: symbol)
      return "\(name): \(targets.count) \(defect.rawValue) rows added to \(symbol)/rejected"
    }
    switch defect {
    case .missing, .outage:
      var starts: Set<Instant> = []
      for bar in targets {
        let length = defect == .outage ? command.length : 1
        for gone in Defect.run(from: bar, length: length, in: scoped) { starts.insert(gone.start) }
      }
      try session.removeBars(starts.sorted(), from: symbol, reference.interval)
      return "\(name): \(starts.count) bars taken out"
    default:
      try session.appendBars(
        targets.map { defect.changed($0) }, to: symbol, reference.interval, onDuplicate: .replace)
      return "\(name): \(targets.count) bars changed to \(defect.rawValue)"
    }
  }

  /// Rows that no load would make bars of, as they would stand in a file.
  private func rejectedRows(
    _ kind: RejectionClass, _ bars: [Bar], _ reference: SeriesReference
  ) -> [RejectedRow] {
    var rows: [RejectedRow] = []
    for (index, bar) in bars.enumerated() {
      var start = bar.start
      var open = NumberText.string(bar.open)
      var (high, reason) = (NumberText.string(bar.high), "")
      switch kind {
      case .offGrid:
        start.nanoseconds += reference.interval.nanoseconds / 2
        reason = "not on the \(reference.interval) grid"
      case .outsideHours:
        start.nanoseconds += Instant.day / 2 + 3 * 3600 * Instant.second
        reason = "outside the hours of \(reference.calendar.name)"
      case .badOHLC:
        high = NumberText.string(bar.low - 1)
        reason = BarFault.highTooLow.reason
      case .unparsable:
        open = "n/a"
        reason = "a price cannot be read"
      default: reason = "the slot is taken"
      }
      let time = start.iso8601(offsetSeconds: reference.offset(at: start))
      let figures = [open, high] + [bar.low, bar.close, bar.volume].map(NumberText.string)
      rows.append(
        RejectedRow(
          kind: kind, file: "inject", line: index + 1,
          text: ([time] + figures).joined(separator: ","), reason: reason))
    }
    return rows
  }
}
