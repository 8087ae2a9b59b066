/// The part a member of a record plays, whatever its vendor calls it.
enum JSONField: Int, Sendable, CaseIterable {
  case time, date, clock, open, high, low, close, volume, symbol, trades, vwap
  case price, size, bid, bidSize, ask, askSize, exchange, condition, suspicious, action
  case interval, recordType, instrument, kind, label, zone

  /// The field a key names; nil for what is not read.
  ///
  /// Single letters mean different things in either case: `t` is the time, `T` a kind of message or a symbol.
  init?(_ key: String) {
    switch key {
    case "T": self = .kind
    case "S": self = .symbol
    case "b", "a", "p", "s", "x": self = JSONField(event: key) ?? .price
    default:
      guard let field = JSONField(plain: JSONField.plain(key)) else { return nil }
      self = field
    }
  }

  private init?(plain key: String) {
    switch key {
    case "date": self = .date
    case "minute", "clock": self = .clock
    case "interval", "timeframe", "resolution": self = .interval
    case "rtype": self = .recordType
    case "instrument_id": self = .instrument
    case "label": self = .label
    case "time zone", "timezone", "exchangetimezonename": self = .zone
    case "numberoftrades", "tradecount": self = .trades
    default:
      guard let field = JSONField(bar: key) ?? JSONField(event: key) else {
        return nil
      }
      self = field
    }
  }

  private init?(bar key: String) {
    switch CSVLayout.role(of: key) {
    case .time: self = .time
    case .open: self = .open
    case .high: self = .high
    case .low: self = .low
    case .close: self = .close
    case .volume: self = .volume
    case .symbol: self = .symbol
    case .trades: self = .trades
    case .vwap: self = .vwap
    default: return nil
    }
  }

  private init?(event key: String) {
    switch EventLayout.role(of: key) {
    case .time: self = .time
    case .price: self = .price
    case .size: self = .size
    case .bid: self = .bid
    case .bidSize: self = .bidSize
    case .ask: self = .ask
    case .askSize: self = .askSize
    case .exchange: self = .exchange
    case .condition: self = .condition
    case .suspicious: self = .suspicious
    case .action: self = .action
    case .symbol: self = .symbol
    default: return nil
    }
  }

  /// A key in lower case without Alpha Vantage's number before and currency behind: `1a. open (USD)`.
  static func plain(_ key: String) -> String {
    var text = Substring(key.lowercased())
    let number = text.prefix { $0.isNumber }
    if !number.isEmpty {
      var rest = text.dropFirst(number.count)
      if let letter = rest.first, letter.isLetter, rest.dropFirst().hasPrefix(". ") {
        rest = rest.dropFirst()
      }
      if rest.hasPrefix(". ") { text = rest.dropFirst(2) }
    }
    if text.hasSuffix(")"), let bracket = text.range(of: " (") { text = text[..<bracket] }
    return String(text)
  }
}

extension Substring {
  /// Where a text begins in it.
  fileprivate func range(of part: String) -> Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(part) { return index }
      index = self.index(after: index)
    }
    return nil
  }
}

/// The members of one object, as places in the text.
struct JSONRecord {
  private var ranges = [Range<Int>](repeating: 0..<0, count: JSONField.allCases.count)
  private var mask: UInt32 = 0
  /// Where the record begins.
  var start = 0
  /// True for Databento's records, whose prices are whole billionths.
  var isFixedPoint = false

  /// True while nothing was set.
  var isEmpty: Bool { mask == 0 }

  /// Forgets every member.
  mutating func reset(start: Int) {
    mask = 0
    self.start = start
    isFixedPoint = false
  }

  /// Notes the place of a member's value; the first of several stays.
  mutating func set(_ field: JSONField, _ range: Range<Int>) {
    guard !has(field) else { return }
    mask |= 1 << UInt32(field.rawValue)
    ranges[field.rawValue] = range
  }

  func has(_ field: JSONField) -> Bool { mask & (1 << UInt32(field.rawValue)) != 0 }

  /// The place of a member's value.
  subscript(field: JSONField) -> Range<Int>? { has(field) ? ranges[field.rawValue] : nil }

  /// Whether it has the four prices of a bar.
  var isBar: Bool { has(.open) && has(.high) && has(.low) && has(.close) }
  /// Whether it has what a trade has.
  var isTick: Bool { has(.price) && (has(.size) || has(.volume)) }
  /// Whether it has both sides of a quote.
  var isQuote: Bool { has(.bid) && has(.ask) }
}
