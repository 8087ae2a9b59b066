public import MarketModel

/// Ticks and quotes of one symbol as a file states them, in file order.
public struct RawEvents: Sendable {
  /// The symbol of a column or of the file's name; nil without one.
  public var symbol: String?
  /// Trades; their times are as written.
  public internal(set) var ticks = TickSeries()
  /// Quotes; their times are as written.
  public internal(set) var quotes = QuoteSeries()
  /// Rows that are neither.
  public internal(set) var rejected: [RejectedRow] = []

  /// How many events there are.
  public var count: Int { ticks.count + quotes.count }

  /// Adds more events of the same file and symbol.
  mutating func add(_ more: RawEvents) {
    ticks.add(more.ticks)
    quotes.add(more.quotes)
    rejected += more.rejected
  }

  /// Adds another file's events of the same symbol but those held already; how many those were.
  public mutating func join(_ more: RawEvents) -> Int {
    rejected += more.rejected
    return ticks.join(more.ticks) + quotes.join(more.quotes)
  }
}

/// A file of ticks or quotes read into columns, with what it says about itself.
public struct EventFile: Sendable {
  /// The file as the user named it.
  public let name: String
  /// Its format, and what that states.
  public let dialect: Dialect
  /// What kind of times its rows state.
  let timeKind: WrittenTime.Kind
  /// The symbols in order of their first row.
  public var series: [RawEvents]
}
