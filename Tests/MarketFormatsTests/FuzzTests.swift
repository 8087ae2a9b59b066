import Diagnostics
import Foundation
import MarketCalendar
import MarketFormats
import MarketModel
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing
import Workbench

extension SeededRandom {
  /// The bytes with some changed, taken out, repeated or put in.
  fileprivate mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(6) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(6) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(Array("\"\n,{}[]-9:TZ\0\u{7F}".utf8)[below(14)], at: place)
      case 3: bytes.removeSubrange(place..<min(place + below(40), bytes.count))
      case 4:
        bytes.insert(contentsOf: bytes[place..<min(place + below(60), bytes.count)], at: place)
      default: bytes[place] ^= UInt8(1 << below(8))
      }
    }
    return bytes
  }
}

/// Damaged input gives an error or a result that keeps every rule; it never ends the program.
struct FuzzTests {
  @Test(arguments: TestEnvironment.seeds)
  func `damaged CSV is refused or read into sound series`(seed: UInt64) throws {
    let bench = Bench()
    let folder = try TestEnvironment.temporaryFolder().path
    try bench.run("generate A --days 2025-07-02 --seed \(seed)")
    try bench.run("export A/1m@09:30..10:30 \(folder)/a.csv --keys")
    let sound = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.csv")))
    var random = SeededRandom(seed: seed, text: "csv")
    for round in 0..<300 {
      let bytes = round == 0 ? sound : random.damaged(sound)
      do {
        let file = try CSVReader.read(
          MemorySource(name: "a.csv", bytes: bytes), options: ReadOptions())
        let planner = LoadPlanner(catalog: TestZones.catalog, choices: LoadChoices())
        for placed in try file.place(try planner.decide(file), policy: .keep) {
          #expect(placed.series.brokenInvariant() == nil)
        }
      } catch {
        #expect(round > 0)
      }
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `damaged sessions are refused or keep every rule`(seed: UInt64) throws {
    let bench = Bench()
    let folder = try TestEnvironment.temporaryFolder().path
    try bench.run("generate A --days 2025-07-02..2025-07-03 --seed \(seed) --interval 15m")
    try bench.run("inject missing A/15m --count 2")
    try bench.run("derive A 1h 1d")
    try bench.run("export session \(folder)/a.json")
    let sound = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.json")))
    var random = SeededRandom(seed: seed, text: "json")
    for round in 0..<150 {
      try Data(round == 0 ? sound : random.damaged(sound)).write(
        to: URL(fileURLWithPath: "\(folder)/b.json"))
      let other = Bench()
      guard (try? other.run("load \(folder)/b.json")) != nil else {
        #expect(round > 0)
        continue
      }
      for symbol in other.workbench.engine.snapshot().document.symbols.values {
        for record in symbol.bars.values { #expect(record.data.brokenInvariant() == nil) }
      }
      for line in ["show", "quality", "gaps", "missing", "metrics", "derive * 30m", "show */15m"] {
        _ = other.code(line)
      }
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `damaged zone files are refused or give offsets`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed, text: "zone")
    for name in ["America/New_York", "Asia/Kolkata", "Europe/Berlin"] {
      let file = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)")
      let sound = try [UInt8](#require(file))
      for round in 0..<300 {
        let bytes = round == 0 ? sound : random.damaged(sound)
        guard let zone = try? Zone(name: name, tzif: bytes) else {
          #expect(round > 0)
          continue
        }
        for moment in [Int64.min, -1, 0, 1_751_463_000_000_000_000, .max] {
          let found = zone.offset(at: Instant(nanoseconds: moment))
          #expect(found.validFrom <= found.validUntil)
          let wall = Instant(nanoseconds: moment / 2).wallClock(offsetSeconds: 0)
          _ = zone.resolve(date: wall.date, nanosecondsOfDay: wall.sinceMidnight)
        }
      }
    }
  }
}
