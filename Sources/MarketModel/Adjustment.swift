/// One step of an adjustment: what the bars up to a trading day are multiplied by.
///
/// Bars are never changed by it; it is a view over them.
public struct Adjustment: Sendable, Equatable {
  /// The last trading day it applies to; all days before it, too.
  public var through: CivilDate
  /// What prices are multiplied by.
  public var price: Double
  /// What volumes are multiplied by.
  public var volume: Double
  /// Where it comes from, in words: `split 7:1`.
  public var reason: String

  /// Creates a step.
  public init(through: CivilDate, price: Double, volume: Double, reason: String) {
    self.through = through
    self.price = price
    self.volume = volume
    self.reason = reason
  }
}

/// All steps of a symbol as one view.
public struct AdjustmentView: Sendable {
  private let steps: [Adjustment]

  /// Creates a view of some steps; without any it changes nothing.
  public init(_ steps: [Adjustment]) { self.steps = steps }

  /// True when nothing is changed.
  public var isIdentity: Bool { steps.isEmpty }

  /// What the bars of a trading day are multiplied by.
  ///
  /// - Complexity: O(steps).
  public func factors(on day: CivilDate) -> (price: Double, volume: Double) {
    var (price, volume) = (1.0, 1.0)
    for step in steps where step.through >= day {
      price *= step.price
      volume *= step.volume
    }
    return (price, volume)
  }

  /// A trading day's bars as they are seen.
  ///
  /// - Complexity: O(bars), O(1) where the day's factors are one.
  public func adjusted(_ chunk: BarChunk) -> BarChunk {
    let factors = factors(on: chunk.day)
    guard factors != (1, 1) else { return chunk }
    var copy = chunk
    copy.scale(0..<chunk.count, price: factors.price, volume: factors.volume)
    return copy
  }

  /// The bars of a series as they are seen; `day` gives the trading day of a start for `1d` and longer.
  ///
  /// - Complexity: O(bars), O(1) without steps.
  public func adjusted(
    _ series: BarSeries, interval: Interval, day: (Instant) -> CivilDate?
  ) -> BarSeries {
    guard !isIdentity else { return series }
    var chunks: [BarChunk] = []
    chunks.reserveCapacity(series.chunks.count)
    for chunk in series.chunks { chunks.append(adjusted(chunk, interval: interval, day: day)) }
    return BarSeries(chunks: chunks)
  }

  /// One chunk of a series of any interval as it is seen.
  public func adjusted(
    _ chunk: BarChunk, interval: Interval, day: (Instant) -> CivilDate?
  ) -> BarChunk {
    guard !isIdentity else { return chunk }
    guard !interval.isIntraday else { return adjusted(chunk) }
    var copy = chunk
    for index in 0..<chunk.count {
      guard let date = day(Instant(nanoseconds: chunk.starts[index])) else { continue }
      let factors = factors(on: date)
      if factors != (1, 1) {
        copy.scale(index..<index + 1, price: factors.price, volume: factors.volume)
      }
    }
    return copy
  }
}

extension BarChunk {
  /// Multiplies the prices and volumes of some bars.
  fileprivate mutating func scale(_ range: Range<Int>, price: Double, volume: Double) {
    for index in range {
      opens[index] *= price
      highs[index] *= price
      lows[index] *= price
      closes[index] *= price
      volumes[index] *= volume
      if !vwaps.isEmpty { vwaps[index] *= price }
    }
  }
}
