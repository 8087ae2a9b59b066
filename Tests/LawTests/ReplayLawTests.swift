import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import SessionEngine

/// A replay of a random session, walked at random.
struct ReplayLawTests {
  private let wanted = intervals("5m", "1h", "1d", "1w")

  /// A few studies of every kind of warm-up.
  private func addStudies(_ session: inout SessionData) throws {
    for (interval, names) in [("1m", ["vwap", "macd"]), ("5m", ["sma", "pivot_points"])] {
      for (name, rule) in zip(
        names + names, [.carry, .carry, .reset, .reset] as [IndicatorGapRule])
      {
        let request = IndicatorRequest(
          name: name, interval: try #require(Interval(interval)), onGap: rule)
        try session.addIndicator(session.indicatorSpec(request, for: "X"), to: "X")
      }
    }
  }

  /// Whether what a move on left is what everything known gives at its clock.
  private func isProjected(_ session: SessionData) throws -> Bool {
    var projected = session
    try projected.moveClock(to: try #require(session.document.clock), afresh: true)
    return projected.document.symbols == session.document.symbols
  }

  @Test(arguments: TestEnvironment.seeds, [0, 1])
  func `moves on give what the clock shows, with late bars and few days in sight`(
    seed: UInt64, trailing: Int
  ) throws {
    let world = try RandomWorld(seed: seed)
    var random = SeededRandom(seed: seed &+ 31)
    var session = try world.batch(wanted, policy: .strict)
    try addStudies(&session)
    for _ in 0..<6 {
      var bar = world.bars[random.below(world.bars.count)]
      bar.volume += 1
      bar.received = Instant(
        nanoseconds: bar.start.nanoseconds + Int64(2 + random.below(900)) * 60 * Instant.second)
      try session.appendBar(bar, to: "X", world.interval, onDuplicate: .replace)
    }
    try session.startReplay(from: nil, trailing: trailing == 0 ? nil : trailing)
    for move in 0..<120 {
      guard let next = try session.nextEvent() else { break }
      let skip = random.below(4) == 0 ? Int64(random.below(90)) * 60 * Instant.second : 0
      try session.moveClock(to: Instant(nanoseconds: next.nanoseconds + skip))
      #expect(try isProjected(session), "seed \(seed), move \(move)")
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `at every moment a replay equals the batch of what has ended`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    var session = try world.batch(wanted)
    try addStudies(&session)
    let whole = session.document.symbols
    var random = SeededRandom(seed: seed &+ 5)
    try session.startReplay(from: nil, trailing: nil)
    let last = try session.lastMoment()
    for _ in 0..<60 {
      switch random.below(4) {
      case 0:
        let start = try #require(session.replay?.start)
        let length = last.nanoseconds - start.nanoseconds
        let minutes = Int(length / (60 * Instant.second))
        let moment = start.nanoseconds + Int64(random.below(minutes)) * 60 * Instant.second + 7
        try session.moveClock(to: Instant(nanoseconds: moment))
      case 1: try session.moveClock(to: session.previousEvent())
      default: if let next = try session.nextEvent() { try session.moveClock(to: next) }
      }
      let clock = try #require(session.document.clock)
      #expect(try session.isFresh(), "seed \(seed), clock \(clock)")
      #expect(try isProjected(session), "seed \(seed), clock \(clock)")
      let seen = session.document.symbols["X"]?.bars[world.interval]?.data
      let frame = SeriesFrame(calendar: world.calendar, hours: .extended, interval: world.interval)
      let ended = world.bars.filter {
        frame.barEnd(start: $0.start.nanoseconds) <= clock.nanoseconds
      }
      let isSame = seen?.suffix(.max) == ended
      #expect(isSame, "seed \(seed), clock \(clock)")
    }
    try session.moveClock(to: last)
    // A week still open at the end of the data is no bar while there is a clock.
    for interval in try session.intervals(of: "X") where interval.unit != .week {
      let seen = session.document.symbols["X"]?.bars[interval]
      let isSame = seen == whole["X"]?.bars[interval]
      #expect(isSame, "seed \(seed), \(interval)")
    }
    #expect(session.document.symbols["X"]?.metrics == whole["X"]?.metrics, "seed \(seed)")
    try session.stopReplay()
    let isSame = session.document.symbols == whole
    #expect(isSame, "seed \(seed)")
  }

  @Test(arguments: TestEnvironment.seeds)
  func `stepping back and forward again changes nothing`(seed: UInt64) throws {
    var session = try RandomWorld(seed: seed).batch(wanted)
    try session.startReplay(from: nil, trailing: seed % 2 == 0 ? 1 : nil)
    var random = SeededRandom(seed: seed &+ 6)
    for _ in 0..<20 {
      for _ in 0..<random.below(30) {
        if let next = try session.nextEvent() { try session.moveClock(to: next) }
      }
      guard try session.nextEvent() != nil else { break }
      let before = session.document.symbols
      let clock = session.document.clock
      let count = 1 + random.below(40)
      var steps = 0
      for _ in 0..<count where try session.previousEvent() != session.document.clock {
        try session.moveClock(to: session.previousEvent())
        steps += 1
      }
      for _ in 0..<steps { try session.moveClock(to: #require(try session.nextEvent())) }
      #expect(session.document.clock == clock || steps == 0, "seed \(seed)")
      let isSame = session.document.symbols == before
      #expect(isSame || session.document.clock != clock, "seed \(seed)")
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `late and corrected bars are seen from their arrival on`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    var session = try world.batch(wanted)
    try session.startReplay(from: nil, trailing: nil)
    let middle = world.bars[world.bars.count / 2]
    try session.moveClock(to: Instant(nanoseconds: middle.start.nanoseconds))
    let before = session.document.symbols
    for _ in 0..<5 { try session.moveClock(to: #require(try session.nextEvent())) }
    let clock = try #require(session.document.clock)
    let seen = session.document.symbols
    var corrected = world.bars[world.bars.count / 2 - 2]
    corrected.volume += 1000
    try session.edit { (session) throws(SessError) in
      _ = try session.appendBars([corrected], to: "X", world.interval, onDuplicate: .replace)
    }
    let after = session.document.symbols
    let isChanged = after != seen
    #expect(isChanged)
    #expect(try session.isFresh())
    #expect(after["X"]?.bars[world.interval]?.data.bar(at: corrected.start)?.received == clock)
    try session.moveClock(to: Instant(nanoseconds: middle.start.nanoseconds))
    let isBefore = session.document.symbols["X"]?.bars == before["X"]?.bars
    #expect(isBefore, "seed \(seed)")
    try session.moveClock(to: clock)
    let isAfter = session.document.symbols == after
    #expect(isAfter, "seed \(seed)")
    #expect(try session.brokenInvariants().isEmpty)
  }

  @Test(arguments: TestEnvironment.seeds)
  func `a symbol that comes late equals one that was there from the start`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    let early = try world.batch(wanted)
    var session = early
    try session.startReplay(from: nil, trailing: nil)
    for _ in 0..<100 { try session.moveClock(to: session.nextEvent() ?? session.lastMoment()) }
    let expected = try #require(session.document.symbols["X"])
    var late = expected
    late.symbol = "Y"
    var known = try #require(session.replay?.known["X"])
    known.symbol = "Y"
    known.metadata.addedAt = session.document.clock
    let newcomer = known
    try session.edit { (session) throws(SessError) in try session.register([newcomer]) }
    late.metadata.addedAt = session.document.clock
    let isEqual = session.document.symbols["Y"] == late
    #expect(isEqual, "seed \(seed)")
    try session.edit { (session) throws(SessError) in try session.remove("Y") }
    let isOther = session.document.symbols == ["X": expected]
    #expect(isOther, "seed \(seed)")
  }
}
