import Diagnostics
import MarketCalendar
import MarketModel

/// Looks for evidence for and against readings of a file's clock and labels.
struct ClockInference {
  let calendar: MarketCalendar
  let interval: Interval
  let file: String
  /// Which end of a bar stamps name, where that is known.
  var label: BarLabel?
  /// True when nothing but the exchange's own clock speaks for the zone.
  var isZoneAssumed: Bool

  /// Zones that files are written in when they are not on the exchange's clock.
  static let candidates = [
    "UTC", "America/New_York", "-05:00", "America/Chicago", "Europe/London", "Europe/Berlin",
    "Europe/Athens", "Europe/Moscow", "Asia/Kolkata", "Asia/Hong_Kong", "Asia/Tokyo",
  ]

  /// Refuses a reading that puts rows outside the hours where another puts them inside.
  ///
  /// - Throws: `ambiguous-zone` naming the flag that decides.
  func checkZone(_ series: RawSeries, zone: Zone?, shift: Int64, zones: ZoneDatabase)
    throws(SessError)
  {
    guard calendar.hasExtendedHours || isZoneAssumed, !CalendarInference.isRound(calendar.name)
    else { return }
    let shift = label == .end ? shift &- interval.nanoseconds : shift
    let plain = plainFit(series, zone, shift)
    let found = "\(Int(100 * plain.regular)) % of rows lie in regular hours of \(calendar.name)"
    guard let zone else {
      let other = fit(series, calendar.zone, shift)
      guard isBetter(other, plain) else { return }
      throw SessError(
        "ambiguous-zone",
        "\(file) states offsets, but read so only \(found); read as wall clock it is \(Int(100 * other.regular)) %",
        hint: "--wall-clock ignores the written offset, --zone UTC keeps it",
        answers: ["--wall-clock", "--zone UTC"])
    }
    guard plain.any < 0.97 || plain.regular < 0.7 else { return }
    var best: (zone: Zone, fit: (regular: Double, any: Double))?
    for name in ClockInference.candidates {
      guard let other = try? zones.zone(named: name), other != zone else { continue }
      let own = fit(series, other, shift)
      guard isBetter(own, plain) else { continue }
      guard let known = best else {
        best = (other, own)
        continue
      }
      if own.regular + own.any > known.fit.regular + known.fit.any + 0.001 { best = (other, own) }
    }
    guard let best else { return }
    throw SessError(
      "ambiguous-zone",
      "the times of \(file) read in \(zone.name) do not fit: only \(found), "
        + "in \(best.zone.name) it is \(Int(100 * best.fit.regular)) %",
      answers: ["--zone \(best.zone.name)", "--zone \(zone.name)"])
  }

  /// The fit of the reading as it is; where stamps may be the ends of bars, as such.
  private func plainFit(_ series: RawSeries, _ zone: Zone?, _ shift: Int64) -> (
    regular: Double, any: Double
  ) {
    let plain = fit(series, zone, shift)
    guard label == nil, !calendar.hasExtendedHours, plain.any < 0.97 else { return plain }
    let ends = fit(series, zone, shift &- interval.nanoseconds)
    return ends.any > plain.any ? ends : plain
  }

  private func fit(_ series: RawSeries, _ zone: Zone?, _ shift: Int64) -> (
    regular: Double, any: Double
  ) {
    Sample(series, zone: zone, shift: shift, limit: 20_000).fit(calendar)
  }

  private func isBetter(
    _ other: (regular: Double, any: Double), _ plain: (regular: Double, any: Double)
  ) -> Bool {
    (plain.any < 0.97 && other.any >= 0.99 && other.regular >= plain.regular - 0.05)
      || (other.regular >= 0.8 && other.regular - plain.regular > 0.3)
  }

  /// Which end of its bar a stamp names: by the rows, else as the dialect says, else the start.
  ///
  /// - Throws: `ambiguous-label` when rows and dialect disagree, or neither says what must be known.
  func label(_ shape: SessionShape, claim: Claim<BarLabel>?) throws(SessError)
    -> (label: BarLabel, basis: Basis)
  {
    if let found = shape.label {
      let evidence = shape.labelEvidence
      switch claim {
      case .stated(let label, let reason) where label != found:
        throw refusal("\(evidence), but they name bar \(label.rawValue)s \(reason)", found)
      case nil where found == .end: throw refusal(evidence, found)
      default: return (found, shape.isProof ? .proof(evidence) : .evidence(evidence))
      }
    }
    switch claim {
    case .stated(let label, let reason): return (label, .documented(reason))
    case .unclear(let reason): throw refusal(reason, nil)
    case nil: return (.start, .assumed("no evidence"))
    }
  }

  func refusal(_ reason: String, _ found: BarLabel?) -> SessError {
    let first = found ?? .start
    let second = first == .start ? BarLabel.end : .start
    return SessError(
      "ambiguous-label", "which end of a bar the times of \(file) name is not clear: \(reason)",
      answers: ["--label \(first.rawValue)", "--label \(second.rawValue)"])
  }
}
