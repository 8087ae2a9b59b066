import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import TestSupport
import Testing

/// A file of synthetic days, written as a vendor would who keeps to one clock and one label.
private struct SyntheticFile {
  var zone: String
  var label = BarLabel.start
  var days = ["2024-03-07", "2024-03-08", "2024-03-11", "2024-03-12"]
  var isExtended = false
  var header = "timestamp,open,high,low,close,volume"
  var name = "bars.csv"
  /// What stands between the date and the time, and between the parts of the date.
  var separators = ("-", " ")

  func source() throws -> MemorySource {
    let calendar = try TestZones.catalog.calendar(named: "XNYS")
    let clock = try TestZones.database.zone(named: zone)
    var text = header + "\n"
    for day in days {
      let date = try #require(CivilDate(iso: day))
      let session = try #require(calendar.session(on: date))
      let range = isExtended ? session.start..<session.end : session.open..<session.close
      for start in stride(from: range.lowerBound, to: range.upperBound, by: 60_000_000_000) {
        let stamp = Instant(nanoseconds: start + (label == .end ? 60_000_000_000 : 0))
        let written = stamp.iso8601(offsetSeconds: clock.offsetSeconds(at: stamp)).prefix(19)
        let date = written.prefix(10).replacing("-", with: separators.0)
        let volume =
          start >= session.open && start < session.close ? (start == session.open ? 9000 : 500) : 20
        text += "\(date)\(separators.1)\(written.suffix(8)),10,11,9,10,\(volume)\n"
      }
    }
    return MemorySource(name: name, bytes: Array(text.utf8))
  }

  func decide(_ change: (inout LoadChoices) -> Void = { _ in }) throws -> LoadDecision {
    let file = try CSVReader.read(try source(), options: ReadOptions())
    var choices = LoadChoices()
    change(&choices)
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: choices)
    return try #require(try planner.decide(file).first)
  }

  func refusal() throws -> SessError {
    do {
      _ = try decide()
    } catch {
      return try #require(error as? SessError)
    }
    throw SessError("test", "nothing was refused")
  }
}

private let metaTrader =
  "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>"

struct LoadInferenceTests {
  @Test func `the exchange's clock is proved by days that open on time in both DST regimes`() throws
  {
    let decision = try SyntheticFile(zone: "America/New_York").decide()
    #expect(
      decision.zoneBasis
        == .evidence("sessions open on time on 4 days, both DST regimes consistent"))
    #expect(decision.label == .start)
    #expect(decision.calendar.name == "XNYS")
    #expect(decision.intervalBasis == .proof("99 % of neighbouring rows are 1m apart"))
  }

  @Test(arguments: [0, 3, 7, 23])
  func `a stray row by night is no evidence against a clock that keeps regular hours`(hour: Int)
    throws
  {
    var text = "timestamp,open,high,low,close,volume\n"
    text += "2023-03-27T\(hour < 10 ? "0" : "")\(hour):00:00Z,10,11,9,10,1\n"
    for index in 0..<26 {
      let minute = 30 + 15 * index
      let clock = "\(13 + minute / 60):\(minute % 60 == 0 ? "00" : "\(minute % 60)")"
      text += "2023-03-27T\(clock):00Z,10,11,9,10,\(100 + index)\n"
    }
    let source = MemorySource(name: "stray.csv", bytes: Array(text.utf8))
    let file = try CSVReader.read(source, options: ReadOptions())
    var choices = LoadChoices()
    choices.interval = Interval("15m")
    choices.calendar = try TestZones.catalog.calendar(named: "XNYS")
    let decisions = try LoadPlanner(catalog: TestZones.catalog, choices: choices).decide(file)
    let placed = try file.place(decisions, policy: .keep)
    #expect(placed[0].series.count == 26 + (hour == 23 ? 1 : 0))
  }

  @Test func `the largest volume step shows the label where there are bars before the open`() throws
  {
    var file = SyntheticFile(zone: "America/New_York")
    file.isExtended = true
    #expect(
      try file.decide().labelBasis
        == .evidence(
          "largest volume step at 09:30 on 4 of 4 sessions, both DST regimes consistent"))
    file.label = .end
    let error = try file.refusal()
    #expect(error.code == "ambiguous-label")
    #expect(error.message.contains("largest volume step at 09:31 on 4 of 4 sessions"))
    #expect(error.hint?.hasPrefix("say it: --label end") == true)
    #expect(try file.decide { $0.label = .end }.label == .end)
  }

  @Test(arguments: ["UTC", "-05:00", "America/Chicago", "Europe/London", "Europe/Athens"])
  func `days on another clock are refused with the zone that fits`(zone: String) throws {
    var file = SyntheticFile(zone: zone)
    file.days = [
      "2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13", "2024-12-02", "2024-12-03",
    ]
    let error = try file.refusal()
    #expect(error.code == "ambiguous-zone")
    #expect(error.hint?.contains("--zone \(zone)") == true, "\(error)")
  }

  @Test func `a zone the dialect leaves open is found where one fits`() throws {
    var file = SyntheticFile(zone: "Europe/Athens")
    file.days = ["2024-06-10", "2024-06-11", "2024-12-02", "2024-12-03"]
    file.header = "date,open,high,low,close,volume,average,barCount"
    var text = String(decoding: try file.source().bytes(at: 0, count: 1 << 22), as: UTF8.self)
    text = text.replacing(",500\n", with: ",500,10,1\n").replacing(",9000\n", with: ",9000,10,1\n")
    let source = MemorySource(name: "ib.csv", bytes: Array(text.utf8))
    let read = try CSVReader.read(source, options: ReadOptions())
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: LoadChoices())
    let decision = try #require(try planner.decide(read).first)
    #expect(decision.zone?.name == "Europe/Athens")
    #expect(
      decision.zoneBasis
        == .evidence("sessions open on time on 4 days, both DST regimes consistent"))
  }

  @Test func `a half day that ends early is evidence too`() throws {
    var file = SyntheticFile(zone: "America/New_York")
    file.days = ["2024-07-01", "2024-07-02", "2024-07-03"]
    #expect(
      try file.decide().labelBasis
        == .evidence("the first bar at the open on 2 of 2 full days, half day honoured"))
  }

  @Test func `dates with a part above twelve decide for the whole file`() throws {
    func dates(_ lines: String...) -> MemorySource {
      let rows = lines.map { "\($0) 09:30,1,2,1,1,5\n\($0) 09:31,1,2,1,1,5\n" }.joined()
      return MemorySource(
        name: "dates.csv", bytes: Array(("time,open,high,low,close,volume\n" + rows).utf8))
    }
    func order(_ source: MemorySource) throws -> String? {
      try CSVReader.read(source, options: ReadOptions()).dialect.flags.first?.value
    }
    #expect(try order(dates("03/04/2024", "13/04/2024")) == "dmy")
    #expect(try order(dates("03/04/2024", "04/13/2024")) == "mdy")
    #expect(try order(dates("3/4/2024", "3/5/2024", "3/6/2024")) == "mdy")
    #expect(try order(dates("4/3/2024", "5/3/2024", "6/3/2024")) == "dmy")
    for source in [dates("03/04/2024"), dates("13/04/2024", "04/13/2024")] {
      #expect { try order(source) } throws: { ($0 as? SessError)?.code == "ambiguous-date" }
    }
  }
}
