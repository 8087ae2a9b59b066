import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `calendar`.
  func calendar(_ command: CalendarCommand) throws(SessError) -> Output {
    switch command {
    case .show(nil, nil): return .records(Workbench.table(try catalog.summaries()))
    case .show(nil, let days?): return try everyCalendar(on: days)
    case .show(let name?, nil):
      let calendar = try calendar(named: name)
      return .records(
        Workbench.table(try catalog.summaries().filter { $0.name == calendar.name }))
    case .show(let name?, let days?):
      let calendar = try calendar(named: name)
      guard days.overlaps(calendar.firstDate...calendar.lastDate) else {
        throw SessError(
          "outside-calendar",
          "\(calendar.name) is known from \(calendar.firstDate) to \(calendar.lastDate)",
          span: name.span)
      }
      var table = RecordTable(columns: CalendarDay.columns)
      for date in dates(days) { table.rows.append(CalendarDay(calendar, date).record) }
      var blocks = CalendarDay.shown(table)
      if calendar.name.lowercased() != name.text.lowercased() {
        blocks.insert(.lines(["\(name.text) is \(calendar.name), \(calendar.title)"]), at: 0)
      }
      return Output(blocks: blocks, records: table)
    case .difference(let first, let second, let days, let only):
      return try difference(first, second, days, only)
    case .load(let file): return try loadCalendar(file)
    }
  }

  /// A calendar by its own name, or by a symbol's.
  private func calendar(named name: ExpandedWord) throws(SessError) -> MarketCalendar {
    let session = engine.snapshot()
    do throws(SessError) {
      return try session.catalog.calendar(named: name.text)
    } catch {
      if let calendar = try? session.calendar(of: name.text) { return calendar }
      throw error.located(at: name.span)
    }
  }

  private static func table(_ summaries: [CalendarSummary]) -> RecordTable {
    var table = RecordTable(columns: ["calendar", "title", "zone", "first", "last", "aliases"])
    for summary in summaries {
      table.rows.append([
        .text(summary.name), .text(summary.title), .text(summary.zone), .date(summary.first),
        .date(summary.last), .list(summary.aliases.map(Value.text)),
      ])
    }
    return table
  }

  private func dates(_ range: ClosedRange<CivilDate>) -> [CivilDate] {
    var dates: [CivilDate] = []
    var date = range.lowerBound
    while date <= range.upperBound {
      dates.append(date)
      date = date.advanced(by: 1)
    }
    return dates
  }

  /// What each calendar has on some dates.
  private func everyCalendar(on days: ClosedRange<CivilDate>) throws(SessError) -> Output {
    guard days.upperBound < days.lowerBound.advanced(by: 366) else {
      throw SessError(
        "too-many-days", "every calendar is shown for up to 366 days",
        hint: "`calendar NAME@\(days.lowerBound)..\(days.upperBound)` shows one")
    }
    let catalog = catalog
    var table = RecordTable(columns: ["calendar"] + CalendarDay.columns)
    for date in dates(days) {
      try checkCancelled()
      for name in catalog.names {
        let day = CalendarDay(try catalog.calendar(named: name), date)
        table.rows.append([.text(name)] + day.record)
      }
    }
    return Output(blocks: CalendarDay.shown(table), records: table)
  }

  /// The dates on which one calendar trades and the other does not, or at other moments.
  private func difference(
    _ first: ExpandedWord, _ second: ExpandedWord, _ days: ClosedRange<CivilDate>?,
    _ only: CalendarCommand.Difference?
  ) throws(SessError) -> Output {
    let calendars = [try calendar(named: first), try calendar(named: second)]
    let begin = max(calendars[0].firstDate, calendars[1].firstDate)
    let end = min(calendars[0].lastDate, calendars[1].lastDate)
    let from = max(begin, days?.lowerBound ?? begin)
    let until = min(end, days?.upperBound ?? end)
    guard from <= until else {
      throw SessError(
        "outside-calendar", "no day asked for is known to both calendars",
        hint: begin <= end ? "both know \(begin)..\(end)" : "their ranges do not meet")
    }
    var table = RecordTable(
      columns: ["date", "weekday", "difference", calendars[0].name, calendars[1].name])
    var date = from
    while date <= until {
      let sessions = calendars.map { $0.session(on: date)?.segments(extended: false) }
      let kind: CalendarCommand.Difference =
        (sessions[0] == nil) == (sessions[1] == nil) ? .hours : .closed
      if sessions[0] != sessions[1], only == nil || only == kind {
        table.rows.append([
          .date(date), CalendarDay.weekday(date), .text(kind.rawValue),
          .text(CalendarDay(calendars[0], date).summary),
          .text(CalendarDay(calendars[1], date).summary),
        ])
      }
      date = date.advanced(by: 1)
    }
    let (a, b) = (calendars[0].name, calendars[1].name)
    return .records(table, emptyText: "\(a) and \(b) do not differ from \(from) to \(until)")
  }

  /// Adds a calendar from a file to the session.
  private func loadCalendar(_ file: ExpandedWord) throws(SessError) -> Output {
    do throws(SessError) {
      let text = try TextFile.read(file.text)
      let calendar = try commit { (session) throws(SessError) in
        try session.define(text, file: file.text)
      }
      let days = calendar.tradingDays(from: calendar.firstDate, through: calendar.lastDate).count
      return report([
        "calendar \(calendar.name): \(days) trading day\(days == 1 ? "" : "s"), "
          + "\(calendar.firstDate) to \(calendar.lastDate), \(calendar.zone.name)"
      ])
    } catch {
      throw error.located(at: file.span)
    }
  }
}
