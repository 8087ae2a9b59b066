/// A bar as a row of a feed gives it, with what taking it in found out about it.
///
/// Rows of one series are chained, so that those of many series can lie side by side as they came.
public struct FeedRow: Sendable {
  /// UTC nanoseconds of the bar's start.
  public var start: Int64
  /// The first price.
  public var open: Double
  /// The highest price.
  public var high: Double
  /// The lowest price.
  public var low: Double
  /// The last price.
  public var close: Double
  /// What was traded.
  public var volume: Double
  /// The position of the row's symbol in a list beside the rows.
  public var symbol: Int32
  /// The position of the next row of the same series; -1 at the end.
  public var next: Int32 = -1
  /// When it arrived, in UTC nanoseconds, if later than its end; the least number otherwise.
  public var received = Int64.min
  /// The trading day it belongs to.
  public var day = CivilDate(daysSinceEpoch: 0)
  /// Whether it lies in regular hours.
  public var isRegular = true

  /// Creates a row that nothing is known of but what it says.
  public init(
    start: Int64, open: Double, high: Double, low: Double, close: Double, volume: Double,
    symbol: Int32
  ) {
    self.start = start
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.symbol = symbol
  }

  /// The bar it is.
  public var bar: Bar {
    Bar(
      start: Instant(nanoseconds: start), open: open, high: high, low: low, close: close,
      volume: volume)
  }
}
