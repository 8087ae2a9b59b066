import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

/// Moving the clock of a replay.
extension Workbench {
  /// Runs `replay`.
  func replay(_ command: ReplayCommand) throws(SessError) -> Output {
    if command.stops {
      try commitWhole { (session) throws(SessError) in try session.stopReplay() }
      let count = engine.snapshot().document.symbols.count
      return report(["replay ended: \(count) symbol\(count == 1 ? "" : "s"), all in sight"])
    }
    try commitWhole { (session) throws(SessError) in
      try session.startReplay(from: command.from, trailing: command.trailing)
    }
    let session = engine.snapshot()
    let report = MoveReport(before: session, after: session)
    return self.report([report.headline + ", before the first bar"], report.records)
  }

  /// Runs a move of the clock, which a stop may end.
  func move(_ move: ClockMove) throws(SessError) -> Output {
    let before = engine.snapshot()
    var target = move
    if case .goto(.mark(let word)) = move {
      guard before.replay != nil else { throw SessionData.noReplay }
      target = .goto(.time(.instant(try moment(ofMark: word), offsetSeconds: 0)))
    }
    let (reasons, counted) = try commitWhole { (session) throws(SessError) in
      var looking = stops
      let reasons = try run(&session, target, &looking)
      return (reasons, looking)
    }
    stops = counted
    return moved(from: before, reasons)
  }

  /// Moves as asked, or to the first stop on the way.
  ///
  /// - Returns: what the stops say.
  private func run(
    _ session: inout SessionData, _ move: ClockMove, _ stops: inout StopList
  ) throws(SessError) -> [String] {
    var moved = session
    try self.move(&moved, move)
    guard !stops.stops.isEmpty, let from = session.document.clock, let to = moved.document.clock
    else {
      session = moved
      return []
    }
    switch move {
    case .start: return try runBack(&session, to: moved)
    case .goto, .back, .rnext: session = moved
    default:
      if from < to { return try run(&session, to: to, &stops) }
      session = moved
    }
    return []
  }

  /// Steps up to a moment or to the first stop before it.
  private func run(
    _ session: inout SessionData, to end: Instant, _ stops: inout StopList
  ) throws(SessError) -> [String] {
    while let clock = session.document.clock, clock < end {
      try checkCancelled()
      let event = try session.nextEvent() ?? end
      let moment = try stops.nextMoment(in: session) ?? end
      let before = session
      try session.moveClock(to: min(event, moment, end))
      let hits = try stops.hits(from: before, to: session, variables)
      if !hits.isEmpty { return hits }
    }
    return []
  }

  /// Goes back to the last stop before the clock, or to the start.
  private func runBack(
    _ session: inout SessionData, to start: SessionData
  ) throws(SessError) -> [String] {
    guard let end = session.document.clock else { return [] }
    var (walker, found, reasons) = (start, start, [String]())
    // Looking for the last stop counts no hits.
    var looking = stops
    while let clock = walker.document.clock, clock < end {
      let hits = try run(&walker, to: end, &looking)
      guard let reached = walker.document.clock, reached < end else { break }
      (found, reasons) = (walker, hits)
    }
    session = found
    return reasons
  }

  /// Steps until an expression holds.
  ///
  /// - Throws: `no-replay`; `bad-condition` for a text; `not-reached` when the end comes first, the clock
  ///   staying where it was.
  func move(until condition: ExpressionText) throws(SessError) -> Output {
    let before = engine.snapshot()
    let worth = try Evaluator(WorkbenchContext(self)).evaluate(condition.expression)
    if case .value(.text) = worth {
      throw SessError(
        "bad-condition", "\(condition.text) is neither a time nor a condition",
        span: condition.span, hint: "for example 10:15, or ACME/1m/quality < 95")
    }
    var session = before
    var looking = stops
    while let next = try session.nextEvent() {
      try checkCancelled()
      let last = session
      try session.moveClock(to: min(next, try looking.nextMoment(in: session) ?? next))
      let hits = try looking.hits(from: last, to: session, variables)
      let context = WorkbenchContext(session, variables: variables)
      if hits.isEmpty, try Evaluator(context).truth(condition.expression) != true { continue }
      try engine.commit(session, from: before.changes.sequence)
      stops = looking
      return moved(from: before, hits)
    }
    throw SessError(
      "not-reached", "\(condition.text) does not hold at any moment up to the end",
      span: condition.span, hint: "the clock stays where it was; `continue` goes to the end")
  }

