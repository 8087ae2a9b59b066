public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// The live path: bars, trades and quotes as they come, each with all that follows from it.
extension SessionData {
  /// Lets a feed drive the clock, from the end of the latest bar on.
  ///
  /// - Throws: `replay-running`.
  public mutating func startFeed() throws(SessError) {
    guard replay == nil else {
      throw SessError(
        "replay-running", "a replay drives the clock",
        hint:
          "`replay stop` ends it; then everything known is in sight and a feed goes on from there")
    }
    guard !document.active else { return }
    document.active = true
    note(.set, nil, .active)
    guard document.clock == nil else { return }
    guard let latest = try latestMoment() else { return }
    let before = document
    advance(to: latest)
    try rebuildAll()
    log(differenceFrom: before)
  }

  /// Derives and judges everything again as of the clock.
  private mutating func rebuildAll() throws(SessError) {
    for name in document.symbolNames {
      let calendar = try calendar(of: name)
      try DataProcessor(calendar: calendar, clock: document.clock)
        .rebuildAll(&document.symbols[name, default: .placeholder(name)])
    }
  }

  /// Ends a feed: the clock stops, and what is loaded is judged whole again.
  public mutating func stopFeed() throws(SessError) {
    guard document.active, replay == nil else {
      throw SessError("no-feed", "no feed drives the clock", hint: "`feed FILE` starts one")
    }
    document.active = false
    document.clock = nil
    try rebuildAll()
  }

  /// Moves a feed's clock on; it never goes back.
  public mutating func advance(to time: Instant) {
    if let before = document.clock {
      guard time > before else { return }
      notePhases(from: before, through: time)
    }
    document.clock = time
  }

  /// Takes in one item: the clock follows it, and so does everything derived from it.
  ///
  /// - Throws: as `appendBar` for items that have no place; nothing is changed then but the clock.
  public mutating func feed(_ item: FeedItem) throws(SessError) -> FeedOutcome {
    let name = try symbolData(item.symbol).symbol
    switch item.kind {
    case .bar(let bar, let interval): return try feed(bar, interval, name)
    case .tick(let tick):
      guard tick.price.isFinite, tick.size >= 0, tick.size.isFinite else {
        throw SessError("bad-tick", "a price or size is not a finite number, or a size negative")
      }
      return try feedEvent(at: tick.time, of: .ticks, name) { $0.ticks.insert(tick) }
    case .quote(let quote):
      return try feedEvent(at: quote.time, of: .quotes, name) { $0.quotes.insert(quote) }
    }
  }

  private mutating func feed(_ bar: Bar, _ interval: Interval, _ name: String) throws(SessError)
    -> FeedOutcome
  {
    let calendar = try calendar(of: name)
    let held = document.symbols[name]?.bars[interval]?.data.bar(at: bar.start)
    if let held, held.hasFigures(of: bar) { return .duplicate }
    // The clock follows only bars that have a place.
    let placed = try place([bar], name, interval)
    let frame = SeriesFrame(calendar: calendar, hours: .extended, interval: interval)
    let end = Instant(nanoseconds: frame.barEnd(start: bar.start.nanoseconds))
    let isLate = document.clock.map { end < $0 } ?? false
    advance(to: end)
    _ = try store(placed, in: name, interval, onDuplicate: .replace)
    return held != nil ? .corrected : isLate ? .late : .stored
  }

  private mutating func feedEvent(
    at time: Instant, of source: EventSource, _ name: String,
    _ add: (inout SymbolSessionData) -> Void
  ) throws(SessError) -> FeedOutcome {
    let calendar = try calendar(of: name)
    let offset = calendar.zone.offsetSeconds(at: time)
    let date = time.wallClock(offsetSeconds: offset).date
    guard date >= calendar.firstDate, date <= calendar.lastDate else {
      throw SessionData.outside(calendar)
    }
    let isLate = document.clock.map { time < $0 } ?? false
    advance(to: time)
    let count = document.symbols[name]?.eventCount(source) ?? 0
    add(&document.symbols[name, default: .placeholder(name)])
    note(.insert, name, source == .ticks ? .ticks : .quotes, isLate ? nil : .from(count))
    let processor = DataProcessor(calendar: calendar, clock: document.clock)
    try follow(name) { (data) throws(SessError) in
      try processor.processEvents(of: source, at: time, in: &data)
    }
    return isLate ? .late : .stored
  }

  /// Does what follows from an event or the clock, and notes what it changes.
  private mutating func follow(
    _ name: String, _ work: (inout SymbolSessionData) throws(SessError) -> [Change]
  ) throws(SessError) {
    let metrics = document.symbols[name]?.metrics
    let columns = document.symbols[name]?.columnsBesideEvents ?? [:]
    let further = try work(&document.symbols[name, default: .placeholder(name)])
    for change in further { note(change.operation, name, change.part, change.extent) }
    if document.symbols[name]?.metrics != metrics { note(.set, name, .metrics) }
    noteColumns(changedFrom: columns, name)
  }

  /// Lets a feed's clock and every symbol follow the bars that a command has brought, given the clock before it.
  public mutating func followFeed(since before: Instant?) throws(SessError) {
    guard isFed, let before, let clock = document.clock else { return }
    if let latest = try latestMoment(), latest > clock {
      advance(to: latest)
      try rebuildAll()
    } else if clock > before {
      try settle()
    }
  }

  /// The end of the latest received bar, or the latest event; nil without any.
  private func latestMoment() throws(SessError) -> Instant? {
    var latest: Int64?
    for data in document.symbols.values {
      let calendar = try catalog.calendar(named: data.calendar)
      for record in data.bars.values where !record.derived {
        guard let last = record.data.lastStart else { continue }
        latest = max(latest ?? .min, SeriesFrame(record, calendar, .extended).barEnd(start: last))
      }
      latest = [latest, data.ticks.times.last, data.quotes.times.last].compactMap { $0 }.max()
    }
    return latest.map { Instant(nanoseconds: $0) }
  }

  /// Brings every symbol up to the clock: windows it has closed, slots it has passed, sessions it has begun.
  ///
  /// - Complexity: O(symbols · intervals), plus the bars of the session day where slots are missing.
  public mutating func settle() throws(SessError) {
    guard document.clock != nil, replay == nil else { return }
    let catalog = catalog
    var processors: [String: DataProcessor] = [:]
    for name in document.symbols.keys.sorted() {
      guard let used = document.symbols[name]?.calendar else { continue }
      let processor: DataProcessor
      if let known = processors[used] {
        processor = known
      } else {
        let calendar = try catalog.calendar(named: used)
        processor = DataProcessor(calendar: calendar, clock: document.clock)
        processors[used] = processor
      }
      try follow(name) { (data) throws(SessError) in try processor.settle(&data) }
    }
    note(.set, nil, .clock)
  }
}

extension SymbolSessionData {
  /// The optional columns of every interval where the next bar of events may bring or fill one; else empty.
  fileprivate var columnsBesideEvents: [Interval: OptionalColumns] {
    for record in bars.values where record.events != nil {
      guard let chunk = record.data.chunks.last, chunk.vwaps.last?.isNaN != true else {
        return bars.mapValues(\.optionalColumns)
      }
    }
    return [:]
  }
}

extension Bar {
  /// Whether another bar came about in the same way with the same prices, volume, trades and average price.
  func hasFigures(of other: Bar) -> Bool {
    fill == other.fill && open == other.open && high == other.high && low == other.low
      && close == other.close && volume == other.volume && trades == other.trades
      && vwap == other.vwap
  }
}
