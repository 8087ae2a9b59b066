import Foundation
import MarketModel
import SessionEngine
import TestSupport
import Testing
import Workbench

/// A day of LEAN ticks against figures computed with pandas.
///
/// Source: `data/oracle/lean-bac-tick-20131011.json`.
@Suite(.enabled(if: TestEnvironment.realData != nil, "the real data is not here"))
struct TickOracleTests {
  private struct Answers: Decodable {
    struct Bars: Decodable {
      var count: Int
      var volume: Double
      var regular_count: Int
    }
    var rows: Int
    var first_ts: String
    var last_ts: String
    var suspicious: Int
    var total_volume: Double
    var high: Double
    var low: Double
    var vwap: Double
    var derived_1m_all_ticks: Bars
  }

  private struct Document: Decodable { var answers: Answers }

  private func load(_ flags: String) throws -> (bench: Bench, answers: Answers) {
    let folder = try #require(TestEnvironment.realData)
    let bench = Bench()
    try bench.run("load '\(folder.path)/lean-bac-tick-20131011/20131011_trade.zip' \(flags)")
    let data = try Data(contentsOf: folder.appending(path: "oracle/lean-bac-tick-20131011.json"))
    return (bench, try JSONDecoder().decode(Document.self, from: data).answers)
  }

  private func milliseconds(_ text: String) throws -> Int64 {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return Int64((try style.parse(text).timeIntervalSince1970 * 1000).rounded())
  }

  @Test func `ticks are the oracle's`() throws {
    let (bench, answers) = try load("")
    let symbol = try bench.workbench.engine.snapshot().symbolData("BAC")
    #expect(symbol.ticks.count == answers.rows)
    #expect(symbol.rejected.isEmpty)
    #expect(symbol.ticks.brokenInvariant() == nil)
    #expect(symbol.ticks.suspicions.filter { $0 }.count == answers.suspicious)
    let (first, last) = (try #require(symbol.ticks.first), try #require(symbol.ticks.last))
    #expect(first.time.nanoseconds / 1_000_000 == (try milliseconds(answers.first_ts)))
    #expect(last.time.nanoseconds / 1_000_000 == (try milliseconds(answers.last_ts)))
    #expect(symbol.ticks.prices.max() == answers.high)
    #expect(symbol.ticks.prices.min() == answers.low)
    let volume = symbol.ticks.sizes.reduce(0, +)
    #expect(volume == answers.total_volume)
    let notional = zip(symbol.ticks.prices, symbol.ticks.sizes).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(notional / volume - answers.vwap) < 1e-8)
  }

  @Test func `bars of ticks are the oracle's, in extended and in regular hours`() throws {
    let (extended, answers) = try load("--hours extended")
    try extended.run("derive BAC 1m")
    let bars = try extended.records("show BAC/1m")
    #expect(bars.rows.count == answers.derived_1m_all_ticks.count)
    let volumes = try #require(bars.column("volume")).compactMap(\.asNumber)
    #expect(volumes.reduce(0, +) == answers.derived_1m_all_ticks.volume)
    let present = try #require(bars.column("present")).compactMap(\.asNumber)
    #expect(present.reduce(0, +) == Double(answers.rows))
    let (regular, _) = try load("--hours regular")
    try regular.run("derive BAC 1m")
    let regularCount = try regular.records("show BAC/1m").rows.count
    #expect(regularCount == answers.derived_1m_all_ticks.regular_count)
  }

  /// Source: `Expectations/bac_ticks_1m.txt`, sums and a hash of the bars pandas makes of these ticks.
  @Test func `bars of ticks are those pandas makes of them`() throws {
    let (bench, _) = try load("--hours extended")
    try bench.run("derive BAC 1m")
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Expectations/bac_ticks_1m.txt")
    var expected: [String: String] = [:]
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2 { expected[words[0]] = words[1] }
    }
    var sums = [Int](repeating: 0, count: 6)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let bars = try bench.records("show BAC/1m").rows
    for bar in bars {
      guard case .instant(let start, let offset) = bar[0] else { continue }
      var numbers: [Int] = []
      for column in 1...4 {
        numbers.append(Int(((bar[column].asNumber ?? .nan) * 10_000).rounded()))
      }
      for column in 5...6 { numbers.append(Int(bar[column].asNumber ?? .nan)) }
      for (index, number) in numbers.enumerated() { sums[index] += number }
      let second = start.wallClock(offsetSeconds: offset).sinceMidnight / Instant.second
      let line = ([Int(second)] + numbers).map(String.init).joined(separator: " ") + "\n"
      for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    #expect("\(bars.count)" == expected["bars"])
    for (name, sum) in zip(["open", "high", "low", "close", "volume", "ticks"], sums) {
      #expect("\(sum)" == expected[name], "\(name)")
    }
    let digits = String(hash, radix: 16)
    #expect(String(repeating: "0", count: 16 - digits.count) + digits == expected["hash"])
  }
}
