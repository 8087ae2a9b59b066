#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A running average true range after Wilder; the first bar has no true range.
struct RangeAverage: Sendable {
  private var average: WilderAverage
  private var previous = Double.nan

  init(_ period: Int) { average = WilderAverage(period) }

  mutating func push(_ bar: StudyBar) -> Double? {
    let close = previous
    previous = bar.close
    return close.isNaN ? nil : average.push(bar.trueRange(after: close))
  }
}

/// Wilder's average of the true range max(h, c₁) − min(l, c₁), which the first bar has not.
struct AverageTrueRange: StudyKernel {
  let need: Int
  private var average: RangeAverage

  init(_ period: Int) {
    need = period + 1
    average = RangeAverage(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    average.push(bar).map { StudyRow(one: $0) } ?? .unknown
  }
}

/// middle = the mean of p closes, bands n population deviations off it, bandwidth = (upper − lower)/middle.
struct BollingerBands: StudyKernel {
  let need: Int
  private let reach: Double
  private var window: SlidingWindow<SpreadFold>

  init(_ period: Int, reach: Double) {
    need = period
    self.reach = reach
    window = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let fold = window.push(SpreadFold(bar.close)) else { return .unknown }
    let (middle, width) = (fold.mean, reach * fold.deviation)
    let (upper, lower) = (middle + width, middle - width)
    return StudyRow(
      four: upper, middle, lower, middle == 0 ? .nan : (upper - lower) / middle)
  }
}

/// middle = ema(p) of closes, bands a multiple of Wilder's average true range off it.
struct KeltnerChannel: StudyKernel {
  let need: Int
  private let multiplier: Double
  private var average: ExponentialAverage
  private var range: RangeAverage

  init(_ period: Int, rangePeriod: Int, multiplier: Double) {
    need = max(period, rangePeriod + 1)
    self.multiplier = multiplier
    average = ExponentialAverage(period)
    range = RangeAverage(rangePeriod)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let middle = average.push(bar.close)
    guard let range = range.push(bar), let middle else { return .unknown }
    let width = multiplier * range
    return StudyRow(three: middle + width, middle, middle - width)
  }
}

/// upper = the highest high, lower = the lowest low of p bars, middle halfway between.
struct DonchianChannel: StudyKernel {
  let need: Int
  private var window: SlidingWindow<ExtremesFold>

  init(_ period: Int) {
    need = period
    window = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let range = window.push(ExtremesFold(high: bar.high, low: bar.low)) else {
      return .unknown
    }
    return StudyRow(three: range.high, (range.high + range.low) / 2, range.low)
  }
}

/// The population deviation of p closes: √(Σ(c − mean)²/p).
struct Deviation: StudyKernel {
  let need: Int
  private var window: SlidingWindow<SpreadFold>

  init(_ period: Int) {
    need = period
    window = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    window.push(SpreadFold(bar.close)).map { StudyRow(one: $0.deviation) } ?? .unknown
  }
}

/// 100 · √(bars a year) · the population deviation of p logarithmic returns ln(c/c₁).
///
/// Unknown while a price in the window is not above 0.
struct HistoricalVolatility: StudyKernel {
  let need: Int
  private let factor: Double
  private var window: SlidingWindow<SpreadFold>
  private var previous = Double.nan
  private var sinceUndefined: Int

  init(_ period: Int, barsPerYear: Double) {
    need = period + 1
    factor = 100 * barsPerYear.squareRoot()
    window = SlidingWindow(period)
    sinceUndefined = period
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let close = previous
    previous = bar.close
    guard !close.isNaN else { return .unknown }
    let isDefined = close > 0 && bar.close > 0
    sinceUndefined = isDefined ? sinceUndefined + 1 : 0
    // An undefined return holds its place as 0; the window is unknown until it has left.
    let fold = window.push(SpreadFold(isDefined ? log(bar.close / close) : 0))
    guard let fold, sinceUndefined >= need - 1 else { return .unknown }
    return StudyRow(one: factor * fold.deviation)
  }
}

/// The highest or the lowest close of p bars.
struct ExtremeClose: StudyKernel {
  let need: Int
  private let isHighest: Bool
  private var window: SlidingWindow<ExtremesFold>

  init(_ period: Int, isHighest: Bool) {
    need = period
    self.isHighest = isHighest
    window = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let range = window.push(ExtremesFold(high: bar.close, low: bar.close)) else {
      return .unknown
    }
    return StudyRow(one: isHighest ? range.high : range.low)
  }
}
