import MarketCalendar
import MarketModel

/// Turns stamps as written into moments.
struct ClockReading {
  /// The zone of wall clock readings; nil when stamps are moments.
  let zone: Zone?
  private let shift: Int64
  private var cachedDay = Int64.min
  private var cachedOffset: Int64?
  private var previous: Int64
  private let order: Order
  /// Whether the clock skipped the last stamp, as it does for an hour in spring.
  private(set) var wasSkipped = false

  /// How the moments of a file follow each other, which decides on an hour that a clock shows twice.
  enum Order {
    case rising, falling
    /// Rising, and several may be one: events.
    case level
  }

  init(zone: Zone?, shift: Int64, order: Order = .rising) {
    self.zone = zone
    self.shift = shift
    self.order = order
    previous = order == .falling ? .max : .min
  }

  /// The moment of a stamp, after the shift.
  ///
  /// An hour that the clock shows twice is read as the pass that keeps the order, the first where both do.
  mutating func moment(_ stamp: Int64) -> Int64 {
    let wall = stamp &+ shift
    wasSkipped = false
    guard let zone else { return wall }
    let day = wall >= 0 ? wall / Instant.day : (wall - Instant.day + 1) / Instant.day
    if day != cachedDay {
      cachedDay = day
      let date = CivilDate(daysSinceEpoch: Int(day))
      let start = zone.instant(date: date, nanosecondsOfDay: 0).nanoseconds
      let end = zone.instant(date: date, nanosecondsOfDay: Instant.day).nanoseconds
      cachedOffset = end - start == Instant.day ? day * Instant.day - start : nil
    }
    if let cachedOffset {
      previous = wall &- cachedOffset
      return previous
    }
    let date = CivilDate(daysSinceEpoch: Int(day))
    let resolved = zone.resolve(date: date, nanosecondsOfDay: wall - day * Instant.day)
    switch resolved {
    case .unique(let instant): previous = instant.nanoseconds
    case .skipped(let instant):
      wasSkipped = true
      previous = instant.nanoseconds
    case .ambiguous(let earlier, let later):
      let (first, second) = (earlier.nanoseconds, later.nanoseconds)
      switch order {
      case .rising: previous = first > previous ? first : second
      case .level: previous = first >= previous ? first : second
      case .falling: previous = second < previous ? second : first
      }
    }
    return previous
  }
}

extension RawSeries {
  /// Whether its rows rise or fall, by the first and the last.
  var order: ClockReading.Order {
    guard let first = batches.first?.rows.first, let last = batches.last?.rows.last else {
      return .rising
    }
    return last.time < first.time ? .falling : .rising
  }

  /// Whether its days lie on both sides of two weekends, and none of them on one.
  var restsOnWeekends: Bool {
    var days: Set<Int32> = []
    let step = max(1, count / 100_000)
    for batch in batches {
      for index in Swift.stride(from: 0, to: batch.count, by: step) {
        let date = Instant(nanoseconds: batch[index].time).wallClock(offsetSeconds: 0).date
        guard date.isoWeekday < 6 else { return false }
        days.insert(date.daysSinceEpoch)
      }
    }
    guard days.count >= 8, let first = days.min(), let last = days.max() else { return false }
    return last - first >= 14
  }
}

/// Some of a series' moments, spread evenly, with their volumes.
struct Sample {
  var moments: [Int64] = []
  var volumes: [Double] = []

  init(_ series: RawSeries, zone: Zone?, shift: Int64, limit: Int = 100_000) {
    let step = max(1, series.count / limit)
    var reading = ClockReading(zone: zone, shift: shift, order: series.order)
    for batch in series.batches {
      for index in Swift.stride(from: 0, to: batch.count, by: step) {
        moments.append(reading.moment(batch[index].time))
        volumes.append(batch[index].volume)
      }
    }
  }

  /// How many moments lie in regular hours, and in any hours, of a calendar.
  func fit(_ calendar: MarketCalendar) -> (regular: Double, any: Double) {
    var judge = SlotJudge(calendar: calendar, interval: .second)
    var (regular, any) = (0, 0)
    for moment in moments {
      guard case .slot(_, let kind) = judge.judge(moment) else { continue }
      any += 1
      if kind == .regular { regular += 1 }
    }
    let total = Double(max(moments.count, 1))
    return (Double(regular) / total, Double(any) / total)
  }
}
