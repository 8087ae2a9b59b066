import Diagnostics
import MarketCalendar
import MarketModel
import SessionEngine
import TestSupport
import Testing

/// A bar at a minute of 2 July 2025 in New York, 13:30 UTC being the open.
private func bar(_ minute: Int, day: Int = 0, price: Double = 100) -> Bar {
  let open: Int64 = 1_751_463_000 + Int64(day) * 86_400
  return Bar(
    start: Instant(nanoseconds: (open + Int64(minute) * 60) * Instant.second), open: price,
    high: price + 1, low: price - 1, close: price, volume: 10)
}

private func interval(_ text: String) throws -> Interval { try #require(Interval(text)) }

/// An empty symbol of New York, with bars at some minutes.
private func made(_ minutes: [Int] = []) throws -> SessionData {
  var session = SessionData(catalog: TestZones.catalog)
  var symbol = SymbolSessionData(
    symbol: "AAPL", calendar: "XNYS", metadata: SymbolMetadata(addedBy: "test"))
  symbol.baseInterval = .minute
  symbol.bars[.minute] = BarIntervalData(interval: .minute)
  try session.register([symbol])
  try session.appendBars(minutes.map { bar($0) }, to: "AAPL", .minute)
  return session
}

private func code(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return (error as? SessError)?.code
  }
}

