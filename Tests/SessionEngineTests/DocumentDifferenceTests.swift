import MarketModel
import TestSupport
import Testing

@testable import SessionEngine

/// Bars of a day of January 2025 at some minutes.
private func chunk(_ day: Int, _ minutes: [Int], price: Double = 10) throws -> BarChunk {
  let date = try #require(CivilDate(year: 2025, month: 1, day: day))
  var chunk = BarChunk(day: date)
  for minute in minutes { _ = chunk.insert(bar(day, minute, price: price), isRegular: true) }
  return chunk
}

private func start(_ day: Int, _ minute: Int) -> Instant {
  let seconds = 1_735_689_600 + Int64(day - 1) * 86_400 + Int64(minute) * 60
  return Instant(nanoseconds: seconds * Instant.second)
}

private func bar(_ day: Int, _ minute: Int, price: Double = 10) -> Bar {
  Bar(
    start: start(day, minute), open: price, high: price, low: price, close: price, volume: 1)
}

private func document(_ chunks: [BarChunk]) -> SessionDocument {
  var symbol = SymbolSessionData(
    symbol: "X", calendar: "24/7", metadata: SymbolMetadata(addedBy: "test"))
  symbol.baseInterval = .minute
  symbol.bars[.minute] = BarIntervalData(interval: .minute)
  symbol.bars[.minute]?.data = BarSeries(chunks: chunks)
  var document = SessionDocument()
  document.symbols["X"] = symbol
  return document
}

private func texts(_ old: SessionDocument, _ new: SessionDocument) -> [String] {
  DocumentDifference(from: old, to: new).changes.map { change in
    var text = "\(change.operation.rawValue) \(change.address) \(change.count)"
    if case .starts(let starts)? = change.extent {
      for end in [starts.lowerBound, starts.upperBound] {
        let (date, rest) = end.wallClock(offsetSeconds: 0)
        text += " \(date.components.day):\(rest / 60 / Instant.second)"
      }
    }
    return text
  }
}

struct DocumentDifferenceTests {
  @Test func `equal sessions do not differ, however they came to be`() throws {
    let one = document([try chunk(1, [0, 1]), try chunk(2, [5])])
    let two = document([try chunk(1, [1, 0]), try chunk(2, [5])])
    #expect(texts(one, two).isEmpty)
    #expect(texts(one, one).isEmpty)
  }

  @Test func `added, taken out and changed bars are told apart, and only their stretch is named`()
    throws
  {
    let old = document([try chunk(1, [0, 1, 2, 5, 9]), try chunk(2, [3])])
    let added = document([try chunk(1, [0, 1, 2, 3, 4, 5, 9]), try chunk(2, [3])])
    #expect(texts(old, added) == ["insert X/1m 2 1:3 1:4"])
    #expect(texts(added, old) == ["remove X/1m 2 1:3 1:4"])
    var corrected = try chunk(1, [0, 1, 2, 5, 9])
    corrected.replace(at: 1, with: bar(1, 1, price: 11))
    #expect(texts(old, document([corrected, try chunk(2, [3])])) == ["set X/1m 1 1:1 1:1"])
    #expect(texts(old, document([try chunk(1, [0, 1, 2, 5, 9])])) == ["remove X/1m 1 2:3 2:3"])
  }

  @Test func `changed days side by side are one stretch, days apart are two`() throws {
    let old = document([try chunk(1, [0]), try chunk(2, [0]), try chunk(3, [0]), try chunk(4, [0])])
    let new = document([
      try chunk(1, [0, 7]), try chunk(2, [4]), try chunk(3, [0]), try chunk(4, [0, 1]),
    ])
    #expect(texts(old, new) == ["set X/1m 3 1:7 2:4", "insert X/1m 1 4:1 4:1"])
  }

  @Test func `a column without a value is no difference, one with a value rewrites the series`()
    throws
  {
    let plain = try chunk(1, [0, 1])
    var unknown = plain
    unknown.trades = [BarChunk.unknownCount, BarChunk.unknownCount]
    unknown.vwaps = [.nan, .nan]
    #expect(texts(document([plain]), document([unknown])).isEmpty)
    unknown.vwaps[1] = 10
    #expect(
      texts(document([plain]), document([unknown])) == ["set X/1m 2", "set X/1m/description 1"])
  }

  @Test func `quality, gaps, metrics and lists are named by what changed in them`() throws {
    let old = document([try chunk(1, [0])])
    var new = old
    let day = try #require(CivilDate(iso: "2025-01-01"))
    new.symbols["X"]?.bars[.minute]?.days = [
      DayQuality(date: day, slots: Quality(expected: 2, present: 1))
    ]
    new.symbols["X"]?.bars[.minute]?.gaps = [
      Gap(date: day, start: start(1, 1), end: start(1, 2), missing: 1)
    ]
    new.symbols["X"]?.metrics.bars = 1
    new.symbols["X"]?.ticks.append(Tick(time: start(1, 0), price: 1, size: 1))
    new.clock = start(1, 3)
    #expect(
      texts(old, new) == [
        "set session/clock 1", "insert X/1m/quality 1", "insert X/1m/gaps 1 1:1 1:1",
        "set X/metrics 1", "insert X/ticks 1",
      ])
    var other = new
    other.symbols["X"]?.ticks.append(Tick(time: start(1, 1), price: 1, size: 1))
    #expect(DocumentDifference(from: new, to: other).changes.map(\.extent) == [.from(1)])
  }

  @Test func `symbols and intervals that come and go are named whole`() throws {
    let old = document([try chunk(1, [0])])
    #expect(texts(old, SessionDocument()) == ["remove X 1 1:0 1:0"])
    #expect(texts(SessionDocument(), old) == ["insert X 1 1:0 1:0"])
    var new = old
    new.symbols["X"]?.bars[.second] = BarIntervalData(interval: .second)
    #expect(texts(old, new) == ["insert X/1s 0"])
    #expect(texts(new, old) == ["remove X/1s 0"])
  }
}
