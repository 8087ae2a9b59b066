import MarketCalendar
import MarketModel

/// The bars on both sides of a gap, within its segment of its day.
struct Surroundings {
  /// How likely no trade at all is in a gap, and from what that is known.
  struct Chance {
    var probability: Double
    var basis: String
    /// Whether it comes from how many slots are empty, rather than from how much trades.
    var isCounted: Bool
  }

  private let chunk: BarChunk
  /// The bars before and after the gap.
  private let before: Range<Int>
  private let after: Range<Int>
  /// Slots between these bars that are empty, too.
  private let emptyCount: Int
  /// Whether the gap lies at the beginning or the end of its segment.
  let reachesEdge: Bool

  /// How many bars on each side are looked at.
  private static let reach = 30

  /// The surroundings of a gap; nil where its day has no bar in the expected hours.
  ///
  /// - Complexity: O(log bars).
  init?(_ gap: Gap, _ frame: SeriesFrame, _ series: BarSeries) {
    guard let chunk = series.chunk(on: gap.date),
      let session = frame.calendar.session(on: gap.date)
    else { return nil }
    let bars = frame.feeding(chunk)
    let (start, end) = (gap.start.nanoseconds, gap.end.nanoseconds)
    let runs = frame.grid(of: session).runs
    guard !bars.isEmpty, let run = runs.first(where: { start >= $0.start && start < $0.end }) else {
      return nil
    }
    self.chunk = chunk
    let middle = min(max(chunk.lowerBound(start), bars.lowerBound), bars.upperBound)
    let lower = max(bars.lowerBound, chunk.lowerBound(run.start), middle - Surroundings.reach)
    let upper = min(bars.upperBound, chunk.lowerBound(run.end), middle + Surroundings.reach)
    before = min(lower, middle)..<middle
    after = middle..<max(upper, middle)
    var empty = 0
    if let first = before.first {
      empty += run.slotCount(from: chunk.starts[first], until: start) - before.count
    }
    if let last = after.last {
      empty += run.slotCount(from: end, until: chunk.starts[last] + 1) - after.count
    }
    emptyCount = max(0, empty)
    reachesEdge = runs.contains { $0.start == start || $0.end == end }
  }

  private var count: Int { before.count + after.count }

  /// How likely it is that a gap holds no trade; `missingShare` is that of the whole series.
  func chance(of gap: Gap, missingShare: Double) -> Chance {
    if let trades = medianTrades {
      return Chance(
        probability: Odds.noEvent(trades * Double(gap.missing)),
        basis: "a median of \(FigureText.number(trades, 1)) trades a bar near it", isCounted: false)
    }
    let volumes = chunk.volumes[before.lowerBound..<after.upperBound].sorted()
    let volume = Median.ofSorted(volumes) ?? 0
    // Bars of next to nothing are what a slot without a trade narrowly missed.
    var slight = 0
    if volume > 0 { while slight < volumes.count, volumes[slight] <= volume / 10 { slight += 1 } }
    if volume >= 100, slight == 0 { return byVolume(volumes, gap.missing) }
    let slots = count + emptyCount
    var share = (Double(emptyCount + slight) + 10 * missingShare) / (Double(slots) + 10)
    // Where most slots are empty, no neighbourhood is large enough to say more than the whole.
    if missingShare > 0.5 { share = max(share, missingShare) }
    let near =
      "\(emptyCount + slight) of \(slots) slots near it are empty"
      + (slight > 0 ? " or all but empty" : "")
    return Chance(
      probability: Odds.power(share, gap.missing),
      basis: near + ", \(FigureText.percent(missingShare)) of all", isCounted: true)
  }

  /// Volumes taken as trades of 100 that come in bunches: the more the volumes near it vary, the likelier is none.
  ///
  /// - Source: the negative binomial distribution, its mean and variance those of the volumes without the largest tenth.
  /// - Shape: volumes ascending, the length in slots.
  private func byVolume(_ volumes: [Double], _ length: Int) -> Chance {
    let usual = volumes.prefix(max(1, volumes.count * 9 / 10))
    let count = Double(usual.count)
    let mean = usual.reduce(0, +) / count
    var squares = 0.0
    for value in usual { squares += (value - mean) * (value - mean) }
    let variation = squares / count / (mean * mean)
    let trades = mean / 100
    let bunches = 1 / max(variation, 0.001)
    let rate = bunches * Odds.logarithm(1 + trades / bunches)
    return Chance(
      probability: Odds.noEvent(rate * Double(length)),
      basis:
        "volumes near it are \(FigureText.number(mean, 0)) on average, taken as trades of 100, "
        + "and vary by \(FigureText.percent(variation.squareRoot()))",
      isCounted: false)
  }

  /// The median trades a bar over fifteen bars each side; nil where the source has none.
  private var medianTrades: Double? {
    guard !chunk.trades.isEmpty else { return nil }
    var trades: [Double] = []
    for index in (Array(before.suffix(15)) + Array(after.prefix(15)))
    where chunk.trades[index] != BarChunk.unknownCount {
      trades.append(Double(chunk.trades[index]))
    }
    return Median.of(trades)
  }

  /// The relative move across a gap that is as long as a trading halt; nil for other gaps.
  func haltMove(_ gap: Gap) -> Double? {
    let minutes = (gap.end.nanoseconds - gap.start.nanoseconds) / (60 * Instant.second)
    guard minutes >= 4, minutes <= 120, min(minutes % 5, 5 - minutes % 5) <= 1 else { return nil }
    guard let last = before.last, let next = after.first else { return nil }
    let price = chunk.closes[last]
    guard chunk.volumes[last] > 0, chunk.volumes[next] > 0, price > 0 else { return nil }
    let move = chunk.opens[next] / price - 1
    return abs(move) >= 0.02 ? move : nil
  }
}

/// Chances from rates and shares.
enum Odds {
  /// The chance that nothing happens where x is expected: e to the power of −x.
  static func noEvent(_ x: Double) -> Double {
    guard x < 700 else { return 0 }
    var halvings = 0
    var small = x
    while small > 0.01 {
      small /= 2
      halvings += 1
    }
    var value = 1 - small + small * small / 2 - small * small * small / 6
    for _ in 0..<halvings { value *= value }
    return value
  }

  /// The natural logarithm of a number from 1 up.
  static func logarithm(_ number: Double) -> Double {
    var (value, powers) = (max(1, number), 0)
    while value > 1.5 {
      value /= 2
      powers += 1
    }
    let z = (value - 1) / (value + 1)
    var (term, sum) = (z, 0.0)
    for odd in stride(from: 1, through: 15, by: 2) {
      sum += term / Double(odd)
      term *= z * z
    }
    return 2 * sum + Double(powers) * 0.693_147_180_559_945_3
  }

  /// A share multiplied with itself so often; 0 once it is too small to matter.
  static func power(_ share: Double, _ count: Int) -> Double {
    var value = 1.0
    for _ in 0..<count {
      value *= share
      if value < 1e-12 { return 0 }
    }
    return value
  }
}
