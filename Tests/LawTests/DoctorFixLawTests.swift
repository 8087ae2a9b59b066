import Foundation
import MarketModel
import Presentation
import TestSupport
import Testing

/// A file that is wrong in one way, and how it is loaded.
private struct FaultyFile: Sendable, CustomTestStringConvertible {
  var fault: String
  /// The numbers the fault may be found by.
  var ids: Set<String>
  var days: String
  var calendar = "XNYS"
  /// A command that spoils the bars before they are written.
  var spoil = ""
  /// Flags of `load` beside the symbol and the interval.
  var flags = ""
  /// What is typed after loading.
  var then = ""
  /// The stamp of a bar; the offset is that of the exchange.
  var stamp: @Sendable (Instant, Int) -> String = { $0.iso8601(offsetSeconds: $1) }
  /// The rows that are written of each.
  var rows: @Sendable (Int, String) -> [String] = { _, row in [row] }

  var testDescription: String { "\(fault), \(calendar) \(days)" }
}

private func wall(_ instant: Instant, _ offset: Int) -> Substring {
  instant.iso8601(offsetSeconds: offset).prefix(19)
}

private let falls = ["XNYS": "2024-10-28..2024-11-08", "XLON": "2024-10-21..2024-11-01"]
private let springs = ["XNYS": "2025-03-03..2025-03-14", "XLON": "2025-03-24..2025-04-04"]
private let zones = ["XNYS": "America/New_York", "XLON": "Europe/London"]
private let summers = ["XNYS": -4, "XLON": 1]

/// The faults of clocks, for an exchange and the days about a change of its clocks.
private func clockFaults(_ calendar: String, _ days: String) -> [FaultyFile] {
  let summer = summers[calendar] ?? 0
  let zone = "--zone \(zones[calendar] ?? "UTC")"
  var files: [FaultyFile] = []
  for (season, hours) in [("summer", summer), ("winter", summer - 1)] {
    let seconds = 3600 * hours
    files.append(
      FaultyFile(
        fault: "wall clock with a fixed \(season) offset", ids: ["D18", "D19"], days: days,
        calendar: calendar, flags: "--zone UTC",
        stamp: { "\(wall($0, $1))\(Instant.offsetText(seconds))" }))
    files.append(
      FaultyFile(
        fault: "UTC made with a fixed \(season) offset", ids: ["D18", "D19"], days: days,
        calendar: calendar,
        stamp: { instant, offset in
          let moment = Instant(
            nanoseconds: instant.nanoseconds + Int64(offset - seconds) * Instant.second)
          return moment.iso8601(offsetSeconds: 0)
        }))
    files.append(
      FaultyFile(
        fault: "a clock that keeps its \(season) all year", ids: ["D18"], days: days,
        calendar: calendar, flags: zone, stamp: { instant, _ in String(wall(instant, seconds)) }))
  }
  files.append(
    FaultyFile(
      fault: "UTC read as the exchange's clock", ids: ["D18", "D19"], days: days,
      calendar: calendar, flags: zone, stamp: { instant, _ in String(wall(instant, 0)) }))
  files.append(
    FaultyFile(
      fault: "wall clock marked as UTC", ids: ["D18", "D19"], days: days, calendar: calendar,
      flags: "--zone UTC", stamp: { "\(wall($0, $1))Z" }))
  return files
}

private let week = "2025-06-30..2025-07-11"

