import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import SessionEngine

/// Feeds of several symbols at once, taken in many rows at a time and bar by bar.
struct FeedRowLawTests {
  private let derived = intervals("5m", "7m", "15m", "1h", "1d")

  private struct Item {
    var symbol: Int
    var bar: Bar
  }

  private func session(_ worlds: [RandomWorld], _ random: inout SeededRandom) throws -> SessionData
  {
    var session = SessionData(catalog: TestZones.catalog)
    for (index, world) in worlds.enumerated() {
      var symbol = world.symbol()
      symbol.symbol = "S\(index)"
      try session.register([symbol])
      let policy: DerivationPolicy = random.below(2) == 0 ? .partial : .strict
      try session.derive([
        DerivationRequest(symbol: "S\(index)", intervals: derived, policy: policy)
      ])
      if random.below(2) == 0 {
        try session.derive([
          DerivationRequest(
            symbol: "S\(index)", intervals: intervals("30m"), base: Interval("15m"))
        ])
      }
    }
    let request = IndicatorRequest(
      name: "sma", interval: try #require(Interval("5m")), onGap: .reset)
    try session.addIndicator(session.indicatorSpec(request, for: "S0"), to: "S0")
    try session.startFeed()
    return session
  }

  /// Bars of all worlds by time, a few late, repeated, corrected, or with no place at all.
  private func items(_ worlds: [RandomWorld], _ random: inout SeededRandom) -> [Item] {
    var items: [Item] = []
    for (index, world) in worlds.enumerated() {
      let start = random.below(max(1, world.bars.count - 300))
      items += world.bars[start...].prefix(300).map { Item(symbol: index, bar: $0) }
    }
    if random.below(3) > 0 { items.sort { $0.bar.start < $1.bar.start } }
    for _ in 0..<items.count / 40 {
      let index = random.below(items.count)
      items.swapAt(index, min(items.count - 1, index + 1 + random.below(30)))
    }
    for _ in 0..<items.count / 60 {
      var again = items[random.below(items.count)]
      switch random.below(4) {
      case 0: again.bar.volume += 1
      case 1: again.bar.low = again.bar.high + 1
      case 2: again.bar.start.nanoseconds += 1
      default: break
      }
      items.insert(again, at: random.below(items.count))
    }
    return items
  }

  @Test(arguments: TestEnvironment.seeds)
  func `rows taken in together leave what they leave one by one`(seed: UInt64) throws {
    let worlds = try (0..<3).map { try RandomWorld(seed: seed &* 3 &+ UInt64($0)) }
    var random = SeededRandom(seed: seed &+ 21)
    var single = try session(worlds, &random)
    var many = single
    let items = items(worlds, &random)
    let series = worlds.indices.map { (name: "S\($0)", interval: Interval.minute) }
    var next = 0
    while next < items.count {
      let batch = items[next..<min(items.count, next + 1 + random.below(120))]
      next = batch.endIndex
      var tally = FeedTally()
      var faults: [Int] = []
      for (index, item) in batch.enumerated() {
        do {
          let name = series[item.symbol].name
          tally.count(try single.feed(FeedItem(symbol: name, kind: .bar(item.bar, .minute))))
        } catch {
          faults.append(index)
        }
      }
      try single.settle()
      var rows = batch.map { item in
        FeedRow(
          start: item.bar.start.nanoseconds, open: item.bar.open, high: item.bar.high,
          low: item.bar.low, close: item.bar.close, volume: item.bar.volume,
          symbol: Int32(item.symbol))
      }
      var found: [Int] = []
      let earlier = many
      let counts = try many.feed(&rows, of: series) { index, _ in found.append(index) }
      try many.settle()
      #expect(counts == tally && found == faults, "seed \(seed), row \(next)")
      let isSame = try areSame(single, many)
      #expect(isSame, "seed \(seed), row \(next)")
      guard isSame else { return }
      let isNoted = notesAll(from: earlier, to: many)
      #expect(isNoted, "seed \(seed), row \(next)")
    }
    let faults = try many.brokenInvariants().joined(separator: "\n")
    #expect(faults.isEmpty, "seed \(seed): \(faults)")
  }

  /// Whether two sessions hold the same, the numbers of their changes aside.
  private func areSame(_ a: SessionData, _ b: SessionData) throws -> Bool {
    guard a.document.clock == b.document.clock else { return false }
    for name in a.document.symbolNames {
      var (left, right) = (try a.symbolData(name), try b.symbolData(name))
      for index in left.revisions.indices { left.revisions[index].sequence = 0 }
      for index in right.revisions.indices { right.revisions[index].sequence = 0 }
      for interval in left.intervals
      where left.bars[interval]?.updated != right.bars[interval]?.updated {
        return false
      }
      if left != right { return false }
    }
    return true
  }

  /// Whether every symbol that changed is named in the log.
  private func notesAll(from earlier: SessionData, to later: SessionData) -> Bool {
    let noted = Set(later.changes.entries(after: earlier.changes.sequence).compactMap(\.symbol))
    let differing = DocumentDifference(from: earlier.document, to: later.document).changes
    return differing.allSatisfy { change in change.symbol.map { noted.contains($0) } ?? true }
  }
}
