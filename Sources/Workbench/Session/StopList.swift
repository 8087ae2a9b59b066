import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

/// A place where a replay stops, and how often it did.
struct Stop {
  let number: Int
  let request: StopRequest
  var hits = 0

  /// `break 2 (gap)`, `watch 3 (ACME/metrics/high)`.
  var title: String {
    if case .change(let expression) = request.trigger {
      return "watch \(number) (\(expression.text))"
    }
    return "break \(number) (\(request.label))"
  }
}

/// Stops, displays and marks: they look at a session and are no part of it, so undo leaves them alone.
struct StopList {
  private(set) var stops: [Stop] = []
  private(set) var displays: [(number: Int, expression: ExpressionText)] = []
  /// The moments that were named.
  var marks: [String: Instant] = [:]
  /// The series that `list`, `up` and `down` are about; nil is the first symbol's base.
  var focus: Address?
  private var lastNumber = 0

  mutating func add(_ request: StopRequest) -> Stop {
    lastNumber += 1
    let stop = Stop(number: lastNumber, request: request)
    stops.append(stop)
    return stop
  }

  mutating func add(display: ExpressionText) -> Int {
    lastNumber += 1
    displays.append((lastNumber, display))
    return lastNumber
  }

  /// Whether a stop or display has a number.
  func has(_ number: Int) -> Bool {
    stops.contains { $0.number == number } || displays.contains { $0.number == number }
  }

  /// Forgets a stop or display.
  mutating func remove(_ number: Int) {
    stops.removeAll { $0.number == number }
    displays.removeAll { $0.number == number }
  }

  mutating func removeAll() { (stops, displays) = ([], []) }

  /// The first moment after the clock that a stop names, whether something is seen then or not.
  func nextMoment(in session: SessionData) throws(SessError) -> Instant? {
    guard let clock = session.document.clock else { return nil }
    var next: Instant?
    for stop in stops {
      var moment: Instant?
      switch stop.request.trigger {
      case .time(let target): moment = try StopList.moment(target, session)
      case .phase(let name):
        for calendar in try StopList.calendars(session) {
          let starts = calendar.phaseStarts(
            from: clock, through: Instant(nanoseconds: clock.nanoseconds + 12 * Instant.day))
          let first = starts.first { name == nil || $0.phase.rawValue == name }?.time
          moment = [moment, first].compactMap { $0 }.min()
        }
      default: continue
      }
      if let moment, moment > clock { next = min(next ?? moment, moment) }
    }
    return next
  }

  /// What the stops say to a move of the clock; those that were to go are forgotten.
  mutating func hits(
    from before: SessionData, to after: SessionData, _ variables: [String: Operand]
  ) throws(SessError) -> [String] {
    var texts: [String] = []
    for index in stops.indices.reversed() {
      let stop = stops[index]
      let check = StopCheck(before: before, after: after, variables: variables)
      let found: String?
      do throws(SessError) {
        found = try check.reason(for: stop.request)
      } catch {
        // Whatever it watches is gone; the clock must not be held by it.
        throw SessError(
          error.code, "\(stop.title): \(error.message)",
          hint: "`delete \(stop.number)` forgets it")
      }
      guard let reason = found else { continue }
      stops[index].hits += 1
      guard stops[index].hits > stop.request.ignored else { continue }
      texts.insert("stopped: \(stop.title)" + (reason.isEmpty ? "" : " \(reason)"), at: 0)
      if stop.request.isOnce { stops.remove(at: index) }
    }
    return texts
  }

  private static func calendars(_ session: SessionData) throws(SessError) -> [MarketCalendar] {
    var names: Set<String> = []
    for symbol in session.knownSymbols.values { names.insert(symbol.calendar) }
    var calendars: [MarketCalendar] = []
    for name in names.sorted() { calendars.append(try session.catalog.calendar(named: name)) }
    return calendars
  }

  /// The first moment after the clock that a target means on the first symbol's exchange.
  static func moment(_ target: ClockTarget, _ session: SessionData) throws(SessError) -> Instant? {
    guard let clock = session.document.clock, let name = session.document.symbolNames.first else {
      return nil
    }
    let calendar = try session.calendar(of: name)
    switch target {
    case .time(let word): return Workbench.moment(word, calendar)
    case .date(let date):
      return calendar.session(on: date).map { Instant(nanoseconds: $0.open) }
    case .timeOfDay(let time):
      var date = clock.wallClock(offsetSeconds: calendar.zone.offsetSeconds(at: clock)).date
      for _ in 0..<30 {
        let moment = calendar.zone.instant(date: date, nanosecondsOfDay: time)
        if moment > clock, calendar.isTradingDay(date) { return moment }
        date = date.advanced(by: 1)
      }
      return nil
    case .mark: return nil
    }
  }
}

/// Whether a stop is hit between two states of a replay, and why.
struct StopCheck {
  let before: SessionData
  let after: SessionData
  let variables: [String: Operand]

  /// The reason in words, empty where the stop says it all; nil when it is not hit.
  func reason(for request: StopRequest) throws(SessError) -> String? {
    guard let reason = try reason(for: request.trigger, request.address) else { return nil }
    guard let condition = request.condition else { return reason }
    let context = WorkbenchContext(after, variables: variables)
    return try Evaluator(context).truth(condition.expression) == true ? reason : nil
  }

