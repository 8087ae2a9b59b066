public import Diagnostics
public import MarketModel

/// The running state of a configured study: a value that takes one bar after another.
///
/// A copy of it goes on by itself, so a state kept aside can be taken up again.
///
/// - Complexity: O(1) a bar, amortised; `cci` O(period).
public struct IndicatorState: Sendable {
  /// What it computes.
  public let spec: IndicatorSpec
  /// How many figures a bar has.
  public let width: Int
  /// How many bars, or trading days, the first figure takes.
  public let need: Int
  private var count = 0
  private var kernel: any StudyKernel
  private let blank: any StudyKernel
  private let countsDays: Bool

  /// Creates the state before the first bar.
  ///
  /// - Throws: `unknown-indicator`, `bad-parameter`.
  public init(_ spec: IndicatorSpec) throws(SessError) {
    try IndicatorCatalogue.check(spec)
    guard let study = IndicatorCatalogue.study(spec.name) else {
      throw SessError("unknown-indicator", "there is no indicator \(spec.name)")
    }
    self.spec = spec
    width = study.outputs.count
    countsDays = study.countsDays
    blank = study.make(spec.parameters.map(\.value), spec.anchor == .session)
    kernel = blank
    need = blank.need
  }

  /// How many of the needed bars, or trading days, have come.
  public var have: Int { min(count, need) }

  /// Whether the warm-up is over.
  public var isReady: Bool { count >= need }

  /// Takes the next bar and gives its figures, NaN where unknown.
  ///
  /// - Parameters:
  ///   - bar: the next bar in time.
  ///   - opensSession: true for the first bar of a trading day, and for every daily or longer bar.
  ///   - afterGap: true when a regular slot is missing before it.
  /// - Returns: a figure an output of the study, in order.
  public mutating func update(_ bar: Bar, opensSession: Bool, afterGap: Bool = false) -> [Double] {
    if afterGap { notice() }
    count(1, opensSession: opensSession)
    let figures = StudyBar(
      open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
    let row = kernel.update(figures, opensSession: opensSession)
    var values: [Double] = []
    for lane in 0..<width { values.append(row[lane]) }
    return values
  }

  /// Takes a stretch of bars without holes, adding their figures row by row.
  mutating func fold(
    _ bars: BarChunk, _ range: Range<Int>, opensSession: Bool, into values: inout [Double]
  ) {
    let isDaily = !spec.interval.isIntraday
    if isDaily, countsDays {
      count += range.count
    } else {
      count(range.count, opensSession: opensSession)
    }
    kernel.fold(
      bars, range, opensSession: opensSession, isDaily: isDaily, width: width, into: &values)
  }

  /// Starts afresh where the spec says that a hole does that.
  mutating func notice() {
    guard spec.onGap == .reset else { return }
    kernel = blank
    count = 0
  }

  private mutating func count(_ bars: Int, opensSession: Bool) {
    if !countsDays {
      count += bars
    } else if opensSession || count == 0 {
      count += 1
    }
  }
}
