import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import SessionEngine

/// A feed of a random session: mostly in order, with late, repeated and corrected bars among them.
struct FeedLawTests {
  private func shuffled(_ bars: [Bar], _ random: inout SeededRandom) -> [Bar] {
    var bars = bars
    for _ in 0..<bars.count / 12 {
      let index = random.below(bars.count)
      let other = min(bars.count - 1, index + 1 + random.below(12))
      bars.swapAt(index, other)
    }
    for _ in 0..<bars.count / 20 {
      var again = bars[random.below(bars.count)]
      if random.below(2) == 0 { again.volume += 1 }
      bars.insert(again, at: random.below(bars.count))
    }
    return bars
  }

  @Test(arguments: TestEnvironment.seeds)
  func `after every single event the state is what its bars give from nothing`(seed: UInt64) throws
  {
    let world = try RandomWorld(seed: seed)
    var random = SeededRandom(seed: seed &+ 11)
    var session = SessionData(catalog: TestZones.catalog)
    try session.register([world.symbol()])
    try session.derive([
      DerivationRequest(symbol: "X", intervals: intervals("5m", "7m", "1h", "1d", "1w"))
    ])
    try session.startFeed()
    let start = random.below(max(1, world.bars.count - 400))
    let bars = shuffled(Array(world.bars[start...].prefix(400)), &random)
    let calendar = try session.calendar(of: "X")
    for (index, bar) in bars.enumerated() {
      _ = try session.feed(FeedItem(symbol: "X", kind: .bar(bar, world.interval)))
      try session.settle()
      let seen = try session.symbolData("X")
      var fresh = seen
      try DataProcessor(calendar: calendar, clock: session.document.clock).rebuildAll(&fresh)
      let isSame = fresh == seen
      #expect(isSame, "seed \(seed), event \(index)")
      if !isSame { return }
    }
    #expect(try session.brokenInvariants().isEmpty)
    try session.stopFeed()
    #expect(try session.brokenInvariants().isEmpty)
  }

  @Test(arguments: TestEnvironment.seeds)
  func `bars made of ticks as they come equal those made of all at once`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed &+ 12)
    let world = try RandomWorld(seed: seed)
    var symbol = world.symbol()
    symbol.bars = [:]
    symbol.baseInterval = nil
    for interval in intervals("1m", "1s") {
      symbol.bars[interval] = BarIntervalData(interval: interval, events: .ticks)
    }
    var session = SessionData(catalog: TestZones.catalog)
    try session.register([symbol])
    try session.startFeed()
    var time = world.bars[0].start.nanoseconds
    for index in 0..<300 {
      time += Int64(random.below(20_000)) * 1_000_000
      let late = random.below(10) == 0 ? Int64(random.below(200)) * Instant.second : 0
      let tick = Tick(
        time: Instant(nanoseconds: time - late), price: 100 + Double(random.below(50)) / 10,
        size: Double(random.below(9)))
      _ = try session.feed(FeedItem(symbol: "X", kind: .tick(tick)))
      try session.settle()
      let seen = try session.symbolData("X")
      var fresh = seen
      try DataProcessor(calendar: world.calendar, clock: session.document.clock)
        .rebuildAll(&fresh)
      let isSame = fresh.bars == seen.bars
      #expect(isSame, "seed \(seed), tick \(index)")
      if !isSame { return }
    }
  }
}
