/// The mean of the last p closes: Σ c / p.
struct SimpleAverage: StudyKernel {
  let need: Int
  private var window: SlidingWindow<SumFold>

  init(_ period: Int) {
    need = period
    window = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let fold = window.push(SumFold(sum: bar.close)) else { return .unknown }
    return StudyRow(one: fold.sum / Double(need))
  }
}

/// A running exponential average of any value: a = 2/(p+1), seeded with the mean of the first p.
struct ExponentialAverage: Sendable {
  let period: Int
  private let weight: Double
  private var count = 0
  private(set) var value = 0.0

  init(_ period: Int) {
    self.period = period
    weight = 2 / Double(period + 1)
  }

  /// Takes the next value; nil while fewer than p have come.
  mutating func push(_ input: Double) -> Double? {
    if count >= period {
      value = (input - value) * weight + value
      return value
    }
    count += 1
    value += input
    guard count == period else { return nil }
    value /= Double(period)
    return value
  }
}

/// The exponential average of closes, seeded with the mean of the first p.
struct SingleExponential: StudyKernel {
  var need: Int { average.period }
  private var average: ExponentialAverage

  init(_ period: Int) { average = ExponentialAverage(period) }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    average.push(bar.close).map { StudyRow(one: $0) } ?? .unknown
  }
}

/// 2·e1 − e2, e2 the exponential average of e1.
struct DoubleExponential: StudyKernel {
  let need: Int
  private var first: ExponentialAverage
  private var second: ExponentialAverage

  init(_ period: Int) {
    need = 2 * period - 1
    first = ExponentialAverage(period)
    second = ExponentialAverage(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let one = first.push(bar.close), let two = second.push(one) else { return .unknown }
    return StudyRow(one: 2 * one - two)
  }
}

/// 3·e1 − 3·e2 + e3, each the exponential average of the one before.
struct TripleExponential: StudyKernel {
  let need: Int
  private var first: ExponentialAverage
  private var second: ExponentialAverage
  private var third: ExponentialAverage

  init(_ period: Int) {
    need = 3 * period - 2
    first = ExponentialAverage(period)
    second = ExponentialAverage(period)
    third = ExponentialAverage(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let one = first.push(bar.close), let two = second.push(one), let three = third.push(two)
    else { return .unknown }
    return StudyRow(one: 3 * one - 3 * two + three)
  }
}

/// A running weighted average of any value: weights 1…p, the newest heaviest.
struct RampAverage: Sendable {
  private let divisor: Double
  private var window: SlidingWindow<RampFold>

  init(_ period: Int) {
    divisor = Double(period) * Double(period + 1) / 2
    window = SlidingWindow(period)
  }

  mutating func push(_ value: Double) -> Double? {
    window.push(RampFold(value)).map { $0.ramp / divisor }
  }
}

/// The average of closes weighted 1…p, the newest heaviest.
struct WeightedAverage: StudyKernel {
  let need: Int
  private var average: RampAverage

  init(_ period: Int) {
    need = period
    average = RampAverage(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    average.push(bar.close).map { StudyRow(one: $0) } ?? .unknown
  }
}

/// Hull's average: wma(2·wma(⌊p/2⌋) − wma(p), ⌊√p⌋).
struct HullAverage: StudyKernel {
  let need: Int
  private var half: RampAverage
  private var whole: RampAverage
  private var smooth: RampAverage

  init(_ period: Int) {
    let root = Int(Double(period).squareRoot())
    need = period + root - 1
    half = RampAverage(max(1, period / 2))
    whole = RampAverage(period)
    smooth = RampAverage(root)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let fast = half.push(bar.close)
    guard let slow = whole.push(bar.close), let fast, let value = smooth.push(2 * fast - slow)
    else { return .unknown }
    return StudyRow(one: value)
  }
}
