/// The classic floor levels of the trading day before: pp = (h+l+c)/3, r1 = 2pp − l, s1 = 2pp − h,
/// r2 = pp + (h−l), s2 = pp − (h−l), r3 = h + 2(pp−l), s3 = l − 2(h−pp).
///
/// Daily and longer bars take the bar before. The levels stand from a day's first bar to its last.
struct PivotPoints: StudyKernel {
  /// Counted in trading days.
  let need = 2
  private var day: ExtremesFold?
  private var close = Double.nan
  private var levels = StudyRow.unknown

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let range = ExtremesFold(high: bar.high, low: bar.low)
    if opensSession {
      if let day { levels = Self.levels(high: day.high, low: day.low, close: close) }
      day = range
    } else {
      day = day?.joined(with: range) ?? range
    }
    close = bar.close
    return levels
  }

  private static func levels(high: Double, low: Double, close: Double) -> StudyRow {
    let pivot = (high + low + close) / 3
    let height = high - low
    let (one, two) = (2 * pivot - low, pivot + height)
    let three = high + 2 * (pivot - low)
    let (under, lower) = (2 * pivot - high, pivot - height)
    let lowest = low - 2 * (high - pivot)
    return StudyRow(pivot, one, two, three, under, lower, lowest, .nan)
  }
}

/// high = the highest high, low = the lowest low of p bars.
struct HighLow: StudyKernel {
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
    return StudyRow(two: range.high, range.low)
  }
}

/// The high (or low) p bars ago where none of the p bars on either side goes beyond it; else unknown.
///
/// It is confirmed p bars late, at the bar that completes the 2p+1, and never looks ahead.
struct SwingPoint: StudyKernel {
  let need: Int
  private let isHigh: Bool
  private var window: SlidingWindow<ExtremesFold>
  private var centre: History

  init(_ period: Int, isHigh: Bool) {
    need = 2 * period + 1
    self.isHigh = isHigh
    window = SlidingWindow(2 * period + 1)
    centre = History(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let past = centre.push(isHigh ? bar.high : bar.low)
    guard let range = window.push(ExtremesFold(high: bar.high, low: bar.low)), let past else {
      return .unknown
    }
    return past == (isHigh ? range.high : range.low) ? StudyRow(one: past) : .unknown
  }
}

/// Opening jumps o − c₁ over p bars: their mean, how many exceed 0.01 in size, up, and down.
struct GapStatistics: StudyKernel {
  let need: Int
  private var jumps: SlidingWindow<SumFold>
  private var counts: SlidingWindow<PairFold>
  private var previous = Double.nan

  init(_ period: Int) {
    need = period + 1
    jumps = SlidingWindow(period)
    counts = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let jump = bar.open - previous
    previous = bar.close
    guard !jump.isNaN else { return .unknown }
    let item = PairFold(first: jump > 0.01 ? 1 : 0, second: jump < -0.01 ? 1 : 0)
    let count = counts.push(item)
    guard let sum = jumps.push(SumFold(sum: jump)), let count else { return .unknown }
    let mean = sum.sum / Double(need - 1)
    return StudyRow(four: mean, count.first + count.second, count.first, count.second)
  }
}
