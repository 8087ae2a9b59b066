import Diagnostics
import Foundation
import MarketModel
import TestSupport
import Testing

/// A load and the answers it must give.
private struct Answered: Sendable, CustomTestStringConvertible {
  /// The name of the answers, and the folder of the files.
  var id: String
  /// Files and flags of the load, relative to the folder.
  var files: String
  /// The symbol that is judged.
  var symbol = "X"
  var interval = "1m"
  /// The derived intervals whose bars are there one by one.
  var derived = ["5m", "15m", "1h"]

  var testDescription: String { "\(id) \(files)" }
}

/// Normalised files and the same data as vendors write it.
///
/// Source: `data/oracle/ID.json` and `ID.{5m,15m,1h}.csv`, computed with pandas and exchange_calendars.
private let answered = [
  Answered(id: "alphavantage-msft-20171218-json", files: "msft_normalised.csv --symbol X"),
  Answered(id: "eqker-spy-2019", files: "SPY_1min_normalised.csv --symbol X"),
  Answered(id: "iex-spy-20181107-json-wall", files: "spy_normalised.csv --symbol X"),
  Answered(id: "lean-aapl-2014", files: "aapl_20140605_20140609_1m_normalised.csv --symbol X"),
  Answered(id: "lean-btcusd-201610", files: "btcusd_normalised.csv --symbol X"),
  Answered(id: "lean-es-201310", files: "esz13_normalised.csv --symbol X"),
  Answered(id: "lean-goog-201512", files: "goog_20151223_20151228_1m_normalised.csv --symbol X"),
  Answered(id: "lean-spy-201310", files: "spy_20131004_20131011_1m_normalised.csv --symbol X"),
  Answered(id: "marketprices-msft-2022", files: "MSFT_T1_normalised.csv --symbol X"),
  Answered(id: "mplfinance-spx-201911", files: "SP500_NOV2019_IDay_normalised.csv --symbol X"),
  Answered(id: "eqker-spy-2019", files: "SPY_1min.csv --symbol X --label end"),
  Answered(
    id: "mplfinance-spx-201911", files: "SP500_NOV2019_IDay.csv --symbol X"),
  Answered(
    id: "alphavantage-msft-20171218-json", files: "mock_time_series.json --label end",
    symbol: "MSFT"),
  Answered(id: "iex-spy-20181107-json", files: "spy-minute.json --symbol X"),
  Answered(
    id: "iex-spy-20181107-json-wall",
    files: "spy-minute.json --symbol X --zone America/New_York --wall-clock"),
  Answered(id: "lean-aapl-2014", files: "*.zip", symbol: "AAPL"),
  Answered(id: "lean-aapl-2014", files: "unzipped/*.csv --symbol X"),
  Answered(id: "lean-btcusd-201610", files: "*.zip", symbol: "BTCUSD"),
  Answered(id: "lean-es-201310", files: "*.zip", symbol: "ESZ13"),
  Answered(id: "lean-es-201310", files: "*.zip --symbol ESZ13", symbol: "ESZ13"),
  Answered(
    id: "lean-eurusd-fxcm-201405-quote", files: "*.zip", symbol: "EURUSD", derived: []),
  Answered(id: "lean-goog-201512", files: "*.zip", symbol: "GOOG"),
  Answered(id: "lean-spy-201310", files: "*.zip", symbol: "SPY"),
  Answered(id: "marketprices-msft-2022", files: "MSFT_T1.csv --symbol X"),
  Answered(id: "lean-btcusd-201610", files: "unzipped/*.csv", symbol: "BTCUSD"),
  Answered(id: "lean-es-201310", files: "unzipped/*.csv", symbol: "ESZ13"),
  Answered(
    id: "lean-eurusd-fxcm-201405-quote", files: "unzipped/*.csv", symbol: "EURUSD",
    derived: []),
  Answered(id: "lean-goog-201512", files: "unzipped/*.csv", symbol: "GOOG"),
  Answered(id: "lean-spy-201310", files: "unzipped/*.csv", symbol: "SPY"),
  Answered(id: "lean-fesx-dup-20240621", files: "*.zip", symbol: "FESXM24"),
  Answered(id: "lean-fesx-dup-20240621", files: "*.zip --symbol FESXM24", symbol: "FESXM24"),
  Answered(id: "lean-fesx-dup-20240621", files: "unzipped/*.csv", symbol: "FESXM24"),
  Answered(
    id: "eqker-spy-2019-15m", files: "SPY_15min.csv --symbol X --label end", interval: "15m",
    derived: ["1h"]),
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

  private func load(_ set: Answered) throws -> (
    bench: Bench, answers: Answers, folder: URL
  ) {
    let folder = try #require(TestEnvironment.realData)
    let bench = Bench()
    let parts = set.files.split(separator: " ", maxSplits: 1).map(String.init)
    try bench.run(
      "load '\(folder.path)/\(set.id)/\(parts[0])' \(parts.dropFirst().joined(separator: " "))")
    let data = try Data(contentsOf: folder.appending(path: "oracle/\(set.id).json"))
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

  @Test(arguments: answered)
  private func `counts, gaps and each day's quality are the oracle's`(set: Answered) throws {
    let (bench, answers, _) = try load(set)
    let series = "\(set.symbol)/\(set.interval)"
    let total = try bench.records("quality \(series) --total")
    #expect(try integers(total, "expected") == [answers.expected_full])
    #expect(try integers(total, "present") == [answers.present])
    #expect(try integers(total, "missing") == [answers.missing_full])
    let days = try bench.records("quality \(series)")
    #expect(try texts(days, "date") == answers.sessions.map(\.session))
    #expect(try integers(days, "expected") == answers.sessions.map(\.expected))
    #expect(try integers(days, "present") == answers.sessions.map(\.present))
    #expect(try integers(days, "missing") == answers.sessions.map(\.missing))
    let gaps = try bench.records("gaps \(series)")
    #expect(gaps.rows.count == answers.gap_count)
    #expect(try texts(gaps, "date") == answers.gaps.map(\.session))
    #expect(try texts(gaps, "start") == answers.gaps.map(\.start))
    #expect(try texts(gaps, "end") == answers.gaps.map(\.end_exclusive))
    #expect(try integers(gaps, "missing") == answers.gaps.map(\.missing))
  }

  @Test(arguments: answered, ["5m", "15m", "1h"])
  private func `derived bars and their coverage are the oracle's`(set: Answered, interval: String)
    throws
  {
    guard set.derived.contains(interval) else { return }
    let (bench, answers, folder) = try load(set)
    try bench.run("derive \(set.symbol) \(interval)")
    let bars = try bench.records("show \(set.symbol)/\(interval)")
    let text = try String(
      contentsOf: folder.appending(path: "oracle/\(set.id).\(interval).csv"),
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
    try bench.run("derive \(set.symbol) \(interval) --policy strict")
    let strict = try bench.records("show \(set.symbol)/\(interval)")
    let policy = try #require(answers.derived[interval]).complete_session
    #expect(strict.rows.count == policy.count)
    let volume = strict.rows.reduce(0) { $0 + ($1[5].asNumber ?? 0) }
    #expect(abs(volume - policy.volume) <= 1e-9 * max(policy.volume, 1))
  }

  @Test(arguments: answered.filter { $0.files.contains("--label end") })
  private func `what only a flag decides is refused with that flag`(set: Answered) throws {
    let folder = try #require(TestEnvironment.realData)
    let line = set.files.replacing(" --label end", with: "")
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    let path = "\(folder.path)/\(set.id)/\(parts[0])"
    let flags = parts.dropFirst().joined(separator: " ")
    let bench = Bench()
    do {
      try bench.run("load '\(path)' \(flags)")
      Issue.record("\(path) was loaded")
    } catch let error as SessError {
      #expect(error.code == "ambiguous-label")
      #expect(error.hint?.contains("--label end") == true)
      #expect(error.hint?.hasPrefix("say it: load \(path)") == true)
    }
  }

  @Test func `every file as its vendor wrote it has a test`() throws {
    let folder = try #require(TestEnvironment.realData)
    let elsewhere = ["lean-aapl-daily/", "lean-bac-tick-20131011/", "iex-spy-20181107-json-wall/"]
    var patterns: [String] = []
    for set in answered {
      patterns.append("\(set.id)/\(set.files.split(separator: " ")[0])")
    }
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    for case let name as String in files {
      let isFile = name.hasSuffix(".csv") || name.hasSuffix(".zip") || name.hasSuffix(".json")
      let isAnswer = name.hasPrefix("oracle/") || name.hasPrefix("reference/")
      guard isFile, !isAnswer, !elsewhere.contains(where: name.hasPrefix) else { continue }
      #expect(patterns.contains { fnmatch($0, name, FNM_PATHNAME) == 0 }, "\(name)")
    }
  }

  @Test func `the doubled minutes of a future are kept once and shown`() throws {
    let folder = try #require(TestEnvironment.realData)
    let bench = Bench()
    try bench.run("load '\(folder.path)/lean-fesx-dup-20240621/*.zip' --symbol FESXM24")
    let rejected = try bench.records("rejected FESXM24").rows
    let classes = rejected.map { "\($0[1])" }
    #expect(classes.filter { $0.contains("duplicate") }.count == 252)
    #expect(classes.filter { $0.contains("outside-hours") }.count == 34)
    #expect(rejected.count == 286)
  }

  @Test func `the daily bars of LEAN are the oracle's`() throws {
    struct Daily: Decodable {
      struct Answers: Decodable {
        var rows: Int
        var first: String
        var last: String
        var total_volume: Double
        var high: Double
        var low: Double
      }
      var answers: Answers
    }
    let folder = try #require(TestEnvironment.realData)
    let bench = Bench()
    try bench.run("load '\(folder.path)/lean-aapl-daily/aapl.zip'")
    let data = try Data(contentsOf: folder.appending(path: "oracle/lean-aapl-daily.json"))
    let answers = try JSONDecoder().decode(Daily.self, from: data).answers
    let bars = try bench.records("show AAPL/1d")
    #expect(bars.rows.count == answers.rows)
    let starts = try texts(bars, "start")
    #expect(starts.first?.hasPrefix(answers.first) == true)
    #expect(starts.last?.hasPrefix(answers.last) == true)
    let figures = bars.rows.map { row in row[1...].map { $0.asNumber ?? .nan } }
    #expect(figures.map { $0[1] }.max() == answers.high)
    #expect(figures.map { $0[2] }.min() == answers.low)
    #expect(figures.reduce(0) { $0 + $1[4] } == answers.total_volume)
    let total = try bench.records("quality AAPL/1d --total")
    #expect(try integers(total, "missing") == [0])
  }

  @Test func `fifteen minutes derived from the vendor's minutes are the vendor's own`() throws {
    let folder = try #require(TestEnvironment.realData)
    let bench = Bench()
    try bench.run("load '\(folder.path)/eqker-spy-2019/SPY_1min.csv' --symbol A --label end")
    try bench.run("load '\(folder.path)/eqker-spy-2019-15m/SPY_15min.csv' --symbol B --label end")
    try bench.run("derive A 15m")
    let derived = try bench.records("show A/15m").rows
    let vendor = try bench.records("show B/15m@2019-02-11..2019-02-15").rows
    #expect(derived.count == 130)
    #expect(
      derived.map { $0.prefix(6).map { "\($0)" } } == vendor.map { $0.prefix(6).map { "\($0)" } })
  }
}