struct SessionDataTests {
  @Test func `the latest bar is the last of its interval, or nil`() throws {
    let session = try made([0, 2, 1])
    #expect(session.latestBar("AAPL")?.start == bar(2).start)
    #expect(session.latestBar("aapl", .minute)?.start == bar(2).start)
    #expect(session.latestBar("AAPL", try interval("5m")) == nil)
    #expect(session.latestBar("MSFT") == nil)
    #expect(try made().latestBar("AAPL") == nil)
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 3), (99, 5)])
  func `the last n bars come oldest first, fewer when there are fewer`(n: Int, count: Int) throws {
    let session = try made([0, 1, 2, 5, 9])
    let bars = try session.lastBars("AAPL", limit: n)
    #expect(bars.map(\.start) == [0, 1, 2, 5, 9].suffix(count).map { bar($0).start })
  }

  @Test func `a negative number of bars is an error`() throws {
    let session = try made([0])
    #expect(code { _ = try session.lastBars("AAPL", limit: -1) } == "negative-count")
  }

  @Test func `bars since an instant include the one that starts there`() throws {
    let session = try made([0, 1, 2, 5])
    #expect(session.bars("AAPL", since: bar(2).start).map(\.start) == [bar(2).start, bar(5).start])
    #expect(session.bars("AAPL", since: bar(3).start).count == 1)
    #expect(session.bars("AAPL", since: bar(6).start).isEmpty)
    #expect(session.bars("MSFT", since: bar(0).start).isEmpty)
  }

  @Test func `counts are 0 for what is not there`() throws {
    let session = try made([0, 1])
    #expect(session.barCount("AAPL") == 2)
    #expect(session.barCount("AAPL", try interval("5m")) == 0)
    #expect(session.barCount("MSFT") == 0)
  }

  @Test func `a taken slot is refused, replaced or kept as asked`() throws {
    var session = try made([0])
    let other = bar(0, price: 200)
    #expect(code { try session.appendBar(other, to: "AAPL", .minute) } == "duplicate-bar")
    let kept = try session.appendBar(other, to: "AAPL", .minute, onDuplicate: .keep)
    #expect(!kept)
    #expect(session.latestBar("AAPL")?.open == 100)
    let replaced = try session.appendBar(other, to: "AAPL", .minute, onDuplicate: .replace)
    #expect(replaced)
    #expect(session.latestBar("AAPL")?.open == 200)
    #expect(try session.symbolData("AAPL").revisions.map(\.old.open) == [100])
  }

  @Test func `a batch with one bad bar changes nothing`() throws {
    var session = try made([0])
    let before = session
    var bad = bar(2)
    bad.high = bad.low - 1
    #expect(code { try session.appendBars([bar(1), bad], to: "AAPL", .minute) } == "bad-ohlc")
    var early = bar(1)
    early.start.nanoseconds -= 24 * 3600 * Instant.second
    early.start.nanoseconds += 1
    #expect(code { try session.appendBars([bar(1), early], to: "AAPL", .minute) } == "off-grid")
    #expect(session.document == before.document)
    #expect(session.changes.sequence == before.changes.sequence)
  }

  @Test(arguments: [(-10 * 60, "outside-hours"), (2 * 1440, "non-trading-day")])
  func `a bar where no session is says so`(minute: Int, expected: String) throws {
    var session = try made()
    #expect(code { try session.appendBar(bar(minute), to: "AAPL", .minute) } == expected)
  }

  @Test func `derived bars cannot be appended to`() throws {
    var session = try made([0, 1])
    let five = try interval("5m")
    try session.derive([DerivationRequest(symbol: "AAPL", intervals: [five])])
    #expect(code { try session.appendBar(bar(5), to: "AAPL", five) } == "derived-interval")
  }

  @Test func `an appended bar is in the derived bar, the metrics and the quality at once`() throws {
    var session = try made([0, 1])
    let five = try interval("5m")
    try session.derive([DerivationRequest(symbol: "AAPL", intervals: [five])])
    try session.appendBar(bar(2, price: 300), to: "AAPL", .minute)
    #expect(session.latestBar("AAPL", five)?.high == 301)
    #expect(session.latestBar("AAPL", five)?.coverage == Coverage(present: 3, expected: 5))
    #expect(try AnalysisEngine(session).metrics("AAPL").high == 301)
    #expect(try session.qualityMetric("AAPL", .minute) == Quality(expected: 390, present: 3))
    #expect(try session.gaps("AAPL", .minute).map(\.missing) == [387])
    #expect(try session.intervalData("AAPL", .minute).updated)
  }

  @Test func `clearing the session keeps the records and the days before`() throws {
    var session = try made([0, 1])
    try session.appendBars([bar(0, day: 1), bar(3, day: 1)], to: "AAPL", .minute)
    let removed = try session.clearSessionBars("AAPL")
    #expect(removed == 2)
    #expect(session.barCount("AAPL") == 2)
    #expect(try session.intervals(of: "AAPL") == [.minute])
    #expect(try session.symbolData("AAPL").metrics.bars == 0)
    #expect(try session.symbolData("AAPL").metrics.date == CivilDate(iso: "2025-07-03"))
    #expect(try session.brokenInvariants().isEmpty)
  }

  @Test func `clearing history keeps the session`() throws {
    var session = try made([0, 1])
    try session.appendBars([bar(0, day: 1)], to: "AAPL", .minute)
    #expect(try session.historical("AAPL").dateRange?.lowerBound == CivilDate(iso: "2025-07-02"))
    let removed = try session.clearHistoricalBars("AAPL")
    #expect(removed == 2)
    #expect(session.latestBar("AAPL")?.start == bar(0, day: 1).start)
    #expect(try session.historical("AAPL").intervals.isEmpty)
    #expect(code { try session.clearHistoricalBars("MSFT") } == "unknown-symbol")
  }

  @Test func `quality and gaps can be set, and check tells them from what the bars say`() throws {
    var session = try made([0, 1])
    let date = try #require(CivilDate(iso: "2025-07-02"))
    let stored = DayQuality(date: date, slots: Quality(expected: 10, present: 4))
    try session.setQuality([stored], of: "aapl", .minute)
    #expect(try session.qualityMetric("AAPL", .minute).percent == 40)
    let gap = Gap(date: date, start: bar(2).start, end: bar(4).start, missing: 2)
    try session.setGaps([gap], of: "AAPL", .minute)
    #expect(try session.gaps("AAPL", .minute) == [gap])
    #expect(
      session.changes.entries.suffix(2).map(\.address) == ["AAPL/1m/quality", "AAPL/1m/gaps"])
    #expect(try session.brokenInvariants().count == 1)
  }

  @Test func `quality and gaps that cannot be are refused`() throws {
    var session = try made([0])
    let date = try #require(CivilDate(iso: "2025-07-02"))
    let five = try interval("5m")
    let over = DayQuality(date: date, slots: Quality(expected: 1, present: 2))
    #expect(code { try session.setQuality([over], of: "AAPL", .minute) } == "bad-quality")
    let good = DayQuality(date: date, slots: Quality(expected: 2, present: 2))
    #expect(code { try session.setQuality([good, good], of: "AAPL", .minute) } == "bad-quality")
    #expect(code { try session.setQuality([good], of: "AAPL", five) } == "unknown-interval")
    #expect(code { try session.setQuality([good], of: "X", .minute) } == "unknown-symbol")
    let gap = Gap(date: date, start: bar(2).start, end: bar(4).start, missing: 2)
    #expect(code { try session.setGaps([gap, gap], of: "AAPL", .minute) } == "bad-gap")
    let empty = Gap(date: date, start: bar(2).start, end: bar(2).start, missing: 0)
    #expect(code { try session.setGaps([empty], of: "AAPL", .minute) } == "bad-gap")
  }

  @Test func `a symbol is added whole and removed whole`() throws {
    var session = try made([0])
    let five = try interval("5m")
    try session.derive([DerivationRequest(symbol: "AAPL", intervals: [five])])
    #expect(session.symbolsWithDerived() == ["AAPL": [five]])
    #expect(try session.isIntervalDerived("AAPL", five))
    #expect(try !session.isIntervalDerived("AAPL", .minute))
    #expect(code { try session.remove("AAPL", .minute) } == "interval-in-use")
    try session.remove("AAPL")
    #expect(session.symbolsWithDerived().isEmpty)
    #expect(code { _ = try session.symbolData("AAPL") } == "unknown-symbol")
    #expect(code { _ = try session.intervals(of: "AAPL") } == "unknown-symbol")
    let again = try made()
    try session.register([try again.symbolData("AAPL")])
    #expect(try session.symbolData("AAPL").metadata.upgraded == false)
    #expect(try session.symbolData("AAPL").revisions.isEmpty)
  }

  @Test func `every change has a number, and numbers rise`() throws {
    var session = try made([0])
    try session.appendBar(bar(1), to: "AAPL", .minute)
    try session.remove("AAPL")
    let numbers = session.changes.entries.map(\.sequence)
    #expect(numbers == Array(1...numbers.count))
    #expect(session.document.changeSequence == numbers.last)
  }
}

struct SessionEngineTests {
  @Test func `a snapshot never changes, and a stale one cannot be committed`() throws {
    let engine = SessionEngine(catalog: TestZones.catalog)
    let start = try made()
    try engine.commit(start, from: 0)
    let snapshot = engine.snapshot()
    let stored = try engine.mutate { (data) throws(SessError) in
      try data.appendBars([bar(0), bar(1)], to: "AAPL", .minute)
    }
    #expect(stored == 2)
    #expect(snapshot.barCount("AAPL") == 0)
    #expect(engine.snapshot().barCount("AAPL") == 2)
    #expect(
      code { try engine.commit(snapshot, from: snapshot.changes.sequence) } == "stale-version")
    #expect(engine.snapshot().barCount("AAPL") == 2)
  }

  @Test func `a failing change leaves the session as it was`() throws {
    let engine = SessionEngine(catalog: TestZones.catalog)
    try engine.commit(try made(), from: 0)
    let before = engine.snapshot()
    let failure = code {
      _ = try engine.mutate { (data) throws(SessError) in
        try data.appendBar(bar(0), to: "MSFT", .minute)
      }
    }
    #expect(failure == "unknown-symbol")
    #expect(engine.snapshot().document == before.document)
  }
}
