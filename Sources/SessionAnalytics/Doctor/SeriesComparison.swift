public import MarketModel

/// How far two bars of one slot may differ and still be the same.
public struct ComparisonTolerance: Sendable {
  /// Relative to the price.
  public var price: Double
  /// Relative to the volume.
  public var volume: Double

  /// Creates a tolerance of two relative shares.
  public init(price: Double = 1e-9, volume: Double = 1e-9) {
    self.price = price
    self.volume = volume
  }

  /// For bars against what finer ones give: volumes of days hold auctions and late trades besides.
  public static func aggregate(_ interval: Interval) -> ComparisonTolerance {
    ComparisonTolerance(price: 1e-4, volume: interval.isIntraday ? 0.005 : 0.05)
  }
}

/// One slot at which two series differ.
public struct BarDifference: Sendable, Equatable {
  /// Which figures differ, or who has no bar.
  public enum Kind: String, Sendable {
    case price
    case volume
    case both
    case onlyFirst = "only-first"
    case onlySecond = "only-second"
  }

  /// The slot.
  public var start: Instant
  /// What differs.
  public var kind: Kind
  /// The bar of the first series.
  public var first: Bar?
  /// The bar of the second series.
  public var second: Bar?

  /// Second over first close.
  public var priceRatio: Double? {
    guard let first, let second, first.close != 0 else { return nil }
    return second.close / first.close
  }

  /// Second over first volume.
  public var volumeRatio: Double? {
    guard let first, let second, first.volume != 0 else { return nil }
    return second.volume / first.volume
  }
}

/// Two series slot by slot: which bars differ, by how much, and the likely reason.
public struct SeriesComparison: Sendable {
  /// The slots that differ, ascending; lone bars included.
  public private(set) var all: [BarDifference] = []
  /// How many slots both have.
  public private(set) var compared = 0
  /// A shift of the second series under which far more bars agree, in nanoseconds; nil without one.
  public private(set) var shift: Int64?

  /// Compares two series of one interval.
  ///
  /// - Complexity: O(bars), and once more for each shift tried when many differ.
  public init(
    _ first: BarSeries, against second: BarSeries, tolerance: ComparisonTolerance
  ) {
    let a = BarSlots(first)
    let b = BarSlots(second)
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      let from = i < a.count ? a.starts[i] : .max
      let to = j < b.count ? b.starts[j] : .max
      if from < to {
        all.append(
          BarDifference(start: Instant(nanoseconds: from), kind: .onlyFirst, first: a.bar(i)))
        i += 1
      } else if to < from {
        all.append(
          BarDifference(start: Instant(nanoseconds: to), kind: .onlySecond, second: b.bar(j)))
        j += 1
      } else {
        compared += 1
        if let kind = BarSlots.kind(a, i, b, j, tolerance) {
          all.append(
            BarDifference(
              start: Instant(nanoseconds: from), kind: kind, first: a.bar(i), second: b.bar(j)))
        }
        i += 1
        j += 1
      }
    }
    guard all.count * 2 > max(a.count, b.count), min(a.count, b.count) >= 5 else { return }
    shift = BarSlots.bestShift(a, b, tolerance)
  }

  /// The slots both have and that differ.
  public var differences: [BarDifference] {
    all.filter { $0.kind != .onlyFirst && $0.kind != .onlySecond }
  }

  /// How many bars only one of them has.
  public func lone(_ kind: BarDifference.Kind) -> Int {
    all.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) }
  }

  /// What most likely makes them differ, in words.
  public var reason: String {
    if let shift {
      return
        "they agree when the second is shifted by \(FigureText.duration(shift)): another label, "
        + "zone or clock"
    }
    let differing = differences
    guard !differing.isEmpty else {
      return all.isEmpty
        ? "they agree" : "they agree where both have bars; one has bars the other lacks"
    }
    var ratios: [Double] = []
    var volumes: [Double] = []
    for difference in differing {
      if let ratio = difference.priceRatio { ratios.append(ratio) }
      if let ratio = difference.volumeRatio { volumes.append(ratio) }
    }
    if let constant = SeriesComparison.constant(ratios), differing.count * 2 > compared {
      return "prices of the second are \(FigureText.number(constant, 4)) times the first: another "
        + "adjustment, contract or unit"
    }
    let priced = differing.contains { $0.kind != .volume }
    if !priced, let constant = SeriesComparison.constant(volumes) {
      return
        "volumes of the second are \(FigureText.number(constant, 4)) times the first: another unit, "
        + "or one venue against all"
    }
    if !priced {
      return "only volumes differ: auctions, odd lots or late trades are counted by one alone"
    }
    if differing.allSatisfy({ ($0.volumeRatio ?? 1) == 1 }) {
      return "prices differ and volumes do not: corrected or filtered prices"
    }
    let share = Double(differing.count) / Double(max(compared, 1))
    return share < 0.05
      ? "single bars differ: late trades, corrections or bars missing underneath"
      : "\(FigureText.percent(share)) of the bars differ without a pattern: other venues or trade filters"
  }

  /// The ratio nearly all share, if it is not one.
  private static func constant(_ ratios: [Double]) -> Double? {
    guard ratios.count >= 3, let middle = Median.of(ratios), let spread = Median.deviation(ratios),
      abs(middle - 1) > 0.001, spread < abs(middle - 1) / 4
    else { return nil }
    return middle
  }
}

