import Diagnostics
import MarketCalendar
import MarketModel

/// Finds the calendar whose hours the rows keep, by ruling out the others.
struct CalendarInference {
  let catalog: CalendarCatalog
  let file: String

  /// Decides for intraday rows, of which at most about `limit` are looked at.
  ///
  /// - Throws: `ambiguous-calendar` naming `--calendar`.
  func infer(_ series: RawSeries, zone: Zone?, isNaive: Bool, shift: Int64, limit: Int)
    throws(SessError)
    -> (calendar: MarketCalendar, basis: Basis)
  {
    let newYork = try catalog.calendar(named: "XNYS")
    let sample = Sample(
      series, zone: isNaive ? zone ?? newYork.zone : nil, shift: shift, limit: limit)
    let fit = sample.fit(newYork)
    if fit.any >= 0.99 {
      let share = Int(100 * fit.any)
      let evidence = "\(share) % of rows lie within 04:00-20:00 New York on trading days"
      return (newYork, sample.moments.count >= 60 ? .evidence(evidence) : .assumed("few rows"))
    }
    let clock = WeekClock(sample, newYork.zone)
    if clock.saturday > 0.02 {
      let calendar = try catalog.calendar(named: "24/7")
      return (calendar, .evidence("\(Int(100 * clock.saturday)) % of rows are on Saturdays"))
    }
    let isWeekend = clock.spansWeekend && clock.saturday < 0.002
    if clock.closingHour < 0.5, clock.nights > 0.05 {
      let calendar = try catalog.calendar(named: "CME")
      return (calendar, .evidence("the hour from 16:00 Chicago is all but empty, nights are not"))
    }
    if isWeekend, clock.sundayEvening > 0.005, clock.nights > 0.05 {
      let calendar = try catalog.calendar(named: "FX")
      return (calendar, .evidence("trading from Sunday evening to Friday without a daily break"))
    }
    let hours = "\(Int(100 * fit.any)) % of rows lie within New York hours"
    let weekend =
      clock.spansWeekend ? "no clear weekend" : "no weekend between the first and last row"
    throw SessError(
      "ambiguous-calendar", "the exchange calendar of \(file) is not clear: \(hours), \(weekend)",
      hint: "say it: --calendar XNYS|24/7|FX|CME, or another that `calendar` lists")
  }

  /// Decides for rows of a day or longer: weekends are all there is to see.
  func inferDaily(_ series: RawSeries) throws(SessError) -> (calendar: MarketCalendar, basis: Basis)
  {
    var (weekends, total) = (0, 0)
    for batch in series.batches {
      for time in batch.times {
        total += 1
        if Instant(nanoseconds: time).wallClock(offsetSeconds: 0).date.isoWeekday > 5 {
          weekends += 1
        }
      }
    }
    if weekends * 10 > total {
      return (try catalog.calendar(named: "24/7"), .evidence("rows on Saturdays and Sundays"))
    }
    return (try catalog.calendar(named: "XNYS"), .assumed("days without weekends"))
  }
}

/// How rows spread over the week on New York's clock.
private struct WeekClock {
  var saturday = 0.0
  var sundayEvening = 0.0
  var nights = 0.0
  /// Rows in the hour from 17:00 New York (16:00 Chicago), relative to the hours beside it.
  var closingHour = 1.0
  var spansWeekend = false

  init(_ sample: Sample, _ zone: Zone) {
    guard let first = sample.moments.min(), let last = sample.moments.max() else { return }
    var hours = [Int](repeating: 0, count: 24 * 8)
    for moment in sample.moments {
      let instant = Instant(nanoseconds: moment)
      let wall = instant.wallClock(offsetSeconds: zone.offsetSeconds(at: instant))
      hours[wall.date.isoWeekday * 24 + Int(wall.sinceMidnight / (3600 * Instant.second))] += 1
    }
    let total = Double(max(sample.moments.count, 1))
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
    let days = (last - first) / Instant.day
    let firstDate = Instant(nanoseconds: first).wallClock(offsetSeconds: 0).date
    spansWeekend = days >= 7 || Int(days) + firstDate.isoWeekday >= 7
  }
}
