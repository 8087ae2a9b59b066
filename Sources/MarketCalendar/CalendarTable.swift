import MarketModel

/// A calendar's rules: regular hours with the dates from which they hold, and the days that differ.
///
/// `CalendarParser` reads it from text.
struct CalendarTable: Sendable {
  /// Stretches of a trading day in minutes from its midnight on the exchange's clock, negative on the day before.
  struct Hours: Sendable, Equatable {
    struct Stretch: Sendable, Equatable {
      var start: Int
      var end: Int
    }

    var pre: Int?
    /// The regular hours, split by breaks; never empty.
    var stretches: [Stretch]
    var post: Int?

    var open: Int { stretches.first?.start ?? 0 }
    var close: Int { stretches.last?.end ?? 0 }
    var start: Int { pre ?? open }
    var end: Int { post ?? close }
  }

  /// Days of the week, Monday 1 to Sunday 7.
  struct Weekdays: Sendable, Equatable {
    private(set) var bits: UInt8 = 0

    static let all = Weekdays(bits: 0xFE)

    mutating func insert(_ weekday: Int) { bits |= 1 << weekday }
    func contains(_ weekday: Int) -> Bool { bits & (1 << weekday) != 0 }
  }

  /// What holds from a date on, on some weekdays, until a later line says otherwise.
  struct HoursEra: Sendable {
    var from: CivilDate
    var weekdays: Weekdays
    var hours: Hours
    /// The index of who says so.
    var source: Int
  }

  /// The weekdays with sessions from a date on.
  struct WeekEra: Sendable {
    var from: CivilDate
    var weekdays: Weekdays
  }

  /// What a date has of its own.
  struct DayRule: Sendable {
    /// Nil where the exchange is closed.
    var hours: Hours?
    /// Indices of its name and of who says so.
    var name: Int
    var source: Int
    /// True for a date without a year, which gives way to one with a year.
    var recurs: Bool
  }

  var title = ""
  var zoneName = "UTC"
  var firstDate = CivilDate(daysSinceEpoch: 0)
  var lastDate = CivilDate(daysSinceEpoch: 0)
  var weeks: [WeekEra] = []
  var eras: [HoursEra] = []
  var days: [CivilDate: DayRule] = [:]
  var names: [String] = [""]
  /// Who says what.
  var sources: [String] = []

  /// Whether a date lies within the calendar's week, holidays included.
  func isInWeek(_ date: CivilDate) -> Bool {
    for era in weeks.reversed() where era.from <= date {
      return era.weekdays.contains(date.isoWeekday)
    }
    return false
  }

  /// What holds on a date unless it is special.
  func era(on date: CivilDate) -> HoursEra? {
    for era in eras.reversed()
    where era.from <= date && era.weekdays.contains(date.isoWeekday) {
      return era
    }
    return eras.first
  }

  /// The hours of a trading day; nil on other dates.
  func hours(on date: CivilDate) -> Hours? {
    guard date >= firstDate, date <= lastDate else { return nil }
    if let rule = days[date] { return rule.hours }
    return isInWeek(date) ? era(on: date)?.hours : nil
  }
}
