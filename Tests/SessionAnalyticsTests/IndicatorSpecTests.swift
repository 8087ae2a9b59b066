import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

private func key(
  _ name: String, _ arguments: [(name: String?, text: String)] = [], _ interval: Interval = .minute,
  anchor: IndicatorAnchor? = nil, onGap: IndicatorGapRule = .carry
) throws -> String {
  let request = IndicatorRequest(
    name: name, arguments: arguments, interval: interval, anchor: anchor, onGap: onGap)
  return try IndicatorCatalogue.spec(request, barsPerYear: 98_280).key
}

private func fault(
  _ name: String, _ arguments: [(name: String?, text: String)] = [], _ interval: Interval = .minute,
  anchor: IndicatorAnchor? = nil
) -> SessError? {
  do {
    _ = try key(name, arguments, interval, anchor: anchor)
    return nil
  } catch { return error as? SessError }
}

struct IndicatorSpecTests {
  @Test func `a key holds every parameter in order, the interval and what is unusual`() throws {
    let five = try #require(Interval("5m"))
    let day = try #require(Interval("1d"))
    #expect(try key("sma", [("period", "20")], five) == "sma_20_5m")
    #expect(try key("macd", [], five) == "macd_12_26_9_5m")
    #expect(try key("bbands", [("num_std", "2.5"), (nil, "10")]) == "bbands_10_2.5_1m")
    #expect(try key("vwap") == "vwap_1m")
    #expect(try key("vwap", [], day) == "vwap_1d")
    #expect(try key("obv", anchor: .continuous) == "obv_1m_continuous")
    #expect(try key("SMA", [(nil, "3")], onGap: .reset) == "sma_3_1m_reset")
    #expect(try key("willr") == "williams_r_14_1m")
    #expect(try key("histvol") == "histvol_20_98280_1m")
  }

  @Test func `what a study does not take is refused with what it takes`() {
    #expect(fault("smaa")?.hint == "did you mean sma?")
    #expect(fault("sma", [("perod", "3")])?.hint == "did you mean period?")
    #expect(fault("stochastic", [("k_period", "3")])?.code == "unknown-parameter")
    #expect(fault("vwap", [(nil, "3")])?.code == "unknown-parameter")
    #expect(fault("sma", [("period", "2.5")])?.code == "bad-parameter")
    #expect(fault("sma", [("period", "0")])?.code == "bad-parameter")
    #expect(fault("sma", [("period", "nan")])?.code == "bad-parameter")
    #expect(fault("sma", [("period", "3"), ("period", "4")])?.code == "bad-parameter")
    #expect(fault("bbands", [("num_std", "-1")])?.code == "bad-parameter")
    #expect(fault("macd", [("fast", "26")])?.code == "bad-parameter")
    #expect(fault("sma", anchor: .session)?.code == "bad-parameter")
  }

  @Test func `every study says how many bars its first value takes`() throws {
    for study in IndicatorCatalogue.studies where !study.countsDays && study.name != "histvol" {
      let spec = try IndicatorCatalogue.spec(
        IndicatorRequest(name: study.name, interval: .minute), barsPerYear: 1)
      var state = try IndicatorState(spec)
      var random = SeededRandom(seed: 9)
      for count in 1...state.need {
        #expect(state.have == count - 1)
        let open = 10 + random.unit()
        let bar = Bar(
          start: Instant(nanoseconds: 0), open: open, high: 12, low: 9, close: 10 + random.unit(),
          volume: 1)
        let values = state.update(bar, opensSession: count == 1)
        #expect(state.isReady == (count == state.need))
        if count < state.need {
          #expect(values.allSatisfy { $0.isNaN }, "\(study.name) at \(count)")
        }
        if count == state.need { #expect(values.contains { !$0.isNaN }, "\(study.name)") }
      }
    }
  }
}

extension IndicatorSpecTests {
  @Test func `a carried bar feeds nothing, and its slot is still a hole`() throws {
    let calendar = try TestZones.catalog.calendar(named: "XNYS")
    let frame = SeriesFrame(calendar: calendar, hours: .regular, interval: .minute)
    let day = try #require(CivilDate(iso: "2025-07-02"))
    let open = try #require(calendar.session(on: day)).open
    var (filled, bare) = (BarSeries(), BarSeries())
    for index in 0..<10 {
      var bar = Bar(
        start: Instant(nanoseconds: open + Int64(index) * 60 * Instant.second), open: 5, high: 9,
        low: 1, close: Double(2 + index % 5), volume: 10)
      if index == 4 { bar.fill = .carried } else { _ = bare.insert(bar, day: day, isRegular: true) }
      _ = filled.insert(bar, day: day, isRegular: true)
    }
    for rule in IndicatorGapRule.allCases {
      let request = IndicatorRequest(
        name: "sma", arguments: [(nil, "3")], interval: .minute, onGap: rule)
      var record = try IndicatorProcessor.record(
        IndicatorCatalogue.spec(request, barsPerYear: 98_280))
      var expected = record
      try IndicatorProcessor(frame: frame).rebuild(&record, from: filled)
      try IndicatorProcessor(frame: frame).rebuild(&expected, from: bare)
      #expect(record == expected)
      #expect(record.count == 9)
      let known = record.chunks[0].values.count { !$0.isNaN }
      #expect(known == (rule == .carry ? 7 : 5))
    }
  }
}
