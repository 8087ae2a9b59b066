/// What a stretch of bars comes to, joined with what the bars after it come to.
///
/// Joining is associative and never takes anything away, so a long run of bars leaves no rounding behind.
protocol SlidingFold: Sendable {
  /// What no bars come to.
  static var empty: Self { get }
  /// The fold of this stretch and the newer one after it.
  func joined(with newer: Self) -> Self
}

/// The fold of the last `length` items, item after item.
///
/// Items come in blocks of `length`: a window is the end of the block before joined with the beginning of the
/// one at hand, so nothing is ever subtracted and a flat window gives exactly what a flat series gives.
///
/// - Source: van Herk (1992), Gil and Werman (1993), for any associative fold.
/// - Complexity: O(1) an item, amortised.
struct SlidingWindow<Fold: SlidingFold>: Sendable {
  private let length: Int
  private var block: [Fold]
  private var suffixes: [Fold]
  private var prefix = Fold.empty
  private var isFull = false

  /// Creates a window over the last `length` items.
  init(_ length: Int) {
    self.length = length
    block = []
    block.reserveCapacity(length)
    suffixes = []
  }

  /// Takes one more item; the fold of the window, or nil while fewer than `length` items have come.
  mutating func push(_ item: Fold) -> Fold? {
    block.append(item)
    prefix = prefix.joined(with: item)
    let position = block.count
    guard position == length else {
      return isFull ? suffixes[position].joined(with: prefix) : nil
    }
    let whole = prefix
    closeBlock()
    return whole
  }

  private mutating func closeBlock() {
    if suffixes.isEmpty { suffixes = Array(repeating: Fold.empty, count: length) }
    var fold = Fold.empty
    for index in stride(from: length - 1, through: 0, by: -1) {
      fold = block[index].joined(with: fold)
      suffixes[index] = fold
    }
    block.removeAll(keepingCapacity: true)
    prefix = .empty
    isFull = true
  }
}

/// A sum, in series order within a window.
struct SumFold: SlidingFold {
  var sum: Double
  static let empty = SumFold(sum: 0)
  func joined(with newer: SumFold) -> SumFold { SumFold(sum: sum + newer.sum) }
}

/// Two sums.
struct PairFold: SlidingFold {
  var first: Double
  var second: Double
  static let empty = PairFold(first: 0, second: 0)
  func joined(with newer: PairFold) -> PairFold {
    PairFold(first: first + newer.first, second: second + newer.second)
  }
}

/// The highest and the lowest of some values.
struct ExtremesFold: SlidingFold {
  var high: Double
  var low: Double
  static let empty = ExtremesFold(high: -.infinity, low: .infinity)
  func joined(with newer: ExtremesFold) -> ExtremesFold {
    ExtremesFold(
      high: high > newer.high ? high : newer.high, low: low < newer.low ? low : newer.low)
  }
}

/// A sum, and the sum weighted 1, 2, 3 … from the oldest value to the newest.
struct RampFold: SlidingFold {
  var count: Double
  var sum: Double
  var ramp: Double
  static let empty = RampFold(count: 0, sum: 0, ramp: 0)
  init(count: Double, sum: Double, ramp: Double) {
    (self.count, self.sum, self.ramp) = (count, sum, ramp)
  }
  init(_ value: Double) { self.init(count: 1, sum: value, ramp: value) }
  func joined(with newer: RampFold) -> RampFold {
    RampFold(
      count: count + newer.count, sum: sum + newer.sum,
      ramp: ramp + (newer.ramp + count * newer.sum))
  }
}

/// The mean of some values and the sum of their squared deviations from it.
///
/// - Source: Chan, Golub and LeVeque (1979), the pairwise update; exact for values that are all equal.
struct SpreadFold: SlidingFold {
  var count: Double
  var mean: Double
  var squares: Double
  static let empty = SpreadFold(count: 0, mean: 0, squares: 0)
  init(count: Double, mean: Double, squares: Double) {
    (self.count, self.mean, self.squares) = (count, mean, squares)
  }
  init(_ value: Double) { self.init(count: 1, mean: value, squares: 0) }
  /// The population deviation.
  var deviation: Double { (squares / count).squareRoot() }
  func joined(with newer: SpreadFold) -> SpreadFold {
    if count == 0 { return newer }
    if newer.count == 0 { return self }
    let total = count + newer.count
    let share = newer.count / total
    let delta = newer.mean - mean
    return SpreadFold(
      count: total, mean: mean + delta * share,
      squares: squares + newer.squares + delta * delta * (count * share))
  }
}

/// The last `length` values, for studies that look back a fixed number of bars.
struct History: Sendable {
  private let length: Int
  private(set) var values: [Double] = []
  private var oldest = 0

  init(_ length: Int) {
    self.length = length
    values.reserveCapacity(length)
  }

  /// Takes one more value; the one that came `length` values before it, or nil.
  mutating func push(_ value: Double) -> Double? {
    guard values.count == length else {
      values.append(value)
      return nil
    }
    let out = values[oldest]
    values[oldest] = value
    oldest = oldest + 1 == length ? 0 : oldest + 1
    return out
  }

  /// Whether `length` values have come.
  var isFull: Bool { values.count == length }
}
