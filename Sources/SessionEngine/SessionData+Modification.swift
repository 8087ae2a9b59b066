public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// What to do with a bar whose slot is taken.
public enum DuplicatePolicy: String, Sendable, CaseIterable {
  /// Fail, and change nothing.
  case reject
  /// The new bar takes the place; the old one stays among the revisions.
  case replace
  /// The old bar stays.
  case keep
}

extension SessionData {
  /// Adds one bar at its slot and brings everything derived from it up to date.
  ///
  /// - Returns: true when the bar was stored, false when an older one was kept.
  /// - Throws: `unknown-symbol`, `unknown-interval`, `derived-interval`, `off-grid`, `outside-hours`,
  ///   `non-trading-day`, `outside-calendar`, `bad-ohlc`, `duplicate-bar`.
  @discardableResult
  public mutating func appendBar(
    _ bar: Bar, to symbol: String, _ interval: Interval,
    onDuplicate policy: DuplicatePolicy = .reject
  ) throws(SessError) -> Bool {
    try appendBars([bar], to: symbol, interval, onDuplicate: policy) == 1
  }

  /// Adds bars in any order as one change; the result does not depend on the order of distinct slots.
  ///
  /// - Returns: how many bars were stored.
  /// - Throws: as `appendBar`; nothing is changed then.
  @discardableResult
  public mutating func appendBars(
    _ bars: [Bar], to symbol: String, _ interval: Interval,
    onDuplicate policy: DuplicatePolicy = .reject
  ) throws(SessError) -> Int {
    let name = try symbolData(symbol).symbol
    let placed = try place(bars, name, interval)
    if policy == .reject { try rejectTaken(placed, name, interval) }
    return try store(placed, in: name, interval, onDuplicate: policy)
  }

  /// Stores placed bars and brings what is derived from them up to date; how many were stored.
  mutating func store(
    _ placed: [PlacedBar], in name: String, _ interval: Interval,
    onDuplicate policy: DuplicatePolicy
  ) throws(SessError) -> Int {
    let calendar = try calendar(of: name)
    let sequence = changes.sequence + 1
    let revisions = document.symbols[name]?.revisions.count ?? 0
    let held = document.symbols[name]?.bars[interval]?.data.count ?? 0
    let columns = optionalColumns(beside: placed, name, interval)
    followClock(placed)
    var stored = 0
    for item in placed {
      let arrival = Arrival(
        interval: interval, policy: policy, sequence: sequence, clock: document.clock)
      if document.symbols[name]?.store(item, arrival) == true { stored += 1 }
    }
    guard stored > 0 else { return 0 }
    let further = try DataProcessor(calendar: calendar, clock: processingClock)
      .process(&document.symbols[name, default: .placeholder(name)], isLive: true)
    noteLive(placed, name, interval, stored: stored, held: held, revisions: revisions)
    for change in further { note(change.operation, name, change.part, change.extent) }
    noteColumns(changedFrom: columns, name)
    return stored
  }

  /// The optional columns of every interval before bars that may change them; empty when they cannot.
  ///
  /// - Complexity: O(new bars) where the last bar of their day has what they bring, as in a feed.
  private func optionalColumns(
    beside placed: [PlacedBar], _ symbol: String, _ interval: Interval
  ) -> [Interval: OptionalColumns] {
    guard let data = document.symbols[symbol], let series = data.bars[interval]?.data,
      placed.contains(where: { $0.mayChangeColumns(of: series) })
    else { return [:] }
    return data.bars.mapValues(\.optionalColumns)
  }

  /// Notes the series whose rows are written with other columns than before.
  mutating func noteColumns(
    changedFrom columns: [Interval: OptionalColumns], _ symbol: String
  ) {
    for interval in columns.keys.sorted() {
      guard let record = document.symbols[symbol]?.bars[interval],
        record.optionalColumns != columns[interval]
      else { continue }
      note(.set, symbol, .bars(interval), count: record.data.count)
      note(.set, symbol, .intervalDescription(interval))
    }
  }

