import CommandLanguage
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

extension Workbench {
  /// Runs `status`.
  func status() -> Output {
    let session = engine.snapshot()
    var columns = ["symbol", "session", "base", "bars", "quality", "gaps", "derived", "rejected"]
    if session.document.clock != nil { columns += ["phase", "state", "lag"] }
    var table = RecordTable(columns: columns)
    for name in session.document.symbolNames {
      guard let symbol = session.document.symbols[name] else { continue }
      let record = symbol.baseInterval.flatMap { symbol.bars[$0] }
      var row: [Value] = [
        .text(name), session.sessionDate(of: name).map(Value.date) ?? .unknown,
        symbol.baseInterval.map(Value.interval) ?? .unknown, .integer(record?.data.count ?? 0),
        Value(record?.quality.percent), .integer(record?.gaps.count ?? 0),
        .list(symbol.derivedIntervals.map(Value.interval)), .integer(symbol.rejected.count),
      ]
      if let clock = session.document.clock, let calendar = try? session.calendar(of: name) {
        row += SymbolActivity(symbol, calendar: calendar, clock: clock).values
      }
      table.rows.append(row)
    }
    var output = Output.records(
      table, emptyText: "nothing is loaded; `load FILE --symbol NAME` loads bars")
    if let headline = headline(session) { output.blocks.insert(.lines([headline]), at: 0) }
    return output
  }

  /// What drives the clock and where it stands; nil without a clock.
  private func headline(_ session: SessionData) -> String? {
    guard session.document.clock != nil else { return nil }
    var driver = session.replay == nil ? "feed" : "replay"
    if let trailing = session.replay?.trailing {
      driver += ", \(trailing) trailing day\(trailing == 1 ? "" : "s")"
    }
    let report = MoveReport(before: session, after: session)
    return "\(driver) · \(report.headline) · change \(session.changes.sequence)"
  }
}

/// Whether a symbol keeps up with the clock.
private struct SymbolActivity {
  private let phase: SessionPhase
  private var lag: Int64?
  private var state = "closed"

  /// A symbol lags when its last bar ended more than a minute and one interval before the clock.
  init(_ symbol: SymbolSessionData, calendar: MarketCalendar, clock: Instant) {
    phase = calendar.phase(at: clock)
    guard phase == .regular, let session = calendar.session(containing: clock) else { return }
    state = "waiting"
    var ends: [Int64] = []
    if let base = symbol.baseInterval, let last = symbol.bars[base]?.data.last?.start.nanoseconds {
      let frame = SeriesFrame(calendar: calendar, hours: .extended, interval: base)
      ends.append(frame.barEnd(start: last))
    }
    ends += [symbol.ticks.times.last, symbol.quotes.times.last].compactMap { $0 }
    guard let latest = ends.max(), latest > session.open else { return }
    let behind = max(0, clock.nanoseconds - latest)
    let allowed = 60 * Instant.second + (symbol.baseInterval?.nanoseconds ?? 0)
    lag = behind
    state = behind > allowed ? "lagging" : "current"
  }

  /// The phase of its exchange, whether it keeps up, and by how much it does not.
  var values: [Value] {
    [.text(phase.rawValue), .text(state), lag.map(Value.duration) ?? .unknown]
  }
}
