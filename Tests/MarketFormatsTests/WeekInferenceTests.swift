import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

/// Rows of a market that is open day and night, as a file that does not say whose they are.
private struct WeekFile: CustomStringConvertible {
  var calendar: String
  /// The zone rows are written in; nil writes moments.
  var zone: String?
  var from: CivilDate
  var hours: Int
  var interval: Interval
  var label = BarLabel.start
  /// One row of so many hundred is missing.
  var holes = 0

  var description: String {
    "\(calendar) \(interval) in \(zone ?? "Z") \(hours) hours from \(from), \(holes) % missing, \(label)"
  }

  init(calendar: String, zones: [String?], labels: [BarLabel], _ random: inout SeededRandom) {
    self.calendar = calendar
    zone = zones[random.below(zones.count)]
    from = CivilDate(daysSinceEpoch: 17_600 + random.below(2500))
    hours = [5, 12, 24, 48, 72, 100, 168, 240, 500][random.below(9)]
    let steps = [1, 5, 15, 30, 60, 240]
    interval = Interval(count: steps[random.below(6)], unit: .minute) ?? .minute
    label = labels[random.below(labels.count)]
    holes = [0, 2, 10, 30][random.below(4)]
  }

  func text(_ random: inout SeededRandom) throws -> String {
    let calendar = try TestZones.catalog.calendar(named: calendar)
    var judge = SlotJudge(calendar: calendar, interval: interval)
    let written = try zone.map { try TestZones.database.zone(named: $0) }
    var text = "timestamp,open,high,low,close,volume\n"
    let first = calendar.zone.instant(date: from, nanosecondsOfDay: 0).nanoseconds
    let step = interval.nanoseconds
    // Four hours begin at the market's own open.
    for start in stride(
      from: first + Int64(random.below(24)) * 3600 * Instant.second,
      to: first + Int64(hours) * 3600 * Instant.second,
      by: Int64.Stride(min(step, 3600 * Instant.second)))
    {
      guard case .slot = judge.judge(start), random.below(100) >= holes else { continue }
      let instant = Instant(nanoseconds: start + (label == .end ? step : 0))
      let stamp = instant.iso8601(offsetSeconds: written?.offsetSeconds(at: instant) ?? 0)
      text += "\(written == nil ? stamp : String(stamp.prefix(19))),10,11,9,10,500\n"
    }
    return text
  }

  /// The part of the rows that a decision finds slots for.
  func keptShare(_ text: String, _ decision: LoadDecision) -> Double {
    var judge = SlotJudge(calendar: decision.calendar, interval: interval)
    var (kept, total) = (0, 0)
    for line in text.split(separator: "\n").dropFirst() {
      guard let date = CivilDate(iso: line.prefix(10)),
        let clock = WeekFile.clock(line.dropFirst(11).prefix(8))
      else { continue }
      total += 1
      let zone = decision.zone ?? .utc
      let start = zone.instant(date: date, nanosecondsOfDay: clock).nanoseconds
      let label = decision.label == .end ? interval.nanoseconds : 0
      if case .slot = judge.judge(start - label) { kept += 1 }
    }
    return Double(kept) / Double(max(total, 1))
  }

  private static func clock(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":").compactMap { Int64($0) }
    return parts.count == 3 ? (parts[0] * 3600 + parts[1] * 60 + parts[2]) * Instant.second : nil
  }

  func decide(_ text: String) throws -> LoadDecision? {
    let source = MemorySource(name: "bars.csv", bytes: Array(text.utf8))
    var choices = LoadChoices()
    choices.interval = interval
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: choices)
    return try planner.decide(try CSVReader.read(source, options: ReadOptions())).first
  }
}

struct WeekInferenceTests {
  @Test(arguments: [UInt64](1...40))
  func `rows of a market that never closes are never taken for one that does`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let file = WeekFile(calendar: "24/7", zones: ["UTC", nil], labels: [.start], &random)
    let text = try file.text(&random)
    guard text.utf8.count > 400 else { return }
    do {
      guard let decision = try file.decide(text), decision.calendar.name != "24/7" else { return }
      // Rows within New York's hours are taken for its, as is documented; others are not.
      #expect(decision.calendar.name == "XNYS" && file.keptShare(text, decision) > 0.98, "\(file)")
    } catch let error as SessError {
      #expect(error.answers.contains("--calendar 24/7"), "\(file): \(error.rendered())")
    }
  }

  @Test(arguments: ["FX", "CME"], [UInt64](1...40))
  func `rows of a week with a weekend are read as they are, or the truth is among the answers`(
    calendar: String, seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    let own = calendar == "FX" ? "America/New_York" : "America/Chicago"
    let file = WeekFile(
      calendar: calendar, zones: [own, "UTC", "Europe/Athens", nil], labels: [.start, .end], &random
    )
    let text = try file.text(&random)
    guard text.utf8.count > 400 else { return }
    do {
      guard let decision = try file.decide(text) else { return }
      // Few rows within the hours of New York are taken for its, as is documented.
      guard decision.calendar.name != "XNYS" else { return #expect(file.hours <= 24, "\(file)") }
      #expect(decision.calendar.name == calendar, "\(file)")
      guard let zone = file.zone, let read = decision.zone else { return }
      // Zones that agree on the days of a file are the same to it.
      let noon = Instant.day / 2
      let written = try TestZones.database.zone(named: zone)
      #expect(
        read.instant(date: file.from, nanosecondsOfDay: noon)
          == written.instant(date: file.from, nanosecondsOfDay: noon), "\(file): \(read.name)")
    } catch let error as SessError {
      let answers = error.answers
      let isNamed =
        answers.contains("--calendar \(calendar)")
        || answers.contains { $0 == "--zone \(file.zone ?? "")" }
        || answers.contains("--label \(file.label.rawValue)")
      #expect(isNamed || file.hours <= 24, "\(file): \(error.rendered())")
    }
  }

  @Test func `days with rows on weekends are not New York's`() throws {
    let days = ["07", "08", "09", "10", "11", "12"]
    let text =
      "Date,Open,High,Low,Close,Volume\n" + days.map { "2024-03-\($0),1,2,1,1,5\n" }.joined()
    let source = MemorySource(name: "days.csv", bytes: Array(text.utf8))
    let file = try CSVReader.read(source, options: ReadOptions())
    let planner = LoadPlanner(catalog: TestZones.catalog, choices: LoadChoices())
    #expect(try planner.decide(file).first?.calendar.name == "24/7")
  }
}
