/// Trades in columns of equal length, by time, in the order of their source among equal times.
public struct TickSeries: Sendable, Equatable {
  /// UTC nanoseconds.
  public private(set) var times: [Int64] = []
  /// Prices, in quote currency.
  public private(set) var prices: [Double] = []
  /// How much was traded.
  public private(set) var sizes: [Double] = []
  /// Where each was traded; empty when the source does not say.
  public private(set) var exchanges = TextColumn()
  /// The sale condition of each; empty when the source does not say.
  public private(set) var conditions = TextColumn()
  /// Which of them the source doubts; empty when it doubts none.
  public private(set) var suspicions: [Bool] = []

  /// Creates an empty series.
  public init() {}

  /// How many ticks it holds.
  public var count: Int { times.count }
  /// True when it holds none.
  public var isEmpty: Bool { times.isEmpty }
  /// True when a source says where ticks were traded, under which condition, or doubts some.
  public var hasDetails: Bool {
    !exchanges.isEmpty || !conditions.isEmpty || !suspicions.isEmpty
  }

  /// The tick at an index.
  public subscript(index: Int) -> Tick {
    Tick(
      time: Instant(nanoseconds: times[index]), price: prices[index], size: sizes[index],
      exchange: exchanges[index], condition: conditions[index],
      isSuspicious: !suspicions.isEmpty && suspicions[index])
  }

  /// The first tick by time.
  public var first: Tick? { isEmpty ? nil : self[0] }
  /// The last tick by time.
  public var last: Tick? { isEmpty ? nil : self[count - 1] }

  /// The first index whose time is not before `nanoseconds`.
  ///
  /// - Complexity: O(log *n*).
  public func lowerBound(_ nanoseconds: Int64) -> Int {
    times.lowerBound(nanoseconds)
  }

  /// Adds ticks after those of equal time.
  ///
  /// - Complexity: O(ticks added) when they come after all others, else O(*n* · log *n*).
  public mutating func add(_ ticks: some Sequence<Tick>) {
    let held = count
    for tick in ticks { append(tick) }
    if EventOrder.firstFall(times, from: held) != nil { order() }
  }

  /// Adds one tick after those of equal time.
  ///
  /// - Complexity: O(1) after all others, amortised; else a move of those that are later.
  public mutating func insert(_ tick: Tick) {
    guard let last = times.last, last > tick.time.nanoseconds else { return append(tick) }
    let index = times.lowerBound(tick.time.nanoseconds + 1)
    exchanges.insert(tick.exchange, at: index, count: count)
    conditions.insert(tick.condition, at: index, count: count)
    if tick.isSuspicious, suspicions.isEmpty {
      suspicions = Array(repeating: false, count: count)
    }
    if tick.isSuspicious || !suspicions.isEmpty { suspicions.insert(tick.isSuspicious, at: index) }
    times.insert(tick.time.nanoseconds, at: index)
    prices.insert(tick.price, at: index)
    sizes.insert(tick.size, at: index)
  }

  /// Adds the ticks of another source but those held already, as often as they are held; how many those were.
  ///
  /// A source may state equal ticks, and each counts; stated by two sources they are the same ones.
  /// - Complexity: as `add`.
  public mutating func join(_ more: TickSeries) -> Int {
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

  /// Adds a tick at the end; `retime` puts them in order.
  public mutating func append(_ tick: Tick) {
    exchanges.append(tick.exchange, count: count)
    conditions.append(tick.condition, count: count)
    if tick.isSuspicious, suspicions.isEmpty {
      suspicions = Array(repeating: false, count: count)
    }
    if tick.isSuspicious || !suspicions.isEmpty { suspicions.append(tick.isSuspicious) }
    times.append(tick.time.nanoseconds)
    prices.append(tick.price)
    sizes.append(tick.size)
  }

  /// Gives every tick another time, and puts them in order.
  public mutating func retime(_ times: [Int64]) {
    precondition(times.count == count, "every tick has one time")
    self.times = times
    if EventOrder.firstFall(times) != nil { order() }
  }

  private mutating func order() {
    let order = EventOrder.order(times)
    times = order.map { times[$0] }
    prices = order.map { prices[$0] }
    sizes = order.map { sizes[$0] }
    exchanges.reorder(order)
    conditions.reorder(order)
    if !suspicions.isEmpty { suspicions = order.map { suspicions[$0] } }
  }

  /// The first rule that does not hold, in words; nil when all do.
  public func brokenInvariant() -> String? {
    guard prices.count == count, sizes.count == count, exchanges.fits(count),
      conditions.fits(count), suspicions.isEmpty || suspicions.count == count
    else { return "columns differ in length" }
    if let index = EventOrder.firstFall(times) { return "times fall at tick \(index)" }
    for index in 0..<count where !prices[index].isFinite || !(sizes[index] >= 0) {
      return "tick \(index) has no finite price or a negative size"
    }
    return nil
  }
}

extension TickSeries: Sequence {
  /// Walks over the ticks by time.
  public func makeIterator() -> AnyIterator<Tick> {
    var index = 0
    return AnyIterator {
      guard index < count else { return nil }
      index += 1
      return self[index - 1]
    }
  }
}

/// The order of events by time, and their sameness.
enum EventOrder {
  /// The events that are not held yet, each as often as it is held, and how many are.
  static func fresh<Event: Hashable>(
    _ more: some Sequence<Event>, beside held: some Sequence<Event>
  ) -> (fresh: [Event], repeats: Int) {
    var counts: [Event: Int] = [:]
    for event in held { counts[event, default: 0] += 1 }
    var (fresh, repeats) = ([Event](), 0)
    for event in more {
      if let left = counts[event], left > 0 {
        counts[event] = left - 1
        repeats += 1
      } else {
        fresh.append(event)
      }
    }
    return (fresh, repeats)
  }

  /// The indices by time, those of equal times as they were.
  static func order(_ times: [Int64]) -> [Int] {
    times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
  }

  /// The first index, from one on, whose time is before the one above it.
  static func firstFall(_ times: [Int64], from first: Int = 0) -> Int? {
    for index in max(1, first)..<max(1, first, times.count) where times[index] < times[index - 1] {
      return index
    }
    return nil
  }
}

extension [Int64] {
  /// The first index of ascending times whose time is not before a moment.
  ///
  /// - Complexity: O(log *n*), O(1) past the end.
  public func lowerBound(_ time: Int64) -> Int {
    guard let last, last >= time else { return count }
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