  private func moved(from before: SessionData, _ reasons: [String] = []) -> Output {
    let report = MoveReport(before: before, after: engine.snapshot())
    return self.report(reasons + report.lines + displayLines, report.records)
  }

  private func move(_ session: inout SessionData, _ move: ClockMove) throws(SessError) {
    switch move {
    case .step(let count): try step(count, in: try session.events(), &session)
    case .back(let count): try step(back: count, in: try session.events(), &session)
    case .next(let address, let count):
      let series = try Workbench.series(address, session)
      try step(count, in: try session.events(of: series), &session)
    case .rnext(let address):
      let series = try Workbench.series(address, session)
      try step(back: 1, in: try session.events(of: series), &session)
    case .nextDay:
      guard let opening = try session.nextOpening() else {
        throw SessError(
          "end-of-replay", "no loaded trading day opens after the clock",
          hint: "`finish` goes to the end of this one, `continue` to the end of all")
      }
      try session.moveClock(to: opening)
    case .until(let target):
      let moment = try Workbench.moment(target, session)
      guard let clock = session.document.clock, moment > clock else {
        throw SessError(
          "clock-is-past", "the clock has passed that time already",
          hint: "`goto` goes back as well as on")
      }
      try session.moveClock(to: moment)
    case .goto(let target): try session.moveClock(to: try Workbench.moment(target, session))
    case .finish: try session.moveClock(to: try session.sessionEnd())
    case .end: try session.moveClock(to: try session.lastMoment())
    case .start:
      guard let start = session.replay?.start else { throw SessionData.noReplay }
      try session.moveClock(to: start)
    }
  }

  private static let end = SessError(
    "end-of-replay", "nothing more is known after the clock",
    hint: "`rcontinue` goes back to the start, `replay stop` shows everything")

  /// Moves over some events, or up to the last one.
  private func step(
    _ count: Int, in walk: EventWalk, _ session: inout SessionData
  ) throws(SessError) {
    guard var moment = session.document.clock else { throw SessionData.noReplay }
    for index in 0..<count {
      try checkCancelled()
      guard let next = walk.next(after: moment) else {
        if index == 0 { throw Workbench.end }
        break
      }
      moment = next
    }
    try session.moveClock(to: moment)
  }

  /// Moves back over some events, or to the start.
  private func step(
    back count: Int, in walk: EventWalk, _ session: inout SessionData
  ) throws(SessError) {
    guard var moment = session.document.clock else { throw SessionData.noReplay }
    for _ in 0..<count {
      try checkCancelled()
      let previous = walk.previous(before: moment)
      if previous == moment { break }
      moment = previous
    }
    try session.moveClock(to: moment)
  }

  private static func series(_ address: Address?, _ session: SessionData) throws(SessError)
    -> (symbol: String, interval: Interval)?
  {
    guard let address else { return nil }
    let references = try Resolver(session: session).series(address)
    let wanted = address.interval ?? references.first?.symbol.baseInterval
    guard let reference = references.first(where: { $0.interval == wanted }) else { return nil }
    return (reference.symbol.symbol, reference.interval)
  }

  /// The moment a target means on the clock of the first symbol's exchange.
  private static func moment(_ target: ClockTarget, _ session: SessionData) throws(SessError)
    -> Instant
  {
    guard let clock = session.document.clock, session.replay != nil,
      let name = session.document.symbolNames.first
    else { throw SessionData.noReplay }
    let calendar = try session.calendar(of: name)
    switch target {
    case .time(let word): return Workbench.moment(word, calendar)
    case .mark(let word): throw word.failure("bad-time", "\(word.text) is not a time")
    case .date(let date):
      let day = calendar.isTradingDay(date) ? date : calendar.nextTradingDay(after: date)
      guard let day, let open = calendar.session(on: day)?.open else {
        throw SessError("no-sessions", "\(calendar.name) has no trading day from \(date) on")
      }
      return Instant(nanoseconds: open)
    case .timeOfDay(let time):
      let date = session.sessionDate(of: name)
      let today = clock.wallClock(offsetSeconds: calendar.zone.offsetSeconds(at: clock)).date
      return calendar.zone.instant(date: max(date ?? today, today), nanosecondsOfDay: time)
    }
  }
}
