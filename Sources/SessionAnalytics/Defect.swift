public import MarketModel

/// A fault that `inject` puts into a series, to see whether it is found.
public enum Defect: String, Sendable, CaseIterable {
  /// Single bars are taken out.
  case missing
  /// Runs of bars are taken out.
  case outage
  /// A whole trading day is taken out.
  case missingDay = "missing-day"
  /// The end of a day is cut off.
  case truncated
  /// A high far above its neighbours.
  case spike
  /// A close far from its neighbours.
  case closeSpike = "close-spike"
  /// A flat bar without volume.
  case zeroVolume = "zero-volume"
  /// Bars without volume that repeat the close before, as vendors fill gaps.
  case filler
  /// Bars that repeat one price and one volume.
  case stale
  /// A stretch of bars copied over a later one.
  case repeatedBlock = "repeated-block"
  /// A day copied over the next.
  case duplicateDay = "duplicate-day"
  /// From a day on, prices divided and volumes multiplied.
  case split
  /// A stretch of bars in another unit.
  case unit
  /// A day whose volumes are in another unit.
  case volumeScale = "volume-scale"
  /// Days whose clock is off by some hours.
  case shift
  /// Stamps that name the ends of bars.
  case endLabels = "end-labels"
  /// An hour off from a change of the clocks on.
  case dstHour = "dst-hour"
  /// Bars after an early close.
  case halfDayIgnored = "half-day-ignored"
  /// A second row for a slot that has one.
  case duplicate
  /// A second row with other figures.
  case conflicting
  /// A row between two slots.
  case offGrid = "off-grid"
  /// A row whose high is below its low.
  case badOHLC = "bad-ohlc"
  /// A row without a readable price.
  case unparsable
  /// A row outside every segment.
  case outsideHours = "outside-hours"

  /// The class its rows are rejected under; nil when it changes bars.
  public var rejection: RejectionClass? {
    switch self {
    case .duplicate: .duplicate
    case .offGrid: .offGrid
    case .badOHLC: .badOHLC
    case .unparsable: .unparsable
    case .outsideHours: .outsideHours
    default: nil
    }
  }

  /// Chooses the bars a defect falls on: `count` distinct regular ones, in time order.
  public static func targets(
    in series: BarSeries, count: Int, random: inout SeededRandom
  ) -> [Bar] {
    var regular: [(chunk: Int, index: Int)] = []
    for (chunk, bars) in series.chunks.enumerated() {
      for index in bars.regular { regular.append((chunk, index)) }
    }
    var chosen: Set<Int> = []
    while chosen.count < min(count, regular.count) { chosen.insert(random.below(regular.count)) }
    var bars: [Bar] = []
    for position in chosen.sorted() {
      bars.append(series.chunks[regular[position].chunk][regular[position].index])
    }
    return bars
  }

  /// The bars of a run of `length` slots within a trading day's regular hours: from a bar on, or from as far before
  /// it as the day's end requires.
  public static func run(from bar: Bar, length: Int, in series: BarSeries) -> [Bar] {
    guard let chunkIndex = series.chunkIndex(startingBy: bar.start.nanoseconds) else { return [] }
    let chunk = series.chunks[chunkIndex]
    guard let wanted = chunk.index(of: bar.start.nanoseconds), chunk.regular.contains(wanted) else {
      return []
    }
    let first = max(
      chunk.regular.lowerBound, min(wanted, chunk.regular.upperBound - max(1, length)))
    var bars: [Bar] = []
    for index in first..<min(first + max(1, length), chunk.regular.upperBound) {
      bars.append(chunk[index])
    }
    return bars
  }

  /// A changed copy of a bar, for the defects that change single bars; `amount` is a factor.
  public func changed(_ bar: Bar, amount: Double? = nil) -> Bar {
    var copy = bar
    switch self {
    case .spike: copy.high = bar.high * (amount ?? 1.25)
    case .closeSpike:
      copy.close = bar.close * (amount ?? 1.25)
      copy.high = max(copy.high, copy.close)
      copy.low = min(copy.low, copy.close)
    case .conflicting:
      let factor = amount ?? 1.01
      copy.open *= factor
      copy.high *= factor
      copy.low *= factor
      copy.close *= factor
    case .zeroVolume:
      copy.open = bar.open
      copy.high = bar.open
      copy.low = bar.open
      copy.close = bar.open
      copy.volume = 0
    default: break
    }
    return copy
  }
}
