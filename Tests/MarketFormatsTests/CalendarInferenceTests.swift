import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import TestSupport
import Testing

/// Days of one exchange, a row a minute, as a file that does not say whose they are.
private struct ExchangeFile {
  var calendar: String
  var from = "2024-03-25"
  var dayCount = 25
  var isNaive = true
  /// True when stamps without an offset are in UTC, not on the exchange's clock.
  var isUTC = false
  /// True when stamps name the ends of bars.
  var labelsEnd = false
  var stepSeconds: Int64 = 60
  var symbol: String?

  func source() throws -> (source: MemorySource, dates: [CivilDate]) {
    let calendar = try TestZones.catalog.calendar(named: calendar)
    var date = try #require(CivilDate(iso: from)).advanced(by: -1)
    var text = "timestamp,open,high,low,close,volume\n"
    var dates: [CivilDate] = []
    for _ in 0..<dayCount {
      date = try #require(calendar.nextTradingDay(after: date))
      dates.append(date)
      let session = try #require(calendar.session(on: date))
      for segment in session.segments where segment.kind == .regular {
        for start in stride(
          from: segment.start, to: segment.end, by: Int64.Stride(stepSeconds * Instant.second))
        {
          let end = start + stepSeconds * Instant.second
          let instant = Instant(nanoseconds: labelsEnd ? end : start)
          let offset = isNaive && !isUTC ? calendar.zone.offsetSeconds(at: instant) : 0
          let stamp = instant.iso8601(offsetSeconds: offset)
          text += "\(isNaive ? String(stamp.prefix(19)) : stamp),10,11,9,10,500\n"
        }
      }
    }
    return (MemorySource(name: "bars.csv", bytes: Array(text.utf8)), dates)
  }

  /// The decision when all but the zone is given.
  func decideAsGiven() throws -> LoadDecision {
    let file = try CSVReader.read(try source().source, options: ReadOptions())
    var choices = LoadChoices()
    choices.calendar = try TestZones.catalog.calendar(named: calendar)
    choices.interval = Interval(count: Int(stepSeconds), unit: .second)
    choices.label = labelsEnd ? .end : .start
    return try #require(
      try LoadPlanner(catalog: TestZones.catalog, choices: choices).decide(file).first)
  }

  /// The decision when the calendar and the interval are given.
  func decideLabel() throws -> LoadDecision {
    let file = try CSVReader.read(try source().source, options: ReadOptions())
    var choices = LoadChoices()
    choices.calendar = try TestZones.catalog.calendar(named: calendar)
    choices.interval = Interval(count: Int(stepSeconds), unit: .second)
    return try #require(
      try LoadPlanner(catalog: TestZones.catalog, choices: choices).decide(file).first)
  }

  func decide(interval: Interval? = nil) throws -> LoadDecision {
    let file = try CSVReader.read(try source().source, options: ReadOptions())
    var choices = LoadChoices()
    choices.symbol = symbol
    choices.interval = interval
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: choices)
    return try #require(try planner.decide(file).first)
  }
}

/// The exchanges with a session a day.
private let exchanges = CalendarCatalog.names.filter { name in
  !["24/5", "24/7", "CME", "CMES", "CME_Equity", "FX", "IEPA", "XCBF", "us_futures"].contains(name)
}

extension Basis {
  fileprivate var isCertain: Bool {
    if case .proof = self { return true }
    return false
  }
}

struct CalendarInferenceTests {
  /// Whether two calendars have the same sessions on the days of a file.
  private func areAlike(_ a: MarketCalendar, _ name: String, _ file: ExchangeFile) throws -> Bool {
    let b = try TestZones.catalog.calendar(named: name)
    let dates = try file.source().dates
    let alike = dates.filter { date in
      guard let own = b.session(on: date), let other = a.session(on: date) else { return false }
      func clock(_ moment: Int64, _ zone: Zone) -> Int64 {
        let instant = Instant(nanoseconds: moment)
        return instant.wallClock(offsetSeconds: file.isNaive ? zone.offsetSeconds(at: instant) : 0)
          .sinceMidnight
      }
      let tolerance: Int64 = 16 * 60 * Instant.second
      return abs(clock(own.open, b.zone) - clock(other.open, a.zone)) < tolerance
        && abs(clock(own.close, b.zone) - clock(other.close, a.zone)) < tolerance
    }
    return alike.count * 5 >= dates.count * 4
  }

  @Test(arguments: exchanges, [true, false])
  func `rows of an exchange are known for it or asked about, never taken for another`(
    name: String, isNaive: Bool
  ) throws {
    let file = ExchangeFile(calendar: name, isNaive: isNaive, stepSeconds: 300)
    do {
      let decision = try file.decide()
      let isAlike = try areAlike(decision.calendar, name, file)
      let isKnown = decision.calendar.name == name || (isAlike && !decision.calendarBasis.isCertain)
      #expect(isKnown, "\(name) read as \(decision.calendar.name): \(decision.calendarBasis)")
    } catch let error as SessError {
      #expect(["ambiguous-calendar", "ambiguous-zone"].contains(error.code), "\(error)")
      let isNamed = error.answers.contains("--calendar \(name)") || error.answers.count >= 3
      #expect(isNamed || error.answers.contains("--wall-clock"), "\(name): \(error.rendered())")
    }
  }

