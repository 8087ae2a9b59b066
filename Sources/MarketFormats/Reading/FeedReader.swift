public import Diagnostics
public import MarketModel

/// One line of a feed, as written; what it leaves out, the caller knows.
public struct FeedLine: Sendable {
  /// What a line says.
  public enum Content: Sendable, Equatable {
    case bar(open: Double, high: Double, low: Double, close: Double, volume: Double)
    case tick(price: Double, size: Double)
    case quote(bid: Double?, bidSize: Double?, ask: Double?, askSize: Double?)
    /// The clock moves on in silence.
    case clock
  }

  /// The symbol, where the line names one.
  public var symbol: String?
  /// The interval of a bar, where the line names one.
  public var interval: Interval?
  /// UTC nanoseconds, or a wall clock reading as if in UTC.
  public var time: Int64
  /// True when the time has no offset.
  public var isWallClock: Bool
  /// What it says.
  public var content: Content
  /// How many trades a bar holds, where the line says.
  public var trades: Int?
  /// The average price of a bar, where the line says.
  public var vwap: Double?
}

/// Reads a feed line by line: CSV after a header, or JSON lines, mixed kinds in either.
///
/// Columns are known by their names. A line with open, high, low and close is a bar, one with bid or ask a quote,
/// one with a price a trade, one with nothing but a clock moves it.
public struct FeedReader: Sendable {
  static let names: [String: String] = {
    let synonyms = """
      time timestamp datetime date ts t start ts_event
      symbol sym ticker s instrument
      interval timeframe
      open o
      high h
      low l
      close c
      volume v vol
      price p last
      size qty quantity q
      bid bid_price bp
      bid_size bs bidsize
      ask ask_price ap
      ask_size as asksize
      trades n count
      vwap vw
      clock
      """
    var names: [String: String] = [:]
    for line in synonyms.split(separator: "\n") {
      let words = line.split(separator: " ")
      for word in words { names[String(word)] = String(words[0]) }
    }
    return names
  }()

  private var header: [String?]?
  /// The symbol the last line names, readable or not.
  public private(set) var namedSymbol: String?
  /// Readers of plain bars under the header, one a kind of time, or of bars like the last line of JSON; none where
  /// lines hold more than that.
  var plain: [PlainRow] = []
  /// The symbols that plain bars named, and that of the last one; -1 before there is one.
  var symbols = SymbolTable()
  var symbol = -1
  private var delimiter: UInt8 = 0x2C
  private var timestamps = TimestampParser(ignoresOffset: false, readsCompactDates: false)

  /// Creates a reader at the beginning of a feed.
  public init() {}

  /// Reads one line without its end.
  ///
  /// - Returns: nil for a blank line, a comment or the header.
  /// - Throws: `bad-line` with what is wrong.
  public mutating func read(_ line: ArraySlice<UInt8>) throws(SessError) -> FeedLine? {
    namedSymbol = nil
    guard let first = line.first(where: { $0 > 0x20 }), first != 0x23 else { return nil }
    if first == 0x7B {
      let item = try item(try json(line))
      if header == nil, case .bar = item.content { expectLines(like: line, item) }
      return item
    }
    guard let header else {
      try readHeader(line)
      return nil
    }
    let cells = FeedReader.fields(of: line, delimiter)
    if let place = header.firstIndex(of: "symbol"), place < cells.count {
      namedSymbol = cells[place]
    }
    guard cells.count == header.count else {
      throw SessError("bad-line", "\(cells.count) fields where the header names \(header.count)")
    }
    var fields: [String: String] = [:]
    for (name, cell) in zip(header, cells) where !cell.isEmpty {
      if let name, fields[name] == nil { fields[name] = cell }
    }
    return try item(fields)
  }

  /// Expects lines of JSON that differ from one in their values only.
  private mutating func expectLines(like line: ArraySlice<UInt8>, _ item: FeedLine) {
    let row = PlainRow(record: line, kind: item.isWallClock ? .naive : .absolute)
    plain = row.map { [$0] } ?? []
    if row?.hasSymbol == false { symbol = -1 }
  }

