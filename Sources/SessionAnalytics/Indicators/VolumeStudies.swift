/// A running sum that carries what rounding lost (Neumaier 1974).
struct CarefulSum: Sendable {
  private var sum = 0.0
  private var lost = 0.0

  var value: Double { sum + lost }

  mutating func add(_ value: Double) {
    let total = sum + value
    lost += abs(sum) >= abs(value) ? (sum - total) + value : (value - total) + sum
    sum = total
  }
}

/// Σ t·v / Σ v, t = (h+l+c)/3, since the anchor; unknown while no volume has traded.
struct VolumeWeightedPrice: StudyKernel {
  let need = 1
  let isAnchored: Bool
  private var notional = CarefulSum()
  private var volume = CarefulSum()

  init(isAnchored: Bool) { self.isAnchored = isAnchored }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    if isAnchored, opensSession { self = VolumeWeightedPrice(isAnchored: true) }
    notional.add(bar.typical * bar.volume)
    volume.add(bar.volume)
    let total = volume.value
    return total > 0 ? StudyRow(one: notional.value / total) : .unknown
  }
}

/// The mean of all closes since the anchor.
struct TimeWeightedPrice: StudyKernel {
  let need = 1
  let isAnchored: Bool
  private var sum = CarefulSum()
  private var count = 0.0

  init(isAnchored: Bool) { self.isAnchored = isAnchored }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    if isAnchored, opensSession { self = TimeWeightedPrice(isAnchored: true) }
    sum.add(bar.close)
    count += 1
    return StudyRow(one: sum.value / count)
  }
}

/// The first volume since the anchor, plus the volume of each rise, minus that of each fall of the close.
struct OnBalanceVolume: StudyKernel {
  let need = 1
  let isAnchored: Bool
  private var sum = CarefulSum()
  private var previous = Double.nan

  init(isAnchored: Bool) { self.isAnchored = isAnchored }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    if isAnchored, opensSession { self = OnBalanceVolume(isAnchored: true) }
    if previous.isNaN || bar.close > previous {
      sum.add(bar.volume)
    } else if bar.close < previous {
      sum.add(-bar.volume)
    }
    previous = bar.close
    return StudyRow(one: sum.value)
  }
}

/// Σ v·(c − c₁)/c₁ since the anchor, 0 at its first bar and for a c₁ of 0.
struct PriceVolumeTrend: StudyKernel {
  let need = 1
  let isAnchored: Bool
  private var sum = CarefulSum()
  private var previous = 0.0

  init(isAnchored: Bool) { self.isAnchored = isAnchored }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    if isAnchored, opensSession { self = PriceVolumeTrend(isAnchored: true) }
    if previous != 0 { sum.add(bar.volume * ((bar.close - previous) / previous)) }
    previous = bar.close
    return StudyRow(one: sum.value)
  }
}

/// Which figure of a bar a mean is taken of.
enum BarFigure: Sendable {
  case volume
  case range

  func of(_ bar: StudyBar) -> Double {
    switch self {
    case .volume: bar.volume
    case .range: bar.high - bar.low
    }
  }
}

/// The mean of a figure over p bars.
struct FigureAverage: StudyKernel {
  let need: Int
  private let figure: BarFigure
  private var window: SlidingWindow<SumFold>

  init(_ figure: BarFigure, _ period: Int) {
    need = period
    self.figure = figure
    window = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    guard let fold = window.push(SumFold(sum: figure.of(bar))) else { return .unknown }
    return StudyRow(one: fold.sum / Double(need))
  }
}

/// The last bar's figure over its mean of p bars, that bar included; unknown where the mean is 0.
struct FigureRatio: StudyKernel {
  let need: Int
  private let figure: BarFigure
  private var window: SlidingWindow<SumFold>

  init(_ figure: BarFigure, _ period: Int) {
    need = period
    self.figure = figure
    window = SlidingWindow(period)
  }

  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow {
    let last = figure.of(bar)
    guard let fold = window.push(SumFold(sum: last)), fold.sum > 0 else { return .unknown }
    return StudyRow(one: last / (fold.sum / Double(need)))
  }
}
