import Foundation
import MarketCalendar
import MarketModel
import TestSupport
import Testing

/// The lines of a checked-in expectation without its comments.
private func expectation(_ name: String) throws -> [[String]] {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let text = try String(
    contentsOf: folder.appending(path: "Expectations/\(name).txt"), encoding: .utf8)
  return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
    $0.split(separator: " ").map(String.init)
  }
}

/// FNV-1a over a year's sessions, 64 bits at a time, as `Scripts/dev/calendars` computes it.
private struct YearHash {
  var count = 0
  var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ session: TradingSession) {
    let regular = session.segments(extended: false)
    let minute = 60 * Instant.second
    var words = [
      Int64(session.date.daysSinceEpoch), session.open / minute, session.close / minute, 0, 0,
    ]
    if regular.count == 2 {
      (words[3], words[4]) = (regular[0].end / minute, regular[1].start / minute)
    }
    for word in words { value = (value ^ UInt64(bitPattern: word)) &* 0x100_0000_01B3 }
    count += 1
  }
}

struct ExpectationTests {
  @Test(arguments: CalendarCatalog.names)
  func `every session of every year opens, breaks and closes as the libraries say`(name: String)
    throws
  {
    let calendar = try TestZones.catalog.calendar(named: name)
    var years: [Int: YearHash] = [:]
    for day in calendar.tradingDays(from: calendar.firstDate, through: calendar.lastDate) {
      let session = try #require(calendar.session(on: day))
      years[day.components.year, default: YearHash()].add(session)
    }
    let rows = try expectation("sessions").filter { $0[0] == name }
    #expect(rows.count == years.count)
    for row in rows {
      let found = try #require(Int(row[1]).flatMap { years[$0] }, "\(row[1])")
      #expect(found.count == Int(row[2]), "\(name) \(row[1])")
      #expect(found.value == UInt64(row[3], radix: 16), "\(name) \(row[1])")
    }
  }

  @Test func `the index says what each calendar says of itself`() throws {
    #expect(CalendarCatalog.summaries.count == 74)
    for summary in CalendarCatalog.summaries {
      let calendar = try TestZones.catalog.calendar(named: summary.name)
      #expect(calendar.title == summary.title)
      #expect(calendar.zone.name == summary.zone)
      #expect(calendar.firstDate == summary.first)
      #expect(calendar.lastDate == summary.last)
      #expect(calendar.session(on: summary.first.advanced(by: -1)) == nil)
      for alias in summary.aliases {
        #expect(try TestZones.catalog.calendar(named: alias).name == summary.name)
      }
    }
  }

  @Test func `late opens and odd closes of New York are those of pandas_market_calendars`() throws {
    let calendar = try TestZones.catalog.calendar(named: "XNYS")
    let rows = try expectation("XNYS")
    #expect(rows.count == 14)
    for row in rows {
      let date = try #require(CivilDate(iso: row[0]))
      let session = try #require(calendar.session(on: date))
      let times = [session.open, session.close].map { moment in
        let instant = Instant(nanoseconds: moment)
        return instant.timeOfDay(offsetSeconds: calendar.zone.offsetSeconds(at: instant))
      }
      #expect(times == [row[1], row[2]], "\(date)")
      let statement = try #require(calendar.statement(on: date))
      #expect(statement.source.hasPrefix("pandas_market_calendars 5.5.0"), "\(date)")
      #expect(statement.name ?? "" == row.dropFirst(3).joined(separator: " "), "\(date)")
    }
  }
}
