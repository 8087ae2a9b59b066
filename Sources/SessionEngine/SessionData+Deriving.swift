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

extension SessionData {
  /// Derives intervals of several symbols, on all cores.
  ///
  /// - Throws: `unknown-symbol` and what `RequirementAnalysis` throws; nothing is changed then.
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
      let calendar = try catalog.calendar(named: data.calendar)
      let processor = DataProcessor(calendar: calendar, clock: processingClock)
      let requirements = try RequirementAnalysis(data, calendar).requirements(
        of: request.intervals, base: request.base, events: request.events,
        alignment: request.alignment)
      for requirement in requirements {
        let interval = requirement.interval
        switch requirement.base {
        case .interval(let base):
          // Days have no windows of their own; what they hold is counted on their bars' grid.
          let received = data.bars[DataProcessor.root(of: base, in: data)]?.alignment
          let alignment = interval.isIntraday ? request.alignment : received ?? .session
          data.bars[interval] = BarIntervalData(
            interval: interval, base: base, policy: request.policy, alignment: alignment)
        case .events(let events):
          data.bars[interval] = BarIntervalData(
            interval: interval, events: events, policy: request.policy,
            alignment: request.alignment)
        }
      }
      try checkAlignment(of: request.intervals, in: data)
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

  /// Refuses to make intervals anew whose windows others, which are made of them, would not hold whole.
  private func checkAlignment(
    of intervals: [Interval], in data: SymbolSessionData
  ) throws(SessError) {
    for other in data.derivedIntervals {
      guard let record = data.bars[other], let base = record.base, intervals.contains(base),
        let made = data.bars[base], made.derived, made.alignment != record.alignment
      else { continue }
      throw SessError(
        "misaligned-base",
        "\(data.symbol)/\(other) is made of \(data.symbol)/\(base) and aligned to the "
          + "\(record.alignment.rawValue), not to the \(made.alignment.rawValue)",
        hint: "`unload \(AddressText.word(data.symbol))/\(other)` first, or derive both at once")
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
}
