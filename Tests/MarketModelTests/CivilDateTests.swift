import Foundation
import MarketModel
import Testing

struct CivilDateTests {
  @Test func `every day from 1600 to 2400 agrees with Foundation's calendar`() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: -135_000, through: 157_000, by: 13) {
      let date = CivilDate(daysSinceEpoch: day)
      let moment = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: moment)
      #expect(date.components.year == parts.year)
      #expect(date.components.month == parts.month)
      #expect(date.components.day == parts.day)
      #expect(date.isoWeekday == (((parts.weekday ?? 0) + 5) % 7) + 1)
    }
  }

  @Test func `the range of instants is that of its years`() throws {
    let first = try #require(CivilDate(year: Instant.years.lowerBound, month: 1, day: 1))
    let end = try #require(CivilDate(year: Instant.years.upperBound + 1, month: 1, day: 1))
    #expect(Instant.range == first.midnightNanoseconds..<end.midnightNanoseconds)
  }

  @Test func `a printed date parses to itself`() {
    for day in stride(from: -700_000, through: 2_900_000, by: 997) {
      let date = CivilDate(daysSinceEpoch: day)
      #expect(CivilDate(iso: date.description) == date)
    }
  }

  @Test(arguments: [
    "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "24-01-01", "2024-1-1", "",
  ])
  func `an impossible date is refused`(text: String) {
    #expect(CivilDate(iso: text) == nil)
  }

  @Test func `the midnight of a date beyond every instant is the first or last one`() throws {
    let (first, last) = (CivilDate(daysSinceEpoch: -700_000), CivilDate(daysSinceEpoch: 2_900_000))
    #expect(first.midnightNanoseconds < -9_000_000_000_000_000_000)
    #expect(last.midnightNanoseconds > 9_000_000_000_000_000_000)
    let date = try #require(CivilDate(iso: "2015-12-24"))
    #expect(date.midnightNanoseconds == 1_450_915_200_000_000_000)
  }

  @Test func `week, month and year starts lie on or before the date`() throws {
    let date = try #require(CivilDate(iso: "2015-12-24"))
    #expect(date.weekStart.description == "2015-12-21")
    #expect(date.monthStart.description == "2015-12-01")
    #expect(date.yearStart.description == "2015-01-01")
  }
}
