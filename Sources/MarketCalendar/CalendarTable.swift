import MarketModel

/// A calendar's rules as parsed from its text.
///
///     title New York Stock Exchange
///     zone America/New_York
///     range 1990-01-01 2035-12-31
///     week 12345                          trading weekdays, Monday 1
///     hours 04:00 09:30 16:00 20:00       pre, open, close, post; `-` for none, `<` for the day before
///     closed                              then a line a year: year and MMDD of closed weekdays
///     special                             then a line a day: date and its own hours
struct CalendarTable: Sendable {
  /// Times of a trading day in minutes from its midnight on the exchange's clock.
  struct Hours: Sendable, Equatable {
    var pre: Int?
    var open = 0
    var close = 1440
    var post: Int?
  }

  var title = ""
  var zoneName = "UTC"
  var firstDate = CivilDate(daysSinceEpoch: 0)
  var lastDate = CivilDate(daysSinceEpoch: 0)
  var weekdays: Set<Int> = []
  var hours = Hours()
  var closed: Set<CivilDate> = []
  var specials: [CivilDate: Hours] = [:]

  /// Parses a table; lines it does not understand are left out.
  init(_ text: String) {
    var part = Substring()
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let first = words.first else { continue }
      if first.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) ?? false {
        if part == "closed" { addClosed(words) } else { addSpecial(words) }
      } else {
        part = first
        setField(first, Array(words.dropFirst()))
      }
    }
  }

  private mutating func setField(_ name: Substring, _ words: [Substring]) {
    switch name {
    case "title": title = words.joined(separator: " ")
    case "zone": zoneName = words.joined()
    case "range" where words.count == 2:
      firstDate = CivilDate(iso: words[0]) ?? firstDate
      lastDate = CivilDate(iso: words[1]) ?? lastDate
    case "week":
      for character in words.joined() {
        if let day = character.wholeNumberValue { weekdays.insert(day) }
      }
    case "hours": hours = CalendarTable.hours(words) ?? hours
    default: break
    }
  }

  private mutating func addClosed(_ words: [Substring]) {
    guard let year = words.first.flatMap({ Int($0) }) else { return }
    for word in words.dropFirst() {
      guard let mark = Int(word) else { continue }
      if let date = CivilDate(year: year, month: mark / 100, day: mark % 100) {
        closed.insert(date)
      }
    }
  }

  private mutating func addSpecial(_ words: [Substring]) {
    guard let number = words.first.flatMap({ Int($0) }),
      let hours = CalendarTable.hours(Array(words.dropFirst())),
      let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    else { return }
    specials[date] = hours
  }

  private static func hours(_ words: [Substring]) -> Hours? {
    guard words.count == 4, let open = minutes(words[1]), let close = minutes(words[2]) else {
      return nil
    }
    var hours = Hours(pre: minutes(words[0]), open: open, close: close, post: minutes(words[3]))
    if let pre = hours.pre, pre >= open { hours.pre = nil }
    if let post = hours.post, post <= close { hours.post = nil }
    return hours
  }

  private static func minutes(_ word: Substring) -> Int? {
    if word.hasPrefix("<") { return minutes(word.dropFirst()).map { $0 - 1440 } }
    let parts = word.split(separator: ":")
    guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]) else {
      return nil
    }
    return hours * 60 + minutes
  }
}

extension CalendarTable {
  /// Days of 24 hours in UTC, without holidays.
  static let always = """
    title every day, all hours, UTC days
    zone UTC
    range 1970-01-01 2099-12-31
    week 1234567
    hours - 00:00 24:00 -
    """

  /// The interbank week: Sunday 17:00 to Friday 17:00 in New York, a day ending at 17:00.
  static let foreignExchange = """
    title foreign exchange, New York 17:00 days
    zone America/New_York
    range 1971-01-01 2099-12-31
    week 12345
    hours - <17:00 17:00 -
    """
}
