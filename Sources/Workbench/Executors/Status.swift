import CommandLanguage
import Diagnostics
import MarketCalendar
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

  /// Runs `calendar`.
  func calendar(_ command: CalendarCommand) throws(SessError) -> Output {
    guard let name = command.name else {
      var table = RecordTable(columns: ["calendar", "title", "zone", "first", "last"])
      for name in CalendarCatalog.names {
        table.rows.append(Workbench.summary(try catalog.calendar(named: name)))
      }
      return .records(table)
    }
    let calendar = try calendar(named: name)
    guard case .dates(let dates)? = command.scope else {
      return .records(
        RecordTable(
          columns: ["calendar", "title", "zone", "first", "last"],
          rows: [Workbench.summary(calendar)]))
    }
    return .records(sessions(of: calendar, dates))
  }

  /// A calendar by its own name, or by a symbol's.
  private func calendar(named name: ExpandedWord) throws(SessError) -> MarketCalendar {
    do throws(SessError) {
      return try catalog.calendar(named: name.text)
    } catch {
      if let calendar = try? engine.snapshot().calendar(of: name.text) { return calendar }
      throw error.located(at: name.span)
    }
  }

  private static func summary(_ calendar: MarketCalendar) -> [Value] {
    [
      .text(calendar.name), .text(calendar.title), .text(calendar.zone.name),
      .date(calendar.firstDate),
      .date(calendar.lastDate),
    ]
  }

  /// Every date of a range with its hours, or why it has none.
  private func sessions(of calendar: MarketCalendar, _ dates: ClosedRange<CivilDate>) -> RecordTable
  {
    var table = RecordTable(columns: [
      "date", "weekday", "pre", "open", "close", "post", "minutes", "note",
    ])
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    var date = dates.lowerBound
    while date <= dates.upperBound {
      let weekday = Value.text(weekdays[date.isoWeekday - 1])
      if let session = calendar.session(on: date) {
        table.rows.append([.date(date), weekday] + hours(session, calendar))
      } else {
        let note = calendar.closure(on: date)?.rawValue ?? ""
        table.rows.append(
          [.date(date), weekday] + Array(repeating: .unknown, count: 4) + [
            .integer(0), .text(note),
          ])
      }
      date = date.advanced(by: 1)
    }
    return table
  }

  private func hours(_ session: TradingSession, _ calendar: MarketCalendar) -> [Value] {
    func moment(_ nanoseconds: Int64?) -> Value {
      guard let nanoseconds else { return .unknown }
      let instant = Instant(nanoseconds: nanoseconds)
      return .instant(instant, offsetSeconds: calendar.zone.offsetSeconds(at: instant))
    }
    let pre = session.segments.first { $0.kind == .pre }
    let post = session.segments.first { $0.kind == .post }
    var minutes: Int64 = 0
    for segment in session.segments(extended: false) {
      minutes += (segment.end - segment.start) / (60 * Instant.second)
    }
    var notes: [String] = []
    if session.isLateOpen { notes.append("late open") }
    if session.isEarlyClose { notes.append("early close") }
    return [
      moment(pre?.start), moment(session.open), moment(session.close), moment(post?.end),
      .integer(Int(minutes)), .text(notes.joined(separator: ", ")),
    ]
  }
}
