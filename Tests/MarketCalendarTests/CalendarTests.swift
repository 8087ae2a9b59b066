import Diagnostics
import Foundation
import MarketCalendar
import MarketModel
import TestSupport
import Testing

private func utc(_ nanoseconds: Int64) -> String {
  let text = Instant(nanoseconds: nanoseconds).iso8601(offsetSeconds: 0)
  return text.prefix(16) + "Z"
}

private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(iso: text)) }

struct CalendarTests {
  @Test func `an early close has hours until 13:00 and post-market until 17:00`() throws {
    let calendar = try TestZones.catalog.calendar(named: "XNYS")
    let session = try #require(calendar.session(on: date("2015-12-24")))
    #expect(session.isEarlyClose)
    #expect(utc(session.start) == "2015-12-24T09:00Z")
    #expect(utc(session.close) == "2015-12-24T18:00Z")
    #expect(utc(session.end) == "2015-12-24T22:00Z")
    #expect(calendar.session(on: try date("2015-12-25")) == nil)
    #expect(calendar.closure(on: try date("2015-12-25")) == .holiday)
    #expect(calendar.closure(on: try date("2015-12-26")) == .weekend)
    #expect(calendar.closure(on: try date("1884-12-31")) == .outOfRange)
  }

  @Test func `the FX day of Monday begins on Sunday at 17:00 in New York`() throws {
    let calendar = try TestZones.catalog.calendar(named: "FX")
    let session = try #require(calendar.session(on: date("2014-05-05")))
    #expect(utc(session.open) == "2014-05-04T21:00Z")
    #expect(utc(session.close) == "2014-05-05T21:00Z")
    #expect(calendar.session(on: try date("2014-05-04")) == nil)
  }

  @Test(arguments: [
    ("XNYS", "2025-07-02", false, 390), ("XNYS", "2025-07-03", false, 210),
    ("XNYS", "2025-07-02", true, 960), ("XNYS", "2025-07-03", true, 780),
    ("24/7", "2025-07-05", false, 1440), ("FX", "2025-07-02", false, 1440),
    ("CME", "2025-07-02", false, 1380), ("CMES", "2025-07-02", false, 1440),
    ("CME_Equity", "2021-06-25", false, 1365), ("CME_Equity", "2021-06-28", false, 1380),
    ("XHKG", "2024-12-24", false, 150), ("XHKG", "2024-12-23", false, 330),
    ("XTKS", "2024-11-01", false, 300), ("XTKS", "2024-11-05", false, 330),
  ])
  func `a day has this many minutes`(name: String, day: String, extended: Bool, count: Int) throws {
    let calendar = try TestZones.catalog.calendar(named: name)
    let session = try #require(calendar.session(on: date(day)))
    let grid = SlotGrid(
      session: session, interval: .minute, extended: extended, alignment: .session,
      zone: calendar.zone)
    #expect(grid.count == count)
  }

  @Test(arguments: CalendarCatalog.names)
  func `sessions never overlap and every moment of one belongs to its day`(name: String) throws {
    let calendar = try TestZones.catalog.calendar(named: name)
    var previousEnd = Int64.min
    for day in calendar.tradingDays(from: try date("2018-01-01"), through: try date("2026-12-31")) {
      let session = try #require(calendar.session(on: day))
      #expect(session.start >= previousEnd)
      previousEnd = session.end
      for moment in [session.start, session.open, session.close - 1, session.end - 1] {
        #expect(calendar.tradingDay(containing: Instant(nanoseconds: moment)) == day)
      }
      #expect(calendar.tradingDay(containing: Instant(nanoseconds: session.end)) != day)
    }
  }

  @Test(arguments: ["7m", "1h", "90s", "4h", "24h"], Alignment.allCases)
  func `slots tile every segment without overlap`(text: String, alignment: Alignment) throws {
    let interval = try #require(Interval(text))
    for name in CalendarCatalog.names {
      let calendar = try TestZones.catalog.calendar(named: name)
      for day in calendar.tradingDays(from: try date("2025-06-30"), through: try date("2025-07-04"))
      {
        let session = try #require(calendar.session(on: day))
        let grid = SlotGrid(
          session: session, interval: interval, extended: true, alignment: alignment,
          zone: calendar.zone)
        for run in grid.runs {
          var expected = run.start
          for index in 0..<run.count {
            #expect(run.slotStart(index) == expected)
            #expect(run.isSlotStart(expected))
            #expect(run.slotIndex(containing: expected) == index)
            expected = run.slotEnd(index)
            #expect(run.slotIndex(containing: expected - 1) == index)
            #expect(run.slotCount(from: run.start, until: expected) == index + 1)
          }
          #expect(expected == run.end)
        }
      }
    }
  }

  @Test func `hours are anchored at the open or at clock multiples`() throws {
    let calendar = try TestZones.catalog.calendar(named: "XNYS")
    let session = try #require(calendar.session(on: date("2025-07-02")))
    let hour = try #require(Interval("1h"))
    let byAlignment = Alignment.allCases.map { alignment in
      SlotGrid(
        session: session, interval: hour, extended: false, alignment: alignment,
        zone: calendar.zone
      ).runs[0]
    }
    #expect(byAlignment.map(\.count) == [7, 7])
    #expect(utc(byAlignment[0].slotStart(1)) == "2025-07-02T14:30Z")
    #expect(utc(byAlignment[1].slotStart(1)) == "2025-07-02T14:00Z")
    #expect(utc(byAlignment[1].slotStart(0)) == "2025-07-02T13:30Z")
  }

  @Test func `an unknown calendar is refused with the nearest name`() throws {
    #expect(throws: SessError.self) { try TestZones.catalog.calendar(named: "XNYSE") }
    #expect(try TestZones.catalog.calendar(named: "xnys").name == "XNYS")
    #expect(try TestZones.catalog.calendar(named: "nasdaq").name == "XNYS")
    #expect(try TestZones.catalog.calendar(named: "US_Futures").name == "us_futures")
  }
}
