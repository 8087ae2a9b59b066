import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// A series that rows of a feed wait for.
struct RowLane {
  enum State {
    case unknown
    /// Its next bar can be placed by looking at its last one.
    case open
    /// Its bars go the way of single items.
    case single
  }

  var state = State.unknown
  var name = ""
  var interval = Interval.minute
  /// The position of its calendar's memo.
  var memo = 0
  /// The start of its last bar, waiting ones included; the least number without bars.
  var lastStart = Int64.min
  /// The start of the waiting bar before the last one; nil where only one waits.
  var previousStart: Int64?
  /// The clock when the last bar had come, and when the bar before it had.
  var clock = Int64.min
  var previousClock = Int64.min
  /// The last clock of the session in which its bars began to wait.
  var through = Int64.max
  /// The rows that wait, first and last, and how many.
  var head: Int32 = -1
  var tail: Int32 = -1
  var count = 0
  /// The segment its last bar lies in.
  var day = CivilDate(daysSinceEpoch: 0)
  var run: SlotGrid.Run?
}

/// Finds for each row of a feed whether it is simply the next bar of its series, and lets it wait there.
struct RowIntake {
  /// The feed's clock, in UTC nanoseconds.
  private(set) var clock: Int64?
  /// The series that rows wait for, in the order they began to.
  private(set) var order: [Int] = []
  private var lanes: [RowLane]
  private var memos: [CalendarMemo] = []

  init(clock: Instant?, symbolCount: Int) {
    self.clock = clock?.nanoseconds
    lanes = Array(repeating: RowLane(), count: symbolCount)
  }

  func isUnknown(_ symbol: Int) -> Bool { lanes[symbol].state == .unknown }

  /// Looks a series up.
  mutating func open(
    _ symbol: Int, _ session: SessionData, _ name: String, _ interval: Interval
  ) throws(SessError) {
    let data = try session.symbolData(name)
    lanes[symbol].name = data.symbol
    lanes[symbol].interval = interval
    guard let record = data.bars[interval], !record.derived, record.alignment == .session,
      interval.isIntraday
    else {
      lanes[symbol].state = .single
      return
    }
    let calendar = try session.calendar(of: data.symbol)
    if let known = memos.firstIndex(where: { $0.calendar == calendar }) {
      lanes[symbol].memo = known
    } else {
      lanes[symbol].memo = memos.count
      memos.append(CalendarMemo(calendar))
    }
    lanes[symbol].lastStart = record.data.lastStart ?? .min
    lanes[symbol].state = .open
  }

  /// Whether what waits for a series must be taken before a row: which days are expected depends on the session
  /// in which bars came.
  func mustTake(_ symbol: Int, before row: FeedRow) -> Bool {
    guard lanes[symbol].count > 0 else { return false }
    let end = row.start.addingReportingOverflow(lanes[symbol].interval.nanoseconds)
    return max(clock ?? .min, end.overflow ? .max : end.partialValue) > lanes[symbol].through
  }

  /// Lets a row wait for its series where it is the next bar of it.
  ///
  /// - Returns: whether it is late; nil when it must go the way of single items.
  mutating func place(_ rows: inout [FeedRow], _ index: Int) -> Bool? {
    let symbol = Int(rows[index].symbol)
    let start = rows[index].start
    guard lanes[symbol].state == .open, start > lanes[symbol].lastStart,
      BarFault.judge(
        open: rows[index].open, high: rows[index].high, low: rows[index].low,
        close: rows[index].close, volume: rows[index].volume) == .sound
    else { return nil }
    guard let run = segment(holding: start, symbol) else { return nil }
    let last = lanes[symbol].lastStart
    let isNext = last >= run.firstEnd && start - last == run.step
    guard isNext || run.isSlotStart(start) else { return nil }
    let end = min(run.end, start < run.firstEnd ? run.firstEnd : start + run.step)
    let isLate = clock.map { end < $0 } ?? false
    rows[index].day = lanes[symbol].day
    rows[index].isRegular = run.kind == .regular
    if isLate { rows[index].received = clock ?? .min }
    clock = max(clock ?? end, end)
    if lanes[symbol].count > 0 {
      rows[Int(lanes[symbol].tail)].next = Int32(truncatingIfNeeded: index)
      lanes[symbol].previousStart = lanes[symbol].lastStart
    } else {
      lanes[symbol].head = Int32(truncatingIfNeeded: index)
      order.append(symbol)
      lanes[symbol].through = memos[lanes[symbol].memo].sessionEnd(at: clock ?? end)
    }
    lanes[symbol].tail = Int32(truncatingIfNeeded: index)
    lanes[symbol].count += 1
    lanes[symbol].lastStart = start
    lanes[symbol].previousClock = lanes[symbol].clock
    lanes[symbol].clock = clock ?? end
    return isLate
  }

  /// The segment that holds a start; it is looked for only where it is not that of the bar before.
  private mutating func segment(holding start: Int64, _ symbol: Int) -> SlotGrid.Run? {
    if let run = lanes[symbol].run, run.start <= start, start < run.end { return run }
    let found = memos[lanes[symbol].memo].segment(holding: start, lanes[symbol].interval)
    guard let found else { return nil }
    (lanes[symbol].day, lanes[symbol].run) = found
    return found.run
  }

  /// What waits for a series, which waits no more; nil when nothing does.
  mutating func take(_ symbol: Int) -> (lane: RowLane, memo: CalendarMemo)? {
    let lane = lanes[symbol]
    guard lane.count > 0 else { return nil }
    lanes[symbol].count = 0
    lanes[symbol].previousStart = nil
    return (lane, memos[lane.memo])
  }

  /// Follows the session's clock.
  mutating func follow(_ time: Instant?) { clock = time?.nanoseconds }

  /// Looks a series up again at its next row.
  mutating func close(_ symbol: Int) { lanes[symbol].state = .unknown }
}
