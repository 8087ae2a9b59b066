import Diagnostics
import MarketCalendar
import MarketModel

/// Looks for evidence against the plain reading of a file's clock and labels.
struct ClockInference {
  let calendar: MarketCalendar
  let file: String

  /// Refuses a reading that puts rows outside the hours where another puts them inside.
  ///
  /// - Throws: `ambiguous-zone` naming the flag that decides.
  func checkZone(_ series: RawSeries, zone: Zone?, shift: Int64) throws(SessError) {
    guard calendar.hasExtendedHours else { return }
    let plain = Sample(series, zone: zone, shift: shift, limit: 20_000).fit(calendar)
    let other = Sample(
      series, zone: zone == nil ? calendar.zone : .utc, shift: shift, limit: 20_000
    ).fit(calendar)
    let movesInside = plain.any < 0.97 && other.any >= 0.99
    let isRegular = other.regular >= 0.8 && other.regular - plain.regular > 0.3
    guard movesInside || isRegular else { return }
    let found = "\(Int(100 * plain.regular)) % of rows lie in regular hours of \(calendar.name)"
    let percent = Int(100 * other.regular)
    if zone == nil {
      throw SessError(
        "ambiguous-zone",
        "\(file) states offsets, but read so only \(found); read as wall clock it is \(percent) %",
        hint: "--wall-clock ignores the written offset, --zone UTC keeps it")
    }
    throw SessError(
      "ambiguous-zone",
      "\(file) states no zone: on the exchange's clock only \(found), in UTC it is \(percent) %",
      hint: "say it: --zone UTC or --zone \(calendar.zone.name)")
  }

  /// Which end of its bar a stamp names: by the rows, else as the dialect says, else the start.
  ///
  /// - Throws: `ambiguous-label` when rows and dialect disagree, or neither says what must be known.
  func label(_ series: RawSeries, _ decision: LoadDecision, claim: Claim<BarLabel>?)
    throws(SessError) -> (label: BarLabel, basis: Basis)
  {
    let days = LabelDays(
      series, calendar, decision.interval,
      ClockReading(zone: decision.zone, shift: decision.shift))
    var claimed: (label: BarLabel, reason: String)?
    if case .stated(let label, let reason) = claim { claimed = (label, reason) }
    let isOpen = if case .unclear = claim { true } else { false }
    if let found = days.verdict {
      let evidence = days.evidence(decision.interval)
      if let claimed, claimed.label != found {
        throw refusal("\(evidence), but \(claimed.reason)")
      }
      if found == .end, claimed == nil, !isOpen { throw refusal(evidence) }
      return (found, .evidence(evidence))
    }
    if let claimed { return (claimed.label, .documented(claimed.reason)) }
    if case .unclear(let reason) = claim { throw refusal(reason) }
    return (.start, .assumed("no evidence"))
  }

  private func refusal(_ reason: String) -> SessError {
    SessError(
      "ambiguous-label", "which end of a bar the times of \(file) name is not clear: \(reason)",
      hint: "say it: --label end or --label start")
  }
}

/// How the first and last rows of each day lie to the open and close.
private struct LabelDays {
  private(set) var startVotes = 0
  private(set) var endVotes = 0

  init(
    _ series: RawSeries, _ calendar: MarketCalendar, _ interval: Interval, _ reading: ClockReading
  ) {
    guard calendar.hasExtendedHours, interval.isIntraday else { return }
    var reading = reading
    var days: [CivilDate: (first: Int64, last: Int64, count: Int, session: TradingSession)] = [:]
    var current: TradingSession?
    for batch in series.batches {
      for time in batch.times {
        let moment = reading.moment(time)
        if let session = current, moment >= session.start, moment < session.end {
        } else {
          current = calendar.session(containing: Instant(nanoseconds: moment))
        }
        guard let session = current else { continue }
        let known = days[session.date]
        days[session.date] = (
          min(known?.first ?? moment, moment), max(known?.last ?? moment, moment),
          (known?.count ?? 0) + 1, session
        )
      }
    }
    let step = interval.nanoseconds
    for day in days.values {
      let full = Int((day.session.close - day.session.open) / step)
      guard day.count * 10 >= full * 9, day.count <= full + 1 else { continue }
      if day.first == day.session.open { startVotes += 1 }
      if day.first == day.session.open + step, day.last == day.session.close { endVotes += 1 }
    }
  }

  /// The label at least four of five complete days show.
  var verdict: BarLabel? {
    if endVotes > 0, endVotes * 5 >= (endVotes + startVotes) * 4 { return .end }
    return startVotes > 0 && endVotes == 0 ? .start : nil
  }

  /// What the days show, in words.
  func evidence(_ interval: Interval) -> String {
    guard verdict == .end else { return "the first bar of a day is stamped at the open" }
    let days = "\(endVotes) of \(endVotes + startVotes) days"
    return "the first bar is \(interval) after the open and the last at the close on \(days)"
  }
}
