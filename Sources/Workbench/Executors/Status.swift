import CommandLanguage
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `status`.
  func status() -> Output {
    let session = engine.snapshot()
    var table = RecordTable(
      columns: ["symbol", "session", "base", "bars", "quality", "gaps", "derived", "rejected"])
    for name in session.document.symbolNames {
      guard let symbol = session.document.symbols[name] else { continue }
      let record = symbol.baseInterval.flatMap { symbol.bars[$0] }
      table.rows.append([
        .text(name), session.sessionDate(of: name).map(Value.date) ?? .unknown,
        symbol.baseInterval.map(Value.interval) ?? .unknown, .integer(record?.data.count ?? 0),
        Value(record?.quality.percent), .integer(record?.gaps.count ?? 0),
        .list(symbol.derivedIntervals.map(Value.interval)), .integer(symbol.rejected.count),
      ])
    }
    return .records(table, emptyText: "nothing is loaded; `load FILE --symbol NAME` loads bars")
  }
}
