/// Wilder's average of any value: the mean of the first p, then (a·(p−1) + x)/p.
struct WilderAverage: Sendable {
  private let period: Double
  private var count = 0.0
  private var value = 0.0

  init(_ period: Int) { self.period = Double(period) }

  mutating func push(_ input: Double) -> Double? {
    if count >= period {
      value = (value * (period - 1) + input) / period
      return value
    }
    count += 1
    value += input
    guard count == period else { return nil }
    value /= period
    return value
  }
}

/// Wilder's 100·g/(g+l), g and l his averages of the rises and falls of the close; 0 when both are 0.
struct RelativeStrength: StudyKernel {
  let need: Int
  private var rises: WilderAverage
  private var falls: WilderAverage
  private var previous = Double.nan

  init(_ period: Int) {
    need = period + 1
    rises = WilderAverage(period)
    falls = WilderAverage(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let change = bar.close - previous
    previous = bar.close
    guard !change.isNaN else { return .unknown }
    let rise = rises.push(change > 0 ? change : 0)
    guard let fall = falls.push(change < 0 ? -change : 0), let rise else { return .unknown }
    let total = rise + fall
    return StudyRow(one: total > 0 ? 100 * (rise / total) : 0)
  }
}

/// macd = ema(fast) − ema(slow), signal = ema(macd), histogram = macd − signal.
///
/// The fast average is seeded with the mean of its last closes when the slow one's first value comes.
struct AverageConvergence: StudyKernel {
  let need: Int
  private var skipped: Int
  private var fast: ExponentialAverage
  private var slow: ExponentialAverage
  private var signal: ExponentialAverage

  init(fast: Int, slow: Int, signal: Int) {
    need = slow + signal - 1
    skipped = slow - fast
    self.fast = ExponentialAverage(fast)
    self.slow = ExponentialAverage(slow)
    self.signal = ExponentialAverage(signal)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    var quick: Double?
    if skipped > 0 { skipped -= 1 } else { quick = fast.push(bar.close) }
    guard let lazy = slow.push(bar.close), let quick else { return .unknown }
    let difference = quick - lazy
    guard let trend = signal.push(difference) else { return .unknown }
    return StudyRow(three: difference, trend, difference - trend)
  }
}

/// k = 100·(c − low)/(high − low) over p bars, 0 in a flat window; d = the mean of the last `smooth` k.
struct Stochastic: StudyKernel {
  let need: Int
  private let smooth: Double
  private var window: SlidingWindow<ExtremesFold>
  private var average: SlidingWindow<SumFold>

  init(_ period: Int, smooth: Int) {
    need = period + smooth - 1
    self.smooth = Double(smooth)
    window = SlidingWindow(period)
    average = SlidingWindow(smooth)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let range = window.push(ExtremesFold(high: bar.high, low: bar.low)) else {
      return .unknown
    }
    let height = range.high - range.low
    let fast = height > 0 ? 100 * ((bar.close - range.low) / height) : 0
    guard let sum = average.push(SumFold(sum: fast)) else { return .unknown }
    return StudyRow(two: fast, sum.sum / smooth)
  }
}

/// (t − mean)/(0.015 · mean |t − mean|), t = (h+l+c)/3 over p bars; 0 in a flat window.
///
/// - Complexity: O(p) a bar, since every deviation moves with the mean.
struct ChannelIndex: StudyKernel {
  let need: Int
  private var history: History

  init(_ period: Int) {
    need = period
    history = History(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let last = bar.typical
    _ = history.push(last)
    guard history.isFull else { return .unknown }
    let count = Double(need)
    var sum = 0.0
    for value in history.values { sum += value }
    let mean = sum / count
    // The last price may be as near to the mean as the mean's own rounding, which the offsets still show.
    var offset = 0.0
    for value in history.values { offset += value - mean }
    offset /= count
    var deviation = 0.0
    for value in history.values { deviation += abs((value - mean) - offset) }
    deviation /= count
    // Typical prices carry rounding of their own: what is below it is a flat window.
    guard deviation > 1e-14 * abs(mean) else { return StudyRow(one: 0) }
    return StudyRow(one: ((last - mean) - offset) / deviation / 0.015)
  }
}

/// 100·(c/c_p − 1), c_p the close p bars ago; 0 where that is 0.
struct RateOfChange: StudyKernel {
  let need: Int
  private var history: History

  init(_ period: Int) {
    need = period + 1
    history = History(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let past = history.push(bar.close) else { return .unknown }
    return StudyRow(one: past == 0 ? 0 : (bar.close / past - 1) * 100)
  }
}

/// c − c_p, c_p the close p bars ago.
struct Momentum: StudyKernel {
  let need: Int
  private var history: History

  init(_ period: Int) {
    need = period + 1
    history = History(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let past = history.push(bar.close) else { return .unknown }
    return StudyRow(one: bar.close - past)
  }
}

/// −100·(high − c)/(high − low) over p bars; 0 in a flat window.
struct WilliamsRange: StudyKernel {
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
    let height = range.high - range.low
    return StudyRow(one: height > 0 ? -100 * ((range.high - bar.close) / height) : 0)
  }
}

/// 100·(4·r1 + 2·r2 + r3)/7, r = Σ(c − true low)/Σ true range over the shortest to the longest period.
struct UltimateOscillator: StudyKernel {
  let need: Int
  private var short: SlidingWindow<PairFold>
  private var middle: SlidingWindow<PairFold>
  private var long: SlidingWindow<PairFold>
  private var previous = Double.nan

  init(_ periods: [Int]) {
    let sorted = periods.sorted()
    need = sorted[2] + 1
    short = SlidingWindow(sorted[0])
    middle = SlidingWindow(sorted[1])
    long = SlidingWindow(sorted[2])
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let close = previous
    previous = bar.close
    guard !close.isNaN else { return .unknown }
    let bottom = bar.low < close ? bar.low : close
    let item = PairFold(first: bar.close - bottom, second: bar.trueRange(after: close))
    let one = short.push(item)
    let two = middle.push(item)
    guard let three = long.push(item), let one, let two else { return .unknown }
    let sum = 4 * ratio(one) + 2 * ratio(two) + ratio(three)
    return StudyRow(one: 100 * (sum / 7))
  }

  private func ratio(_ fold: PairFold) -> Double {
    fold.second > 0 ? fold.first / fold.second : 0
  }
}
