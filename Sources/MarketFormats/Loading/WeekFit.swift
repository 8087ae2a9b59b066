import MarketCalendar
import MarketModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How the rows of an intraday series lie in the week, to tell calendars without a night apart.
///
/// A calendar costs what its hours make unlikely: rows where it is closed, and hours of the week
/// that it opens in vain. Costs are negative logarithms of probabilities, so that differences of
/// them say how much likelier one reading is than another.
struct WeekFit {
  /// The rows read on one clock, under one calendar.
  struct Reading {
    let calendar: MarketCalendar
    let zone: Zone?
    fileprivate(set) var cost = 0.0
    /// The part of the rows that lies where the calendar has no slot.
    fileprivate(set) var outside = 0.0
    /// The part of its slots that lies in hours of the week without any row.
    fileprivate(set) var idle = 0.0

    /// Whether it keeps the rows, and they use its hours.
    var isSound: Bool { outside < 0.01 && idle < 0.05 }
  }

  /// How much less likely a reading must be to be out of the question: e^4 is 55 times.
  static let margin = 4.0
  /// Where a calendar is closed, one slot of so many has a row all the same.
  private static let strayShare = 0.002
  /// How many stretches are looked at, around the middle of the series: 125 days of quarters of hours.
  private static let stretchCountMax = 12_000
  private static let quarter = 900 * Instant.second

  private let interval: Interval
  private let shift: Int64
  private let slotCount: Int
  /// How often a slot of a stretch with rows has one.
  private let density: Double
  private let starts: Stretches
  /// The same rows a bar earlier, as if their stamps named ends.
  private let ends: Stretches

  /// Rows of every stretch, one a slot at most: a stretch is a quarter of an hour, or a bar.
  private struct Stretches {
    var first: Int64 = 0
    var length: Int64 = 1
    var rows: [Int] = []
    var rowCount = 0

    /// The hour of the week that a stretch's stamps name, counted from a Thursday's midnight.
    func weekHour(_ index: Int) -> Int {
      Int(WeekFit.rest(stamp(index), 7 * Instant.day) / (3600 * Instant.second))
    }

    func stamp(_ index: Int) -> Int64 { first + Int64(index) * length }
  }

  init(_ series: RawSeries, _ interval: Interval, shift: Int64) {
    self.interval = interval
    self.shift = shift
    let step = interval.nanoseconds
    let length = WeekFit.quarter % step == 0 ? WeekFit.quarter : step
    slotCount = Int(length / step)
    starts = WeekFit.stretches(series, length, slotCount, label: 0)
    ends = WeekFit.stretches(series, length, slotCount, label: step)
    let used = starts.rows.count { $0 > 0 } * slotCount
    density = Double(starts.rowCount) / Double(max(used, 1))
  }

  private static func stretches(
    _ series: RawSeries, _ length: Int64, _ slotCount: Int, label: Int64
  ) -> Stretches {
    let reach = Int64(stretchCountMax / 2) &* length
    let middle = middle(of: series)
    let (from, until) = (middle &- reach, middle &+ reach)
    var (low, high) = (Int64.max, Int64.min)
    for batch in series.batches {
      for row in batch.rows where row.time >= from && row.time < until {
        low = min(low, row.time - label)
        high = max(high, row.time - label)
      }
    }
    guard low <= high else { return Stretches() }
    let phase = slotCount == 1 ? rest(middle - label, length) : 0
    var result = Stretches(first: low - rest(low - phase, length), length: length)
    result.rows = [Int](repeating: 0, count: Int((high - result.first) / length) + 1)
    for batch in series.batches {
      for row in batch.rows where row.time >= from && row.time < until {
        result.rows[Int((row.time - label - result.first) / length)] += 1
      }
    }
    for index in result.rows.indices {
      result.rows[index] = min(result.rows[index], slotCount)
      result.rowCount += result.rows[index]
    }
    return result
  }

