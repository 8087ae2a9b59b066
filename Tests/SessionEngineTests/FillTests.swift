import Diagnostics
import MarketCalendar
import MarketModel
import SessionEngine
import TestSupport
import Testing

/// 2 July 2025 in New York opens at 13:30 UTC.
private func moment(_ minute: Int) -> Instant {
  Instant(nanoseconds: (1_751_463_000 + Int64(minute) * 60) * Instant.second)
}

private func bar(_ minute: Int, price: Double = 100) -> Bar {
  Bar(
    start: moment(minute), open: price, high: price + 1, low: price - 1, close: price, volume: 10)
}

/// A session at a clock, some minutes of which have bars.
private func made(_ minutes: some Sequence<Int>, clock: Int? = nil) throws -> SessionData {
  var symbol = SymbolSessionData(
    symbol: "AAPL", calendar: "XNYS", metadata: SymbolMetadata(addedBy: "test"))
  symbol.baseInterval = .minute
  symbol.bars[.minute] = BarIntervalData(interval: .minute)
  var session = SessionData(catalog: TestZones.catalog)
  try session.register([symbol])
  try session.appendBars(minutes.map { bar($0) }, to: "AAPL", .minute)
  return try session.at(clock)
}

extension SessionData {
  /// The same records under another clock.
  fileprivate func at(_ clock: Int?) throws -> SessionData {
    var document = document
    document.clock = clock.map { moment($0) }
    var session = SessionData(catalog: catalog)
    try session.adopt(document)
    try session.register(Array(session.document.symbols.values))
    return session
  }

  fileprivate func gaps() throws -> [Gap] { try gaps("AAPL", .minute) }

  fileprivate func record() throws -> BarIntervalData { try intervalData("AAPL", .minute) }

  fileprivate mutating func tryAll(_ source: BarSeries?, _ rule: RetryRule) throws -> Int {
    let due = try dueGaps(among: gaps(), of: "AAPL", .minute, maximum: rule.maximum)
    return try retry(
      due, of: "AAPL", .minute, from: source, of: GapSource(name: "x"), reason: "not there",
      rule: rule
    ).count
  }
}

