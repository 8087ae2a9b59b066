public import MarketModel

/// One row as it was read: a time, four prices, a volume, and its place.
struct RawRow: Sendable {
  /// As written: UTC nanoseconds, or a wall clock reading as if in UTC.
  var time: Int64
  var open: Double
  var high: Double
  var low: Double
  var close: Double
  var volume: Double
  /// Its line, relative to its batch.
  var line: UInt32
  /// Its first byte, relative to its batch.
  var offset: UInt32
}

/// Rows of one symbol in file order, not yet placed on any timeline.
struct RawBatch: Sendable {
  /// The rows; batches of one stretch of a file share their memory.
  var rows: ArraySlice<RawRow> = []
  /// Trades a row, `BarChunk.unknownCount` where unknown; empty when the source has none.
  var trades: ArraySlice<Int64> = []
  /// Average prices, NaN where unknown; empty when the source has none.
  var vwaps: ArraySlice<Double> = []
  /// Lines and bytes before those that the rows count from.
  var firstLine = 0
  var firstByte = 0

  /// How many rows it holds.
  var count: Int { rows.count }

  subscript(index: Int) -> RawRow { rows[rows.startIndex + index] }

  /// The bar a row states when its start is this.
  func bar(_ index: Int, start: Int64) -> Bar {
    let row = self[index]
    return Bar(
      start: Instant(nanoseconds: start), open: row.open, high: row.high, low: row.low,
      close: row.close, volume: row.volume)
  }

  /// The line number in the file of a row.
  func line(_ index: Int) -> Int { firstLine + Int(self[index].line) }

  /// The place in the file of a row.
  func offset(_ index: Int) -> Int { firstByte + Int(self[index].offset) }
}

/// A row that could not be read or is no bar, before its text is fetched.
struct RawRejection: Sendable {
  var kind: RejectionClass
  var reason: String
  var line: Int
  var offset: Int
  var symbol: String?
  var bar: Bar?
  /// The time as written, where nothing but that could be read; once placed, when its bar would start.
  var time: Int64?
}

/// Everything one file says about one symbol.
public struct RawSeries: Sendable {
  /// The symbol of the symbol column; nil without one.
  public let symbol: String?
  /// The bar length an interval column states; nil without one.
  public let interval: Interval?
  var batches: [RawBatch]

  init(symbol: String?, interval: Interval? = nil, batches: [RawBatch]) {
    self.symbol = symbol
    self.interval = interval
    self.batches = batches
  }

  /// The series of a symbol, or of a symbol and interval in one text.
  init(key: String?, batches: [RawBatch]) {
    let parts = key?.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    let symbol = parts.flatMap { $0[0].isEmpty ? nil : $0[0] }
    let interval = parts.flatMap { $0.count > 1 ? Interval($0[1]) : nil }
    self.init(symbol: symbol, interval: interval, batches: batches)
  }

  static func key(symbol: String?, interval: String) -> String {
    "\(symbol ?? "")\u{1F}\(interval)"
  }

  /// How many rows were read as bars.
  public var count: Int { batches.reduce(0) { $0 + $1.count } }
}

/// A file read into columns, with what was found out about it on the way.
public struct RawFile: Sendable {
  /// Where it came from.
  public let source: any ByteSource
  /// Its format, and what that states.
  public let dialect: Dialect
  /// What kind of times its rows state.
  let timeKind: WrittenTime.Kind
  /// The symbols in order of their first row.
  public let series: [RawSeries]
  var rejections: [RawRejection]
  /// Rows that were neither blank nor comments.
  public let rowCount: Int
  /// The line on which epoch numbers change their unit; nil where they keep one.
  var unitChangeLine: Int?

  /// True when a column names the symbol of each row.
  public var hasSymbolColumn: Bool { series.first?.symbol != nil }
  /// True when times are wall clock readings without a zone.
  public var isNaive: Bool { timeKind != .absolute }
  /// True when rows are dated but have no time of day.
  public var isDateOnly: Bool { timeKind == .dateOnly }
}
