import Diagnostics
import MarketCalendar
import MarketModel

/// Finds the calendar of rows of a day or longer: dates are all there is to see.
struct DailyCalendarInference {
  let catalog: CalendarCatalog
  let file: String
  /// True when stamps carry no offset; the zone of such stamps where it is given.
  let isNaive: Bool
  let zone: Zone?
  let label: BarLabel

  /// How the dates of a file lie to the trading days of a calendar.
  private struct Fit {
    let calendar: MarketCalendar
    var violations = 0
    var missing = 0
    var holidays = 0
    let count: Int

    init(_ times: Set<Int64>, _ naming: DayNaming) {
      calendar = naming.calendar
      var dates: Set<CivilDate> = []
      for time in times { dates.insert(naming.date(time)) }
      count = dates.count
      guard let first = dates.min(), let last = dates.max() else { return }
      for date in dates where !calendar.isTradingDay(date) { violations += 1 }
      var date = first
      while date < last, date.daysSinceEpoch - first.daysSinceEpoch < 40_000 {
        date = date.advanced(by: 1)
        if dates.contains(date) { continue }
        if calendar.isTradingDay(date) {
          missing += 1
        } else if date.isoWeekday <= 5 {
          holidays += 1
        }
      }
    }

    var cost: Int { 2 * violations + missing }
    var isClose: Bool { cost * 50 <= count }
    var evidence: String {
      let against = cost == 0 ? "" : ", \(missing) missing and \(violations) too many"
      return "the dates are its trading days\(against), \(holidays) holidays kept"
    }
    var basis: Basis {
      if count < 10 { return .assumed("few days") }
      if cost > 0 { return .evidence(evidence) }
      if holidays == 0 { return .assumed("days without weekends") }
      return holidays >= 5 ? .proof(evidence) : .evidence(evidence)
    }
  }

  private func fit(_ times: Set<Int64>, _ name: String) throws(SessError) -> Fit {
    let calendar = try catalog.calendar(named: name)
    let zone = isNaive ? zone ?? calendar.zone : nil
    return Fit(times, DayNaming(calendar: calendar, zone: zone, label: label))
  }

  /// Decides by the names' mark, New York's days, or the one calendar whose days they are.
  ///
  /// - Throws: `ambiguous-calendar` naming `--calendar`.
  func infer(_ series: RawSeries, _ interval: Interval, mark: CalendarMarks.Mark?)
    throws(SessError) -> CalendarInference.Found
  {
    var times: Set<Int64> = []
    for batch in series.batches { times.formUnion(batch.rows.lazy.map(\.time)) }
    guard interval.unit == .day else {
      if let mark { return (try catalog.calendar(named: mark.calendar), .evidence(mark.reason)) }
      return (try catalog.calendar(named: "XNYS"), .assumed("\(interval) bars show no hours"))
    }
    if let mark {
      let fit = try fit(times, mark.calendar)
      guard fit.violations * 2 > fit.count else {
        let isProof = fit.cost == 0 && fit.holidays > 0
        return (
          fit.calendar, isProof ? .proof("\(mark.reason); \(fit.evidence)") : .evidence(mark.reason)
        )
      }
      throw refusal("\(mark.reason), but \(fit.violations) rows are on days it is closed", [])
    }
    if isDaily(times) {
      return (try catalog.calendar(named: "24/7"), .evidence("rows on Saturdays and Sundays"))
    }
    let home = try fit(times, "XNYS")
    guard home.violations > 0 || (home.cost >= 2 && home.count >= 10) else {
      return (home.calendar, home.basis)
    }
    var all = [home]
    for name in catalog.names where name != "XNYS" {
      all.append(try fit(times, name))
    }
    all.sort { ($0.cost, rank($0), $0.calendar.name) < ($1.cost, rank($1), $1.calendar.name) }
    let fits = all.filter(\.isClose)
    guard let best = fits.first else {
      guard home.violations * 50 > home.count else { return assumed(home) }
      throw refusal(
        "\(home.violations) of \(home.count) rows are on days New York is closed",
        all.prefix { $0.cost <= max(2, 2 * all[0].cost) }.map(\.calendar.name))
    }
    let near = fits.filter { $0.cost < best.cost + 2 }
    if near.contains(where: { $0.calendar == home.calendar }) { return (home.calendar, home.basis) }
    guard near.count > 1 else { return (best.calendar, best.basis) }
    throw refusal(
      "\(home.violations) rows are on days New York is closed and \(home.missing) of its days are missing",
      near.map(\.calendar.name))
  }

  /// Where many calendars have the same days, those that most files are of come first.
  private func rank(_ fit: Fit) -> Int {
    let known = ["24/7", "FX", "CME", "XLON", "XETR", "XTKS", "XHKG"]
    return known.firstIndex(of: fit.calendar.name) ?? known.count
  }

  private func assumed(_ home: Fit) -> CalendarInference.Found {
    (
      home.calendar,
      .assumed(
        "no calendar has these days; \(home.missing) of its own are missing, \(home.violations) too many"
      )
    )
  }

  private func isDaily(_ times: Set<Int64>) -> Bool {
    var (saturdays, sundays) = (0, 0)
    for time in times {
      switch Instant(nanoseconds: time).wallClock(offsetSeconds: 0).date.isoWeekday {
      case 6: saturdays += 1
      case 7: sundays += 1
      default: break
      }
    }
    return min(saturdays, sundays) * 20 > times.count
  }

  private func refusal(_ reason: String, _ names: [String]) -> SessError {
    let shown = names.isEmpty ? ["XNYS", "24/7", "FX"] : Array(names.prefix(8))
    return SessError(
      "ambiguous-calendar", "the exchange calendar of \(file) is not clear: \(reason)",
      answers: shown.map { "--calendar \($0)" })
  }
}
