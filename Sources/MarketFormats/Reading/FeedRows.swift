public import MarketModel

/// The plain bars of a stretch of a feed, in file order.
public struct FeedRows: Sendable {
  /// The bars; their times are as written.
  public var rows: [FeedRow] = []
  /// The byte each row begins at.
  public private(set) var offsets: [Int32] = []
  /// The number of the first row's line; each row is one line.
  public let firstLine: Int
  /// True when the times have no offset.
  public internal(set) var isWallClock = false

  /// Creates an empty stretch after so many lines.
  init(after lines: Int) { firstLine = lines + 1 }

  mutating func append(_ row: FeedRow, at offset: Int) {
    rows.append(row)
    offsets.append(Int32(truncatingIfNeeded: offset))
  }
}

extension FeedReader {
  /// The symbols of rows, in the order they were first met, from a place on.
  public func symbols(from first: Int) -> [String] { symbols.names[first...].map { $0 ?? "" } }

  /// Reads lines as long as they are plain bars, from a byte on, which moves past them.
  ///
  /// - Parameters:
  ///   - bytes: whole lines.
  ///   - position: the first byte of a line.
  ///   - lines: how many lines were read before; it goes up with those read here.
  /// - Returns: the bars, each with its symbol's place, -1 without one; none where the next line is something
  ///   else, which `read` reads.
  public mutating func readRows(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, lines: inout Int
  ) -> FeedRows {
    var found = FeedRows(after: lines)
    guard let base = bytes.baseAddress, !plain.isEmpty else { return found }
    for attempt in plain.indices {
      // A feed keeps to one way of writing times, so the one that worked last comes first.
      if attempt > 0 { plain.swapAt(0, attempt) }
      var row = plain[0]
      let limit = bytes.count - row.margin
      if symbol >= 0 { symbols.withText(symbol) { row.expects($0) } }
      while position < limit, base[position] != 0x23, let end = row.read(base + position) {
        if let other = row.otherSymbol {
          let name = UnsafeBufferPointer(
            start: base + position + other.lowerBound, count: other.count)
          symbol =
            symbol < 0
            ? symbols.add(String(decoding: name, as: UTF8.self))
            : symbols.index(of: name, after: symbol)
          symbols.withText(symbol) { row.expects($0) }
        }
        let numbers = row.numbers
        let bar = FeedRow(
          start: row.time, open: numbers.0, high: numbers.1, low: numbers.2, close: numbers.3,
          volume: numbers.4, symbol: Int32(truncatingIfNeeded: symbol))
        found.append(bar, at: position)
        position = end - base
      }
      plain[0] = row
      if !found.rows.isEmpty { break }
    }
    found.isWallClock = plain[0].kind == .naive
    lines += found.rows.count
    return found
  }

  /// Readers of rows that are plain bars under a header, one a kind of time; none where it names more than that.
  static func plainRows(_ header: [String?], _ delimiter: UInt8) -> [PlainRow] {
    var parts: [PlainRow.Part] = []
    for name in header {
      guard let part = part(name), part == .skipped || !parts.contains(part) else { return [] }
      parts.append(part)
    }
    for needed in [PlainRow.Part.time, .open, .high, .low, .close] where !parts.contains(needed) {
      return []
    }
    return [
      PlainRow(parts, delimiter: delimiter, kind: .absolute),
      PlainRow(parts, delimiter: delimiter, kind: .naive),
    ]
  }

  /// What a key of a line of JSON names; nil for what a plain bar does not hold.
  static func part(named key: String) -> PlainRow.Part? { part(names[key.lowercased()]) }

  private static func part(_ name: String?) -> PlainRow.Part? {
    switch name {
    case nil: .skipped
    case "time": .time
    case "symbol": .symbol
    case "open": .open
    case "high": .high
    case "low": .low
    case "close": .close
    case "volume": .volume
    default: nil
    }
  }
}
