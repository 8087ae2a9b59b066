import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

extension Workbench {
  /// How many symbols `status` shows interval by interval.
  private static let detailedCount = 4

  /// Runs `status`.
  func status(_ addresses: [Address]) throws(SessError) -> Output {
    let session = engine.snapshot()
    let status = SessionStatus(session)
    guard !session.document.symbols.isEmpty else {
      var output = Output.lines([status.headline, Words.nothingLoaded])
      output.records = RecordTable(columns: SessionStatus.columns + SessionStatus.furtherColumns)
      return output
    }
    var symbols: [SymbolSessionData] = []
    for address in addresses.isEmpty ? [Address.everything] : addresses {
      for symbol in try Resolver(session: session).symbols(address.symbol)
      where !symbols.contains(where: { $0.symbol == symbol.symbol }) {
        symbols.append(symbol)
      }
    }
    var output = Output(blocks: [.lines([status.headline, status.extent] + status.calendars)])
    output.records = status.table(of: symbols, isWide: true)
    output.blocks.append(.table(status.table(of: symbols, isWide: false)))
    if symbols.count <= Workbench.detailedCount {
      for symbol in symbols {
        output.blocks.append(.tree(try SymbolTree(symbol, session).statusNode))
      }
    }
    output.blocks.append(
      .lines([status.hint(isDetailed: symbols.count <= Workbench.detailedCount)]))
    return output
  }
}

/// The session as a whole in some lines, and its symbols in a table.
struct SessionStatus {
  private let session: SessionData

  init(_ session: SessionData) { self.session = session }

  static let columns = [
    "symbol", "session", "base", "bars", "quality", "gaps", "derived", "rejected",
  ]
  static let furtherColumns = [
    "days", "historical_days", "ticks", "quotes", "indicators", "volume", "high", "low",
    "last_update",
  ]

  /// What drives the clock and where it stands.
  var headline: String {
    let change = "change \(session.changes.sequence)"
    guard session.document.clock != nil else {
      return "inactive, no clock: loaded days are judged whole · \(change)"
    }
    var driver = session.replay == nil ? "feed" : "replay"
    if let trailing = session.replay?.trailing {
      driver += ", " + Words.count(trailing, "trailing day")
    }
    let report = MoveReport(before: session, after: session)
    return "\(driver) · \(report.headline) · \(change)"
  }

  /// How much there is.
  var extent: String {
    var (series, bars, studies, rejected) = (0, 0, 0, 0)
    for symbol in session.document.symbols.values {
      series += symbol.bars.count
      for record in symbol.bars.values { bars += record.data.count }
      studies += symbol.indicators.count
      rejected += symbol.rejected.count
    }
    var parts = [
      Words.count(session.document.symbols.count, "symbol"), "\(series) series",
      Words.count(bars, "bar"),
    ]
    if studies > 0 { parts.append(Words.count(studies, "indicator")) }
    if rejected > 0 { parts.append(Words.count(rejected, "rejected row")) }
    return parts.joined(separator: " · ")
  }

  /// The hours of the session of each exchange in use.
  var calendars: [String] {
    var dates: [String: CivilDate] = [:]
    for symbol in session.document.symbols.values {
      guard let date = session.sessionDate(of: symbol.symbol) else { continue }
      dates[symbol.calendar] = max(date, dates[symbol.calendar] ?? date)
    }
    var lines: [String] = []
    for name in dates.keys.sorted().prefix(8) {
      guard let date = dates[name], let calendar = try? session.catalog.calendar(named: name) else {
        continue
      }
      var line = "\(name) · " + CalendarDay(calendar, date).line
      if let clock = session.document.clock {
        let offset = calendar.zone.offsetSeconds(at: clock)
        let today = clock.wallClock(offsetSeconds: offset).date
        if today > date, !calendar.isTradingDay(today) {
          line += " · today " + CalendarDay(calendar, today).line
        }
      }
      lines.append(line)
    }
    return lines
  }

  /// What may be typed next.
  func hint(isDetailed: Bool) -> String {
    if !isDetailed { return "`status SYMBOL` shows the intervals of one" }
    if session.replay != nil { return "`step`, `until 10:15`, `goto`, `rstep` move the clock" }
    if session.document.clock != nil { return "`feed stop` ends the feed" }
    return "`replay` moves a clock over it; `feed FILE` goes on from it"
  }

  /// A record a symbol; the wide one is for programs.
  func table(of symbols: [SymbolSessionData], isWide: Bool) -> RecordTable {
    var columns = SessionStatus.columns
    if session.document.clock != nil { columns += ["phase", "state", "lag"] }
    if isWide { columns += SessionStatus.furtherColumns }
    var table = RecordTable(columns: columns)
    for symbol in symbols {
      let record = symbol.baseInterval.flatMap { symbol.bars[$0] }
      let date = session.sessionDate(of: symbol.symbol)
      let calendar = try? session.calendar(of: symbol.symbol)
      var row: [Value] = [
        .text(symbol.symbol), date.map(Value.date) ?? .unknown,
        symbol.baseInterval.map(Value.interval) ?? .unknown, .integer(record?.data.count ?? 0),
        Value(record?.quality.percent), .integer(record?.gaps.count ?? 0),
        .list(symbol.derivedIntervals.map(Value.interval)), .integer(symbol.rejected.count),
      ]
      if let clock = session.document.clock, let calendar {
        row += SymbolActivity(symbol, calendar: calendar, clock: clock).values
      }
      if isWide { row += further(symbol, record, date, calendar) }
      table.rows.append(row)
    }
    return table
  }

  private func further(
    _ symbol: SymbolSessionData, _ record: BarIntervalData?, _ date: CivilDate?,
    _ calendar: MarketCalendar?
  ) -> [Value] {
    let metrics = symbol.metrics
    let update = metrics.lastUpdate.map {
      Value.instant($0, offsetSeconds: calendar?.zone.offsetSeconds(at: $0) ?? 0)
    }
    let view = symbol.historical(before: date)
    let historical = symbol.baseInterval.map { view.dayCount(of: $0) }
    return [
      .integer(record?.days.count ?? 0), .integer(historical ?? 0), .integer(symbol.ticks.count),
      .integer(symbol.quotes.count), .integer(symbol.indicators.count), Value(metrics.volume),
      Value(metrics.high), Value(metrics.low), update ?? .unknown,
    ]
  }
}

/// Whether a symbol keeps up with the clock.
private struct SymbolActivity {
  private let phase: SessionPhase
  private var lag: Int64?
  private var state = "closed"

  /// A symbol lags when its last bar ended more than a minute and one interval of open hours before the clock.
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
    let behind = session.segments(extended: false).reduce(0) { sum, hours in
      sum + max(0, min(hours.end, clock.nanoseconds) - max(hours.start, latest))
    }
    let allowed = 60 * Instant.second + (symbol.baseInterval?.nanoseconds ?? 0)
    lag = behind
    state = behind > allowed ? "lagging" : "current"
  }

  /// The phase of its exchange, whether it keeps up, and by how much it does not.
  var values: [Value] {
    [.text(phase.rawValue), .text(state), lag.map(Value.duration) ?? .unknown]
  }
}
