public import Diagnostics
import Dispatch
import MarketCalendar
public import MarketModel

/// What to derive for one symbol.
public struct DerivationRequest: Sendable {
  /// The symbol, as registered.
  public var symbol: String
  /// The intervals to make.
  public var intervals: [Interval]
  /// The interval to read; nil takes the finest received one, or events where bars cannot serve.
  public var base: Interval?
  /// The events to read instead of an interval.
  public var events: EventSource?
  /// When a window becomes a bar.
  public var policy: DerivationPolicy
  /// Where windows are anchored.
  public var alignment: Alignment

  /// Creates a request.
  public init(
    symbol: String, intervals: [Interval], base: Interval? = nil, events: EventSource? = nil,
    policy: DerivationPolicy = .partial, alignment: Alignment = .session
  ) {
    self.symbol = symbol
    self.intervals = intervals
    self.base = base
    self.events = events
    self.policy = policy
    self.alignment = alignment
  }
}

/// What bars are derived from.
private enum DerivationBase {
  case interval(Interval)
  case events(EventSource)
}

extension SessionData {
  /// Derives intervals of several symbols, on all cores.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `received-interval`, `not-a-multiple`,
  ///   `misaligned-base`; nothing is changed then.
  public mutating func derive(_ requests: [DerivationRequest]) throws(SessError) {
    let current = self
    var results = [Result<SymbolSessionData, SessError>?](repeating: nil, count: requests.count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Safe: each iteration writes one element of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: requests.count) { index in
        slots[index] = current.derived(requests[index])
      }
    }
    var derived: [SymbolSessionData] = []
    for case let result? in results { derived.append(try result.get()) }
    for data in derived {
      document.symbols[data.symbol] = data
      note(.set, data.symbol, .symbol)
    }
  }

  private func derived(_ request: DerivationRequest) -> Result<SymbolSessionData, SessError> {
    do throws(SessError) {
      var data = try symbolData(request.symbol)
      let processor = DataProcessor(
        calendar: try catalog.calendar(named: data.calendar), clock: processingClock)
      for interval in request.intervals {
        switch try base(of: interval, request, data) {
        case .interval(let base):
          data.bars[interval] = BarIntervalData(
            interval: interval, base: base, policy: request.policy, alignment: request.alignment)
        case .events(let events):
          data.bars[interval] = BarIntervalData(
            interval: interval, events: events, policy: request.policy,
            alignment: request.alignment)
        }
      }
      let oldBase = data.baseInterval
      data.chooseBaseInterval()
      for interval in data.derivedIntervals where isTouched(interval, request, data) {
        try processor.rebuild(interval, in: &data)
      }
      let isOnEvents = data.baseInterval.flatMap { data.bars[$0]?.events } != nil
      if isOnEvents || data.baseInterval != oldBase { try processor.rebuildAll(&data) }
      return .success(data)
    } catch {
      return .failure(error)
    }
  }

  /// Whether an interval, or one it is derived from, was asked for.
  private func isTouched(
    _ interval: Interval, _ request: DerivationRequest, _ data: SymbolSessionData
  ) -> Bool {
    var current: Interval? = interval
    while let candidate = current {
      if request.intervals.contains(candidate) { return true }
      current = data.bars[candidate]?.base
    }
    return false
  }

  private func base(
    of interval: Interval, _ request: DerivationRequest, _ data: SymbolSessionData
  ) throws(SessError) -> DerivationBase {
    if data.bars[interval]?.derived == false {
      throw SessError(
        "received-interval", "\(data.symbol)/\(interval) was received, so it is not overwritten",
        hint: "load it under another symbol to compare, or `unload \(data.symbol)/\(interval)`")
    }
    let base: Interval
    let asked =
      request.events.map(DerivationBase.events) ?? request.base.map(DerivationBase.interval)
    switch asked ?? defaultBase(of: interval, data) {
    case .interval(let given): base = given
    case .events(let events):
      guard data.eventCount(events) > 0 else {
        throw SessError(
          "no-events", "\(data.symbol) holds no \(events.field) to make bars of",
          hint: "`load FILE --symbol \(data.symbol)` loads them")
      }
      return .events(events)
    case nil:
      throw SessError("no-bars", "\(data.symbol) holds no received bars to derive from")
    }
    guard let record = data.bars[base] else { throw SessionData.unknown(base, of: data) }
    if record.derived, record.alignment != request.alignment {
      throw SessError(
        "misaligned-base",
        "\(data.symbol)/\(base) is aligned to the \(record.alignment.rawValue), not to the "
          + request.alignment.rawValue,
        hint: "leave out `--base`, or use `--align \(record.alignment.rawValue)`")
    }
    guard interval.isMultiple(of: base) else {
      throw SessError(
        "not-a-multiple", "\(interval) bars cannot be made of whole \(base) bars",
        hint: "a derived interval is a whole multiple of its base")
    }
    return .interval(base)
  }

  /// The finest received bars that tile an interval; ticks, then quotes, where there are none.
  private func defaultBase(of interval: Interval, _ data: SymbolSessionData) -> DerivationBase? {
    let received = data.bars.values.filter { !$0.derived }.map(\.interval).min()
    if let received,
      interval.isMultiple(of: received) || (data.ticks.isEmpty && data.quotes.isEmpty)
    {
      return .interval(received)
    }
    if !data.ticks.isEmpty { return .events(.ticks) }
    return data.quotes.isEmpty ? nil : .events(.quotes)
  }
}
