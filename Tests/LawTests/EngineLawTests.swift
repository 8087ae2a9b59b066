import Foundation
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing

struct EngineLawTests {
  @Test(arguments: TestEnvironment.seeds)
  func `present and missing make expected, day by day and in all`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    for policy in [DerivationPolicy.partial, .strict, .percent(60)] {
      let session = try world.batch(intervals("5m", "7m", "1h", "1d", "1w"), policy: policy)
      for interval in try session.intervals(of: "X") {
        let record = try session.intervalData("X", interval)
        var missing: [CivilDate: Int] = [:]
        for gap in record.gaps {
          #expect(gap.start < gap.end)
          missing[gap.date, default: 0] += gap.missing
        }
        if interval.isIntraday {
          for day in record.days {
            #expect(day.slots.missing == missing[day.date] ?? 0, "seed \(seed)")
          }
        }
        let total = record.gaps.reduce(0) { $0 + $1.missing }
        #expect(record.quality.missing == total, "seed \(seed), \(interval)")
      }
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `bars appended one by one in any order equal one batch`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    let wanted = intervals("5m", "1h", "1d")
    let batch = try world.batch(wanted)
    var random = SeededRandom(seed: seed &+ 77)
    let few = Array(world.bars.shuffled(using: &random).prefix(900))
    var single = SessionData(catalog: TestZones.catalog)
    try single.register([world.symbol()])
    try single.derive([DerivationRequest(symbol: "X", intervals: wanted)])
    var whole = single
    for bar in few { try single.appendBar(bar, to: "X", world.interval) }
    try whole.appendBars(few, to: "X", world.interval)
    for interval in try whole.intervals(of: "X") {
      #expect(
        try single.intervalData("X", interval) == whole.intervalData("X", interval),
        "seed \(seed), \(interval)")
    }
    #expect(single.document.symbols["X"]?.metrics == whole.document.symbols["X"]?.metrics)
    #expect(try single.brokenInvariants().isEmpty)
    #expect(try batch.brokenInvariants().isEmpty)
  }

  @Test(arguments: TestEnvironment.seeds)
  func `studies follow new, late, corrected and removed bars as a batch has them`(seed: UInt64)
    throws
  {
    let world = try RandomWorld(seed: seed)
    var session = SessionData(catalog: TestZones.catalog)
    try session.register([world.symbol()])
    let wanted = intervals("1m", "5m", "1h", "1d")
    try session.derive([DerivationRequest(symbol: "X", intervals: Array(wanted.dropFirst()))])
    for (index, study) in IndicatorCatalogue.studies.enumerated() {
      let small = study.parameters.map { (name: Optional($0.name), text: "\($0.name.count + 2)") }
      for rule in IndicatorGapRule.allCases {
        let request = IndicatorRequest(
          name: study.name, arguments: study.name == "macd" ? [] : small,
          interval: wanted[(index + (rule == .carry ? 0 : 1)) % 4], onGap: rule)
        try session.addIndicator(session.indicatorSpec(request, for: "X"), to: "X")
      }
    }
    var random = SeededRandom(seed: seed &+ 5)
    let late = Set((0..<30).map { _ in random.below(world.bars.count) })
    let cut = world.bars.count - 60
    try session.appendBars(
      world.bars.indices.filter { $0 < cut && !late.contains($0) }
        .map { world.bars[$0] }, to: "X", .minute)
    for index in cut..<world.bars.count {
      try session.appendBar(world.bars[index], to: "X", .minute, onDuplicate: .replace)
      var again = world.bars[random.below(4) == 0 ? random.below(index) : index]
      if random.below(3) == 0 {
        again.close = again.low
        try session.appendBar(again, to: "X", .minute, onDuplicate: .replace)
      } else if random.below(9) == 0 {
        try session.removeBars([again.start], from: "X", .minute)
      }
      if index % 20 == 0 { #expect(try session.brokenInvariants().isEmpty, "seed \(seed)") }
    }
    #expect(try session.brokenInvariants().isEmpty, "seed \(seed)")
    let records = try AnalysisEngine(session).indicators("X")
    #expect(records.count == 74)
    #expect(records.contains { $0.isReady })
  }

  @Test(arguments: TestEnvironment.seeds)
  func `5m then 15m equals 15m at once, holes included`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    for alignment in Alignment.allCases {
      var direct = SessionData(catalog: TestZones.catalog)
      try direct.register([world.symbol()])
      try direct.appendBars(world.bars, to: "X", world.interval)
      var stepped = direct
      let fifteen = intervals("15m")
      try direct.derive([DerivationRequest(symbol: "X", intervals: fifteen, alignment: alignment)])
      try stepped.derive([
        DerivationRequest(symbol: "X", intervals: intervals("5m"), alignment: alignment)
      ])
      try stepped.derive([
        DerivationRequest(
          symbol: "X", intervals: fifteen, base: Interval("5m"), alignment: alignment)
      ])
      let one = try direct.intervalData("X", fifteen[0])
      let two = try stepped.intervalData("X", fifteen[0])
      #expect(one.data.count == two.data.count)
      #expect(one.days == two.days)
      #expect(one.gaps == two.gaps)
      for (a, b) in zip(one.data.suffix(one.data.count), two.data.suffix(two.data.count)) {
        #expect(a.start == b.start && a.open == b.open && a.high == b.high)
        #expect(a.low == b.low && a.close == b.close && a.coverage == b.coverage)
        #expect(abs(a.volume - b.volume) <= 1e-12 * max(1, abs(a.volume)))
      }
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `derived bars conserve the base's volume`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    let session = try world.batch(intervals("5m", "1h"))
    let base = try session.intervalData("X", world.interval).data
    var feeding = 0.0
    for chunk in base.chunks {
      let range = world.hours == .extended ? 0..<chunk.count : chunk.regular
      for index in range { feeding += chunk.volumes[index] }
    }
    for interval in intervals("5m", "1h") {
      var derived = 0.0
      for chunk in try session.intervalData("X", interval).data.chunks {
        for volume in chunk.volumes { derived += volume }
      }
      #expect(abs(derived - feeding) <= 1e-9 * feeding, "seed \(seed), \(interval)")
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `a snapshot never changes`(seed: UInt64) throws {
    let world = try RandomWorld(seed: seed)
    let engine = SessionEngine(catalog: TestZones.catalog)
    try engine.mutate { (session) in try? session.register([world.symbol()]) }
    let some = Array(world.bars.prefix(50))
    for bar in some.prefix(25) {
      try engine.mutate { (session) in _ = try? session.appendBar(bar, to: "X", .minute) }
    }
    let snapshot = engine.snapshot()
    let record = try snapshot.intervalData("X", .minute)
    for bar in some.suffix(25) {
      try engine.mutate { (session) in _ = try? session.appendBar(bar, to: "X", .minute) }
    }
    #expect(try snapshot.intervalData("X", .minute) == record)
    #expect(engine.snapshot().barCount("X") > snapshot.barCount("X"))
  }
}
