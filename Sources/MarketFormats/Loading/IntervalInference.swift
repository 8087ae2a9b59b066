import Diagnostics
import MarketModel

/// Finds the bar length from the distances between neighbouring rows.
enum IntervalInference {
  /// The commonest distance, if at least 60 % share it and nearly all others are multiples of it.
  ///
  /// - Throws: `unknown-interval` naming `--interval`.
  static func infer(_ series: RawSeries, isDateOnly: Bool, file: String) throws(SessError)
    -> (interval: Interval, basis: Basis)
  {
    let (counts, total) = distances(series)
    if isDateOnly { return try period(counts, total, file) }
    guard let best = counts.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }) else {
      throw refusal(
        file, "a single time says nothing about the bar length", likely: likely(counts, series))
    }
    var multiples = 0
    for (distance, count) in counts where distance % best.key == 0 { multiples += count }
    let share = 100 * best.value / total
    guard share >= 60, multiples * 100 >= total * 95, best.key % Instant.second == 0 else {
      throw refusal(
        file, "the distances between rows differ: the commonest has only \(share) %",
        likely: likely(counts, series))
    }
    let seconds = Int(best.key / Instant.second)
    // The clock may have changed once between two days.
    guard seconds < 86_400 || [0, 3600, 82_800].contains(seconds % 86_400) else {
      throw refusal(
        file, "\(total + 1) rows lie days apart, at different times of day",
        likely: likely(counts, series))
    }
    if seconds >= 86_400 { return try period(counts, total, file) }
    guard let interval = Interval(count: seconds, unit: .second) else {
      throw refusal(file, "rows are \(seconds) seconds apart")
    }
    guard total >= 20 || isUsual(seconds) else {
      throw refusal(file, "\(total + 1) rows are \(interval) apart, which few bars are")
    }
    let evidence = "\(share) % of neighbouring rows are \(interval) apart"
    return (interval, share >= 95 && total >= 50 ? .proof(evidence) : .evidence(evidence))
  }

  /// Whether vendors sell bars that long: of seconds, of minutes, of hours.
  private static func isUsual(_ seconds: Int) -> Bool {
    switch seconds {
    case ..<60: 60 % seconds == 0
    case ..<3600: seconds % 60 == 0 && (3600 % seconds == 0 || seconds == 2700)
    default: 86_400 % seconds == 0 && (seconds % 3600 == 0 || seconds == 5400)
    }
  }

  /// Days, weeks or months, by the median distance.
  private static func period(_ counts: [Int64: Int], _ total: Int, _ file: String) throws(SessError)
    -> (interval: Interval, basis: Basis)
  {
    guard total > 0 else { throw refusal(file, "a single date says nothing about the bar length") }
    var passed = 0
    var median: Int64 = 0
    for distance in counts.keys.sorted() {
      passed += counts[distance] ?? 0
      median = distance
      if passed * 2 >= total { break }
    }
    let days = Int(median / Instant.day)
    let unit: Interval.Unit
    switch days {
    case ...4: unit = .day
    case 5...10: unit = .week
    case 26...33: unit = .month
    default: throw refusal(file, "rows are \(days) days apart")
    }
    guard let interval = Interval(count: 1, unit: unit) else {
      throw refusal(file, "rows are \(days) days apart")
    }
    return (interval, .evidence("rows are \(days == 1 ? "a day" : "\(days) days") apart"))
  }

  /// Refuses bars of which no two neighbouring rows are one apart, where nearly all are longer ones apart.
  ///
  /// - Throws: `unknown-interval` naming the length the rows show.
  static func check(_ given: Interval, _ series: RawSeries, file: String) throws(SessError) {
    guard given.isIntraday else { return }
    let counts = distances(series).counts.filter { $0.key < Instant.day / 2 }
    let total = counts.values.reduce(0, +)
    guard total >= 20, counts[given.nanoseconds] == nil,
      let best = counts.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }),
      best.key > given.nanoseconds, best.value * 100 >= total * 95,
      let interval = interval(of: best.key)
    else { return }
    throw SessError(
      "unknown-interval",
      "the bars of \(file) are not \(given) long: its rows are \(interval) apart, and no two are \(given)",
      hint: "--interval \(interval) is what they show")
  }

  /// How often neighbouring rows are how far apart.
  private static func distances(_ series: RawSeries) -> (counts: [Int64: Int], total: Int) {
    var counts: [Int64: Int] = [:]
    var total = 0
    for batch in series.batches where batch.count > 1 {
      for index in 1..<batch.count {
        let (own, previous) = (batch[index].time, batch[index - 1].time)
        // Negative where centuries lie between them.
        let distance = max(own, previous) &- min(own, previous)
        guard distance > 0 else { continue }
        counts[distance, default: 0] += 1
        total += 1
      }
    }
    return (counts, total)
  }

  /// The length to propose: a day for midnights, else the commonest distance.
  private static func likely(_ counts: [Int64: Int], _ series: RawSeries) -> Interval? {
    if areMidnights(series) { return Interval(count: 1, unit: .day) }
    let best = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
    return best.flatMap { interval(of: $0.key) }
  }

  /// Whether all rows are at midnight, in UTC or in New York.
  private static func areMidnights(_ series: RawSeries) -> Bool {
    var hours: Set<Int64> = []
    for batch in series.batches {
      for row in batch.rows {
        let time = row.time % Instant.day
        guard time % (3600 * Instant.second) == 0 else { return false }
        hours.insert(time / (3600 * Instant.second))
        guard hours.count <= 2 else { return false }
      }
    }
    return hours == [0] || (!hours.isEmpty && hours.isSubset(of: [4, 5]))
  }

  private static func interval(of distance: Int64) -> Interval? {
    guard distance % Instant.second == 0, distance < Instant.day else { return nil }
    return Interval(count: Int(distance / Instant.second), unit: .second)
  }

  private static func refusal(_ file: String, _ reason: String, likely: Interval? = nil)
    -> SessError
  {
    SessError(
      "unknown-interval", "the bar length of \(file) is not clear: \(reason)",
      answers: ["--interval \(likely ?? .minute)"])
  }
}
