public import MarketModel

/// Rows of one symbol from one stretch of a file, in file order, not yet placed on any timeline.
struct RawBatch: Sendable {
  /// As written: UTC nanoseconds, or wall clock readings as if in UTC.
  var times: [Int64] = []
  var opens: [Double] = []
  var highs: [Double] = []
  var lows: [Double] = []
  var closes: [Double] = []
  var volumes: [Double] = []
  var trades: [Int64] = []
  var vwaps: [Double] = []
  /// Line numbers relative to the stretch.
  var lines: [UInt32] = []
  /// Byte offsets relative to the stretch.
  var offsets: [UInt32] = []
  /// Lines and bytes before the stretch.
  var firstLine = 0
  var firstByte = 0

  /// The bar a row states when its start is this.
  func bar(_ index: Int, start: Int64) -> Bar {
    Bar(
      start: Instant(nanoseconds: start), open: opens[index], high: highs[index], low: lows[index],
      close: closes[index], volume: volumes[index])
  }

  /// Adds a row: time, open, high, low, close, volume.
  mutating func append(
    _ row: (Int64, Double, Double, Double, Double, Double), line: UInt32, offset: UInt32
  ) {
    times.append(row.0)
    opens.append(row.1)
    highs.append(row.2)
    lows.append(row.3)
    closes.append(row.4)
    volumes.append(row.5)
    lines.append(line)
    offsets.append(offset)
  }

  mutating func reserve(_ rows: Int) {
    times.reserveCapacity(rows)
    opens.reserveCapacity(rows)
    highs.reserveCapacity(rows)
    lows.reserveCapacity(rows)
    closes.reserveCapacity(rows)
    volumes.reserveCapacity(rows)
    lines.reserveCapacity(rows)
    offsets.reserveCapacity(rows)
  }
}

/// A row that could not be read or is no bar, before its text is fetched.
struct RawRejection: Sendable {
  var kind: RejectionClass
  var reason: String
  var line: Int
  var offset: Int
  var symbol: String?
  var bar: Bar?
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
  public var count: Int { batches.reduce(0) { $0 + $1.times.count } }
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
  /// Rows whose high or low was off by rounding.
  public let roundingCount: Int

  /// True when a column names the symbol of each row.
  public var hasSymbolColumn: Bool { series.first?.symbol != nil }
  /// True when times are wall clock readings without a zone.
  public var isNaive: Bool { timeKind != .absolute }
  /// True when rows are dated but have no time of day.
  public var isDateOnly: Bool { timeKind == .dateOnly }
}
