import Diagnostics
import MarketCalendar
import MarketModel

/// Finds the calendar whose sessions the rows keep: New York's where they do, else the one that explains them best.
///
/// - Source: design.md, "Loading"; ties are refused, never broken by liking.
struct CalendarInference {
  /// How the stamps of a series are read while calendars are tried.
  struct Clock {
    /// True when stamps carry no offset.
    var isNaive: Bool
    /// The zone of wall clock readings, where it is known.
    var zone: Zone?
    var shift: Int64

    /// The zone that reads stamps under a calendar: its own where none is known.
    func zone(under calendar: MarketCalendar) -> Zone? { isNaive ? zone ?? calendar.zone : nil }
  }

  let catalog: CalendarCatalog
  let file: String
  let interval: Interval
  let clock: Clock
  /// About how many rows are looked at where all are not needed.
  let limit: Int
  /// False while zones are tried: only calendars that hours alone show are found then.
  var searchesAll = true

  typealias Found = (calendar: MarketCalendar, basis: Basis)

  /// Decides for intraday rows.
  ///
  /// - Throws: `ambiguous-calendar` naming `--calendar`.
  func infer(_ series: RawSeries, mark: CalendarMarks.Mark?) throws(SessError) -> Found {
    let newYork = try catalog.calendar(named: "XNYS")
    let runs = TradingRuns(series, interval)
    if let mark, let found = try confirm(mark, runs) { return found }
    let sample = sample(series, newYork)
    let share = sample.fit(newYork)
    let home = CalendarFit(runs, newYork, zone: clock.zone(under: newYork), shift: clock.shift)
    if share.any >= 0.99, !searchesAll || isNewYork(home, share, runs, series) {
      return (newYork, try basis(home, share, sample, runs))
    }
    let week = WeekFit(series, interval, shift: clock.shift)
    if searchesAll, week.hoursUsed <= 16, !runs.areThin {
      if let found = try search(runs, home, share.any >= 0.99) { return found }
    }
    if share.any >= 0.99 {
      try checkOtherClocks(runs, home, share)
      return (newYork, try basis(home, share, sample, runs))
    }
    do throws(SessError) {
      return try byWeek(week, newYorkShare: share.any)
    } catch  where error.code == "ambiguous-calendar" && week.hoursUsed <= 16 {
      try checkOtherClocks(runs, home, share)
      throw error
    }
  }

  private func sample(_ series: RawSeries, _ newYork: MarketCalendar) -> Sample {
    Sample(series, zone: clock.zone(under: newYork), shift: clock.shift, limit: limit)
  }

  /// Whether nothing about the rows asks for another calendar than New York's.
  private func isNewYork(
    _ home: CalendarFit, _ share: (regular: Double, any: Double), _ runs: TradingRuns,
    _ series: RawSeries
  ) -> Bool {
    guard home.cost < 2 else { return false }
    if home.isTight || (share.regular >= 0.99 && runs.areThin) { return true }
    let shape = SessionShape(
      series, home.calendar, interval,
      ClockReading(zone: clock.zone(under: home.calendar), shift: clock.shift))
    return shape.label != nil && shape.stepDays > 0
  }

  /// Refuses days that begin and end at no hour of New York's, but on another clock at those of an exchange.
  ///
  /// - Throws: `ambiguous-zone`.
  private func checkOtherClocks(
    _ runs: TradingRuns, _ home: CalendarFit, _ share: (regular: Double, any: Double)
  ) throws(SessError) {
    guard searchesAll, clock.isNaive, clock.zone == nil, !home.isTight, !runs.areThin else {
      return
    }
    let isHomePossible = share.any >= 0.99
    var best: (zone: Zone, fits: [CalendarFit])?
    for name in ClockInference.candidates {
      let zone = try catalog.zones.zone(named: name)
      let fits = try CalendarInference.sessions(catalog).map { (calendar) in
        CalendarFit(runs, calendar, zone: zone, shift: clock.shift)
      }.filter { $0.isTight && $0.judged >= 2 }.sorted { $0.cost < $1.cost }
      // New York's hours on another clock are what the planner asks about.
      if !isHomePossible, fits.contains(where: { $0.calendar == home.calendar }) { return }
      guard let first = fits.first, first.cost < best?.fits.first?.cost ?? .max else { continue }
      best = (zone, fits)
    }
    guard let best, let first = best.fits.first else { return }
    let names = best.fits.filter { $0.cost < first.cost + 2 }.map(\.calendar.name)
    throw SessError(
      "ambiguous-zone",
      "\(file) states no zone, and on New York's clock \(Int(100 * share.regular)) % of its rows lie in "
        + "the regular hours of XNYS; in \(best.zone.name) \(first.evidence), "
        + "as those of \(names.prefix(4).joined(separator: ", "))",
      answers: ["--zone \(best.zone.name)"] + (isHomePossible ? ["--calendar XNYS"] : []))
  }

