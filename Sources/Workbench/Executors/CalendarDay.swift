import CommandLanguage
import MarketCalendar
import MarketModel
import Presentation

/// One date of a calendar as a record.
struct CalendarDay {
  private let calendar: MarketCalendar
  private let date: CivilDate
  private let session: TradingSession?

  init(_ calendar: MarketCalendar, _ date: CivilDate) {
    self.calendar = calendar
    self.date = date
    session = calendar.session(on: date)
  }

  static let columns = [
    "date", "weekday", "pre", "open", "breaks", "close", "post", "minutes", "note", "name",
    "source",
  ]

  static func weekday(_ date: CivilDate) -> Value {
    .text(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][date.isoWeekday - 1])
  }

  /// The table for readers: no columns that hold nothing here, and each source once below it.
  static func shown(_ table: RecordTable) -> [Output.Block] {
    let optional = ["pre", "breaks", "post", "name"]
    var sources: [Value] = []
    var kept: [Int] = []
    for (index, name) in table.columns.enumerated() {
      if name == "source" {
        for row in table.rows where !row[index].isUnknown && !sources.contains(row[index]) {
          sources.append(row[index])
        }
        if sources.count > 1 { kept.append(index) }
        continue
      }
      let isEmpty = table.rows.allSatisfy { $0[index].isUnknown || $0[index] == .list([]) }
      if !isEmpty || !optional.contains(name) { kept.append(index) }
    }
    var shown = RecordTable(columns: kept.map { table.columns[$0] })
    for row in table.rows {
      shown.rows.append(
        kept.map { index in
          guard table.columns[index] == "source" else { return row[index] }
          return Value(sources.firstIndex(of: row[index]).map { $0 + 1 })
        })
    }
    let lines = sources.enumerated().map { index, source in
      (sources.count > 1 ? "source \(index + 1): " : "source: ") + ValueText.text(source)
    }
    return [.table(shown), .lines(lines)]
  }

  var record: [Value] {
    let statement = calendar.statement(on: date)
    let (name, source) = (Value(statement?.name), Value(statement?.source))
    guard let session else {
      return [
        .date(date), CalendarDay.weekday(date), .unknown, .unknown, .list([]), .unknown, .unknown,
        .integer(0), .text(note), name, source,
      ]
    }
    let pre = session.segments.first { $0.kind == .pre }
    let post = session.segments.first { $0.kind == .post }
    var minutes: Int64 = 0
    for segment in regular { minutes += (segment.end - segment.start) / (60 * Instant.second) }
    return [
      .date(date), CalendarDay.weekday(date), moment(pre?.start), moment(session.open),
      .list(breaks.map(Value.text)), moment(session.close), moment(post?.end),
      .integer(Int(minutes)), .text(note), name, source,
    ]
  }

  /// Its regular hours, or why it has none, in a few words.
  var summary: String {
    guard session != nil else {
      return calendar.statement(on: date)?.name.map { "\(note): \($0)" } ?? note
    }
    return regular.map { "\(clock($0.start))-\(clock($0.end))" }.joined(separator: " ")
  }

  /// The date with its hours, or why it has none: `2025-07-03 Thu, early close: regular 09:30-13:00`.
  var line: String {
    var text = "\(date) " + ValueText.text(CalendarDay.weekday(date))
    if !note.isEmpty { text += ", \(note)" }
    guard let session else {
      return text + (calendar.statement(on: date)?.name.map { ": \($0)" } ?? "")
    }
    let names: [SegmentKind: String] = [.pre: "pre-market", .post: "post-market"]
    var parts: [String] = []
    for segment in session.segments {
      let hours = "\(clock(segment.start))-\(clock(segment.end))"
      parts.append("\(names[segment.kind] ?? "regular") \(hours)")
    }
    return text + ": " + parts.joined(separator: ", ")
  }

  private var regular: [Segment] { session?.segments(extended: false) ?? [] }

  private var breaks: [String] {
    var breaks: [String] = []
    for (segment, following) in zip(regular, regular.dropFirst()) {
      breaks.append("\(clock(segment.end))-\(clock(following.start))")
    }
    return breaks
  }

  private var note: String {
    var notes: [String] = []
    if let session {
      if session.isLateOpen { notes.append("late open") }
      if session.isEarlyClose { notes.append("early close") }
      if notes.isEmpty, calendar.statement(on: date)?.isRegular == false {
        notes.append("special hours")
      }
    } else if let closure = calendar.closure(on: date) {
      notes.append(closure.rawValue)
    }
    return notes.joined(separator: ", ")
  }

  private func moment(_ nanoseconds: Int64?) -> Value {
    guard let nanoseconds else { return .unknown }
    let instant = Instant(nanoseconds: nanoseconds)
    return .instant(instant, offsetSeconds: calendar.zone.offsetSeconds(at: instant))
  }

  /// A time of day on the exchange's clock: `<17:00` on the day before, `24:00` at the end of the date.
  private func clock(_ nanoseconds: Int64) -> String {
    let instant = Instant(nanoseconds: nanoseconds)
    let offset = calendar.zone.offsetSeconds(at: instant)
    let wall = instant.wallClock(offsetSeconds: offset)
    if wall.date > date, wall.sinceMidnight == 0 { return "24:00" }
    return (wall.date < date ? "<" : "") + instant.timeOfDay(offsetSeconds: offset)
  }
}
