import Foundation
import MarketModel
import TestSupport
import Testing

/// Real files, with the findings of severity warning or error that are true of them.
///
/// `known` must be found; `allowed` may be, too: what depends on how well the calendar knows the exchange's halts.
private let diagnoses: [(file: String, known: Set<String>, allowed: Set<String>)] = [
  ("alphavantage-msft-20171218-json/msft_normalised.csv", ["D03"], []),
  ("eqker-spy-2019/SPY_1min_normalised.csv", [], []),
  ("iex-spy-20181107-json-wall/spy_normalised.csv", ["D03"], ["D01"]),
  // Wicks of 0.9 and 1.5 per cent within minutes whose neighbours span 0.1; the 7:1 split of 2014.
  ("lean-aapl-2014/aapl_20140605_20140609_1m_normalised.csv", ["D15", "D16"], []),
  ("lean-btcusd-201610/btcusd_normalised.csv", [], []),
  // A high of 1671.50 among 1648s at 15:30 on the 8th.
  ("lean-es-201310/esz13_normalised.csv", ["D03", "D15"], ["D01", "D22"]),
  ("lean-goog-201512/goog_20151223_20151228_1m_normalised.csv", ["D01"], []),
  ("lean-spy-201310/spy_20131004_20131011_1m_normalised.csv", [], []),
  ("marketprices-msft-2022/MSFT_T1_normalised.csv", ["D03"], []),
  ("mplfinance-spx-201911/SP500_NOV2019_IDay_normalised.csv", [], []),
]

@Suite(.enabled(if: TestEnvironment.realData != nil, "the real data is not here"))
struct DoctorRealDataTests {
  private func texts(_ table: RecordTable, _ column: String) throws -> [String] {
    try #require(table.column(column)).map { value in
      if case .text(let text) = value { text } else { "" }
    }
  }

  private func folder() throws -> String { try #require(TestEnvironment.realData).path }

  @Test(arguments: diagnoses.indices)
  func `what doctor says of real files is true`(index: Int) throws {
    let (file, known, allowed) = diagnoses[index]
    let bench = Bench()
    try bench.run("load '\(try folder())/\(file)' --symbol X")
    let found = Set(try texts(try bench.records("doctor --min-severity warning"), "id"))
    #expect(found.isSuperset(of: known), "\(file): \(found)")
    #expect(found.isSubset(of: known.union(allowed)), "\(file): \(found)")
  }

  @Test func `the split is proposed, and adjusting for it clears the finding`() throws {
    let bench = Bench()
    let file = "\(try folder())/lean-aapl-2014/aapl_20140605_20140609_1m_normalised.csv"
    try bench.run("load '\(file)' --symbol AAPL")
    let splits = try bench.records("doctor AAPL/1m --where \"id == 'D16'\"")
    #expect(try texts(splits, "remedy") == ["adjust AAPL --split 7:1@2014-06-09"])
    try bench.run("adjust AAPL --split 7:1@2014-06-09")
    #expect(try bench.records("doctor AAPL/1m --where \"id == 'D16'\"").rows.isEmpty)
    try bench.run("check")
  }

  @Test func `daily AAPL shows its four splits, and LEAN's factors clear them`() throws {
    let bench = Bench()
    let folder = try folder()
    try bench.run("load '\(folder)/lean-aapl-daily/aapl.zip'")
    let splits = try bench.records("doctor AAPL/1d --where \"defect == 'unadjusted-split'\"")
    #expect(
      try texts(splits, "remedy") == [
        "adjust AAPL --split 2:1@2000-06-21", "adjust AAPL --split 2:1@2005-02-28",
        "adjust AAPL --split 7:1@2014-06-09", "adjust AAPL --split 4:1@2020-08-31",
      ])
    try bench.run("adjust AAPL --factors '\(folder)/reference/lean_factor_files_aapl.csv'")
    let left = try bench.records("doctor AAPL/1d --where \"defect == 'unadjusted-split'\"")
    #expect(left.rows.isEmpty)
    try bench.run("check")
  }

  @Test func `one feed's minutes make the quarter hours of its vendor`() throws {
    let bench = Bench()
    let folder = try folder()
    try bench.run("load '\(folder)/eqker-spy-2019/SPY_1min.csv' --symbol SPY --label end")
    let records = try bench.records(
      "reconcile SPY/1m@2019-02-11..2019-02-15 '\(folder)/eqker-spy-2019-15m/SPY_15min.csv' --label end"
    )
    #expect(records.rows.isEmpty)
  }
}
