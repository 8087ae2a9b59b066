import Foundation
import MarketModel
import SessionEngine
import TestSupport
import Testing
import Workbench

struct ExportLawTests {
  @Test(arguments: TestEnvironment.seeds)
  func `an exported session loads back to equal records and equal bytes`(seed: UInt64) throws {
    let folder = try TestEnvironment.temporaryFolder().path
    let bench = Bench()
    try bench.run("generate A --days 2025-07-01..2025-07-08 --seed \(seed) --hours extended")
    try bench.run(
      "generate B --days 2025-07-03..2025-07-06 --seed \(seed) --calendar 24/7 --interval 5m")
    try bench.run("inject missing A/1m --count 20 --seed \(seed)")
    try bench.run("inject outage B/5m --length 30 --seed \(seed)")
    try bench.run("inject off-grid A/1m --count 3 --seed \(seed)")
    try bench.run("inject spike A/1m --count 2 --seed \(seed)")
    try bench.run("derive A 5m 15m 1h 1d --policy 70%")
    try bench.run("derive B 1h 1d 1w")
    try bench.run("indicator add A/5m macd 3 8 4 --on-gap reset")
    try bench.run("indicator add A/1d pivot_points")
    try bench.run("indicator add A/1m vwap --anchor continuous")
    try bench.run("indicator add B/1h bbands num_std=2.5")
    try bench.run("indicator add B/1w sma 40")
    try bench.run("export session \(folder)/one.json")
    let other = Bench()
    try other.run("load \(folder)/one.json")
    #expect(
      other.workbench.engine.snapshot().document == bench.workbench.engine.snapshot().document)
    try other.run("export session \(folder)/two.json")
    let one = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one.json"))
    let two = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/two.json"))
    #expect(one == two)
    try other.run("check")
    try other.run("append A/1m 2025-07-08T15:59 1 1 1 1 1 --on-duplicate replace")
    try other.run("check")
  }

  @Test func `an exported session carries the calendars of its own`() throws {
    let folder = try TestEnvironment.temporaryFolder().path
    let text = """
      calendar XDEMO
      zone Asia/Tokyo
      range 2025-01-01 2025-12-31
      week Mon-Fri
      hours 09:00-11:30 12:30-15:00
      closed 2025-07-02 "Quotes \" and \\ slashes"
      """
    try text.write(toFile: "\(folder)/demo.cal", atomically: true, encoding: .utf8)
    let bench = Bench()
    try bench.run("calendar load \(folder)/demo.cal")
    try bench.run("generate A --days 2025-07-01..2025-07-03 --calendar XDEMO")
    try bench.run("derive A 1h")
    try bench.run("export session \(folder)/one.json")
    let other = Bench()
    try other.run("load \(folder)/one.json")
    let session = other.workbench.engine.snapshot()
    #expect(session.document == bench.workbench.engine.snapshot().document)
    #expect(session.document.calendars == ["XDEMO": text])
    #expect(try session.intervalData("A", .minute).data.count == 600)
    try other.run("export session \(folder)/two.json")
    let one = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one.json"))
    let two = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/two.json"))
    #expect(one == two)
    try other.run("check")
  }

  @Test(arguments: TestEnvironment.seeds)
  func `exported bars load back to the same bars`(seed: UInt64) throws {
    let folder = try TestEnvironment.temporaryFolder().path
    let bench = Bench()
    try bench.run("generate A --days 2025-10-28..2025-11-06 --seed \(seed) --hours extended")
    try bench.run("inject missing A/1m --count 50 --seed \(seed)")
    try bench.run("export A/1m \(folder)/a.csv")
    let other = Bench()
    try other.run("load \(folder)/a.csv --symbol A --hours extended")
    let one = try bench.workbench.engine.snapshot().intervalData("A", .minute)
    let two = try other.workbench.engine.snapshot().intervalData("A", .minute)
    #expect(one == two)
  }

  @Test func `the same seed gives the same bytes`() throws {
    let folder = try TestEnvironment.temporaryFolder().path
    for name in ["one", "two"] {
      let bench = Bench()
      try bench.run("generate A --days 2025-07-01..2025-07-03 --seed 42")
      try bench.run("export A/1m \(folder)/\(name).csv")
    }
    let one = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one.csv"))
    let two = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/two.csv"))
    #expect(one == two)
    #expect(one.count > 30_000)
  }
}
