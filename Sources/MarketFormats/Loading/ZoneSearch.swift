import Diagnostics
import MarketCalendar
import MarketModel

/// Finds the zones under which the sessions of a file are where a calendar has them.
struct ZoneSearch {
  /// A zone that fits, with the calendar it fits.
  struct Match {
    var zone: Zone
    var calendar: MarketCalendar
    var calendarBasis: Basis
    var shape: SessionShape
  }

  let series: RawSeries
  let interval: Interval
  let shift: Int64
  let zones: ZoneDatabase

  /// The zones that fit; those that read every row alike count once.
  func matches(_ calendar: (Zone) -> (calendar: MarketCalendar, basis: Basis)?) -> [Match] {
    var matches: [Match] = []
    var readings: [[Int64]] = []
    for name in ClockInference.candidates {
      guard let zone = try? zones.zone(named: name), let found = calendar(zone) else { continue }
      let shape = SessionShape(
        series, found.calendar, interval, ClockReading(zone: zone, shift: shift))
      guard shape.keepsHours else { continue }
      let reading = Sample(series, zone: zone, shift: shift, limit: 5000).moments
      guard !readings.contains(reading) else { continue }
      readings.append(reading)
      matches.append(
        Match(zone: zone, calendar: found.calendar, calendarBasis: found.basis, shape: shape))
    }
    return matches
  }
}