  private mutating func readHeader(_ line: ArraySlice<UInt8>) throws(SessError) {
    delimiter = CSVLayout.delimiter(of: String(decoding: line, as: UTF8.self))
    let cells = FeedReader.fields(of: line, delimiter)
    let names = cells.map { FeedReader.names[$0.lowercased()] }
    guard names.contains("time") || names.contains("clock") else {
      throw SessError(
        "bad-line", "the first line names no column for the time",
        hint:
          "a feed is CSV with a header such as time,symbol,open,high,low,close,volume, or JSON lines"
      )
    }
    header = names
    plain = FeedReader.plainRows(names, delimiter)
  }

  /// The fields of a line, quotes taken off.
  private static func fields(of line: ArraySlice<UInt8>, _ delimiter: UInt8) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var rest = line[...]
    while let byte = rest.popFirst() {
      if isQuoted {
        if byte != 0x22 {
          field.append(byte)
        } else if rest.first == 0x22 {
          field.append(rest.removeFirst())
        } else {
          isQuoted = false
        }
      } else if byte == 0x22, field.isEmpty {
        isQuoted = true
      } else if byte == delimiter {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      } else if byte != 0x20 || !field.isEmpty {
        field.append(byte)
      }
    }
    fields.append(String(decoding: field, as: UTF8.self))
    return fields
  }

  private func json(_ line: ArraySlice<UInt8>) throws(SessError) -> [String: String] {
    var fields: [String: String] = [:]
    var failure: SessError?
    line.withUnsafeBytes { bytes in
      do throws(SessError) {
        var cursor = JSONCursor(bytes, name: "the line")
        try cursor.object { (cursor, key) throws(SessError) in
          let name = FeedReader.names[key.lowercased()]
          guard let name, let next = cursor.peek(), fields[name] == nil else {
            return try cursor.skip()
          }
          if next == 0x22 {
            fields[name] = try cursor.string()
          } else if try !cursor.null() {
            let number: JSONCursor.Scalar = try cursor.scalar()
            fields[name] = cursor.text(number.range)
          }
        }
        try cursor.end()
      } catch {
        failure = error
      }
    }
    if let failure { throw SessError("bad-line", failure.message) }
    return fields
  }

  private mutating func item(_ fields: [String: String]) throws(SessError) -> FeedLine {
    namedSymbol = fields["symbol"]
    func number(_ name: String) throws(SessError) -> Double? {
      guard let text = fields[name] else { return nil }
      guard let value = NumberParser.parse(text), value.isFinite else {
        throw SessError("bad-line", "\(name) is \(text), which is no number")
      }
      return value
    }
    let content: FeedLine.Content
    if let open = try number("open"), let high = try number("high"), let low = try number("low"),
      let close = try number("close")
    {
      content = .bar(
        open: open, high: high, low: low, close: close, volume: try number("volume") ?? 0)
    } else if fields["bid"] != nil || fields["ask"] != nil {
      content = .quote(
        bid: try number("bid"), bidSize: try number("bid_size"), ask: try number("ask"),
        askSize: try number("ask_size"))
    } else if let price = try number("price") {
      let size = try number("size")
      let volume = try number("volume")
      content = .tick(price: price, size: size ?? volume ?? 0)
    } else if fields["clock"] != nil {
      content = .clock
    } else {
      throw SessError("bad-line", "it is neither a bar, a trade, a quote nor a clock")
    }
    let time = try self.time(fields[content == .clock ? "clock" : "time"])
    var line = FeedLine(
      symbol: fields["symbol"], time: time.nanoseconds, isWallClock: time.kind != .absolute,
      content: content)
    if let text = fields["interval"] {
      guard let interval = Interval(text) else {
        throw SessError("bad-line", "\(text) is no interval")
      }
      line.interval = interval
    }
    line.trades = try number("trades").flatMap { Int(exactly: $0) }
    line.vwap = try number("vwap")
    return line
  }

  private mutating func time(_ field: String?) throws(SessError) -> WrittenTime {
    guard let field else { throw SessError("bad-line", "it states no time") }
    let time = Array(field.utf8).withUnsafeBytes { timestamps.parse($0) }
    guard let time else { throw SessError("bad-line", "\(field) is no time") }
    return time
  }
}