  private static func middle(of series: RawSeries) -> Int64 {
    var left = series.count / 2
    for batch in series.batches {
      if left < batch.count { return batch[left].time }
      left -= batch.count
    }
    return 0
  }

  /// Hours of the day in which rows lie, on whatever clock they are written.
  var hoursUsed: Int {
    var hours = [Int](repeating: 0, count: 24)
    for (index, rows) in starts.rows.enumerated() { hours[starts.weekHour(index) % 24] += rows }
    return hours.count { Double($0) > 0.005 * Double(starts.rowCount) }
  }

  /// The part of the rows that is stamped on Saturdays.
  var saturdayShare: Double {
    var count = 0
    for (index, rows) in starts.rows.enumerated() where (48..<72).contains(starts.weekHour(index)) {
      count += rows
    }
    return Double(count) / Double(max(starts.rowCount, 1))
  }

  /// What is left of a moment after whole lengths from 1970 on; never negative.
  fileprivate static func rest(_ moment: Int64, _ length: Int64) -> Int64 {
    let rest = moment % length
    return rest < 0 ? rest + length : rest
  }

  /// Reads the rows under a calendar, their stamps as ends only where that is far likelier.
  func reading(_ calendar: MarketCalendar, zone: Zone?) -> Reading {
    let start = reading(calendar, zone: zone, label: .start)
    guard start.outside > 0 else { return start }
    let end = reading(calendar, zone: zone, label: .end)
    return end.cost + WeekFit.margin < start.cost ? end : start
  }

  /// Reads the rows under a calendar, their stamps as starts or as ends.
  func reading(_ calendar: MarketCalendar, zone: Zone?, label: BarLabel) -> Reading {
    let stretches = label == .end ? ends : starts
    var clock = ClockReading(zone: zone, shift: shift)
    var judge = SlotJudge(calendar: calendar, interval: slotCount == 1 ? interval : .second)
    var hours = [(rows: Int, slots: Int)](repeating: (0, 0), count: 168)
    var (outside, closed) = (0, 0)
    var late = (rows: 0, slots: 0)
    var wasOpen = false
    for (index, rows) in stretches.rows.enumerated() {
      if case .slot = judge.judge(clock.moment(stretches.stamp(index))) {
        let hour = stretches.weekHour(index)
        hours[hour].rows += rows
        hours[hour].slots += slotCount
        wasOpen = true
        continue
      }
      // Closing prints, and closes that once were later, speak neither for nor against.
      if wasOpen, stretches.length <= WeekFit.quarter {
        late.rows += rows
        late.slots += slotCount
      } else {
        outside += rows
        closed += slotCount
      }
      wasOpen = false
    }
    var result = Reading(calendar: calendar, zone: zone)
    result.outside = Double(outside) / Double(max(stretches.rowCount, 1))
    result.cost = WeekFit.cost(outside, of: closed, at: WeekFit.strayShare)
    result.cost += WeekFit.cost(
      late.rows, of: late.slots, at: Double(late.rows) / Double(max(late.slots, 1)))
    var (idle, open) = (0, 0)
    for hour in hours where hour.slots > 0 {
      open += hour.slots
      let expected = density * Double(hour.slots)
      let share = Double(hour.rows) / Double(hour.slots)
      result.cost += WeekFit.cost(hour.rows, of: hour.slots, at: max(share, density / 3))
      if expected >= 5, Double(hour.rows) <= 0.02 * expected { idle += hour.slots }
    }
    result.idle = Double(idle) / Double(max(open, 1))
    return result
  }

  /// How unlikely so many rows in so many slots are, where each slot has one that often.
  private static func cost(_ rows: Int, of slots: Int, at share: Double) -> Double {
    var cost = 0.0
    if rows > 0 { cost -= Double(rows) * log(share) }
    if rows < slots { cost -= Double(slots - rows) * log(1 - share) }
    return cost
  }
}
