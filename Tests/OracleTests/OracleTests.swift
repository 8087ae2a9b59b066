import Foundation
import MarketModel
import TestSupport
import Testing

/// The data sets with a normalised file and answers from pandas and exchange_calendars.
///
/// Source: `data/oracle/ID.json` and `ID.{5m,15m,1h}.csv`, computed with pandas and exchange_calendars.
private let sets: [(id: String, file: String)] = [
  ("alphavantage-msft-20171218-json", "msft_normalised.csv"),
  ("eqker-spy-2019", "SPY_1min_normalised.csv"),
  ("iex-spy-20181107-json-wall", "spy_normalised.csv"),
  ("lean-aapl-2014", "aapl_20140605_20140609_1m_normalised.csv"),
  ("lean-btcusd-201610", "btcusd_normalised.csv"),
  ("lean-es-201310", "esz13_normalised.csv"),
  ("lean-goog-201512", "goog_20151223_20151228_1m_normalised.csv"),
  ("lean-spy-201310", "spy_20131004_20131011_1m_normalised.csv"),
  ("marketprices-msft-2022", "MSFT_T1_normalised.csv"),
  ("mplfinance-spx-201911", "SP500_NOV2019_IDay_normalised.csv"),
]

@Suite(.enabled(if: TestEnvironment.realData != nil, "the real data is not here"))
struct OracleTests {
  private struct Answers: Decodable {
    struct Session: Decodable {
      var session: String
      var expected: Int
      var present: Int
      var missing: Int
      var gaps: Int
    }
    struct Gap: Decodable {
      var session: String
      var start: String
      var end_exclusive: String
      var missing: Int
    }
    struct Derived: Decodable {
      struct Policy: Decodable {
        var count: Int
        var volume: Double
      }
      var all: Policy
      var complete_session: Policy
    }
    var expected_full: Int
    var present: Int
    var missing_full: Int
    var gap_count: Int
    var sessions: [Session]
    var gaps: [Gap]
    var derived: [String: Derived]
  }

  private struct Document: Decodable { var answers: Answers }

  private func load(_ id: String, _ file: String) throws -> (
    bench: Bench, answers: Answers, folder: URL
  ) {
    let folder = try #require(TestEnvironment.realData)
    let bench = Bench()
    try bench.run("load '\(folder.path)/\(id)/\(file)' --symbol X")
    let data = try Data(contentsOf: folder.appending(path: "oracle/\(id).json"))
    return (bench, try JSONDecoder().decode(Document.self, from: data).answers, folder)
  }

  private func integers(_ table: RecordTable, _ column: String) throws -> [Int] {
    try #require(table.column(column)).map { Int($0.asNumber ?? -1) }
  }

  private func texts(_ table: RecordTable, _ column: String) throws -> [String] {
    try #require(table.column(column)).map { value in
      switch value {
      case .date(let date): "\(date)"
      case .instant(let instant, let offset): instant.iso8601(offsetSeconds: offset)
      default: "\(value)"
      }
    }
  }

  @Test(arguments: sets.indices)
  func `counts, gaps and each day's quality are the oracle's`(index: Int) throws {
    let (bench, answers, _) = try load(sets[index].id, sets[index].file)
    let total = try bench.records("quality X/1m --total")
    #expect(try integers(total, "expected") == [answers.expected_full])
    #expect(try integers(total, "present") == [answers.present])
    #expect(try integers(total, "missing") == [answers.missing_full])
    let days = try bench.records("quality X/1m")
    #expect(try texts(days, "date") == answers.sessions.map(\.session))
    #expect(try integers(days, "expected") == answers.sessions.map(\.expected))
    #expect(try integers(days, "present") == answers.sessions.map(\.present))
    #expect(try integers(days, "missing") == answers.sessions.map(\.missing))
    let gaps = try bench.records("gaps X/1m")
    #expect(gaps.rows.count == answers.gap_count)
    #expect(try texts(gaps, "date") == answers.gaps.map(\.session))
    #expect(try texts(gaps, "start") == answers.gaps.map(\.start))
    #expect(try texts(gaps, "end") == answers.gaps.map(\.end_exclusive))
    #expect(try integers(gaps, "missing") == answers.gaps.map(\.missing))
  }

  @Test(arguments: sets.indices, ["5m", "15m", "1h"])
  func `derived bars and their coverage are the oracle's`(index: Int, interval: String) throws {
    let (bench, answers, folder) = try load(sets[index].id, sets[index].file)
    try bench.run("derive X \(interval)")
    let bars = try bench.records("show X/\(interval)")
    let text = try String(
      contentsOf: folder.appending(path: "oracle/\(sets[index].id).\(interval).csv"),
      encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(bars.rows.count == rows.count)
    for (bar, row) in zip(bars.rows, rows) {
      guard case .instant(let start, _) = bar[0] else { continue }
      let stamp = start.iso8601(offsetSeconds: 0).replacingOccurrences(of: "+00:00", with: "Z")
      #expect(stamp == row[0])
      for column in 1...4 { #expect(bar[column].asNumber == Double(row[column]), "\(row[0])") }
      let volume = try #require(bar[5].asNumber)
      let expected = try #require(Double(row[5]))
      #expect(abs(volume - expected) <= 1e-9 * max(abs(expected), 1), "\(row[0])")
      #expect(bar[6].asNumber == Double(row[6]), "\(row[0])")
      #expect(bar[7].asNumber == Double(row[7]), "\(row[0])")
    }
    try bench.run("derive X \(interval) --policy strict")
    let strict = try bench.records("show X/\(interval)")
    let policy = try #require(answers.derived[interval]).complete_session
    #expect(strict.rows.count == policy.count)
    let volume = strict.rows.reduce(0) { $0 + ($1[5].asNumber ?? 0) }
    #expect(abs(volume - policy.volume) <= 1e-9 * max(policy.volume, 1))
  }
}
