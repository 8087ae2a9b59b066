public import MarketCalendar
public import MarketModel

/// A stretch of a series to be written: its keys, its zone, the bars of some chunks.
public struct BarRows: Sendable {
  /// The symbol, for the key columns.
  public var symbol: String
  /// The interval, for the key columns.
  public var interval: Interval
  /// The zone whose offset instants are written with.
  public var zone: Zone
  /// The chunks, already cut to what is asked.
  public var chunks: [BarChunk]
  /// True when bars carry their coverage.
  public var isDerived: Bool

  /// Creates a stretch.
  public init(
    symbol: String, interval: Interval, zone: Zone, chunks: [BarChunk], isDerived: Bool
  ) {
    self.symbol = symbol
    self.interval = interval
    self.zone = zone
    self.chunks = chunks
    self.isDerived = isDerived
  }
}
