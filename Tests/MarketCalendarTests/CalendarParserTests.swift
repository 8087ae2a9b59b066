import Diagnostics
import MarketCalendar
import MarketModel
import TestSupport
import Testing

private let demo = """
  calendar XDEMO
  title Demo Exchange        # a comment
  zone Asia/Tokyo
  range 2020-01-01 2024-12-31
  source the exchange's notices
  week Mon-Fri
  week 2023-01-01 Sun-Thu
  hours pre 08:00 09:00-11:30 12:30-15:00 post 16:30
  hours 2022-01-01 09:00-15:00
  hours 2022-01-01 Fri 09:00-12:00
  closed 12-25 2020:0410,0402,-,0407 20240229 Holiday
  closed 01-01:2020-2021 "1 January"
  special 2020-12-25 2021-05-01 <22:00-02:00 Night
  special 12-24 09:00-11:30
  """

private func text(_ calendar: MarketCalendar, _ date: String) throws -> String {
  let date = try #require(CivilDate(iso: date))
  guard let session = calendar.session(on: date) else {
    let statement = try #require(calendar.statement(on: date))
    return "\(calendar.closure(on: date)?.rawValue ?? "") \(statement.name ?? "-")"
  }
  let parts = session.segments.map { segment in
    let times = [segment.start, segment.end].map { moment in
      let instant = Instant(nanoseconds: moment)
      return instant.timeOfDay(offsetSeconds: calendar.zone.offsetSeconds(at: instant))
    }
    return times.joined(separator: "-")
  }
  return parts.joined(separator: " ")
}

struct CalendarParserTests {
  @Test(arguments: [
    ("2020-01-01", "a holiday 1 January"),
    ("2020-01-02", "08:00-09:00 09:00-11:30 12:30-15:00 15:00-16:30"),
    ("2020-04-10", "a holiday Holiday"), ("2022-04-10", "a weekend -"),
    ("2023-04-07", "a holiday Holiday"), ("2020-12-25", "22:00-02:00"),
    ("2021-05-01", "22:00-02:00"), ("2021-12-24", "09:00-11:30"), ("2022-01-03", "09:00-15:00"),
    ("2022-12-23", "09:00-12:00"), ("2022-01-07", "09:00-12:00"), ("2023-01-06", "a weekend -"),
    ("2023-01-08", "09:00-15:00"), ("2022-01-01", "a weekend -"),
    ("2024-02-29", "a holiday Holiday"),
  ])
  func `a day is what the file says`(date: String, expected: String) throws {
    let calendar = try TestZones.catalog.define(demo, file: nil)
    #expect(try text(calendar, date) == expected)
  }

  @Test func `a name, a source and a range come from the file`() throws {
    let calendar = try TestZones.catalog.define(demo, file: nil)
    #expect(calendar.name == "XDEMO")
    #expect(calendar.title == "Demo Exchange")
    let date = try #require(CivilDate(iso: "2020-04-10"))
    #expect(calendar.statement(on: date)?.source == "the exchange's notices")
    let outside = try #require(CivilDate(iso: "2025-01-01"))
    #expect(calendar.closure(on: outside) == .outOfRange)
  }

  @Test(arguments: [
    ("zone Asia/Tokyo", "zone Asia/Tokio", "unknown-zone", 0, 0),
    ("week Mon-Fri", "week Mon-Frx", "bad-calendar", 6, 6),
    ("hours 2022-01-01 09:00-15:00", "hours 2022-01-01 09:00-08:00", "bad-calendar", 9, 18),
    ("hours 2022-01-01 09:00-15:00", "hours 2019-01-01", "bad-calendar", 9, 17),
    ("hours 2022-01-01 09:00-15:00", "hours 2022-13-01 09:00-15:00", "bad-calendar", 9, 7),
    ("20240229", "20230229", "bad-calendar", 11, 36),
    ("20240229", "2025-01-01", "bad-calendar", 11, 36),
    ("closed 12-25 ", "closed 12-25 12-25 ", "bad-calendar", 11, 14),
    ("special 12-24 09:00-11:30", "special 12-24 Half", "bad-calendar", 14, 15),
    ("special 12-24 09:00-11:30", "specials 12-24", "bad-calendar", 14, 1),
    ("special 12-24 09:00-11:30", "special", "bad-calendar", 14, 8),
    ("range 2020-01-01 2024-12-31", "range 2020-01-01", "bad-calendar", 4, 17),
    ("range 2020-01-01 2024-12-31", "range 2020-01-01 2019-12-31", "bad-calendar", 4, 7),
    ("calendar XDEMO", "calendar X/DEMO", "bad-calendar", 1, 9),
    ("calendar XDEMO", "calendar NYSE", "calendar-exists", 0, 0),
    ("calendar XDEMO", "", "bad-calendar", 0, 0),
    ("hours pre 08:00 09:00", "hours pre 8:00 09:00", "bad-calendar", 8, 11),
    ("<22:00-02:00 Night", "<08:00-02:00 Night", "bad-calendar", 0, 0),
  ])
  func `a fault is refused at its place`(
    old: String, new: String, code: String, line: Int, column: Int
  ) throws {
    let fault = try #require(throws: SessError.self) {
      _ = try TestZones.catalog.define(demo.replacing(old, with: new), file: "x.cal")
    }
    #expect(fault.code == code)
    #expect(fault.span?.line ?? 0 == line, "\(fault.message)")
    #expect(fault.span?.column ?? 0 == column, "\(fault.message)")
  }

  @Test func `no text can trap the reader`() throws {
    var random = SystemSeed(state: 7)
    let bytes = Array(demo.utf8)
    for _ in 0..<3000 {
      var mutated = bytes
      for _ in 0..<(1 + Int(random.next() % 4)) {
        let place = Int(random.next() % UInt64(mutated.count))
        switch random.next() % 3 {
        case 0: mutated.remove(at: place)
        case 1: mutated.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        default: mutated[place] = bytes[Int(random.next() % UInt64(bytes.count))]
        }
      }
      _ = try? TestZones.catalog.define(String(decoding: mutated, as: UTF8.self), file: nil)
    }
  }
}

/// A small generator whose values depend on nothing but its seed.
private struct SystemSeed {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 11
  }
}