/// The bars of a series in flat columns.
private struct BarSlots {
  var starts: [Int64] = []
  var opens: [Double] = []
  var highs: [Double] = []
  var lows: [Double] = []
  var closes: [Double] = []
  var volumes: [Double] = []

  init(_ series: BarSeries) {
    for chunk in series.chunks {
      starts += chunk.starts
      opens += chunk.opens
      highs += chunk.highs
      lows += chunk.lows
      closes += chunk.closes
      volumes += chunk.volumes
    }
  }

  var count: Int { starts.count }

  func bar(_ index: Int) -> Bar {
    Bar(
      start: Instant(nanoseconds: starts[index]), open: opens[index], high: highs[index],
      low: lows[index], close: closes[index], volume: volumes[index])
  }

  private static func differ(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    abs(a - b) > tolerance * max(abs(a), abs(b))
  }

  static func kind(
    _ a: BarSlots, _ i: Int, _ b: BarSlots, _ j: Int, _ tolerance: ComparisonTolerance
  ) -> BarDifference.Kind? {
    let price =
      differ(a.opens[i], b.opens[j], tolerance.price)
      || differ(a.highs[i], b.highs[j], tolerance.price)
      || differ(a.lows[i], b.lows[j], tolerance.price)
      || differ(a.closes[i], b.closes[j], tolerance.price)
    let volume = differ(a.volumes[i], b.volumes[j], tolerance.volume)
    if price { return volume ? .both : .price }
    return volume ? .volume : nil
  }

  /// A shift of the second under which at least four fifths agree.
  static func bestShift(
    _ a: BarSlots, _ b: BarSlots, _ tolerance: ComparisonTolerance
  ) -> Int64? {
    let gaps = zip(a.starts.dropFirst(), a.starts).map { $0 - $1 }
    guard let step = gaps.min() else { return nil }
    let hour = 3600 * Instant.second
    var shifts = [step, -step]
    for halves in 1...28 { shifts += [Int64(halves) * hour / 2, -Int64(halves) * hour / 2] }
    for shift in shifts {
      var (i, j, same, both) = (0, 0, 0, 0)
      while i < a.count, j < b.count {
        let moved = b.starts[j] + shift
        if a.starts[i] < moved {
          i += 1
        } else if moved < a.starts[i] {
          j += 1
        } else {
          both += 1
          if kind(a, i, b, j, tolerance) == nil { same += 1 }
          i += 1
          j += 1
        }
      }
      if same * 5 >= min(a.count, b.count) * 2, same * 5 >= both * 4 { return shift }
    }
    return nil
  }
}