  private func reason(for trigger: StopRequest.Trigger, _ address: Address?) throws(SessError)
    -> String?
  {
    switch trigger {
    case .gap(let minimum): return try gap(minimum, try series(address))
    case .quality(let below): return try quality(below, try series(address))
    case .time(let target):
      guard let moment = try StopList.moment(target, before), let clock = after.document.clock
      else {
        return nil
      }
      return moment <= clock && isAfterClock(moment) ? "" : nil
    case .phase(let name): return try phase(name)
    case .late: return try late(try series(address))
    case .corrected: return corrected(try series(address))
    case .condition(let expression):
      let (old, new) = try worth(expression)
      return new == .value(.flag(true)) && old != new ? "" : nil
    case .change(let expression):
      let (old, new) = try worth(expression)
      return old == new ? nil : "\(old?.summary ?? "unknown") → \(new.summary)"
    }
  }

  private func isAfterClock(_ moment: Instant) -> Bool {
    before.document.clock.map { moment > $0 } ?? false
  }

  private func series(_ address: Address?) throws(SessError) -> [SeriesReference] {
    let all = try Resolver(session: after).series(address ?? .session)
    guard address == nil else { return all }
    return all.filter { $0.interval == $0.symbol.baseInterval }
  }

  private func old(_ reference: SeriesReference) -> BarIntervalData? {
    before.document.symbols[reference.symbol.symbol]?.bars[reference.interval]
  }

  private func time(_ instant: Instant, _ reference: SeriesReference) -> String {
    instant.timeOfDay(offsetSeconds: reference.offset(at: instant))
  }

  /// Every gap that is wide enough now and was not before; the first three are named.
  private func gap(_ minimum: Int, _ series: [SeriesReference]) throws(SessError) -> String? {
    var texts: [String] = []
    for reference in series {
      let gaps = old(reference)?.gaps ?? []
      for gap in reference.record.gaps where gap.missing >= minimum {
        let earlier = gaps.last { $0.start <= gap.start && $0.end > gap.start }
        guard (earlier?.missing ?? 0) < minimum else { continue }
        texts.append(
          "\(reference.name) \(time(gap.start, reference)) to "
            + "\(time(gap.end, reference)), \(gap.missing) missing")
      }
    }
    guard !texts.isEmpty else { return nil }
    let rest = texts.count > 3 ? "; \(texts.count - 3) more" : ""
    return texts.prefix(3).joined(separator: "; ") + rest
  }

  private func quality(_ below: Double, _ series: [SeriesReference]) throws(SessError) -> String? {
    func percent(_ session: SessionData, _ reference: SeriesReference) -> Double? {
      let name = reference.symbol.symbol
      guard
        let total = try? AnalysisEngine(session).quality(name, reference.interval, in: .session)
      else { return nil }
      return (total.coverage ?? total.slots).percent
    }
    for reference in series {
      guard let now = percent(after, reference), now < below else { continue }
      let earlier = percent(before, reference)
      let isNewDay =
        before.sessionDate(of: reference.symbol.symbol)
        != after.sessionDate(of: reference.symbol.symbol)
      if let earlier, earlier < below, !isNewDay { continue }
      let from = isNewDay ? nil : earlier.map { "\(DecimalText.percent($0)) → " }
      return "\(reference.name) \(from ?? "")\(DecimalText.percent(now)) %"
    }
    return nil
  }

  private func phase(_ name: String?) throws(SessError) -> String? {
    guard let from = before.document.clock, let through = after.document.clock else { return nil }
    for symbol in after.document.symbolNames {
      let calendar = try after.calendar(of: symbol)
      let starts = calendar.phaseStarts(from: from, through: through)
      guard let start = starts.last(where: { name == nil || $0.phase.rawValue == name }) else {
        continue
      }
      return "\(calendar.name) \(start.phase.rawValue)"
    }
    return nil
  }

  private func late(_ series: [SeriesReference]) throws(SessError) -> String? {
    guard let from = before.document.clock, let through = after.document.clock else { return nil }
    for reference in series {
      for chunk in reference.record.data.chunks {
        for mark in chunk.marks {
          guard let nanoseconds = mark.received else { continue }
          let received = Instant(nanoseconds: nanoseconds)
          guard received > from, received <= through else { continue }
          let start = Instant(nanoseconds: mark.start)
          return "\(reference.name) \(time(start, reference)), received "
            + time(received, reference)
        }
      }
    }
    return nil
  }

  private func corrected(_ series: [SeriesReference]) -> String? {
    for reference in series {
      let held = before.document.symbols[reference.symbol.symbol]?.revisions.count ?? 0
      for revision in reference.symbol.revisions.dropFirst(held)
      where revision.interval == reference.interval {
        return "\(reference.name) \(time(revision.old.start, reference))"
      }
    }
    return nil
  }

  /// What an expression is worth before and after; nil before when it could not be told.
  private func worth(_ expression: ExpressionText) throws(SessError) -> (Operand?, Operand) {
    let old = try? Evaluator(WorkbenchContext(before, variables: variables))
      .evaluate(expression.expression)
    let new = try Evaluator(WorkbenchContext(after, variables: variables))
      .evaluate(expression.expression)
    return (old, new)
  }
}
