/// One trade as it happened.
public struct Tick: Sendable, Hashable {
  /// When it happened.
  public var time: Instant
  /// Its price, in quote currency.
  public var price: Double
  /// How much was traded.
  public var size: Double
  /// Where it was traded, where the source says.
  public var exchange: String?
  /// The sale condition, where the source says.
  public var condition: String?
  /// True when the source doubts it; such ticks are kept and shown but feed no bar.
  public var isSuspicious: Bool

  /// Creates a tick.
  public init(
    time: Instant, price: Double, size: Double, exchange: String? = nil, condition: String? = nil,
    isSuspicious: Bool = false
  ) {
    self.time = time
    self.price = price
    self.size = size
    self.exchange = exchange
    self.condition = condition
    self.isSuspicious = isSuspicious
  }
}

/// The best bid and ask at a moment; a side that nobody quotes is unknown.
public struct Quote: Sendable, Hashable {
  /// When it was quoted.
  public var time: Instant
  /// The best bid.
  public var bid: Double?
  /// The size at the bid.
  public var bidSize: Double?
  /// The best ask.
  public var ask: Double?
  /// The size at the ask.
  public var askSize: Double?

  /// Creates a quote.
  public init(time: Instant, bid: Double?, bidSize: Double?, ask: Double?, askSize: Double?) {
    self.time = time
    self.bid = bid
    self.bidSize = bidSize
    self.ask = ask
    self.askSize = askSize
  }
}

/// The events bars can be derived from.
public enum EventSource: String, Sendable, Hashable, CaseIterable {
  /// Trades.
  case ticks
  /// The middle between best bid and ask.
  case quotes
  /// The best bid.
  case bids = "quotes-bid"
  /// The best ask.
  case asks = "quotes-ask"

  /// The field of a symbol that holds the events: `ticks` or `quotes`.
  public var field: String { self == .ticks ? "ticks" : "quotes" }
}

/// Why a row of a file did not become a bar.
public enum RejectionClass: String, Sendable, Hashable, CaseIterable {
  case offGrid = "off-grid"
  case outsideHours = "outside-hours"
  case nonTradingDay = "non-trading-day"
  case outsideCalendar = "outside-calendar"
  case duplicate
  case badOHLC = "bad-ohlc"
  case unparsable
  case filler
}

/// A row that did not become a bar, with all that is needed to find it again.
public struct RejectedRow: Sendable, Equatable {
  /// The kind of fault.
  public var kind: RejectionClass
  /// The file as the user named it, or the command that made the row.
  public var file: String
  /// The line in the file, from 1.
  public var line: Int
  /// The row as written.
  public var text: String
  /// What is wrong, in words.
  public var reason: String
  /// What the row states, where it was read as a bar before its place was refused.
  public var bar: Bar?
  /// When its bar would start, where its time alone could be read.
  public var time: Instant?

  /// Creates the record of a rejected row.
  public init(
    kind: RejectionClass, file: String, line: Int, text: String, reason: String, bar: Bar? = nil,
    time: Instant? = nil
  ) {
    self.kind = kind
    self.file = file
    self.line = line
    self.text = text
    self.reason = reason
    self.bar = bar
    self.time = bar == nil ? time : nil
  }

  /// When its bar would start; nil where no time can be read.
  public var start: Instant? { bar?.start ?? time }
}

/// A bar that was replaced, and when in the order of changes.
public struct Revision: Sendable, Equatable {
  /// The interval of the series.
  public var interval: Interval
  /// The value before the change.
  public var old: Bar
  /// The change that replaced it.
  public var sequence: Int
  /// The clock when it was replaced; nil without a clock.
  public var replacedAt: Instant?

  /// Creates the record of a replaced bar.
  public init(interval: Interval, old: Bar, sequence: Int, replacedAt: Instant? = nil) {
    self.interval = interval
    self.old = old
    self.sequence = sequence
    self.replacedAt = replacedAt
  }
}
