public import Diagnostics
import Dispatch
import MarketCalendar
public import MarketModel

/// Registers and removes symbols in one operation each, and keeps derived records in step.
extension SessionData {
  /// Registers fully described symbols: their bars are judged, their metrics folded, their derived bars made.
  ///
  /// A symbol of the same name is replaced.
  ///
  /// - Throws: `unknown-calendar`, `not-a-multiple`; the session is unchanged then.
  public mutating func register(_ symbols: [SymbolSessionData]) throws(SessError) {
    let prepared = try prepare(symbols)
    for data in prepared {
      document.symbols[data.symbol] = data
      note(.set, data.symbol, .symbol)
    }
  }

  /// Removes a symbol and everything known about it.
  ///
  /// - Throws: `unknown-symbol`.
  public mutating func remove(_ symbol: String) throws(SessError) {
    let data = try symbolData(symbol)
    document.symbols[data.symbol] = nil
    note(.remove, data.symbol, .symbol)
  }

  /// Removes one interval of a symbol, and the studies that read it.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `interval-in-use` when others are derived from it.
  public mutating func remove(_ symbol: String, _ interval: Interval) throws(SessError) {
    let data = try symbolData(symbol)
    _ = try intervalData(symbol, interval)
    var dependents: [String] = []
    for other in data.derivedIntervals where data.bars[other]?.base == interval {
      dependents.append("\(data.symbol)/\(other)")
    }
    guard dependents.isEmpty else {
      let list = dependents.joined(separator: " ")
      throw SessError(
        "interval-in-use",
        "\(list) \(dependents.count == 1 ? "is" : "are") derived from \(data.symbol)/\(interval)",
        hint: "`unload \(list) \(data.symbol)/\(interval)` removes them in order")
    }
    var rest = data
    rest.bars[interval] = nil
    for (key, indicator) in data.indicators where indicator.spec.interval == interval {
      rest.indicators[key] = nil
    }
    rest.chooseBaseInterval()
    if rest.baseInterval != data.baseInterval {
      // The session is that of the bars that are left, if any.
      rest.metrics = SessionMetrics()
      try DataProcessor(calendar: try calendar(of: data.symbol), clock: processingClock)
        .rebuildAll(&rest)
    }
    document.symbols[data.symbol] = rest
    note(.set, data.symbol, .symbol)
  }

  /// Judges and derives symbols on all cores; nothing is stored.
  private func prepare(_ symbols: [SymbolSessionData]) throws(SessError) -> [SymbolSessionData] {
    var results = [Result<SymbolSessionData, SessError>?](repeating: nil, count: symbols.count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Safe: each iteration writes one element of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: symbols.count) { index in
        slots[index] = preparation(of: symbols[index])
      }
    }
    var prepared: [SymbolSessionData] = []
    prepared.reserveCapacity(symbols.count)
    for result in results {
      if let result { prepared.append(try result.get()) }
    }
    return prepared
  }

  private func preparation(of symbol: SymbolSessionData) -> Result<SymbolSessionData, SessError> {
    do throws(SessError) {
      var data = symbol
      let calendar = try catalog.calendar(named: data.calendar)
      for interval in data.bars.keys {
        guard let first = data.bars[interval]?.data.first, let last = data.bars[interval]?.data.last
        else { continue }
        if data.bars[interval]?.derived == false {
          data.bars[interval]?.noteChange(first.start.nanoseconds...last.start.nanoseconds)
        }
      }
      let processor = DataProcessor(calendar: calendar, clock: processingClock)
      for interval in data.derivedIntervals where data.bars[interval]?.events != nil {
        try processor.rebuild(interval, in: &data)
        guard let bars = data.bars[interval]?.data, let first = bars.first, let last = bars.last
        else { continue }
        data.bars[interval]?.noteChange(first.start.nanoseconds...last.start.nanoseconds)
      }
      try processor.process(&data)
      // What brings no bar may bring another base.
      processor.foldMetrics(&data)
      return .success(data)
    } catch {
      return .failure(error)
    }
  }
}
