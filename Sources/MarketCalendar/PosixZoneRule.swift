import MarketModel

/// The rule at the end of a TZif file: `EST5EDT,M3.2.0,M11.1.0`.
///
/// - Source: POSIX.1 TZ with the extensions of RFC 9636 §3.3 (hours from −167 to 167).
struct PosixZoneRule: Sendable, Equatable {
  /// A change of the clock within a year.
  struct Change: Sendable, Equatable {
    enum Day: Sendable, Equatable {
      case month(Int, week: Int, weekday: Int)
      case julian(Int)
      case dayOfYear(Int)
    }
    var day: Day
    /// Seconds after local midnight.
    var time: Int
  }

  /// Seconds east of Greenwich in winter.
  var standardOffset: Int
  /// Seconds east of Greenwich in summer; nil without summer time.
  var daylightOffset: Int?
  var start: Change?
  var end: Change?

  /// Parses a rule, or nil for anything else.
  init?(_ text: String) {
    var scanner = RuleScanner(text)
    guard scanner.skipName(), let west = scanner.time() else { return nil }
    standardOffset = -west
    guard !scanner.isAtEnd else { return }
    guard scanner.skipName() else { return nil }
    var daylight = standardOffset + 3600
    if !scanner.isNext(","), let west = scanner.time() { daylight = -west }
    guard scanner.skip(","), let start = scanner.change(), scanner.skip(","),
      let end = scanner.change(), scanner.isAtEnd
    else { return nil }
    (daylightOffset, self.start, self.end) = (daylight, start, end)
  }

  /// The offset at a UTC second, and until when (and from when) it holds at least.
  func offset(at second: Int64) -> (seconds: Int, from: Int64, until: Int64) {
    guard let daylightOffset, let start, let end else { return (standardOffset, .min, .max) }
    let local = second + Int64(standardOffset)
    let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let year = CivilDate(daysSinceEpoch: Int(clamping: day)).components.year
    var changes: [(time: Int64, offset: Int)] = []
    for candidate in [year - 1, year, year + 1] {
      changes.append((moment(of: start, candidate, before: standardOffset), daylightOffset))
      changes.append((moment(of: end, candidate, before: daylightOffset), standardOffset))
    }
    changes.sort { $0.time < $1.time }
    var current = (seconds: standardOffset, from: Int64.min, until: Int64.max)
    for change in changes {
      guard change.time <= second else {
        current.until = change.time
        break
      }
      current = (change.offset, change.time, .max)
    }
    return current
  }

  private func moment(of change: Change, _ year: Int, before offset: Int) -> Int64 {
    Int64(PosixZoneRule.dayNumber(change.day, year)) * 86_400 + Int64(change.time - offset)
  }

  private static func dayNumber(_ day: Change.Day, _ year: Int) -> Int {
    let newYear = CivilDate.dayNumber(year: year, month: 1, day: 1)
    switch day {
    case .dayOfYear(let index): return newYear + index
    case .julian(let number):
      let isLeap = CivilDate.dayCount(year: year, month: 2) == 29
      return newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
    case .month(let month, let week, let weekday):
      let first = CivilDate.dayNumber(year: year, month: month, day: 1)
      let firstWeekday = CivilDate(daysSinceEpoch: first).isoWeekday % 7
      var number = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
      if number >= first + CivilDate.dayCount(year: year, month: month) { number -= 7 }
      return number
    }
  }
}

/// Reads the parts of a rule from the left.
private struct RuleScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  func isNext(_ character: Character) -> Bool { rest.first == character.asciiValue }

  mutating func skip(_ character: Character) -> Bool {
    guard isNext(character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func skipName() -> Bool {
    if skip("<") {
      rest = rest.drop { $0 != 0x3E }
      return skip(">")
    }
    let letters = rest.prefix { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
    rest = rest.dropFirst(letters.count)
    return letters.count >= 3
  }

  mutating func number() -> Int? {
    let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard !digits.isEmpty, digits.count <= 6 else { return nil }
    rest = rest.dropFirst(digits.count)
    return Int(String(Substring(digits)))
  }

  /// `[+-]h[:m[:s]]` in seconds.
  mutating func time() -> Int? {
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    guard let hours = number(), hours <= 167 else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] where skip(":") {
      guard let part = number(), part < 60 else { return nil }
      seconds += part * unit
    }
    return isNegative ? -seconds : seconds
  }

  mutating func change() -> PosixZoneRule.Change? {
    guard let day = day() else { return nil }
    guard skip("/") else { return PosixZoneRule.Change(day: day, time: 7200) }
    guard let time = time() else { return nil }
    return PosixZoneRule.Change(day: day, time: time)
  }

  private mutating func day() -> PosixZoneRule.Change.Day? {
    if skip("M") {
      guard let month = number(), (1...12).contains(month), skip("."), let week = number(),
        (1...5).contains(week), skip("."), let weekday = number(), (0...6).contains(weekday)
      else { return nil }
      return .month(month, week: week, weekday: weekday)
    }
    if skip("J") {
      guard let day = number(), (1...365).contains(day) else { return nil }
      return .julian(day)
    }
    guard let day = number(), (0...365).contains(day) else { return nil }
    return .dayOfYear(day)
  }
}