  private func basis(
    _ home: CalendarFit, _ share: (regular: Double, any: Double), _ sample: Sample,
    _ runs: TradingRuns
  ) throws(SessError) -> Basis {
    if home.isTight {
      let rivals = try rivals(runs)
      if searchesAll, let better = rivals.first(where: { $0.cost < home.cost }) {
        throw refusal(
          "\(better.evidence), as \(better.calendar.name) does; \(home.evidence), as XNYS does",
          [home.calendar.name, better.calendar.name])
      }
      if home.basis.isProof {
        let isAlone = rivals.allSatisfy { $0.cost >= home.cost + 2 }
        return isAlone ? home.basis : .evidence(home.evidence)
      }
    }
    guard sample.moments.count >= 60 else { return .assumed("few rows") }
    return .evidence(
      "\(Int(100 * share.any)) % of rows lie within 04:00-20:00 New York on trading days")
  }

  /// The fits of the exchanges that keep New York's hours, so that only holidays tell them apart.
  private func rivals(_ runs: TradingRuns) throws(SessError) -> [CalendarFit] {
    var fits: [CalendarFit] = []
    for name in ["XTSE", "XBOG", "XBDA"] {
      let rival = try catalog.calendar(named: name)
      let fit = CalendarFit(runs, rival, zone: clock.zone(under: rival), shift: clock.shift)
      if fit.isTight { fits.append(fit) }
    }
    return fits
  }

  /// The calendar a name states, unless the rows speak against it.
  ///
  /// - Throws: `ambiguous-calendar` when fewer than half of the rows lie in its sessions.
  private func confirm(_ mark: CalendarMarks.Mark, _ runs: TradingRuns) throws(SessError)
    -> Found?
  {
    let calendar = try catalog.calendar(named: mark.calendar)
    guard !CalendarInference.isRound(calendar.name) else {
      return (calendar, .evidence(mark.reason))
    }
    let fit = CalendarFit(runs, calendar, zone: clock.zone(under: calendar), shift: clock.shift)
    if fit.isTight { return (calendar, .proof("\(mark.reason); \(fit.evidence)")) }
    // A wall clock without a zone may be the reason, which is asked for later.
    guard !clock.isNaive || clock.zone != nil, fit.insideShare < 0.5 else {
      return (calendar, .evidence(mark.reason))
    }
    throw refusal(
      "\(mark.reason), but only \(Int(100 * fit.insideShare)) % of rows lie in its hours",
      [mark.calendar])
  }

  /// The one calendar that explains the rows best; nil when none has their hours.
  ///
  /// - Throws: `ambiguous-calendar` when several do.
  private func search(_ runs: TradingRuns, _ home: CalendarFit, _ isHomePossible: Bool)
    throws(SessError) -> Found?
  {
    var fits = try CalendarInference.sessions(catalog).map { (calendar) in
      CalendarFit(runs, calendar, zone: clock.zone(under: calendar), shift: clock.shift)
    }.filter(\.isTight)
    let sameClock = fits.filter { fit in
      clock.zone.map { $0.keepsTime(of: fit.calendar.zone) } ?? false
    }
    if !sameClock.isEmpty { fits = sameClock }
    fits.sort { ($0.cost, $0.calendar.name) < ($1.cost, $1.calendar.name) }
    guard let best = fits.first else { return nil }
    let near = fits.filter { $0.cost < best.cost + 2 }
    if near.contains(where: { $0.calendar == home.calendar }) {
      return (home.calendar, home.basis)
    }
    // Hours alone may be New York's, shifted: a day of them is no evidence, ten with a holiday are.
    // A pause of every day is no hour of New York's.
    let hasPauses = best.breaksKept >= 3 && !home.isTight
    let isKnown =
      near.count == 1
      && (best.basis.isProof || hasPauses || !isHomePossible || !sameClock.isEmpty)
    if isKnown { return (best.calendar, best.basis) }
    let others = near.map(\.calendar.name)
    if isHomePossible, best.judged < 2 {
      return (
        home.calendar,
        .assumed("one day says little; its hours are those of \(others.joined(separator: ", "))")
      )
    }
    throw refusal(
      "\(best.evidence), as \(others.joined(separator: ", ")) do",
      others + (isHomePossible ? [home.calendar.name] : []))
  }

  func refusal(_ reason: String, _ names: [String]) -> SessError {
    SessError(
      "ambiguous-calendar", "the exchange calendar of \(file) is not clear: \(reason)",
      answers: names.prefix(8).map { "--calendar \($0)" })
  }
}

extension CalendarInference {
  /// Calendars without a night: their sessions have no edges to be recognized by.
  static func isRound(_ name: String) -> Bool {
    ["24/5", "24/7", "CME", "CMES", "CME_Equity", "FX", "IEPA", "XCBF", "us_futures"].contains(name)
  }

  /// The exchanges with a session a day.
  static func sessions(_ catalog: CalendarCatalog) throws(SessError) -> [MarketCalendar] {
    var calendars: [MarketCalendar] = []
    for name in catalog.names where !isRound(name) {
      calendars.append(try catalog.calendar(named: name))
    }
    return calendars
  }
}