  private mutating func noteLive(
    _ placed: [PlacedBar], _ symbol: String, _ interval: Interval, stored: Int, held: Int,
    revisions: Int
  ) {
    guard var first = placed.first?.bar.start else { return }
    var last = first
    for item in placed {
      first = min(first, item.bar.start)
      last = max(last, item.bar.start)
    }
    let replaced = (document.symbols[symbol]?.revisions.count ?? 0) - revisions
    let isLonger = document.symbols[symbol]?.bars[interval]?.data.count == held + stored
    note(
      isLonger ? .insert : .set, symbol, .live(interval), .starts(first...last), count: stored)
    if replaced > 0 { note(.insert, symbol, .revisions, .from(revisions), count: replaced) }
  }

  /// A bar that comes while a feed drives the clock takes the clock with it.
  private mutating func followClock(_ placed: [PlacedBar]) {
    guard document.active, replay == nil, !isWhole, let clock = document.clock,
      let end = placed.map(\.end).max(), end > clock
    else { return }
    advance(to: end)
    note(.set, nil, .clock)
  }

  /// Finds the slot of every bar, or says what is wrong with the first that has none.
  func place(_ bars: [Bar], _ symbol: String, _ interval: Interval) throws(SessError)
    -> [PlacedBar]
  {
    let record = try intervalData(symbol, interval)
    guard !record.derived else {
      throw SessError(
        "derived-interval", "\(symbol)/\(interval) is derived, so bars cannot be added to it",
        hint: "append to \(symbol)/\(record.base.map { "\($0)" } ?? "its base, or load more")")
    }
    let calendar = try calendar(of: symbol)
    let frame = SeriesFrame(record, calendar, .extended)
    var judge = frame.slotJudge
    var placed: [PlacedBar] = []
    placed.reserveCapacity(bars.count)
    for bar in bars {
      let verdict = BarFault.judge(
        open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
      if case .fault(let fault) = verdict { throw SessError("bad-ohlc", fault.reason) }
      placed.append(try slot(of: bar, &judge, frame))
    }
    return placed
  }

  private func slot(
    of bar: Bar, _ judge: inout SlotJudge, _ frame: SeriesFrame
  ) throws(SessError) -> PlacedBar {
    let (calendar, interval) = (frame.calendar, frame.interval)
    switch judge.judge(bar.start.nanoseconds) {
    case .slot(let day, let kind):
      let chunkDay = BarSeries.chunkDay(of: day, interval: interval)
      let hasClock = document.clock != nil || document.active
      let end = hasClock ? frame.barEnd(start: bar.start.nanoseconds) : 0
      return PlacedBar(
        bar: bar, day: chunkDay, isRegular: kind == .regular, end: Instant(nanoseconds: end))
    case .offGrid(let day):
      throw SessError(
        "off-grid", "\(local(bar.start, calendar)) is not on the \(interval) grid of \(day)")
    case .outsideHours:
      throw SessError(
        "outside-hours", "\(local(bar.start, calendar)) is outside the hours of \(calendar.name)")
    case .nonTradingDay(let date, let closure):
      throw SessError(
        "non-trading-day", "\(date) is \(closure.rawValue) of \(calendar.name)")
    case .outsideCalendar:
      throw SessionData.outside(calendar)
    }
  }

  /// The error of a time at which a calendar knows nothing.
  static func outside(_ calendar: MarketCalendar) -> SessError {
    SessError(
      "outside-calendar",
      "\(calendar.name) is known from \(calendar.firstDate) to \(calendar.lastDate)")
  }

  /// Finds out whether a bar has a slot on a symbol's timeline, of whatever interval.
  ///
  /// - Throws: `unknown-symbol`, `off-grid`, `outside-hours`, `non-trading-day`, `outside-calendar`.
  public func checkSlot(of bar: Bar, in symbol: String, _ interval: Interval) throws(SessError) {
    let frame = SeriesFrame(
      calendar: try calendar(of: symbol), hours: .extended, interval: interval)
    var judge = frame.slotJudge
    _ = try slot(of: bar, &judge, frame)
  }

  private func local(_ time: Instant, _ calendar: MarketCalendar) -> String {
    time.iso8601(offsetSeconds: calendar.zone.offsetSeconds(at: time))
  }

  private func rejectTaken(_ placed: [PlacedBar], _ symbol: String, _ interval: Interval)
    throws(SessError)
  {
    let series = try intervalData(symbol, interval).data
    var seen: Set<Instant> = []
    let calendar = try calendar(of: symbol)
    for item in placed {
      let held = series.bar(at: item.bar.start)
      guard seen.insert(item.bar.start).inserted, held == nil || held?.fill == .carried else {
        throw SessError(
          "duplicate-bar",
          "\(symbol)/\(interval) already has a bar at \(local(item.bar.start, calendar))",
          hint: "`--on-duplicate replace` corrects it, `--on-duplicate keep` leaves it")
      }
    }
  }
}

/// A bar with the chunk it belongs to.
struct PlacedBar {
  var bar: Bar
  var day: CivilDate
  var isRegular: Bool
  /// The bar's end; only known where there is a clock to compare it with.
  var end: Instant

