/// The running figures of one session: a fold of its regular bars.
///
/// - Units: prices in quote currency; volume as in the bars.
public struct SessionMetrics: Sendable, Equatable {
  /// The trading day; nil before any bar.
  public var date: CivilDate?
  /// The first bar's open.
  public var open: Double?
  /// The highest high.
  public var high: Double?
  /// The lowest low.
  public var low: Double?
  /// The last bar's close.
  public var close: Double?
  /// The sum of volumes, in series order.
  public var volume: Double?
  /// Σ (h+l+c)/3 · volume, in series order; the numerator of `vwap`.
  public var notional = 0.0
  /// How many bars were folded.
  public var bars = 0
  /// The end of the last bar.
  public var lastUpdate: Instant?

  /// Creates the metrics of a session without bars.
  public init(date: CivilDate? = nil) { self.date = date }

  /// The volume-weighted average of (h+l+c)/3; nil at zero volume.
  public var vwap: Double? {
    guard let volume, volume > 0 else { return nil }
    return notional / volume
  }

  /// Folds one more bar, which must be later than all before it.
  public mutating func update(from bar: Bar, end: Instant) {
    if open == nil { open = bar.open }
    high = max(high ?? bar.high, bar.high)
    low = min(low ?? bar.low, bar.low)
    close = bar.close
    volume = (volume ?? 0) + bar.volume
    notional += (bar.high + bar.low + bar.close) / 3 * bar.volume
    bars += 1
    lastUpdate = end
  }
}
