import Diagnostics
import MarketModel

/// Reads a calendar's text: a word that says what, then its values, a line each; `#` begins a comment.
///
///     calendar XDEMO                            the name, for calendars from a file
///     title Demo Exchange
///     zone Asia/Tokyo
///     range 2020-01-01 2030-12-31               the dates it knows
///     source the exchange's notices             who says what follows, until the next source
///     week Mon-Fri                              trading weekdays; `week 2024-01-01 Sun-Thu` from a date on
///     hours 09:00-11:30 12:30-15:00             with a break; `hours [DATE] [Fri] …` from a date on, on a weekday
///     closed 2024-12-31 12-25 Christmas         days without a session, and their name
///     special 2024-12-24 09:00-11:30 Half day   days with hours of their own
///
/// Hours may have `pre 08:00` before and `post 17:00` after them; `<17:00` lies on the day before. A date is
/// `2024-12-31` (or `20241231`), `12-25` in every year, `12-25:2020-2024` in some, or `2020:0410,0402,-,0407` for
/// one a year. A date without a year counts within the week only, and gives way to a line with the year.
struct CalendarParser {
  private var reader: CalendarLineReader
  private var table = CalendarTable()
  private var name: String?
  private var source = 0
  private var hasRange = false
  private let isBuiltIn: Bool

  /// Parses a text; `name` is given for built-in calendars, whose text does not hold it.
  ///
  /// - Throws: `bad-calendar` with the place.
  static func parse(_ text: String, name: String? = nil, file: String? = nil) throws(SessError)
    -> (name: String, table: CalendarTable)
  {
    var parser = CalendarParser(text, name: name, file: file)
    while parser.reader.nextLine() { try parser.readLine() }
    return try parser.finish()
  }

  private init(_ text: String, name: String?, file: String?) {
    reader = CalendarLineReader(text, file: file)
    self.name = name
    isBuiltIn = name != nil
  }

  private mutating func readLine() throws(SessError) {
    guard let verb = reader.next() else { return }
    switch reader.text(verb) {
    case "calendar": try readName()
    case "title": table.title = reader.rest()
    case "zone": table.zoneName = try reader.onlyWord("a time zone, for example Europe/London")
    case "source": setSource(reader.rest())
    case "range": try readRange()
    case "week": try readWeek()
    case "hours": try readHours()
    case "closed": try readDays(isClosed: true)
    case "special": try readDays(isClosed: false)
    case let other:
      let known = [
        "calendar", "title", "zone", "range", "source", "week", "hours", "closed", "special",
      ]
      let near = Suggestion.nearest(to: other, in: known).map { "did you mean \($0)?" }
      throw reader.failure(
        "\(other) is not a line of a calendar", verb,
        hint: near ?? "lines begin with " + known.joined(separator: ", "))
    }
  }

  private mutating func readName() throws(SessError) {
    let start = reader.position
    let word = try reader.onlyWord("a name, for example XDEMO")
    let isPlain = word.utf8.allSatisfy {
      ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F
        || $0 == 0x2D || $0 == 0x2E
    }
    guard isPlain, word.utf8.count <= 32 else {
      throw reader.failure(
        "\(word) cannot name a calendar", start..<reader.position,
        hint: "up to 32 letters, digits, _ - .")
    }
    guard name == nil else {
      throw reader.failure("the calendar is named twice", start..<reader.position)
    }
    name = word
  }

  private mutating func setSource(_ text: String) {
    source = table.sources.firstIndex(of: text) ?? table.sources.count
    if source == table.sources.count { table.sources.append(text) }
  }

  private mutating func setDefaultSource() {
    if table.sources.isEmpty { setSource("user calendar") }
  }

  private mutating func readRange() throws(SessError) {
    let first = try reader.date()
    let last = try reader.date()
    try reader.endLine()
    let years = first.components.year...max(first, last).components.year
    guard first <= last, years.lowerBound >= 1700, years.upperBound <= 2200 else {
      throw reader.failure(
        "a range is a first and a later last date within 1700 to 2200", reader.values)
    }
    (table.firstDate, table.lastDate, hasRange) = (first, last, true)
  }

