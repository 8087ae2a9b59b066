import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing
import Workbench

struct RecordCheckTests {
  /// A change to the metrics of a session, and what the finding says of it.
  private struct Edit: Sendable {
    var part: String
    var change: @Sendable (inout SessionMetrics) -> Void
  }

  private static let edits = [
    Edit(part: "high") { $0.high = ($0.high ?? 0) + 1 },
    Edit(part: "low") { $0.low = ($0.low ?? 0) - 0.5 },
    Edit(part: "volume") { $0.volume = ($0.volume ?? 0) + 100 },
  ]

  @Test(arguments: edits)
  private func `metrics that were edited contradict their bars`(edit: Edit) throws {
    var symbol = try loaded()
    #expect(try findings(symbol).isEmpty)
    edit.change(&symbol.metrics)
    let found = try findings(symbol)
    #expect(found.map(\.id) == ["D31"])
    #expect(found.first?.defect == "metric-mismatch")
    #expect(found.first?.evidence.contains(": \(edit.part) ") == true)
  }

  @Test func `metrics of fewer bars are those of an earlier moment`() throws {
    var symbol = try loaded()
    symbol.metrics.bars -= 1
    symbol.metrics.volume = 1
    #expect(try findings(symbol).isEmpty)
  }

  private func loaded() throws -> SymbolSessionData {
    let bench = Bench()
    try bench.run("generate X --days 2025-07-01..2025-07-02 --interval 5m --seed 3")
    return try #require(bench.workbench.engine.snapshot().document.symbols["X"])
  }

  private func findings(_ symbol: SymbolSessionData) throws -> [Finding] {
    let base = try #require(symbol.baseInterval.flatMap { symbol.bars[$0] })
    let frame = SeriesFrame(
      calendar: try TestZones.catalog.calendar(named: symbol.calendar), hours: symbol.hours,
      interval: base.interval)
    let examination = Examination(symbol: symbol.symbol, frame: frame, series: base.data)
    return try RecordCheck(examination, symbol, isBase: true).run()
  }
}
