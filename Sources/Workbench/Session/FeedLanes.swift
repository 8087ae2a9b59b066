import MarketCalendar
import MarketModel
import SessionEngine

/// What the symbols of a feed are to the session, each looked up once while a stretch of it is taken in.
struct FeedLanes {
  /// What each symbol is called, and the interval of its bars.
  private(set) var series: [(name: String, interval: Interval)] = []
  private var zones: [Zone?] = []
  private var known: [Bool] = []
  private var offset: (seconds: Int64, from: Int64, until: Int64) = (0, .max, .min)
  private var offsetLane = -1

  /// Makes one symbol that of all rows.
  mutating func setOnly(_ symbol: String) {
    if series.isEmpty { add([symbol]) }
  }

  /// Adds the symbols that were met since.
  mutating func add(_ names: [String]) {
    for name in names {
      series.append((name, .minute))
      zones.append(nil)
      known.append(false)
    }
  }

  func interval(_ lane: Int) -> Interval { series[lane].interval }

  /// Whether the session holds a symbol with an interval its bars go into.
  mutating func isKnown(_ lane: Int, _ session: SessionData, _ interval: Interval?) -> Bool {
    if known[lane] { return true }
    guard let data = session.document.symbols[series[lane].name] else { return false }
    let interval = interval ?? data.baseInterval ?? .minute
    guard data.bars[interval] != nil, let calendar = try? session.calendar(of: data.symbol) else {
      return false
    }
    series[lane].interval = interval
    zones[lane] = calendar.zone
    known[lane] = true
    return true
  }

  /// The moment a wall clock reading means, in the zone given or that of a symbol's exchange.
  mutating func moment(_ wall: Int64, _ lane: Int, _ zone: Zone?) -> Int64 {
    if zone != nil || lane == offsetLane, wall > offset.from, wall < offset.until {
      return wall - offset.seconds
    }
    guard let zone = zone ?? zones[lane] else { return wall }
    let day = CivilDate(daysSinceEpoch: Int(wall.flooredDays))
    let moment = zone.instant(
      date: day, nanosecondsOfDay: wall - wall.flooredDays * Instant.day)
    let found = zone.offset(at: moment)
    // Near a change of the clocks a reading may mean two moments, or none; elsewhere the offset alone decides.
    let margin = 2 * Instant.day
    offset = (
      Int64(found.seconds) * Instant.second, min(found.validFrom, .max - margin) + margin,
      max(found.validUntil, .min + margin) - margin
    )
    offsetLane = lane
    return moment.nanoseconds
  }
}

extension Int64 {
  /// Whole days before it, rounded towards negative infinity.
  fileprivate var flooredDays: Int64 {
    let day = quotientAndRemainder(dividingBy: Instant.day)
    return day.remainder < 0 ? day.quotient - 1 : day.quotient
  }
}
