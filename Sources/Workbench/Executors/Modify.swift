import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// The report of a command that changed something.
  func report(_ lines: [String], _ records: RecordTable? = nil) -> Output {
    Output(blocks: [.lines(lines)], records: records, isReport: true)
  }

  /// Changes a snapshot and puts it in place of the session it was taken from; a feed's clock follows it.
  func commit<Result>(
    _ change: (inout SessionData) throws(SessError) -> Result
  ) throws(SessError) -> Result {
    try commitWhole { (session) throws(SessError) in
      let clock = session.document.clock
      let result = try session.edit(change)
      try session.followFeed(since: clock)
      return result
    }
  }

  /// Changes a snapshot, the clock included; again when a feed has changed the session meanwhile.
  func commitWhole<Result>(
    _ change: (inout SessionData) throws(SessError) -> Result
  ) throws(SessError) -> Result {
    func attempt() throws(SessError) -> Result {
      var session = engine.snapshot()
      let version = session.changes.sequence
      let result = try change(&session)
      try engine.commit(session, from: version)
      return result
    }
    do throws(SessError) {
      return try attempt()
    } catch {
      guard error.code == "stale-version", let follower else { throw error }
      return try follower.pausing(attempt)
    }
  }

  /// Runs `unload`.
  func unload(_ addresses: [Address]) throws(SessError) -> Output {
    let removed = try commit { (session) throws(SessError) -> [String] in
      var removed: [String] = []
      for address in addresses {
        guard address.scope == nil else {
          removed += try Workbench.unloadBars(of: address, in: &session)
          continue
        }
        let resolver = Resolver(session: session)
        for symbol in try resolver.symbols(address.symbol) {
          if let field = address.fields.first {
            try session.removeEvents(of: symbol.symbol, field)
            removed.append("\(symbol.symbol)/\(field)")
          } else if let interval = address.interval {
            try session.remove(symbol.symbol, interval)
            removed.append("\(symbol.symbol)/\(interval)")
          } else {
            try session.remove(symbol.symbol)
            removed.append(symbol.symbol)
          }
        }
      }
      return removed
    }
    return report(["unloaded \(removed.joined(separator: ", "))"])
  }

  /// Removes the received bars of a scope; what was removed, in words.
  private static func unloadBars(of address: Address, in session: inout SessionData)
    throws(SessError) -> [String]
  {
    guard address.fields.isEmpty else {
      throw SessError(
        "bad-scope", "only bars are unloaded by days", hint: "\(address) without its scope")
    }
    let resolver = Resolver(session: session)
    var removed: [String] = []
    for reference in try resolver.series(address) {
      let (name, interval) = (reference.symbol.symbol, reference.interval)
      guard !reference.record.derived else {
        guard address.interval != nil else { continue }
        throw SessError(
          "derived-interval", "\(name)/\(interval) is derived, so its days go with its base's",
          hint: "unload \(name)/\(reference.record.base.map { "\($0)" } ?? "1m")@…")
      }
      let starts = resolver.receivedChunks(reference, address.scope).flatMap(\.starts)
      guard !starts.isEmpty else { continue }
      try session.removeBars(starts.map { Instant(nanoseconds: $0) }, from: name, interval)
      removed.append("\(Words.count(starts.count, "bar")) of \(name)/\(interval)")
    }
    guard !removed.isEmpty else {
      throw SessError("no-match", "no received bars lie within \(address)")
    }
    return removed
  }

  /// Runs `append`.
  func append(_ command: AppendCommand) throws(SessError) -> Output {
    let session = engine.snapshot()
    let symbols = try Resolver(session: session).symbols(command.address.symbol)
    guard let symbol = symbols.first, symbols.count == 1 else {
      throw SessError("several-symbols", "append takes one symbol", span: command.span)
    }
    guard let interval = command.address.interval ?? symbol.baseInterval else {
      throw SessError("no-interval", "\(symbol.symbol) has no interval yet", span: command.span)
    }
    let calendar = try catalog.calendar(named: symbol.calendar)
    let start = Workbench.moment(command.time, calendar)
    let figures = command.figures
    let bar = Bar(
      start: start, open: figures[0], high: figures[1], low: figures[2], close: figures[3],
      volume: figures[4], trades: command.trades, vwap: command.vwap)
    let policy = command.onDuplicate.flatMap(DuplicatePolicy.init(rawValue:)) ?? .reject
    let isStored = try engine.mutate(isCommand: true) { (session) throws(SessError) in
      let isStored = try session.edit { (session) throws(SessError) in
        try session.appendBar(bar, to: symbol.symbol, interval, onDuplicate: policy)
      }
      // In a feed the clock follows the bar, and every other symbol the clock.
      if isStored, session.document.active { try session.settle() }
      return isStored
    }
    let time = start.iso8601(offsetSeconds: calendar.zone.offsetSeconds(at: start))
    return report([
      "\(isStored ? "stored" : "kept the bar at") \(symbol.symbol)/\(interval) \(time)"
    ])
  }

  /// The moment a typed time means on an exchange's clock.
  static func moment(_ time: TimeWord, _ calendar: MarketCalendar) -> Instant {
    switch time {
    case .instant(let instant, _): instant
    case .local(let date, let nanoseconds):
      calendar.zone.instant(date: date, nanosecondsOfDay: nanoseconds)
    }
  }

  /// Runs `clear`.
  func clear(_ command: ClearCommand) throws(SessError) -> Output {
    let lines = try commit { (session) throws(SessError) -> [String] in
      var lines: [String] = []
      for symbol in try Resolver(session: session).symbols(command.address.symbol) {
        let name = symbol.symbol
        let count =
          try command.clearsHistorical
          ? session.clearHistoricalBars(name) : session.clearSessionBars(name)
        lines.append(
          "\(name): \(Words.count(count, "bar")) removed from the "
            + (command.clearsHistorical ? "historical days" : "session"))
      }
      return lines
    }
    return report(lines)
  }

  /// Runs `derive`.
  func derive(_ command: DeriveCommand) throws(SessError) -> Output {
    do throws(SessError) {
      return try deriveSymbols(command)
    } catch {
      throw error.located(at: command.span)
    }
  }

  private func deriveSymbols(_ command: DeriveCommand) throws(SessError) -> Output {
    let base = command.base ?? command.address.interval
    let (symbols, reasons) = try commit { (session) throws(SessError) -> ([String], [String]) in
      var requests: [DerivationRequest] = []
      var reasons: [String] = []
      let symbols = try Resolver(session: session).symbols(command.address.symbol)
      for symbol in symbols {
        requests.append(
          DerivationRequest(
            symbol: symbol.symbol, intervals: command.intervals, base: base,
            events: command.events, policy: command.policy, alignment: command.alignment))
        if reasons.count < 12 {
          reasons += try Workbench.baseReasons(
            symbol, session.calendar(of: symbol.symbol), base, command)
        }
      }
      try session.derive(requests)
      return (symbols.map(\.symbol), reasons)
    }
    let session = engine.snapshot()
    var references: [SeriesReference] = []
    let resolver = Resolver(session: session)
    for symbol in symbols {
      for interval in command.intervals {
        let address = Address(symbol: GlobPattern(literal: symbol), intervals: .one(interval))
        references += try resolver.series(address)
      }
    }
    let isFew = references.count <= 12
    return report(derivedLines(references) + (isFew ? reasons : []), Records.intervals(references))
  }

  /// Why bars are made of what they are, where there was a choice: a line a base.
  private static func baseReasons(
    _ symbol: SymbolSessionData, _ calendar: MarketCalendar, _ base: Interval?,
    _ command: DeriveCommand
  ) throws(SessError) -> [String] {
    let requirements = try RequirementAnalysis(symbol, calendar).requirements(
      of: command.intervals, base: base, events: command.events, alignment: command.alignment)
    var lines: [String] = []
    for requirement in requirements {
      guard let reason = requirement.reason else { continue }
      let line = "  \(symbol.symbol): made of \(requirement.base), \(reason)"
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  private func derivedLines(_ references: [SeriesReference]) -> [String] {
    guard references.count <= 12 else {
      let bars = references.reduce(0) { $0 + $1.record.data.count }
      return ["derived \(bars) bars in \(references.count) series"]
    }
    var lines: [String] = []
    for reference in references {
      let record = reference.record
      let partial = DayQuality.total(record.days).partial
      let base = record.origin.map { " from \(ValueText.text($0))" } ?? ""
      let head =
        "\(reference.symbol.symbol)/\(record.interval): "
        + Words.count(record.data.count, "bar") + base
      guard record.coverage != nil else {
        lines.append(head)
        continue
      }
      let coverage =
        record.coverage?.percent.map { "coverage \(DecimalText.percent($0)) %" }
        ?? "nothing expected"
      lines.append("\(head), \(partial) partial, \(coverage)")
    }
    return lines
  }
}
