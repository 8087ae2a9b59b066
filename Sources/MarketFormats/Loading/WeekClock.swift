import MarketCalendar
import MarketModel

/// How rows spread over the week on New York's clock.
struct WeekClock {
  var saturday = 0.0
  var sundayEvening = 0.0
  var nights = 0.0
  /// Rows in the hour from 17:00 New York (16:00 Chicago), relative to the hours beside it.
  var closingHour = 1.0
  var spansWeekend = false
  /// Hours of New York's clock in which rows lie.
  var hoursUsed = 0

  init(_ sample: Sample, _ zone: Zone) {
    guard let first = sample.moments.min(), let last = sample.moments.max() else { return }
    var hours = [Int](repeating: 0, count: 24 * 8)
    for moment in sample.moments {
      let instant = Instant(nanoseconds: moment)
      let wall = instant.wallClock(offsetSeconds: zone.offsetSeconds(at: instant))
      hours[wall.date.isoWeekday * 24 + Int(wall.sinceMidnight / (3600 * Instant.second))] += 1
    }
    let total = Double(max(sample.moments.count, 1))
    for hour in 0..<24 {
      let rows = (1...7).reduce(0) { $0 + hours[$1 * 24 + hour] }
      if Double(rows) > 0.005 * total { hoursUsed += 1 }
    }
    func share(_ weekday: Int, _ range: Range<Int>) -> Double {
      Double(range.reduce(0) { $0 + hours[weekday * 24 + $1] }) / total
    }
    saturday = share(6, 0..<24)
    sundayEvening = share(7, 17..<24)
    var (inside, beside) = (0.0, 0.0)
    for weekday in 1...4 {
      inside += share(weekday, 17..<18)
      beside += (share(weekday, 16..<17) + share(weekday, 18..<19)) / 2
    }
    for weekday in 1...5 { nights += share(weekday, 0..<4) + share(weekday, 20..<24) }
    if beside > 0 { closingHour = inside / beside }
    let days = last / Instant.day - first / Instant.day
    let firstDate = Instant(nanoseconds: first).wallClock(offsetSeconds: 0).date
    spansWeekend = days >= 7 || Int(days) + firstDate.isoWeekday >= 7
  }
}