  /// Whether it may bring a column its series does not have, or take the last value of one.
  func mayChangeColumns(of series: BarSeries) -> Bool {
    let index = series.lowerChunk(day)
    guard index < series.chunks.count, series.chunks[index].day == day else {
      return bar.trades != nil || bar.vwap != nil || bar.coverage != nil
    }
    let hasTrades = series.chunks[index].trades.last.map { $0 != BarChunk.unknownCount }
    let hasAverages = series.chunks[index].vwaps.last.map { !$0.isNaN }
    if bar.trades != nil, hasTrades != true { return true }
    if bar.vwap != nil, hasAverages != true { return true }
    if bar.coverage != nil, series.chunks[index].present.isEmpty { return true }
    guard hasTrades != nil || hasAverages != nil else { return false }
    return series.chunks[index].index(of: bar.start.nanoseconds) != nil
  }
}

/// How a bar comes to its slot.
private struct Arrival {
  var interval: Interval
  var policy: DuplicatePolicy
  var sequence: Int
  var clock: Instant?
}

extension SymbolSessionData {
  /// Stands in for a symbol that is known to be there.
  static func placeholder(_ symbol: String) -> SymbolSessionData {
    SymbolSessionData(symbol: symbol, calendar: "", metadata: SymbolMetadata(addedBy: ""))
  }

  /// Stores one placed bar; false when an older one was kept; a carried bar's slot is free.
  ///
  /// With a clock a bar that ended before it is late: it keeps its arrival, and so does a correction.
  fileprivate mutating func store(_ item: PlacedBar, _ arrival: Arrival) -> Bool {
    let interval = arrival.interval
    let start = item.bar.start.nanoseconds
    var bar = item.bar
    if let clock = arrival.clock, bar.received == nil, item.end < clock { bar.received = clock }
    if bars[interval]?.data.insert(bar, day: item.day, isRegular: item.isRegular) == true {
      bars[interval]?.noteChange(start...start)
      return true
    }
    if bars[interval]?.data.bar(at: item.bar.start)?.fill == .carried {
      _ = bars[interval]?.data.replace(bar, day: item.day)
      bars[interval]?.noteChange(start...start)
      return true
    }
    guard arrival.policy == .replace else { return false }
    if let clock = arrival.clock, item.bar.received == nil, item.end <= clock {
      bar.received = clock
    }
    guard let old = bars[interval]?.data.replace(bar, day: item.day) else { return false }
    revisions.append(
      Revision(
        interval: interval, old: old, sequence: arrival.sequence, replacedAt: arrival.clock))
    bars[interval]?.noteChange(start...start)
    return true
  }
}
