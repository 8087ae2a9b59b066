/// Best bids and asks in columns of equal length, by time, in the order of their source among equal times.
public struct QuoteSeries: Sendable {
  /// UTC nanoseconds.
  public private(set) var times: [Int64] = []
  /// Best bids, NaN where there is none.
  public private(set) var bids: [Double] = []
  /// Sizes at the bid, NaN where unknown.
  public private(set) var bidSizes: [Double] = []
  /// Best asks, NaN where there is none.
  public private(set) var asks: [Double] = []
  /// Sizes at the ask, NaN where unknown.
  public private(set) var askSizes: [Double] = []

  /// Creates an empty series.
  public init() {}

  /// How many quotes it holds.
  public var count: Int { times.count }
  /// True when it holds none.
  public var isEmpty: Bool { times.isEmpty }

  /// The quote at an index.
  public subscript(index: Int) -> Quote {
    func known(_ value: Double) -> Double? { value.isNaN ? nil : value }
    return Quote(
      time: Instant(nanoseconds: times[index]), bid: known(bids[index]),
      bidSize: known(bidSizes[index]), ask: known(asks[index]), askSize: known(askSizes[index]))
  }

  /// The first quote by time.
  public var first: Quote? { isEmpty ? nil : self[0] }
  /// The last quote by time.
  public var last: Quote? { isEmpty ? nil : self[count - 1] }

  /// The first index whose time is not before `nanoseconds`.
  ///
  /// - Complexity: O(log *n*).
  public func lowerBound(_ nanoseconds: Int64) -> Int {
    times.lowerBound(nanoseconds)
  }

  /// Adds quotes after those of equal time.
  ///
  /// - Complexity: O(quotes added) when they come after all others, else O(*n* · log *n*).
  public mutating func add(_ quotes: some Sequence<Quote>) {
    let held = count
    for quote in quotes { append(quote) }
    if EventOrder.firstFall(times, from: held) != nil { order() }
  }

  /// Adds one quote after those of equal time.
  ///
  /// - Complexity: O(1) after all others, amortised; else a move of those that are later.
  public mutating func insert(_ quote: Quote) {
    guard let last = times.last, last > quote.time.nanoseconds else { return append(quote) }
    let index = times.lowerBound(quote.time.nanoseconds + 1)
    times.insert(quote.time.nanoseconds, at: index)
    bids.insert(quote.bid ?? .nan, at: index)
    bidSizes.insert(quote.bidSize ?? .nan, at: index)
    asks.insert(quote.ask ?? .nan, at: index)
    askSizes.insert(quote.askSize ?? .nan, at: index)
  }

  /// Adds the quotes of another source but those held already, as often as they are held; how many those were.
  ///
  /// - Complexity: as `add`.
  public mutating func join(_ more: QuoteSeries) -> Int {
    guard !isEmpty, let first = more.times.first, let last = times.last, first <= last else {
      add(more)
      return 0
    }
    let end = more.times.last ?? first
    let range = lowerBound(first)..<times.lowerBound(end &+ 1)
    let (fresh, repeats) = EventOrder.fresh(more, beside: range.map { self[$0] })
    add(fresh)
    return repeats
  }

  /// Adds a quote at the end; `retime` puts them in order.
  public mutating func append(_ quote: Quote) {
    times.append(quote.time.nanoseconds)
    bids.append(quote.bid ?? .nan)
    bidSizes.append(quote.bidSize ?? .nan)
    asks.append(quote.ask ?? .nan)
    askSizes.append(quote.askSize ?? .nan)
  }

  /// Gives every quote another time, and puts them in order.
  public mutating func retime(_ times: [Int64]) {
    precondition(times.count == count, "every quote has one time")
    self.times = times
    if EventOrder.firstFall(times) != nil { order() }
  }

  private mutating func order() {
    let order = EventOrder.order(times)
    times = order.map { times[$0] }
    bids = order.map { bids[$0] }
    bidSizes = order.map { bidSizes[$0] }
    asks = order.map { asks[$0] }
    askSizes = order.map { askSizes[$0] }
  }

  /// The first rule that does not hold, in words; nil when all do.
  public func brokenInvariant() -> String? {
    for column in [bids, bidSizes, asks, askSizes] where column.count != count {
      return "columns differ in length"
    }
    if let index = EventOrder.firstFall(times) { return "times fall at quote \(index)" }
    for index in 0..<count where bids[index].isNaN && asks[index].isNaN {
      return "quote \(index) has neither a bid nor an ask"
    }
    return nil
  }
}

extension QuoteSeries: Sequence {
  /// Walks over the quotes by time.
  public func makeIterator() -> AnyIterator<Quote> {
    var index = 0
    return AnyIterator {
      guard index < count else { return nil }
      index += 1
      return self[index - 1]
    }
  }
}

extension QuoteSeries: Equatable {
  /// Equal when every column is, unknown values being equal to each other.
  public static func == (a: QuoteSeries, b: QuoteSeries) -> Bool {
    func same(_ first: [Double], _ second: [Double]) -> Bool {
      first.elementsEqual(second) { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
    return a.times == b.times && same(a.bids, b.bids) && same(a.bidSizes, b.bidSizes)
      && same(a.asks, b.asks) && same(a.askSizes, b.askSizes)
  }
}
