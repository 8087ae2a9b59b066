import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import SessionEngine

/// What the clock of a replay lets be seen, where bars lie off the clock or off the regular hours.
struct ClockLawTests {
  /// A session of coarse bars of one calendar, with windows on the clock asked for.
  private func coarse(_ name: String, _ base: Interval, _ hours: Hours, isEarly: Bool) throws
    -> SessionData
  {
    let calendar = try TestZones.catalog.calendar(named: name)
    let first = try #require(CivilDate(iso: "2025-06-27"))
    let days = calendar.tradingDays(from: first, through: first.advanced(by: 7))
    let frame = SeriesFrame(calendar: calendar, hours: hours, interval: base)
    var random = SeededRandom(seed: 3)
    let series = SyntheticSessions(frame: frame).bars(on: days, random: &random)
    var symbol = SymbolSessionData(
      symbol: "X", calendar: name, hours: hours, metadata: SymbolMetadata(addedBy: "test"))
    symbol.baseInterval = base
    symbol.bars[base] = BarIntervalData(interval: base)
    var session = SessionData(catalog: TestZones.catalog)
    try session.register([symbol])
    if isEarly { try deriveOnClock(&session, base) }
    var bars: [Bar] = []
    for chunk in series.chunks { for index in 0..<chunk.count { bars.append(chunk[index]) } }
    try session.appendBars(bars, to: "X", base)
    if !isEarly { try deriveOnClock(&session, base) }
    return session
  }

  private func deriveOnClock(_ session: inout SessionData, _ base: Interval) throws {
    let wanted = intervals("15m", "30m", "2h", "1d").filter { $0.isMultiple(of: base) }
    try session.derive([
      DerivationRequest(symbol: "X", intervals: wanted, policy: .partial, alignment: .clock)
    ])
  }

  @Test(arguments: CalendarCatalog.names)
  func `no window on the clock is seen before the bars in it`(name: String) throws {
    for base in intervals("5m", "1h") {
      for isEarly in [false, true] {
        var session: SessionData
        do {
          session = try coarse(name, base, .extended, isEarly: isEarly)
        } catch {
          #expect((error as? SessError)?.code == "not-a-multiple")
          continue
        }
        try session.startReplay(from: nil, trailing: nil)
        for _ in 0..<20 {
          let clock = try #require(session.document.clock)
          let next = Instant(nanoseconds: clock.nanoseconds + 30 * 60 * Instant.second)
          try session.moveClock(to: next)
          let isFresh = try session.isFresh()
          #expect(isFresh, "\(name) \(base) \(next)")
        }
      }
    }
  }

  /// A world whose days begin late: with bars before the regular hours only, or with none for some time.
  private func belated(_ world: RandomWorld, _ random: inout SeededRandom) -> [Bar] {
    var first: [CivilDate: Int64] = [:]
    return world.bars.filter { bar in
      guard let day = world.calendar.tradingDay(containing: bar.start),
        let session = world.calendar.session(on: day)
      else { return true }
      let begin =
        first[day] ?? session.open + Int64(random.below(500) - 60) * 60 * Instant.second
      first[day] = begin
      return bar.start.nanoseconds >= begin
        || bar.start.nanoseconds < session.open - 1800 * Instant.second
    }
  }

  private func session(_ world: RandomWorld, _ bars: [Bar], _ stated: ClosedRange<CivilDate>?)
    throws
    -> SessionData
  {
    var session = SessionData(catalog: TestZones.catalog)
    var symbol = world.symbol()
    symbol.bars[world.interval]?.expectedDates = stated
    try session.register([symbol])
    try session.appendBars(bars, to: "X", world.interval)
    try session.derive([
      DerivationRequest(symbol: "X", intervals: intervals("5m", "1h", "1d", "1w"))
    ])
    return session
  }

  @Test(arguments: TestEnvironment.seeds)
  func `what is seen is a session of its own, and the same whatever is to come`(seed: UInt64) throws
  {
    let world = try RandomWorld(seed: seed)
    var random = SeededRandom(seed: seed &+ 32)
    let bars = belated(world, &random)
    let day = world.calendar.tradingDay(containing: world.bars[0].start)
    let stated = random.below(3) == 0 ? day.map { $0...$0.advanced(by: 3) } : nil
    var whole = try session(world, bars, stated)
    let trailing = random.below(2) == 0 ? 1 : nil
    do { try whole.startReplay(from: nil, trailing: trailing) } catch { return }
    let begin = try #require(whole.replay?.start.nanoseconds)
    let minutes = try Int((whole.lastMoment().nanoseconds - begin) / (60 * Instant.second))
    var past = 0
    for _ in 0..<30 {
      past = random.below(4) == 0 ? random.below(minutes) : min(minutes, past + random.below(40))
      let clock = Instant(nanoseconds: begin + Int64(past) * 60 * Instant.second)
      try whole.moveClock(to: clock)
      var opened = SessionData(catalog: TestZones.catalog)
      try opened.adopt(whole.document)
      #expect(try opened.brokenInvariants().isEmpty, "seed \(seed), \(clock)")

      let ended = bars.filter { $0.start.nanoseconds + 60 * Instant.second <= clock.nanoseconds }
      let known = try session(world, ended, stated).symbolData("X")
      var alone = try ClockView(calendar: world.calendar, clock: clock, trailing: trailing)
        .symbol(known)
      var seen = try whole.symbolData("X")
      for interval in seen.intervals {
        alone.bars[interval]?.updated = false
        seen.bars[interval]?.updated = false
      }
      let isSame = alone == seen
      #expect(isSame, "seed \(seed), \(clock)")
      if !isSame { return }
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `the end of a replay is the batch, whatever hours the last bars lie in`(seed: UInt64) throws
  {
    let world = try RandomWorld(seed: seed)
    var random = SeededRandom(seed: seed &+ 31)
    let last = try #require(
      world.bars.last.flatMap { world.calendar.tradingDay(containing: $0.start) })
    let final = try #require(world.calendar.session(on: last))
    var session = SessionData(catalog: TestZones.catalog)
    try session.register([world.symbol()])
    let kept = world.bars.filter { bar in
      bar.start.nanoseconds < final.start || !final.isRegular(bar.start) && random.below(3) > 0
    }
    try session.appendBars(kept, to: "X", world.interval)
    try session.derive([DerivationRequest(symbol: "X", intervals: intervals("5m", "1h", "1d"))])
    let whole = session.document.symbols["X"]?.bars
    try session.startReplay(from: nil, trailing: nil)
    try session.moveClock(to: session.lastMoment())
    let isWhole = session.document.symbols["X"]?.bars == whole
    #expect(isWhole, "seed \(seed), \(world.calendar.name)")
  }
}

extension SessionData {
  /// Whether everything that follows from the bars seen is what these give from nothing.
  func isFresh() throws -> Bool {
    for (name, seen) in document.symbols {
      var fresh = seen
      try DataProcessor(calendar: try calendar(of: name), clock: document.clock).rebuildAll(&fresh)
      if fresh != seen { return false }
    }
    return true
  }
}
