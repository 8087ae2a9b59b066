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

  /// Creates a stretch.
  public init(symbol: String, interval: Interval, zone: Zone, chunks: [BarChunk]) {
    self.symbol = symbol
    self.interval = interval
    self.zone = zone
    self.chunks = chunks
  }
}
