import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing

/// A random session of one symbol: some days of a calendar, with single bars and runs missing.
struct RandomWorld {
  let calendar: MarketCalendar
  let bars: [Bar]
  let interval = Interval.minute
  let hours: Hours

  init(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let names = CalendarCatalog.names
    calendar = try TestZones.catalog.calendar(named: names[random.below(names.count)])
    hours = random.below(2) == 0 ? .regular : .extended
    let first = try #require(CivilDate(iso: "2025-06-27")).advanced(by: random.below(160))
    let count = 2 + random.below(4)
    let days = Array(
      calendar.tradingDays(from: first, through: first.advanced(by: 20)).prefix(count))
    let frame = SeriesFrame(calendar: calendar, hours: .extended, interval: interval)
    let series = SyntheticSessions(frame: frame).bars(on: days, random: &random)
    var bars: [Bar] = []
    for chunk in series.chunks { for index in 0..<chunk.count { bars.append(chunk[index]) } }
    var holes: Set<Int> = []
    for _ in 0..<random.below(40) { holes.insert(random.below(bars.count)) }
    for _ in 0..<random.below(6) {
      let start = random.below(bars.count)
      for index in start..<min(bars.count, start + 1 + random.below(300)) { holes.insert(index) }
    }
    self.bars = bars.indices.filter { !holes.contains($0) }.map { bars[$0] }
  }

  /// The symbol with all bars at once.
  func batch(_ intervals: [Interval], policy: DerivationPolicy = .partial) throws -> SessionData {
    var session = SessionData(catalog: TestZones.catalog)
    try session.register([symbol()])
    try session.appendBars(bars, to: "X", interval)
    try session.derive([DerivationRequest(symbol: "X", intervals: intervals, policy: policy)])
    return session
  }

  func symbol() -> SymbolSessionData {
    var symbol = SymbolSessionData(
      symbol: "X", calendar: calendar.name, hours: hours, metadata: SymbolMetadata(addedBy: "test"))
    symbol.baseInterval = interval
    symbol.bars[interval] = BarIntervalData(interval: interval)
    return symbol
  }
}

/// Intervals by their texts.
func intervals(_ texts: String...) -> [Interval] { texts.compactMap { Interval($0) } }
