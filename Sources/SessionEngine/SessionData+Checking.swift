public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

extension SessionData {
  /// Puts a decoded session's calendars and symbols into this one, as they were written.
  ///
  /// A session without any history goes on where the other one was, its clock and change numbers included.
  ///
  /// - Throws: `symbol-exists`, `calendar-in-use`, `bad-calendar`, `unknown-calendar`, `bad-session` when a
  ///   record contradicts another.
  public mutating func adopt(_ other: SessionDocument) throws(SessError) {
    let isPristine = changes.sequence == 0 && document.symbols.isEmpty
    for name in other.calendars.keys.sorted() {
      if let text = other.calendars[name] { try define(text, file: nil) }
    }
    for name in other.symbolNames {
      guard let symbol = other.symbols[name] else { continue }
      guard document.symbols[name] == nil else {
        throw SessError(
          "symbol-exists", "\(name) is already loaded", hint: "`unload \(name)` first")
      }
      _ = try catalog.calendar(named: symbol.calendar)
      for record in symbol.bars.values where record.derived {
        if let events = record.events, symbol.eventCount(events) > 0 { continue }
        guard let base = record.base, symbol.bars[base] != nil, base < record.interval else {
          throw SessError(
            "bad-session", "\(name)/\(record.interval) is derived from bars that are not there")
        }
      }
      try SessionData.check(symbol)
      document.symbols[name] = symbol
      note(.set, name, .symbol)
    }
    guard isPristine else { return }
    changes = ChangeLog(after: other.changeSequence)
    document.changeSequence = other.changeSequence
    document.clock = other.clock
    document.active = other.active
  }

  /// Checks that decoded studies are known ones over intervals that are there.
  private static func check(_ symbol: SymbolSessionData) throws(SessError) {
    for key in symbol.indicators.keys.sorted() {
      guard let indicator = symbol.indicators[key] else { continue }
      let blank = try IndicatorProcessor.record(indicator.spec)
      guard indicator.key == key, symbol.bars[indicator.spec.interval] != nil,
        blank.outputs == indicator.outputs, blank.need == indicator.need,
        blank.countsDays == indicator.countsDays
      else {
        throw SessError("bad-session", "\(symbol.symbol)/indicators/\(key) contradicts its study")
      }
    }
  }

  /// Every rule that does not hold, in words: each series' own, and that what is stored is what follows from it.
  ///
  /// - Complexity: O(bars).
  public func brokenInvariants() throws(SessError) -> [String] {
    guard let replay else { return try brokenInvariants(of: document.symbols) }
    // A replay: what is known must hold, and what is seen must be the view of it at the clock.
    var whole = self
    whole.isWhole = true
    var faults = try whole.brokenInvariants(of: replay.known)
    var seen = self
    try seen.moveClock(to: document.clock ?? replay.start)
    for name in document.symbolNames where seen.document.symbols[name] != document.symbols[name] {
      faults.append("\(name): differs from what the clock shows of it")
    }
    return faults
  }

  private func brokenInvariants(of symbols: [String: SymbolSessionData]) throws(SessError)
    -> [String]
  {
    var faults: [String] = []
    for name in symbols.keys.sorted() {
      guard let symbol = symbols[name] else { continue }
      for interval in symbol.intervals {
        if let fault = symbol.bars[interval]?.data.brokenInvariant() {
          faults.append("\(name)/\(interval): \(fault)")
        }
      }
      if let fault = symbol.ticks.brokenInvariant() { faults.append("\(name)/ticks: \(fault)") }
      if let fault = symbol.quotes.brokenInvariant() { faults.append("\(name)/quotes: \(fault)") }
      var fresh = symbol
      let calendar = try catalog.calendar(named: symbol.calendar)
      try DataProcessor(calendar: calendar, clock: processingClock).rebuildAll(&fresh)
      for interval in symbol.intervals where fresh.bars[interval] != symbol.bars[interval] {
        faults.append("\(name)/\(interval): bars, quality or gaps differ from what the base gives")
      }
      for key in symbol.indicators.keys.sorted()
      where fresh.indicators[key] != symbol.indicators[key] {
        faults.append("\(name)/indicators/\(key): differs from what the bars give")
      }
      if fresh.metrics != symbol.metrics { faults.append("\(name)/metrics: differs from the bars") }
    }
    return faults
  }
}
