import Diagnostics
import MarketCalendar
import MarketModel

/// Bars of a day or longer: which end a stamp names, and what speaks against the reading of it.
extension LoadPlanner {
  /// Decides the label of a decision whose calendar and zone are known.
  ///
  /// - Throws: `ambiguous-label`, `ambiguous-zone` where another reading has none of the faults of this one.
  func decideDays(_ open: LoadDecision, _ series: RawSeries, _ file: RawFile) throws(SessError)
    -> LoadDecision
  {
    var decision = open
    decision.labelBasis = .documented("a day is named by its date")
    var isLabelKnown = true
    if let label = choices.label {
      (decision.label, decision.labelBasis) = (label, .given)
    } else if case .stated(let label, let reason) = file.dialect.label,
      decision.interval.unit == .week
    {
      (decision.label, decision.labelBasis) = (label, .documented(reason))
    } else {
      isLabelKnown = false
    }
    guard !choices.trustsClock else { return decision }
    var times: Set<Int64> = []
    for batch in series.batches {
      for row in batch.rows { times.insert(row.time &+ choices.shift) }
    }
    switch decision.interval.unit {
    case .day: try checkDays(times, decision, isLabelKnown, file)
    case .week where !isLabelKnown: try checkWeeks(times, decision, file)
    default: break
    }
    return decision
  }

  private func naming(_ decision: LoadDecision, zone: Zone?, label: BarLabel) -> DayNaming {
    DayNaming(calendar: decision.calendar, zone: zone, label: label)
  }

  private func refusal(
    _ reason: String, _ found: BarLabel, _ decision: LoadDecision, _ file: RawFile
  )
    -> SessError
  {
    ClockInference(
      calendar: decision.calendar, interval: decision.interval, file: file.source.name,
      isZoneAssumed: false
    ).refusal(reason, found)
  }

  private func checkDays(
    _ times: Set<Int64>, _ decision: LoadDecision, _ isLabelKnown: Bool, _ file: RawFile
  ) throws(SessError) {
    let faults = naming(decision, zone: decision.zone, label: decision.label).faults(times)
    guard faults * 20 > times.count else { return }
    let found =
      "\(faults) of \(times.count) rows would be of days without trading, or of one day twice"
    if !isLabelKnown, naming(decision, zone: decision.zone, label: .end).faults(times) == 0 {
      throw refusal("\(found); as the ends of days none are", .end, decision, file)
    }
    guard decision.zoneBasis.isAssumed, let zone = decision.zone else { return }
    let utc = try catalog.zones.zone(named: "UTC")
    guard naming(decision, zone: utc, label: decision.label).faults(times) == 0 else { return }
    throw SessError(
      "ambiguous-zone",
      "the times of \(file.source.name) read in \(zone.name) do not fit: \(found); in UTC none are",
      answers: ["--zone UTC", "--zone \(zone.name)"])
  }

  /// Weeks dated by Sundays begin then for some vendors and end then for others.
  private func checkWeeks(_ times: Set<Int64>, _ decision: LoadDecision, _ file: RawFile)
    throws(SessError)
  {
    let naming = naming(decision, zone: decision.zone, label: decision.label)
    let sundays = times.count { time in
      let date = naming.date(time)
      return date.isoWeekday == 7 && !decision.calendar.isTradingDay(date)
    }
    guard sundays * 5 >= times.count * 4, sundays > 0 else { return }
    throw refusal(
      "weeks are dated by Sundays, the one before for some vendors and the last day for others",
      .start, decision, file)
  }
}
