public import Diagnostics
public import MarketCalendar
public import MarketModel

/// What an interval is made of, and why.
public struct IntervalRequirement: Sendable, Equatable {
  /// What bars are derived from.
  public enum Base: Sendable, Equatable, CustomStringConvertible {
    case interval(Interval)
    case events(EventSource)

    /// The interval, or the name of the events.
    public var description: String {
      switch self {
      case .interval(let interval): "\(interval)"
      case .events(let events): events.rawValue
      }
    }
  }

  /// The interval that is needed.
  public var interval: Interval
  /// What it is made of.
  public var base: Base
  /// Why that and not another; nil where nothing else could serve.
  public var reason: String?
}

/// Decides what the intervals that commands and studies need are made of, all at once.
///
/// The rule: the finest received bars that tile an interval; where none do, ticks, then quotes. What was asked
/// for goes first, if it can serve.
public struct RequirementAnalysis: Sendable {
  private let data: SymbolSessionData
  private let tiling: ClockTiling

  /// Creates an analysis of what a symbol holds, given its calendar.
  public init(_ data: SymbolSessionData, _ calendar: MarketCalendar) {
    self.data = data
    tiling = ClockTiling(data, calendar)
  }

  /// What each interval is made of.
  ///
  /// - Parameters:
  ///   - intervals: what is needed.
  ///   - base: the interval that is asked to serve; nil chooses.
  ///   - events: the events that are asked to serve.
  ///   - alignment: where the windows are to be anchored.
  /// - Returns: a requirement an interval, in their order.
  /// - Throws: `received-interval`, `unknown-interval`, `misaligned-base`, `no-events`, `no-bars`,
  ///   `not-a-multiple`, which names every interval that cannot be made.
  public func requirements(
    of intervals: [Interval], base: Interval? = nil, events: EventSource? = nil,
    alignment: Alignment = .session
  ) throws(SessError) -> [IntervalRequirement] {
    var found: [IntervalRequirement] = []
    var impossible: [Interval] = []
    for interval in intervals {
      try checkIsFree(interval)
      if alignment == .clock { try checkDivides(interval) }
      if let events {
        try checkHolds(events)
        found.append(IntervalRequirement(interval: interval, base: .events(events)))
      } else if let base {
        try check(base, alignment)
        guard interval.isMultiple(of: base) else {
          impossible.append(interval)
          continue
        }
        if let error = tiling.error(base, interval, alignment) { throw error }
        found.append(IntervalRequirement(interval: interval, base: .interval(base)))
      } else if let chosen = try chosen(for: interval, alignment) {
        found.append(chosen)
      } else {
        impossible.append(interval)
      }
    }
    guard impossible.isEmpty else {
      throw cannotMake(impossible, of: base.map { [$0] } ?? received)
    }
    return found
  }

  private var received: [Interval] {
    data.bars.values.filter { !$0.derived }.map(\.interval).sorted()
  }

  private func checkIsFree(_ interval: Interval) throws(SessError) {
    guard data.bars[interval]?.derived == false else { return }
    throw SessError(
      "received-interval", "\(data.symbol)/\(interval) was received, so it is not overwritten",
      hint: "load it under another symbol to compare, or `unload \(data.symbol)/\(interval)`")
  }

  private func checkDivides(_ interval: Interval) throws(SessError) {
    guard interval.isIntraday, Instant.day % interval.nanoseconds != 0 else { return }
    throw SessError(
      "not-a-multiple", "\(interval) windows on the clock do not fill a day of 24 hours",
      hint: "`--align session` begins them at the open")
  }

  private func checkHolds(_ events: EventSource) throws(SessError) {
    guard data.eventCount(events) == 0 else { return }
    throw SessError(
      "no-events", "\(data.symbol) holds no \(events.field) to make bars of",
      hint: "`load FILE --symbol \(data.symbol)` loads them")
  }