  private mutating func readWeek() throws(SessError) {
    let from = try reader.optionalDate()
    let weekdays = try reader.weekdays()
    try reader.endLine()
    try checkOrder(from, after: table.weeks.last?.from)
    table.weeks.append(.init(from: from ?? .earliest, weekdays: weekdays))
  }

  private mutating func readHours() throws(SessError) {
    let from = try reader.optionalDate()
    let weekdays = reader.startsWithLetter && !reader.startsHours ? try reader.weekdays() : .all
    let hours = try reader.hours()
    try reader.endLine()
    try checkOrder(from, after: table.eras.last?.from)
    setDefaultSource()
    table.eras.append(
      .init(from: from ?? .earliest, weekdays: weekdays, hours: hours, source: source))
  }

  private func checkOrder(_ from: CivilDate?, after last: CivilDate?) throws(SessError) {
    guard let last, from ?? .earliest < last else { return }
    throw reader.failure("the line holds from before the line above it", reader.values)
  }

  private mutating func readDays(isClosed: Bool) throws(SessError) {
    guard hasRange, !table.weeks.isEmpty else {
      throw reader.failure("range and week come before closed and special days", reader.values)
    }
    setDefaultSource()
    var dates: [CalendarLineReader.Dates] = []
    while let word = reader.peek(), reader.isDate(word) {
      dates.append(try reader.dates(table.firstDate...table.lastDate))
    }
    guard !dates.isEmpty else {
      throw reader.failure(
        "expected dates", reader.here, hint: "for example 2024-12-31 or, for every year, 12-25")
    }
    let hours = isClosed ? nil : try reader.hours()
    let label = reader.rest()
    let name = label.isEmpty ? 0 : table.names.count
    if !label.isEmpty { table.names.append(label) }
    for word in dates {
      let rule = CalendarTable.DayRule(
        hours: hours, name: name, source: source, recurs: word.recurs)
      for date in word.dates { try add(rule, on: date, word.place) }
    }
  }

  private mutating func add(
    _ rule: CalendarTable.DayRule, on date: CivilDate, _ place: Range<Int>
  ) throws(SessError) {
    if rule.recurs {
      guard date >= table.firstDate, date <= table.lastDate, table.isInWeek(date) else { return }
    } else if date < table.firstDate || date > table.lastDate {
      throw reader.failure("\(date) is outside the range of the calendar", place)
    }
    if let held = table.days[date] {
      if rule.recurs, !held.recurs { return }
      guard held.recurs, !rule.recurs else {
        throw reader.failure("\(date) already has a line of its own", place)
      }
    }
    table.days[date] = rule
  }

  private mutating func finish() throws(SessError) -> (name: String, table: CalendarTable) {
    guard let name else { throw reader.failure("no line names it", nil, hint: "calendar XDEMO") }
    guard hasRange else {
      throw reader.failure("no line says which dates it knows", nil, hint: "range FIRST LAST")
    }
    guard !table.weeks.isEmpty else {
      throw reader.failure("no line says which weekdays it trades", nil, hint: "week Mon-Fri")
    }
    guard !table.eras.isEmpty else {
      throw reader.failure("no line says its hours", nil, hint: "hours 09:30-16:00")
    }
    if !isBuiltIn { try checkOverlap() }
    return (name, table)
  }

  /// Sessions of two days may touch but not overlap.
  private func checkOverlap() throws(SessError) {
    var date = table.firstDate
    var previous: (date: CivilDate, end: Int)?
    while date <= table.lastDate {
      if let hours = table.hours(on: date) {
        let midnight = Int(date.daysSinceEpoch) * 1440
        if let previous, midnight + hours.start < previous.end {
          throw reader.failure("\(date) begins before the session of \(previous.date) ends", nil)
        }
        previous = (date, midnight + hours.end)
      }
      date = date.advanced(by: 1)
    }
  }
}

extension CivilDate {
  /// Before every calendar.
  fileprivate static let earliest = CivilDate(daysSinceEpoch: -1_000_000)
}
