import Diagnostics
import Foundation
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing
import Workbench

/// Random ticks and quotes of some trading days, before, in and after their hours.
private struct EventWorld {
  var symbol: SymbolSessionData
  let calendar: MarketCalendar

  init(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    calendar = try TestZones.catalog.calendar(
      named: CalendarCatalog.names[random.below(CalendarCatalog.names.count)])
    let first = try #require(CivilDate(iso: "2025-06-27")).advanced(by: random.below(160))
    symbol = SymbolSessionData(
      symbol: "X", calendar: calendar.name, hours: random.below(2) == 0 ? .regular : .extended,
      metadata: SymbolMetadata(addedBy: "test"))
    var ticks: [Tick] = []
    var quotes: [Quote] = []
    let exchanges = [nil, "P", "Q"]
    for day in calendar.tradingDays(from: first, through: first.advanced(by: 20)).prefix(4) {
      let session = try #require(calendar.session(on: day))
      let length = Int(session.end - session.start) + 2 * Int(Instant.second) * 3600
      for _ in 0..<random.below(900) {
        let time = Instant(
          nanoseconds: session.start - 3600 * Instant.second + Int64(random.below(length)))
        let price = 100 + Double(random.below(1000)) / 100
        ticks.append(
          Tick(
            time: time, price: price, size: Double(random.below(500)),
            exchange: exchanges[random.below(3)], isSuspicious: random.below(50) == 0))
        let ask = random.below(20) == 0 ? nil : price + 0.02
        quotes.append(Quote(time: time, bid: price, bidSize: 1, ask: ask, askSize: nil))
      }
    }
    symbol.ticks.add(ticks)
    symbol.quotes.add(quotes)
  }

  func session(_ requests: [DerivationRequest]) throws -> SessionData {
    var session = SessionData(catalog: TestZones.catalog)
    try session.register([symbol])
    for request in requests { try session.derive([request]) }
    return session
  }
}

private func interval(_ text: String) throws -> Interval { try #require(Interval(text)) }

struct EventLawTests {
  /// The bars by their definition: every window of the day looks through all ticks.
  private func expected(_ world: EventWorld, _ interval: Interval) throws -> [Bar] {
    let frame = SeriesFrame(
      calendar: world.calendar, hours: world.symbol.hours, interval: interval)
    let ticks = world.symbol.ticks.filter { !$0.isSuspicious }
    let first = try #require(ticks.first?.time).wallClock(offsetSeconds: 0).date
    let last = try #require(ticks.last?.time).wallClock(offsetSeconds: 0).date
    var bars: [Bar] = []
    for day in world.calendar.tradingDays(
      from: first.advanced(by: -1), through: last.advanced(by: 1))
    {
      let session = try #require(world.calendar.session(on: day))
      for run in frame.grid(of: session).runs {
        for slot in 0..<run.count {
          let window = run.slotStart(slot)..<run.slotEnd(slot)
          let held = ticks.filter { window.contains($0.time.nanoseconds) }
          guard let open = held.first, let close = held.last else { continue }
          let prices = held.map(\.price)
          let volume = held.reduce(0) { $0 + $1.size }
          let notional = held.reduce(0) { $0 + $1.price * $1.size }
          bars.append(
            Bar(
              start: Instant(nanoseconds: window.lowerBound), open: open.price,
              high: prices.max() ?? 0, low: prices.min() ?? 0, close: close.price, volume: volume,
              trades: held.count, vwap: volume > 0 ? notional / volume : nil,
              coverage: Coverage(present: held.count, expected: nil)))
        }
      }
    }
    return bars
  }

  @Test(arguments: TestEnvironment.seeds)
  func `bars of ticks are what each window's ticks say`(seed: UInt64) throws {
    let world = try EventWorld(seed: seed)
    for text in ["15m", "1h"] {
      let interval = try interval(text)
      let session = try world.session([DerivationRequest(symbol: "X", intervals: [interval])])
      let series = try session.intervalData("X", interval).data
      let bars = series.chunks.flatMap { chunk in (0..<chunk.count).map { chunk[$0] } }
      #expect(try bars == expected(world, interval))
      #expect(try session.brokenInvariants().isEmpty)
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `bars of bars of ticks equal bars of ticks`(seed: UInt64) throws {
    let world = try EventWorld(seed: seed)
    let (fine, coarse) = (try interval("1m"), try interval("15m"))
    for source in [EventSource.ticks, .quotes, .bids, .asks] {
      let direct = try world.session([
        DerivationRequest(symbol: "X", intervals: [coarse], events: source)
      ])
      let staged = try world.session([
        DerivationRequest(symbol: "X", intervals: [fine], events: source),
        DerivationRequest(symbol: "X", intervals: [coarse], base: fine),
      ])
      let one = try direct.intervalData("X", coarse)
      let two = try staged.intervalData("X", coarse)
      #expect(one.data.count == two.data.count)
      for (a, b) in zip(one.data.chunks, two.data.chunks) {
        #expect(a.starts == b.starts && a.opens == b.opens && a.highs == b.highs)
        #expect(a.lows == b.lows && a.closes == b.closes && a.present == b.present)
        #expect(a.expected == b.expected && a.regular == b.regular && a.trades == b.trades)
        for (x, y) in zip(a.volumes, b.volumes) { #expect(abs(x - y) <= 1e-12 * max(x, 1)) }
      }
      #expect(one.quality == two.quality && one.gaps == two.gaps)
      #expect(two.coverage == nil)
      #expect(try staged.brokenInvariants().isEmpty)
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `a session with events loads back to equal records and equal bytes`(seed: UInt64) throws {
    let folder = try TestEnvironment.temporaryFolder().path
    let world = try EventWorld(seed: seed)
    let bench = Bench()
    try bench.workbench.engine.mutate { (session) throws(SessError) in
      try session.register([world.symbol])
    }
    try bench.run("derive X 1m 1d")
    try bench.run("derive X 5m --base 1m")
    try bench.run("derive X 30m --side ask")
    try bench.run("export session \(folder)/one.json")
    let other = Bench()
    try other.run("load \(folder)/one.json")
    #expect(
      other.workbench.engine.snapshot().document == bench.workbench.engine.snapshot().document)
    try other.run("export session \(folder)/two.json")
    let one = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one.json"))
    #expect(try one == Data(contentsOf: URL(fileURLWithPath: "\(folder)/two.json")))
    try bench.run("export X/ticks \(folder)/ticks.csv")
    try bench.run("export X/quotes \(folder)/quotes.csv")
    let third = Bench()
    try third.run("load \(folder)/ticks.csv \(folder)/quotes.csv --calendar \(world.calendar.name)")
    let read = try third.workbench.engine.snapshot().symbolData("X")
    #expect(read.ticks == world.symbol.ticks)
    #expect(read.quotes == world.symbol.quotes)
  }
}
