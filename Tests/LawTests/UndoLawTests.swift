import Diagnostics
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import SessionEngine

/// Undo beside a feed: commands are taken back, what has come in the meantime is not.
struct UndoLawTests {
  private func start(_ world: RandomWorld) throws -> SessionEngine {
    let engine = SessionEngine(catalog: TestZones.catalog)
    try engine.mutate { (session) throws(SessError) in
      try session.register([world.symbol()])
      try session.startFeed()
    }
    return engine
  }

  private func feed(_ bars: ArraySlice<Bar>, _ engine: SessionEngine) throws {
    let bars = Array(bars)
    try engine.mutate { (session) throws(SessError) in
      for bar in bars {
        _ = try session.feed(FeedItem(symbol: "X", kind: .bar(bar, .minute)))
      }
      try session.settle()
    }
  }

  private func command(_ number: Int, _ engine: SessionEngine) throws {
    let earlier = engine.beginCommand()
    var changed = engine.snapshot()
    let version = changed.changes.sequence
    let interval = try #require(Interval(count: 3 + number, unit: .minute))
    try changed.derive([DerivationRequest(symbol: "X", intervals: [interval])])
    try engine.commit(changed, from: version)
    engine.remember(earlier, before: "derive X \(interval)")
  }

  @Test(arguments: TestEnvironment.seeds)
  func `undo and redo beside a feed lose nothing that came`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    var random = SeededRandom(seed: seed &+ 21)
    let (engine, plain) = (try start(world), try start(world))
    var rest = world.bars.prefix(300)
    var commands = 0
    var undone = 0
    while !rest.isEmpty {
      var bars = rest.prefix(1 + random.below(12))
      rest = rest.dropFirst(bars.count)
      if let last = bars.last, random.below(4) == 0 {
        var corrected = last
        corrected.volume += 1
        bars.append(corrected)
      }
      try feed(bars, engine)
      try feed(bars, plain)
      switch random.below(3) {
      case 0:
        try command(commands, engine)
        (commands, undone) = (commands + 1, 0)
      case 1 where (try? engine.undo()) != nil: undone += 1
      case 2 where undone > 0:
        _ = try engine.redo()
        undone -= 1
      default: break
      }
      #expect(try engine.snapshot().brokenInvariants() == [], "seed \(seed)")
    }
    while (try? engine.undo()) != nil {}
    let (left, fed) = (
      try engine.snapshot().symbolData("X"), try plain.snapshot().symbolData("X")
    )
    let isSame = left.bars == fed.bars && left.metrics == fed.metrics
    #expect(isSame, "seed \(seed)")
    #expect(left.revisions.map(\.old) == fed.revisions.map(\.old), "seed \(seed)")
    #expect(engine.snapshot().document.clock == plain.snapshot().document.clock)
  }
}
