import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import TestSupport
import Testing

/// Hourly rows of an exchange that say neither whose they are nor on which clock they are written.
private struct UnnamedFile: CustomTestStringConvertible {
  var calendar: String
  var isUTC: Bool
  var days: (first: String, last: String)

  /// Around changes of the clocks, in winter and in summer.
  private static let spans = [
    ("2024-10-07", "2024-11-15"), ("2024-01-08", "2024-02-16"), ("2024-06-10", "2024-07-19"),
  ]

  /// A file of every exchange on its own clock, and one in UTC.
  static let all: [UnnamedFile] = {
    let round: Set = ["24/5", "24/7", "CME", "CMES", "CME_Equity", "FX", "IEPA", "XCBF"]
    var files: [UnnamedFile] = []
    for (index, name) in CalendarCatalog.names.sorted().enumerated()
    where !round.contains(name) && name != "us_futures" {
      files.append(
        UnnamedFile(calendar: name, isUTC: false, days: spans[(index + 1) % 3]))
      files.append(UnnamedFile(calendar: name, isUTC: true, days: spans[index % 3]))
    }
    for name in ["XLON", "XETR", "XSTO", "XJSE", "XASX", "XNZE", "XSGO", "XTAI"] {
      for span in spans { files.append(UnnamedFile(calendar: name, isUTC: true, days: span)) }
    }
    return files
  }()

  var testDescription: String { "\(calendar) in \(isUTC ? "UTC" : "its zone") from \(days.first)" }

  func decide() throws -> LoadDecision? {
    let own = try TestZones.catalog.calendar(named: calendar)
    var text = "timestamp,open,high,low,close,volume\n"
    let first = try #require(CivilDate(iso: days.first))
    let last = try #require(CivilDate(iso: days.last))
    for day in own.tradingDays(from: first, through: last) {
      let session = try #require(own.session(on: day))
      for segment in session.segments(extended: false) {
        for start in stride(from: segment.start, to: segment.end, by: 3_600_000_000_000) {
          let instant = Instant(nanoseconds: start)
          let offset = isUTC ? 0 : own.zone.offsetSeconds(at: instant)
          text += "\(instant.iso8601(offsetSeconds: offset).prefix(19)),10,11,9,10,500\n"
        }
      }
    }
    let source = MemorySource(name: "bars.csv", bytes: Array(text.utf8))
    let file = try CSVReader.read(source, options: ReadOptions())
    return try LoadPlanner(catalog: TestZones.catalog, choices: LoadChoices()).decide(file).first
  }
}

struct FoundCalendarTests {
  @Test(arguments: UnnamedFile.all)
  private func `no file is read as another exchange's, or on another clock, without a word`(
    file: UnnamedFile
  ) throws {
    do {
      guard let decision = try file.decide() else { return }
      // Toronto and others keep New York's hours; only holidays tell them apart.
      let isHome = decision.calendar.name == "XNYS" && !file.isUTC
      let own = try TestZones.catalog.calendar(named: file.calendar)
      #expect(decision.calendar.name == file.calendar || isHome)
      let noon = Instant.day / 2
      let first = try #require(CivilDate(iso: file.days.first))
      let read = decision.zone?.instant(date: first, nanosecondsOfDay: noon)
      let written = (file.isUTC ? Zone.utc : own.zone).instant(date: first, nanosecondsOfDay: noon)
      #expect(read == written, "\(decision.calendar.name) in \(decision.zone?.name ?? "-")")
    } catch let error as SessError {
      #expect(["ambiguous-calendar", "ambiguous-zone", "unknown-interval"].contains(error.code))
      #expect(!error.answers.isEmpty)
    }
  }

  @Test func `copies of a day are no further evidence`() throws {
    var texts: [String] = []
    for _ in 0..<2 {
      var text = "timestamp,open,high,low,close,volume\n"
      for day in ["2024-03-07", "2024-03-08"] {
        for minute in 0..<390 {
          let (hour, rest) = ((570 + minute) / 60, (570 + minute) % 60)
          let clock = "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest):00"
          text += "\(day)T\(clock)-05:00,10,11,9,10,500\n"
        }
      }
      texts.append(text)
    }
    let files = try texts.map { text in
      try CSVReader.read(
        MemorySource(name: "bars.csv", bytes: Array(text.utf8)), options: ReadOptions())
    }
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: LoadChoices())
    let one = try #require(try planner.decide([files[0]]))
    let both = try #require(try planner.decide(files))
    #expect(one.labelBasis == both.labelBasis)
    #expect(
      one.labelBasis == .evidence("the first bar at the open on 2 of 2 full days"))
  }
}
