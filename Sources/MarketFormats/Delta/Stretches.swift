import MarketModel

/// Which keys of a list were touched since, and by which change last.
struct Stretches {
  private var ranges: [ClosedRange<Int64>] = []
  /// The number of the last change.
  private(set) var sequence = 0
  /// True when the list as a whole was touched.
  private(set) var isWhole = false
  /// True while every change was an insertion.
  private(set) var areInserts = true
  /// How many items the changes counted.
  private(set) var count = 0

  /// Adds what one change touched; nil is everything.
  mutating func add(_ keys: ClosedRange<Int64>?, _ change: Change) {
    sequence = max(sequence, change.sequence)
    areInserts = areInserts && change.operation == .insert
    count += change.count
    guard let keys else {
      isWhole = true
      return
    }
    ranges.append(keys)
  }

  /// The touched ranges, ascending and apart, those joined that no untouched item lies between.
  ///
  /// `isEmpty` says whether the list as it is now has no key within a range.
  func merged(_ isEmpty: (ClosedRange<Int64>) -> Bool) -> [ClosedRange<Int64>] {
    var merged: [ClosedRange<Int64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard let last = merged.last else {
        merged.append(range)
        continue
      }
      let isApart =
        range.lowerBound > last.upperBound && range.lowerBound - last.upperBound > 1
        && !isEmpty(last.upperBound + 1...range.lowerBound - 1)
      if isApart {
        merged.append(range)
      } else {
        merged[merged.count - 1] =
          last.lowerBound...max(last.upperBound, range.upperBound)
      }
    }
    return merged
  }
}

/// The change that touched something last, or 0.
struct LastTouch {
  private(set) var sequence = 0

  var isTouched: Bool { sequence > 0 }

  mutating func add(_ change: Change) { sequence = max(sequence, change.sequence) }
}

/// What was touched of one interval.
struct IntervalTouches {
  var whole = LastTouch()
  var description = LastTouch()
  var retries = LastTouch()
  var any = LastTouch()
  var bars = Stretches()
  var days = Stretches()
  var gaps = Stretches()
}

/// What was touched of one symbol.
struct SymbolTouches {
  var whole = LastTouch()
  var description = LastTouch()
  var metrics = LastTouch()
  var any = LastTouch()
  var intervals: [Interval: IntervalTouches] = [:]
  var indicators: [String: LastTouch] = [:]
  var indicatorValues: [String: Stretches] = [:]
  /// Lists without keys: the first position touched, and the last change.
  var tails: [Change.Part: (from: Int, last: LastTouch)] = [:]

  mutating func add(_ change: Change) {
    any.add(change)
    switch change.part {
    case .symbol: whole.add(change)
    case .description: description.add(change)
    case .metrics: metrics.add(change)
    case .ticks, .quotes, .rejected, .revisions: addTail(change)
    case .indicator(let name): indicators[name, default: LastTouch()].add(change)
    case .indicatorValues(let name):
      indicatorValues[name, default: Stretches()].add(change.keys, change)
    case .interval(let interval): with(interval, change) { $0.whole.add(change) }
    case .intervalDescription(let interval):
      with(interval, change) { $0.description.add(change) }
    case .bars(let interval), .live(let interval):
      with(interval, change) { $0.bars.add(change.keys, change) }
    case .quality(let interval): with(interval, change) { $0.days.add(change.keys, change) }
    case .retries(let interval): with(interval, change) { $0.retries.add(change) }
    case .gaps(let interval): with(interval, change) { $0.gaps.add(change.keys, change) }
    default: break
    }
  }

  private mutating func addTail(_ change: Change) {
    var from = 0
    if case .from(let position)? = change.extent { from = position }
    var tail = tails[change.part] ?? (from, LastTouch())
    tail.from = min(tail.from, from)
    tail.last.add(change)
    tails[change.part] = tail
  }

  private mutating func with(
    _ interval: Interval, _ change: Change, _ add: (inout IntervalTouches) -> Void
  ) {
    intervals[interval, default: IntervalTouches()].any.add(change)
    add(&intervals[interval, default: IntervalTouches()])
  }
}

extension Change {
  /// The keys it touched: starts in nanoseconds, or day numbers; nil for everything.
  fileprivate var keys: ClosedRange<Int64>? {
    switch extent {
    case .starts(let starts): starts.lowerBound.nanoseconds...starts.upperBound.nanoseconds
    case .dates(let dates):
      Int64(dates.lowerBound.daysSinceEpoch)...Int64(dates.upperBound.daysSinceEpoch)
    case .from, nil: nil
    }
  }
}
