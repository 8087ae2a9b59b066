import Diagnostics
import MarketCalendar
import MarketModel
import TestSupport
import Testing

@testable import MarketFormats

/// Daily and weekly files whose stamps are not plain dates.
struct DayNamingTests {
  private func decide(
    _ stamps: [String], _ calendar: String, zone: String? = nil, label: BarLabel? = nil
  ) throws -> (decision: LoadDecision, dates: [String]) {
    var text = "time,open,high,low,close,volume\n"
    for stamp in stamps { text += "\(stamp),1,2,1,1,5\n" }
    let file = try CSVReader.read(
      MemorySource(name: "days.csv", bytes: Array(text.utf8)), options: ReadOptions())
    var choices = LoadChoices()
    choices.calendar = try TestZones.catalog.calendar(named: calendar)
    choices.zone = try zone.map { try TestZones.database.zone(named: $0) }
    choices.label = label
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: choices)
    let decision = try #require(try planner.decide(file).first)
    let placement = Placement(decision: decision, policy: .keep, source: file.source)
    let placed = try placement.place(try #require(file.series.first), rejections: [])
    #expect(placed.rejected.isEmpty)
    let dates = placed.series.chunks.flatMap(\.starts).compactMap { start in
      decision.calendar.tradingDay(containing: Instant(nanoseconds: start)).map { "\($0)" }
    }
    return (decision, dates)
  }

  private let week = ["2025-02-03", "2025-02-04", "2025-02-05", "2025-02-06", "2025-02-07"]

  @Test(arguments: [
    ("FX", "T22:00:00Z", -1), ("FX", "T17:00:00-05:00", -1), ("CME_Equity", "T23:00:00Z", -1),
    ("CME_Equity", "T22:00:00Z", -1), ("XNYS", "T14:30:00Z", 0), ("XNYS", "T21:00:00Z", 0),
    ("XNYS", "T05:00:00Z", 0), ("XTKS", "T15:00:00Z", -1), ("XASX", "T23:00:00Z", -1),
  ])
  func `a stamp of the evening before is of the day whose session opens then`(
    calendar: String, time: String, days: Int
  ) throws {
    let stamps = try week.map { "\(try #require(CivilDate(iso: $0)).advanced(by: days))\(time)" }
    #expect(try decide(stamps, calendar).dates == week)
  }

  @Test func `days named by their ends are asked about, then right`() throws {
    let stamps = week.map { "\($0)T17:00:00-05:00" }
    #expect {
      try decide(stamps, "FX")
    } throws: { error in
      (error as? SessError)?.answers.first == "--label end"
    }
    #expect(try decide(stamps, "FX", label: .end).dates == week)
  }

  @Test func `local midnights in UTC without an offset are asked about, then right`() throws {
    let stamps = try week.map { "\(try #require(CivilDate(iso: $0)).advanced(by: -1)) 13:00:00" }
    #expect {
      try decide(stamps, "XASX")
    } throws: { error in
      (error as? SessError)?.answers.first == "--zone UTC"
    }
    #expect(try decide(stamps, "XASX", zone: "UTC").dates == week)
  }

  @Test func `Sundays begin a week or end one, as the label says`() throws {
    let sundays = ["2025-01-05", "2025-01-12", "2025-01-19", "2025-01-26"]
    #expect {
      try decide(sundays, "XNYS")
    } throws: { error in
      (error as? SessError)?.code == "ambiguous-label"
    }
    let begun = ["2025-01-06", "2025-01-13", "2025-01-21", "2025-01-27"]
    #expect(try decide(sundays, "XNYS", label: .start).dates == begun)
    let ended = ["2024-12-30", "2025-01-06", "2025-01-13", "2025-01-21"]
    #expect(try decide(sundays, "XNYS", label: .end).dates == ended)
  }
}