  @Test(
    arguments: ["XLON", "XETR", "XSTO", "XJSE", "BVMF", "XBOM", "XTSE", "XTKS", "XHKG", "XASX"],
    [(60, false), (300, true), (1800, true), (3600, false)] as [(Int64, Bool)])
  func `times in UTC are refused under a given calendar, its own clock is not`(
    name: String, shape: (step: Int64, labelsEnd: Bool)
  ) throws {
    var file = ExchangeFile(calendar: name, from: "2024-04-02", dayCount: 5)
    (file.stepSeconds, file.labelsEnd) = shape
    _ = try file.decideAsGiven()
    file.isUTC = true
    #expect {
      try file.decideAsGiven()
    } throws: { error in
      let error = error as? SessError
      return error?.code == "ambiguous-zone" && error?.answers.contains("--zone UTC") == true
    }
  }

  @Test(arguments: [
    ("VOD.L", "XLON"), ("0700.HK", "XHKG"), ("7203.T", "XTKS"), ("SAP.DE", "XETR"),
    ("AIR.PA", "XPAR"), ("XASX:BHP", "XASX"), ("TCS.NS", "XBOM"), ("600519.SS", "XSHG"),
  ])
  func `a symbol's ending and hours that agree are proof`(symbol: String, name: String) throws {
    var file = ExchangeFile(calendar: name, stepSeconds: 300)
    file.symbol = symbol
    let decision = try file.decide()
    #expect(decision.calendar.name == name)
    guard case .proof = decision.calendarBasis else {
      Issue.record("\(symbol): \(decision.calendarBasis)")
      return
    }
  }

  @Test func `a symbol's ending that the hours contradict is refused`() throws {
    var file = ExchangeFile(calendar: "XNYS", isNaive: false)
    file.symbol = "VOD.HK"
    #expect {
      try file.decide()
    } throws: {
      ($0 as? SessError)?.code == "ambiguous-calendar"
    }
  }

  @Test func `the zone a file is read in decides between exchanges with the same hours`() throws {
    let file = try CSVReader.read(
      try ExchangeFile(calendar: "XAMS").source().source, options: ReadOptions())
    var choices = LoadChoices()
    choices.zone = try TestZones.database.zone(named: "Europe/Amsterdam")
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: choices)
    #expect(try planner.decide(file).first?.calendar.name == "XAMS")
  }

  @Test func `a lunch break tells Hong Kong, its holidays prove it`() throws {
    let decision = try ExchangeFile(calendar: "XHKG", isNaive: false).decide()
    #expect(decision.calendar.name == "XHKG")
    guard case .proof = decision.calendarBasis else {
      Issue.record("\(decision.calendarBasis)")
      return
    }
  }

  @Test func `a pause at noon on a week of days is no hour of New York's`() throws {
    let file = ExchangeFile(calendar: "XHKG", from: "2025-01-27", dayCount: 7)
    #expect(try file.decide().calendar.name == "XHKG")
  }

  @Test(arguments: ["XTKS", "XHKG", "XSHG"], [60, 300, 1800] as [Int64])
  func `the label is known on days with a break, too`(name: String, step: Int64) throws {
    var file = ExchangeFile(calendar: name, from: "2025-03-03", dayCount: 10, stepSeconds: step)
    let reading = try file.decideLabel()
    #expect(reading.label == .start && reading.labelBasis.isCertain, "\(reading.labelBasis)")
    file.labelsEnd = true
    #expect {
      try file.decideLabel()
    } throws: { error in
      (error as? SessError)?.answers == ["--label end", "--label start"]
    }
  }

  @Test(arguments: [true, false])
  func `a day that another exchange with these hours keeps is asked about`(isNaive: Bool) throws {
    let file = ExchangeFile(
      calendar: "XTSE", from: "2025-05-12", dayCount: 9, isNaive: isNaive, stepSeconds: 300)
    #expect {
      try file.decide()
    } throws: { error in
      (error as? SessError)?.answers.prefix(2) == ["--calendar XNYS", "--calendar XTSE"]
    }
  }

  @Test func `days of another market are found by their holidays, or asked about`() throws {
    func daily(_ name: String) throws -> RawFile {
      let calendar = try TestZones.catalog.calendar(named: name)
      let first = try #require(CivilDate(iso: "2019-01-01"))
      let last = try #require(CivilDate(iso: "2023-12-31"))
      var text = "Date,Open,High,Low,Close,Volume\n"
      for date in calendar.tradingDays(from: first, through: last) { text += "\(date),1,2,1,1,5\n" }
      return try CSVReader.read(
        MemorySource(name: "days.csv", bytes: Array(text.utf8)), options: ReadOptions())
    }
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: LoadChoices())
    for name in ["XNYS", "XTKS", "XHKG", "XSHG", "XTAE"] {
      let decision = try #require(try planner.decide(try daily(name)).first)
      #expect(decision.calendar.name == name)
    }
    // Euronext's exchanges trade on the same days.
    #expect {
      try planner.decide(try daily("XPAR"))
    } throws: { error in
      (error as? SessError)?.answers.contains("--calendar XPAR") == true
    }
  }
}
