import Diagnostics
import MarketCalendar
import MarketModel

/// Tells the calendars apart whose markets are open day and night: by weekends and the daily break.
extension CalendarInference {
  private static let roundNames = ["24/7", "FX", "CME"]

  /// The calendar whose week the rows keep, where one does.
  ///
  /// - Throws: `ambiguous-calendar` where several or none do, `ambiguous-zone` where one does on
  ///   another clock than its own.
  func byWeek(_ week: WeekFit, newYorkShare: Double) throws(SessError) -> Found {
    let readings = try weekReadings(week)
    let near = readings.filter { $0.isSound && $0.cost <= readings[0].cost + WeekFit.margin }
    let names = CalendarInference.roundNames.filter { name in
      near.contains { $0.calendar.name == name }
    }
    guard names.count == 1, let best = near.first else {
      throw refusal(of: near.isEmpty ? readings : near, among: names, newYorkShare)
    }
    guard let own = near.first(where: { isOwnClock($0) }) else {
      let plain = week.reading(best.calendar, zone: best.calendar.zone)
      throw ClockInference.otherZone(file, near, plain)
    }
    return (own.calendar, .evidence(evidence(own, week)))
  }

  /// Every reading worth a thought, the likeliest first.
  private func weekReadings(_ week: WeekFit) throws(SessError) -> [WeekFit.Reading] {
    var readings: [WeekFit.Reading] = []
    for name in CalendarInference.roundNames {
      let calendar = try catalog.calendar(named: name)
      readings.append(week.reading(calendar, zone: clock.zone(under: calendar)))
    }
    // Rows on all Saturday are those of no other zone either.
    if clock.isNaive, clock.zone == nil, week.saturdayShare < 0.1 {
      for own in readings.dropFirst() {
        readings += week.readings(own.calendar, besides: own.zone, catalog.zones)
      }
    }
    return readings.sorted { $0.cost < $1.cost }
  }

  /// Whether stamps are read on the clock they are taken to be on when nothing else is said.
  private func isOwnClock(_ reading: WeekFit.Reading) -> Bool {
    reading.zone?.name == clock.zone(under: reading.calendar)?.name
  }

  private func evidence(_ reading: WeekFit.Reading, _ week: WeekFit) -> String {
    switch reading.calendar.name {
    case "CME": return "the hour from 16:00 Chicago is all but empty, nights are not"
    case "FX": return "trading from Sunday evening to Friday without a daily break"
    default:
      let saturdays = week.saturdayShare
      return saturdays > 0.02
        ? "\(Int(100 * saturdays)) % of rows are on Saturdays"
        : "rows lie where the markets of FX and CME are closed"
    }
  }

  private func refusal(
    of readings: [WeekFit.Reading], among names: [String], _ newYorkShare: Double
  ) -> SessError {
    if names.count > 1 {
      return refusal("nothing in its rows tells \(names.joined(separator: ", ")) apart", names)
    }
    var parts = ["\(Int(100 * newYorkShare)) % of rows lie within New York hours"]
    var held: [String] = []
    for reading in readings where !held.contains(reading.calendar.name) {
      held.append(reading.calendar.name)
      guard reading.calendar.name != "24/7" else { continue }
      let share = Int(100 * (1 - reading.outside))
      parts.append("\(share) % within those of \(reading.calendar.name)")
    }
    return refusal(parts.joined(separator: ", "), held + (newYorkShare >= 0.9 ? ["XNYS"] : []))
  }
}

extension WeekFit {
  /// The rows under a calendar on every clock that files are written in but one.
  func readings(_ calendar: MarketCalendar, besides known: Zone?, _ zones: ZoneDatabase)
    -> [Reading]
  {
    var readings: [Reading] = []
    for name in ClockInference.candidates where name != known?.name {
      guard let zone = try? zones.zone(named: name) else { continue }
      readings.append(reading(calendar, zone: zone))
    }
    return readings
  }
}

extension ClockInference {
  /// Refuses a clock on which rows lie where a market without a night is closed, if another keeps them.
  ///
  /// - Throws: `ambiguous-zone`.
  func checkWeek(
    _ series: RawSeries, _ interval: Interval, zone: Zone?, shift: Int64, zones: ZoneDatabase
  ) throws(SessError) {
    guard calendar.name != "24/7", CalendarInference.isRound(calendar.name) else { return }
    let week = WeekFit(series, interval, shift: shift)
    let plain = week.reading(calendar, zone: zone)
    guard plain.outside >= 0.005 else { return }
    guard let zone else {
      let other = week.reading(calendar, zone: calendar.zone)
      guard isBetter(other, plain) else { return }
      throw SessError(
        "ambiguous-zone",
        "\(file) states offsets, but read so \(ClockInference.percent(plain.outside)) of rows lie where "
          + "\(calendar.name) is closed; read as wall clock it is \(ClockInference.percent(other.outside))",
        hint: "--wall-clock ignores the written offset, --zone UTC keeps it",
        answers: ["--wall-clock", "--zone UTC"])
    }
    let others = week.readings(calendar, besides: zone, zones).sorted { $0.cost < $1.cost }
    guard let best = others.first, isBetter(best, plain) else { return }
    throw ClockInference.otherZone(
      file, others.filter { $0.cost <= best.cost + WeekFit.margin }, plain)
  }

  /// Refuses times that keep a market's week only as ends of bars, when nobody says they are.
  ///
  /// - Throws: `ambiguous-label`.
  func checkWeekLabel(
    _ series: RawSeries, _ interval: Interval, zone: Zone?, shift: Int64
  ) throws(SessError) {
    guard calendar.name != "24/7", CalendarInference.isRound(calendar.name) else { return }
    let week = WeekFit(series, interval, shift: shift)
    let start = week.reading(calendar, zone: zone, label: .start)
    guard start.outside > 0 else { return }
    let end = week.reading(calendar, zone: zone, label: .end)
    guard isBetter(end, start) else { return }
    throw refusal(
      "\(ClockInference.percent(start.outside)) of rows lie where \(calendar.name) is closed; "
        + "as bar ends it is \(ClockInference.percent(end.outside))", .end)
  }

  private func isBetter(_ other: WeekFit.Reading, _ plain: WeekFit.Reading) -> Bool {
    other.cost + WeekFit.margin < plain.cost && other.outside < plain.outside / 2
  }

  /// Names the zones that keep a market's week before the one that does not.
  static func otherZone(_ file: String, _ near: [WeekFit.Reading], _ own: WeekFit.Reading)
    -> SessError
  {
    let names = near.compactMap { $0.zone?.name }
    return SessError(
      "ambiguous-zone",
      "the times of \(file) read in \(own.zone?.name ?? "UTC") do not fit: "
        + "\(percent(own.outside)) of rows lie where \(own.calendar.name) is closed, "
        + "in \(names.first ?? "UTC") it is \(percent(near.first?.outside ?? 0))",
      answers: (names.prefix(4) + [own.zone?.name ?? "UTC"]).map { "--zone \($0)" })
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((1000 * share).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
