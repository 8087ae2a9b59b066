import Foundation
import MarketModel
import TestSupport
import Testing
import Workbench

@testable import SessionEngine

/// Real data replayed: whatever the clock shows is what the bars up to it give from nothing.
@Suite(.enabled(if: TestEnvironment.realData != nil, "the real data is not here"))
struct ReplayOracleTests {
  @Test(arguments: [
    "alphavantage-msft-20171218-json/msft_normalised.csv",
    "eqker-spy-2019/SPY_1min_normalised.csv",
    "iex-spy-20181107-json-wall/spy_normalised.csv",
    "lean-aapl-2014/aapl_20140605_20140609_1m_normalised.csv",
    "lean-btcusd-201610/btcusd_normalised.csv",
    "lean-es-201310/esz13_normalised.csv",
    "lean-goog-201512/goog_20151223_20151228_1m_normalised.csv",
    "lean-spy-201310/spy_20131004_20131011_1m_normalised.csv",
    "marketprices-msft-2022/MSFT_T1_normalised.csv",
    "mplfinance-spx-201911/SP500_NOV2019_IDay_normalised.csv",
  ])
  func `replay equals batch on the way and at the end`(file: String) throws {
    let folder = try #require(TestEnvironment.realData)
    let bench = Bench()
    try bench.run("load \(folder.appending(path: file).path) --symbol X")
    try bench.run("derive X 5m 15m 1h 1d")
    try bench.run("indicator add X/5m sma period=20")
    try bench.run("indicator add X/1m vwap")
    let whole = bench.workbench.engine.snapshot()
    try bench.run("replay")
    let start = try #require(bench.workbench.engine.snapshot().document.clock)
    let end = try bench.workbench.engine.snapshot().lastMoment()
    let length = end.nanoseconds - start.nanoseconds
    for part in 1..<12 {
      var session = bench.workbench.engine.snapshot()
      let moment = start.nanoseconds + length / 12 * Int64(part)
      try session.moveClock(to: Instant(nanoseconds: moment))
      for _ in 0..<3 {
        if let next = try session.nextEvent() { try session.moveClock(to: next) }
        let seen = try session.symbolData("X")
        var fresh = seen
        try DataProcessor(calendar: try session.calendar(of: "X"), clock: session.document.clock)
          .rebuildAll(&fresh)
        let isSame = fresh == seen
        #expect(isSame, "\(file) at \(String(describing: session.document.clock))")
      }
    }
    try bench.run("continue")
    let seen = try bench.workbench.engine.snapshot().symbolData("X")
    let isSame = seen == (try whole.symbolData("X"))
    #expect(isSame, "\(file) at the end")
    try bench.run("rcontinue")
    try bench.run("replay stop")
    let isBack = bench.workbench.engine.snapshot().document.symbols == whole.document.symbols
    #expect(isBack, "\(file) after the replay")
  }
}