struct FillTests {
  @Test func `attempts wait twice as long each time, by the session's clock`() throws {
    var rule = RetryRule()
    rule.maximum = 4
    var session = try made(Array(0..<5) + Array(8..<200), clock: 20)
    #expect(try session.tryAll(nil, rule) == 1)
    for (clock, tried) in [(20, 0), (21, 1), (22, 0), (23, 1), (26, 0), (27, 1), (100, 0)] {
      session = try session.at(clock)
      let gap = try #require(try session.gaps().first)
      #expect(try session.tryAll(nil, rule) == tried, "\(clock)")
      if clock < 27 { #expect(try session.record().state(of: gap) == .retrying) }
    }
    let gap = try #require(try session.gaps().first)
    let retry = try #require(try session.record().retry(of: gap))
    #expect(try session.record().state(of: gap) == .abandoned)
    #expect(retry.attempts == 4 && retry.nextAt == nil && retry.reason == "not there")
  }

  @Test func `waits and instants do not overflow`() throws {
    var rule = RetryRule()
    rule.maximum = 1_000_000
    rule.every = .max
    var session = try made([0, 5], clock: 390)
    for _ in 0..<3 { #expect(try session.tryAll(nil, rule) <= 2) }
    #expect(try session.record().retries.allSatisfy { $0.nextAt == Instant(nanoseconds: .max) })
  }

  @Test func `a partly filled gap splits, and its pieces go on where it was`() throws {
    var session = try made([0, 10], clock: 11)
    var source = BarSeries()
    for minute in [4, 5] {
      let day = try #require(CivilDate(iso: "2025-07-02"))
      _ = source.insert(bar(minute), day: day, isRegular: true)
    }
    #expect(try session.tryAll(source, RetryRule()) == 1)
    let record = try session.record()
    #expect(record.gaps.map(\.missing) == [3, 4])
    #expect(record.gaps.allSatisfy { record.state(of: $0) == .retrying })
    #expect(record.gaps.allSatisfy { record.retry(of: $0)?.attempts == 1 })
    #expect(record.retries.map { record.state(of: $0) } == [.partiallyFilled])
    #expect(record.retries.first?.nextAt == moment(12))
    session = try session.at(12)
    #expect(try session.tryAll(nil, RetryRule()) == 3)
    let later = try session.record()
    #expect(later.gaps.map { later.retry(of: $0)?.attempts } == [2, 2, 1])
  }

  @Test func `bars that come late fill a gap by themselves, and removing them opens it again`()
    throws
  {
    var session = try made([0, 3], clock: 4)
    #expect(try session.tryAll(nil, RetryRule()) == 1)
    try session.appendBars([bar(1)], to: "AAPL", .minute)
    #expect(
      try session.record().retries.map { try session.record().state(of: $0) } == [.partiallyFilled])
    try session.appendBars([bar(2)], to: "AAPL", .minute)
    #expect(try session.record().retries.map { try session.record().state(of: $0) } == [.filled])
    try session.removeBars([moment(1), moment(2)], from: "AAPL", .minute)
    #expect(try session.record().retries.map { try session.record().state(of: $0) } == [.retrying])
    #expect(try session.brokenInvariants() == [])
  }

  @Test func `a gap that grows with the clock is the same gap`() throws {
    var session = try made([0], clock: 3)
    #expect(try session.tryAll(nil, RetryRule()) == 1)
    session = try session.at(6)
    #expect(try session.gaps().map(\.missing) == [5])
    #expect(try session.tryAll(nil, RetryRule()) == 1)
    #expect(try session.record().retries.map(\.attempts) == [2])
    #expect(try session.record().retries.map(\.gap.missing) == [5])
  }

  @Test func `a filled bar is received at the clock, and bars that are there are left alone`()
    throws
  {
    var session = try made([0, 2], clock: 3)
    var source = BarSeries()
    for minute in 0..<3 {
      let day = try #require(CivilDate(iso: "2025-07-02"))
      _ = source.insert(bar(minute, price: 50), day: day, isRegular: true)
    }
    let wide = Gap(
      date: try #require(CivilDate(iso: "2025-07-02")), start: moment(0), end: moment(3), missing: 3
    )
    let count = try session.fill(
      [wide], of: "AAPL", .minute, from: .bars(source, from: GapSource(name: "x")))
    #expect(count.filled == 1)
    #expect(session.latestBar("AAPL")?.open == 100)
    let filled = try #require(try session.record().data.bar(at: moment(1)))
    #expect(filled.open == 50 && filled.fill == .sourced("x") && filled.received == moment(3))
  }

  @Test func `carried bars follow a corrected close when they are carried again`() throws {
    var session = try made([0, 4])
    try session.fill(session.gaps(), of: "AAPL", .minute, from: .lastClose())
    #expect(session.bars("AAPL", since: moment(0)).map(\.close).allSatisfy { $0 == 100 })
    #expect(session.barCount("AAPL") == 390)
    try session.appendBar(bar(0, price: 70), to: "AAPL", .minute, onDuplicate: .replace)
    let count = try session.fill(session.gaps(), of: "AAPL", .minute, from: .lastClose())
    #expect(count.filled == 3 && count.held == 385)
    #expect(session.bars("AAPL", since: moment(0)).prefix(5).map(\.close) == [70, 70, 70, 70, 100])
    #expect(try session.brokenInvariants() == [])
  }

  @Test func `quality and gaps have a session and a historical part`() throws {
    let next = 24 * 60
    let session = try made(Array(0..<390) + [next, next + 1])
    let engine = AnalysisEngine(session)
    #expect(try engine.quality("AAPL", .minute, in: .session).slots.present == 2)
    #expect(try engine.quality("AAPL", .minute, in: .session).slots.expected == 210)
    #expect(try engine.quality("AAPL", .minute, in: .historical).slots.missing == 0)
    #expect(try engine.gaps("AAPL", .minute, in: .session).count == 1)
    #expect(try engine.gaps("AAPL", .minute, in: .historical).isEmpty)
    #expect(try engine.quality("AAPL", .minute).slots.expected == 600)
  }
}