private let files: [FaultyFile] =
  zones.keys.sorted().flatMap {
    clockFaults($0, falls[$0] ?? "") + clockFaults($0, springs[$0] ?? "")
  } + [
    FaultyFile(
      fault: "dates a day late", ids: ["D19"], days: week,
      stamp: { Instant(nanoseconds: $0.nanoseconds + Instant.day).iso8601(offsetSeconds: $1) }),
    FaultyFile(
      fault: "some days shifted", ids: ["D19"], days: week,
      spoil: "inject shift X/5m --size 3 --count 4 --seed 2"),
    FaultyFile(
      fault: "summer time by injection", ids: ["D18"], days: falls["XNYS"] ?? "",
      spoil: "inject dst-hour X/5m"),
    FaultyFile(
      fault: "stamps of ends", ids: ["D20"], days: week, spoil: "inject end-labels X/5m",
      flags: "--label start"),
    FaultyFile(
      fault: "a split", ids: ["D16"], days: week, spoil: "inject split X/5m --size 4 --seed 3"),
    FaultyFile(
      fault: "bars adjusted twice", ids: ["D38"], days: week,
      then: "adjust X --split 4:1@2025-07-08"),
    FaultyFile(
      fault: "rows that contradict each other", ids: ["D05"], days: week,
      rows: { index, row in
        index % 97 == 5 ? [row.replacingOccurrences(of: ",", with: ",1"), row] : [row]
      }),
    FaultyFile(
      fault: "hours of another calendar", ids: ["D22"], days: week, calendar: "CME",
      flags: "--calendar CME_Equity"),
  ]

struct DoctorFixLawTests {
  @Test(arguments: files)
  private func `every command doctor gives mends what it was given for`(file: FaultyFile) throws {
    let path = try write(file)
    let diagnosis = try load(file, path)
    let found = try remedies(diagnosis)
    #expect(found.contains { file.ids.contains($0.id) }, "\(found)")
    var fixes = 0
    let before = try share(diagnosis)
    for (id, remedy) in found {
      guard try isTyped(remedy, diagnosis) else { continue }
      fixes += 1
      let bench = try load(file, path)
      try bench.run(remedy)
      let left = try remedies(bench)
      #expect(!left.contains { $0.id == id }, "after \(remedy): \(left)")
      #expect(try share(bench) >= before, "after \(remedy)")
    }
    #expect(fixes > 0, "\(found)")
  }

  private func write(_ file: FaultyFile) throws -> String {
    let bench = Bench()
    try bench.run(
      "generate X --calendar \(file.calendar) --interval 5m --days \(file.days) --seed 7")
    if !file.spoil.isEmpty { try bench.run(file.spoil) }
    var lines = "timestamp,open,high,low,close,volume\n"
    let table = try bench.records("show X/5m --columns start,open,high,low,close,volume")
    for (index, row) in table.rows.enumerated() {
      guard case .instant(let start, let offset) = row[0] else { continue }
      let figures = row[1...].map(text).joined(separator: ",")
      for line in file.rows(index, "\(file.stamp(start, offset)),\(figures)") {
        lines += line + "\n"
      }
    }
    let path = try TestEnvironment.temporaryFolder().appending(path: "x.csv")
    try lines.write(to: path, atomically: true, encoding: .utf8)
    return path.path
  }

  private func text(_ value: Value) -> String {
    switch value {
    case .number(let number): "\(number)"
    case .integer(let number): "\(number)"
    case .text(let text): text
    default: ""
    }
  }

  private func load(_ file: FaultyFile, _ path: String) throws -> Bench {
    let bench = Bench()
    let calendar = file.flags.contains("--calendar") ? "" : "--calendar \(file.calendar)"
    try bench.run("load \(path) --symbol X --interval 5m \(calendar) \(file.flags)")
    if !file.then.isEmpty { try bench.run(file.then) }
    return bench
  }

  private func remedies(_ bench: Bench) throws -> [(id: String, remedy: String)] {
    let table = try bench.records("doctor --min-severity warning --columns id,remedy")
    return table.rows.map { (text($0[0]), text($0[1])) }
  }

  /// Whether a remedy is among the commands that `doctor --fix` prints.
  private func isTyped(_ remedy: String, _ bench: Bench) throws -> Bool {
    for case .lines(let lines) in try bench.run("doctor --fix").blocks {
      if lines.contains(remedy) { return true }
    }
    return false
  }

  /// The part of the expected bars that is there.
  private func share(_ bench: Bench) throws -> Double {
    let row = try bench.records("quality X/5m --total --columns present,expected").rows[0]
    guard case .integer(let present) = row[0], case .integer(let expected) = row[1] else {
      return 0
    }
    return Double(present) / Double(max(expected, 1))
  }
}
