public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// What became of the rows of a feed.
public struct FeedTally: Sendable, Equatable {
  /// Stored in time.
  public var stored = 0
  /// Stored after the clock had passed their end.
  public var late = 0
  /// Took the place of another bar.
  public var corrected = 0
  /// Found the same bar in their slot.
  public var duplicates = 0

  /// Creates a tally of nothing.
  public init() {}

  mutating func count(_ outcome: FeedOutcome) {
    switch outcome {
    case .stored: stored += 1
    case .late: late += 1
    case .corrected: corrected += 1
    case .duplicate: duplicates += 1
    }
  }
}

extension SessionData {
  /// Takes in many bars as one change, so that what follows from them is computed once.
  ///
  /// After `settle` the state is the one that `feed` would give bar by bar; only the moments between are left out.
  ///
  /// - Parameters:
  ///   - rows: bars of registered symbols in the order they came; their chains are set here.
  ///   - symbols: what the rows' symbols are called, and the interval of their bars.
  ///   - rejected: called with the position of a row that has no place, and why.
  /// - Returns: what became of the rows that have a place.
  /// - Throws: `unknown-symbol`, `unknown-calendar`.
  /// - Complexity: O(rows) for bars that come in order, each series for itself.
  public mutating func feed(
    _ rows: inout [FeedRow], of symbols: [(name: String, interval: Interval)],
    rejected: (Int, SessError) -> Void
  ) throws(SessError) -> FeedTally {
    var tally = FeedTally()
    guard rows.count >= SessionData.feedBatchMin else {
      for index in rows.indices {
        take(rows[index], symbols[Int(rows[index].symbol)], &tally) { rejected(index, $0) }
      }
      return tally
    }
    var intake = RowIntake(clock: document.clock, symbolCount: symbols.count)
    for index in rows.indices {
      let symbol = Int(rows[index].symbol)
      if intake.isUnknown(symbol) {
        try intake.open(symbol, self, symbols[symbol].name, symbols[symbol].interval)
      }
      if intake.mustTake(symbol, before: rows[index]) { try take(&rows, of: symbol, &intake) }
      if let isLate = intake.place(&rows, index) {
        tally.count(isLate ? .late : .stored)
        continue
      }
      // Whatever is not simply the next bar of its series goes the way of single items.
      try take(&rows, of: symbol, &intake)
      moveClock(with: intake)
      take(rows[index], symbols[symbol], &tally) { rejected(index, $0) }
      intake.follow(document.clock)
      intake.close(symbol)
    }
    moveClock(with: intake)
    for symbol in intake.order { try take(&rows, of: symbol, &intake) }
    return tally
  }

  /// Fewer rows than this are taken in one by one.
  private static let feedBatchMin = 4

  private mutating func take(
    _ row: FeedRow, _ symbol: (name: String, interval: Interval), _ tally: inout FeedTally,
    rejected: (SessError) -> Void
  ) {
    do throws(SessError) {
      tally.count(
        try feed(FeedItem(symbol: symbol.name, kind: .bar(row.bar, symbol.interval))))
    } catch {
      rejected(error)
    }
  }

  private mutating func moveClock(with intake: RowIntake) {
    if let clock = intake.clock { advance(to: Instant(nanoseconds: clock)) }
  }

  /// Stores the rows that wait for their symbol, and brings what follows from them up to date.
  private mutating func take(
    _ rows: inout [FeedRow], of symbol: Int, _ intake: inout RowIntake
  ) throws(SessError) {
    guard let waiting = intake.take(symbol) else { return }
    let (lane, memo) = (waiting.lane, waiting.memo)
    // As when its last bar came; what the clock has passed since, `settle` follows.
    let processor = DataProcessor(
      calendar: memo.calendar, clock: Instant(nanoseconds: lane.clock), memo: memo)
    let first = Instant(nanoseconds: rows[Int(lane.head)].start)
    let last = Instant(nanoseconds: lane.lastStart)
    let further = try document.symbols[lane.name, default: .placeholder(lane.name)]
      .append(rows, lane, processor)
    note(.insert, lane.name, .live(lane.interval), .starts(first...last), count: lane.count)
    for change in further { note(change.operation, lane.name, change.part, change.extent) }
  }
}

extension SymbolSessionData {
  /// Adds the rows that wait in a lane, and what follows from them.
  fileprivate mutating func append(
    _ rows: [FeedRow], _ lane: RowLane, _ processor: DataProcessor
  ) throws(SessError) -> [Change] {
    let known = lane.previousStart ?? bars[lane.interval]?.data.lastStart
    let derived = derivedIntervals
    var closed: [Bool] = []
    for interval in derived {
      let window = known.flatMap { processor.window(of: interval, holding: $0, in: self) }
      guard let window else {
        closed.append(true)
        continue
      }
      let isMade = bars[interval]?.data.hasBar(at: window.lowerBound) == true
      closed.append(
        lane.previousStart == nil ? isMade : window.upperBound <= lane.previousClock)
    }
    rows.withUnsafeBufferPointer { rows in
      bars[lane.interval, default: .init(interval: lane.interval)].data
        .append(rows, from: lane.head)
    }
    bars[lane.interval, default: .init(interval: lane.interval)]
      .noteChange(rows[Int(lane.head)].start...lane.lastStart)
    let further = try processor.follow(&self)
    // `updated` tells of the last bar alone: whether it closed a window, its own or that of the bar before it.
    for (interval, wasClosed) in zip(derived, closed) {
      let own = processor.window(of: interval, holding: lane.lastStart, in: self)
      var isUpdated = false
      if let own, own.upperBound <= lane.clock {
        isUpdated = bars[interval]?.data.hasBar(at: own.lowerBound) == true
      }
      if !wasClosed, !isUpdated, let known,
        let window = processor.window(of: interval, holding: known, in: self), window != own
      {
        isUpdated = bars[interval]?.data.hasBar(at: window.lowerBound) == true
      }
      if !isUpdated { bars[interval]?.changed = nil }
    }
    return further + processor.acknowledge(&self, isLive: true)
  }
}

extension DataProcessor {
  /// The window of an interval that holds a moment, a period's from its first open to its last close.
  fileprivate func window(
    of interval: Interval, holding moment: Int64, in data: SymbolSessionData
  ) -> Range<Int64>? {
    guard let record = data.bars[interval], let session = memo.session(containing: moment) else {
      return nil
    }
    let frame = frame(of: record, data.hours)
    guard !interval.isIntraday else {
      let root = Self.countedRoot(of: interval, in: data)
      return memo.grid(frame, root: root, on: session.date)?.window(holding: moment)
    }
    let period = frame.period(around: session.date)
    let days = calendar.tradingDays(from: period.lowerBound, through: period.upperBound)
    guard let open = days.first.flatMap({ memo.session(on: $0) })?.open,
      let close = days.last.flatMap({ memo.session(on: $0) })?.close
    else { return nil }
    return open..<max(open, close)
  }
}
