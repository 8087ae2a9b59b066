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
  /// The slots both have and that agree, ascending.
  private var agreeing: [Instant] = []
  /// How many slots both have.
  public private(set) var compared = 0
  /// A move of the second series under which far more bars agree; nil without one.
  private var shift: Shift?

  private struct Shift {
    var move: BarSlots.Move
    /// Second over first volume of the bars that meet then; nil where they are the same or have no pattern.
    var volumeRatio: Double?
    var volumesAgree: Bool
  }

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
        } else {
          agreeing.append(Instant(nanoseconds: from))
        }
        i += 1
        j += 1
      }
    }
    let unlike = all.reduce(0) { $0 + ($1.kind == .volume ? 0 : 1) }
    guard unlike * 2 > max(a.count, b.count), min(a.count, b.count) >= 5 else { return }
    for needsVolumes in [true, false] {
      guard let move = BarSlots.bestMove(a, b, tolerance, needsVolumes: needsVolumes) else {
        continue
      }
      let ratios = needsVolumes ? [] : BarSlots.volumeRatios(a, b, move)
      shift = Shift(
        move: move, volumeRatio: SeriesComparison.constant(ratios), volumesAgree: needsVolumes)
      return
    }
  }

  /// The slots both have and that differ.
  public var differences: [BarDifference] {
    all.filter { $0.kind != .onlyFirst && $0.kind != .onlySecond }
  }

  /// How many bars only one of them has.
  public func lone(_ kind: BarDifference.Kind) -> Int {
    all.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) }
  }

  /// The ratio nearly all share, if it is not one.
  private static func constant(_ ratios: [Double]) -> Double? {
    guard ratios.count >= 3, let middle = Median.of(ratios), let spread = Median.deviation(ratios),
      abs(middle - 1) > 0.001, spread < abs(middle - 1) / 4
    else { return nil }
    return middle
  }
}

extension SeriesComparison {
  /// What most likely makes them differ, in words.
  public var reason: String {
    if let shift { return SeriesComparison.reason(shift) }
    let differing = differences
    guard !differing.isEmpty else {
      return all.isEmpty
        ? "they agree" : "they agree where both have bars; one has bars the other lacks"
    }
    let volume = SeriesComparison.constant(differing.compactMap(\.volumeRatio))
    if let constant = SeriesComparison.constant(differing.compactMap(\.priceRatio)),
      differing.count * 2 > compared || isOneStretch(differing)
    {
      return priceReason(constant, volume, differing)
    }
    let priced = differing.contains { $0.kind != .volume }
    if !priced, let volume {
      return
        "volumes of the second are \(FigureText.number(volume, 4)) times the first: another unit, "
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

  /// Whether hardly any slot between the first and the last that differ agrees.
  private func isOneStretch(_ differing: [BarDifference]) -> Bool {
    guard let first = differing.first, let last = differing.last, differing.count >= 3 else {
      return false
    }
    let inside = agreeing.reduce(0) { $0 + ($1 > first.start && $1 < last.start ? 1 : 0) }
    return inside * 20 <= differing.count
  }

  private func priceReason(_ price: Double, _ volume: Double?, _ differing: [BarDifference])
    -> String
  {
    let subject =
      differing.count * 20 >= compared * 19
      ? "prices of the second" : "in one stretch of \(differing.count) bars prices of the second"
    let figure = "\(subject) are \(FigureText.number(price, 4)) times the first"
    if let volume, abs(price * volume - 1) < 0.01 {
      return
        "\(figure) and volumes \(FigureText.number(volume, 4)) times: one is adjusted for a split"
    }
    return "\(figure): another adjustment, contract or unit"
  }

  private static func reason(_ shift: Shift) -> String {
    var text: String
    switch shift.move {
    case .time(let length):
      text =
        "they agree when the second is shifted by \(FigureText.duration(length)): another label, "
        + "zone or clock"
    case .bars(let count):
      text =
        "they agree when the second is moved one bar \(count < 0 ? "back" : "on"): another label, "
        + "date or clock"
    }
    if let ratio = shift.volumeRatio {
      text += "; its volumes are \(FigureText.number(ratio, 4)) times the first's: another unit"
    } else if !shift.volumesAgree {
      text += "; its volumes differ besides"
    }
    return text
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

  /// How the second is moved to meet the first.
  enum Move {
    case time(Int64)
    /// To the place of its own bar so many before.
    case bars(Int)
  }

  /// A move of the second under which at least four fifths agree, in prices alone if need be.
  static func bestMove(
    _ a: BarSlots, _ b: BarSlots, _ tolerance: ComparisonTolerance, needsVolumes: Bool
  ) -> Move? {
    moves(a).first { move in
      var same = 0
      let both = pairs(a, b, move) { i, j in
        let kind = kind(a, i, b, j, tolerance)
        if kind == nil || (kind == .volume && !needsVolumes) { same += 1 }
      }
      return same * 5 >= min(a.count, b.count) * 2 && same * 5 >= both * 4
    }
  }

  /// Second over first volume where bars meet.
  static func volumeRatios(_ a: BarSlots, _ b: BarSlots, _ move: Move) -> [Double] {
    var ratios: [Double] = []
    pairs(a, b, move) { i, j in
      if a.volumes[i] > 0 { ratios.append(b.volumes[j] / a.volumes[i]) }
    }
    return ratios
  }

  private static func moves(_ a: BarSlots) -> [Move] {
    guard let step = zip(a.starts.dropFirst(), a.starts).map({ $0 - $1 }).min() else { return [] }
    guard step < 23 * 3600 * Instant.second else { return [.bars(-1), .bars(1)] }
    let half = 1800 * Instant.second
    var moves = [Move.time(step), .time(-step)]
    for halves in 1...28 { moves += [.time(Int64(halves) * half), .time(-Int64(halves) * half)] }
    return moves
  }

  /// Visits the bars that meet when the second is moved; how many there are.
  @discardableResult
  private static func pairs(
    _ a: BarSlots, _ b: BarSlots, _ move: Move, _ visit: (Int, Int) -> Void
  ) -> Int {
    var (i, j, count) = (0, 0, 0)
    while i < a.count, j < b.count {
      let moved: Int64
      switch move {
      case .time(let length): moved = b.starts[j] + length
      case .bars(let places):
        guard b.starts.indices.contains(j + places) else {
          j += 1
          continue
        }
        moved = b.starts[j + places]
      }
      if a.starts[i] < moved {
        i += 1
      } else if moved < a.starts[i] {
        j += 1
      } else {
        visit(i, j)
        (i, j, count) = (i + 1, j + 1, count + 1)
      }
    }
    return count
  }
}
