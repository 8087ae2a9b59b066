import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import TestSupport
import Testing

/// Bars of many minutes at times of day, which lie on the clock or are counted from the open.
struct ClockBarTests {
  private func file(_ times: [String], days: Int = 10) throws -> RawFile {
    var text = "timestamp,open,high,low,close,volume\n"
    // Two weeks around the change of New York's clock.
    for day in [3, 4, 5, 6, 7, 10, 11, 12, 13, 14].prefix(days) {
      for time in times {
        text += "2025-03-\(day < 10 ? "0" : "")\(day) \(time):00,10,11,9,10,500\n"
      }
    }
    return try CSVReader.read(
      MemorySource(name: "bars.csv", bytes: Array(text.utf8)), options: ReadOptions())
  }

  private func decide(
    _ times: [String], _ interval: String? = nil, label: BarLabel? = nil, calendar: String = "XNYS"
  ) throws -> (LoadDecision, PlacedSeries) {
    var choices = LoadChoices()
    choices.calendar = try TestZones.catalog.calendar(named: calendar)
    choices.interval = interval.flatMap { Interval($0) }
    choices.label = label
    let file = try file(times)
    let decisions = try LoadPlanner(catalog: TestZones.catalog, choices: choices).decide(file)
    let placed = try file.place(decisions, policy: .keep)
    return (try #require(decisions.first), try #require(placed.first))
  }

  private func refusal(
    _ times: [String], _ interval: String? = nil, calendar: String = "XNYS"
  ) throws -> SessError {
    let error = #expect(throws: SessError.self) {
      try decide(times, interval, calendar: calendar)
    }
    return try #require(error)
  }

  private static let hours = ["10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]

  @Test(arguments: ["09:00", "09:30"])
  func `hours of the clock are kept where the session opens within one`(first: String) throws {
    let (decision, placed) = try decide([first] + Self.hours, "1h")
    #expect(decision.alignment == .clock)
    #expect(placed.rejected.isEmpty)
    #expect(placed.series.count == 70)
    #expect(placed.extendedCount == 0)
    let offset = decision.calendar.zone.offsetSeconds(at: try #require(placed.series.first).start)
    let starts = placed.series.chunks[0].starts.map {
      String(Instant(nanoseconds: $0).timeOfDay(offsetSeconds: offset))
    }
    #expect(starts == ["09:30"] + Self.hours)
  }

  @Test func `hours of the clock that name the ends are read so when told`() throws {
    let times = Self.hours + ["16:00"]
    let refused = try refusal(times)
    #expect(refused.code == "ambiguous-label")
    #expect(refused.answers.first == "--label end")
    let (decision, placed) = try decide(times, label: .end)
    #expect(decision.alignment == .clock)
    #expect(placed.rejected.isEmpty)
    #expect(placed.series.count == 70)
  }

  @Test func `an hour that holds pre-market and regular trading is refused`() throws {
    let early = ["04:00", "05:00", "06:00", "07:00", "08:00", "09:00"]
    #expect(try refusal(early + Self.hours + ["16:00", "17:00"]).code == "clock-bars")
  }

  @Test func `hours from the open stay aligned to the session`() throws {
    let times = ["09:30", "10:30", "11:30", "12:30", "13:30", "14:30", "15:30"]
    let (decision, placed) = try decide(times)
    #expect(decision.alignment == .session)
    #expect(placed.rejected.isEmpty)
  }

  @Test(arguments: [
    ("65m", ["09:30", "10:35", "11:40", "12:45", "13:50", "14:55"]),
    ("195m", ["09:30", "12:45"]), ("1h", ["09:30"] + Self.hours),
  ])
  func `the commonest distance is proposed, not what divides all`(
    interval: String, times: [String]
  ) throws {
    let refused = try refusal(times)
    #expect(refused.code == "unknown-interval")
    #expect(refused.answers == ["--interval \(interval)"])
    #expect(try decide(times, interval).1.rejected.isEmpty)
  }

  @Test func `a length that no two rows are apart is refused where all are another`() throws {
    let times = ["09:30", "10:35", "11:40", "12:45", "13:50", "14:55"]
    #expect(try refusal(times, "5m").hint?.contains("--interval 65m") == true)
    // Thin rows have many distances.
    #expect(try decide(["09:31", "10:02", "11:40", "13:07", "15:59"], "1m").1.rejected.isEmpty)
  }
}
