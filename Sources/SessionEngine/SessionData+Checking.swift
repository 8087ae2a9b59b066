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
      try check(symbol)
      document.symbols[name] = symbol
      note(.set, name, .symbol)
    }
    guard isPristine else { return }
    changes = ChangeLog(after: other.changeSequence)
    document.changeSequence = other.changeSequence
    document.clock = other.clock
    document.active = other.active
  }

  /// Refuses a decoded symbol whose judgements are none, or whose records contradict what they are made of.
  ///
  /// - Throws: `unknown-calendar`, `bad-session`.
  private func check(_ symbol: SymbolSessionData) throws(SessError) {
    _ = try catalog.calendar(named: symbol.calendar)
    guard symbol.hasSoundBase else {
      throw SessError(
        "bad-session", "\(symbol.symbol) does not hold the bars that it has as its base interval")
    }
    for record in symbol.bars.values {
      if let fault = DayQuality.fault(in: record.days)
        ?? Gap.fault(in: record.gaps, of: record.interval)
        ?? record.retries.lazy.compactMap({ $0.gap.fault(of: record.interval) }).first
      {
        throw SessError("bad-session", "\(symbol.symbol)/\(record.interval): \(fault)")
      }
      // Bars of events may be there before the clock shows any of these.
      guard record.derived, record.events == nil else { continue }
      guard let base = record.base, symbol.bars[base] != nil, base < record.interval else {
        throw SessError(
          "bad-session",
          "\(symbol.symbol)/\(record.interval) is derived from bars that are not there")
      }
    }
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

  /// Puts a decoded session in place of this one, as it was written; the log goes on to its number.
  ///
  /// - Throws: `bad-calendar`, `unknown-calendar`, `bad-session`.
  mutating func replace(with other: SessionDocument) throws(SessError) {
    var next = self
    next.document = other
    next.replay = nil
    for text in other.calendars.values { _ = try catalog.define(text, file: nil) }
    for symbol in other.symbols.values { try next.check(symbol) }
    let earlier = document
    self = next
    log(differenceFrom: earlier, upTo: other.changeSequence)
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
    try seen.moveClock(to: document.clock ?? replay.start, afresh: true)
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
        if let start = symbol.bars[interval]?.data.firstOverfull {
          faults.append("\(name)/\(interval): more base bars than expected at \(start)")
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

extension BarSeries {
  /// The start of the first bar made of more bars than its window has slots, as ISO 8601; nil where none is.
  fileprivate var firstOverfull: String? {
    for chunk in chunks where !chunk.present.isEmpty {
      for index in 0..<chunk.count
      where chunk.expected[index] >= 0 && chunk.present[index] > chunk.expected[index] {
        return Instant(nanoseconds: chunk.starts[index]).iso8601(offsetSeconds: 0)
      }
    }
    return nil
  }
}