  private func check(_ base: Interval, _ alignment: Alignment) throws(SessError) {
    guard let record = data.bars[base] else { throw SessionData.unknown(base, of: data) }
    guard record.derived, record.alignment != alignment else { return }
    throw SessError(
      "misaligned-base",
      "\(data.symbol)/\(base) is aligned to the \(record.alignment.rawValue), not to the "
        + alignment.rawValue,
      hint: "leave out `--base`, or use `--align \(record.alignment.rawValue)`")
  }

  /// What an interval is made of when nothing was asked for; nil when nothing held can serve.
  private func chosen(for interval: Interval, _ alignment: Alignment) throws(SessError)
    -> IntervalRequirement?
  {
    let received = received
    let hasEvents = !data.ticks.isEmpty || !data.quotes.isEmpty
    guard !received.isEmpty || hasEvents else {
      throw SessError(
        "no-bars", "\(data.symbol) holds no received bars to derive from",
        hint: "`load FILE --symbol \(data.symbol)` loads them")
    }
    if let base = received.first(where: { interval.isMultiple(of: $0) }) {
      let error = tiling.error(base, interval, alignment)
      if let error, !hasEvents { throw error }
      if error == nil {
        return IntervalRequirement(
          interval: interval, base: .interval(base), reason: reason(for: base, interval))
      }
    }
    guard hasEvents else { return nil }
    let events: EventSource = data.ticks.isEmpty ? .quotes : .ticks
    return IntervalRequirement(
      interval: interval, base: .events(events),
      reason: received.isEmpty ? "as no bars were received" : "no received bars tile \(interval)")
  }

  private func reason(for base: Interval, _ interval: Interval) -> String? {
    let received = received
    guard received.count > 1, let finest = received.first else { return nil }
    guard base == finest else {
      let finer = received.prefix { $0 < base }
      let list = finer.map { "\($0)" }.joined(separator: " and ")
      return "the finest received that tiles it; \(list) \(finer.count == 1 ? "does" : "do") not"
    }
    let others = received.dropFirst().map { "\($0)" }.joined(separator: ", ")
    return "the finest received; also received: \(others)"
  }

  /// Says for every interval that cannot be made what it takes.
  private func cannotMake(_ intervals: [Interval], of bases: [Interval]) -> SessError {
    let names = intervals.map { "\($0)" }.joined(separator: " and ")
    let held = bases.map { "\($0)" }.joined(separator: " or ")
    let message = "\(names) bars cannot be made of whole \(held) bars"
    guard let needed = RequirementAnalysis.coarsestBase(of: intervals) else {
      return SessError(
        "not-a-multiple", message, hint: "a derived interval is a whole multiple of its base")
    }
    let isHeld = data.bars[needed]?.derived == false
    let pronoun = intervals.count == 1 ? "it needs" : "together they need"
    let next =
      isHeld
      ? "leave out `--base`"
      : "`load FILE --symbol \(data.symbol) --interval \(needed)` adds them"
    return SessError(
      "not-a-multiple", message, hint: "\(pronoun) \(needed) bars or finer ones: \(next)")
  }

  /// The coarsest usual bars that tile some intervals: months and weeks take days, minutes take minutes,
  /// everything else seconds; nil for a second itself.
  static func coarsestBase(of intervals: [Interval]) -> Interval? {
    for base in [Interval.day, .minute, .second]
    where intervals.allSatisfy({ $0.isMultiple(of: base) }) {
      return base
    }
    return nil
  }
}

extension SymbolSessionData {
  /// The base interval and why it is that one, in words; nil before there are bars.
  public var baseReason: String? {
    guard let baseInterval, let record = bars[baseInterval] else { return nil }
    if let events = record.events {
      return "\(baseInterval), the finest made of \(events.rawValue), as no bars were received"
    }
    let others = bars.values.filter { !$0.derived && $0.interval != baseInterval }
      .map(\.interval).sorted().map { "\($0)" }
    guard !others.isEmpty else { return "\(baseInterval), the only one received" }
    let all = (["\(baseInterval)"] + others).joined(separator: ", ")
    return "\(baseInterval), the finest received of \(all)"
  }
}
