import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// Derives what has changed, and judges what follows from it.
///
/// It keeps no list of intervals: the records say what is derived from what, and which bars have changed.
struct DataProcessor {
  let calendar: MarketCalendar
  let clock: Instant?
  let memo: CalendarMemo

  /// Creates a processor for one symbol's calendar.
  init(calendar: MarketCalendar, clock: Instant?, memo: CalendarMemo? = nil) {
    self.calendar = calendar
    self.clock = clock
    self.memo = memo ?? CalendarMemo(calendar)
  }

  /// The received interval behind an interval: itself, or the root of its base.
  static func root(of interval: Interval, in data: SymbolSessionData) -> Interval {
    var current = interval
    while let base = data.bars[current]?.base { current = base }
    return current
  }

  /// The received interval whose slots a derived one's coverage counts; nil for bars made of events.
  static func countedRoot(of interval: Interval, in data: SymbolSessionData) -> Interval? {
    let root = root(of: interval, in: data)
    return data.bars[root]?.events == nil ? root : nil
  }

  /// Brings derived intervals, quality, gaps and the session's metrics up to date with changed bars.
  ///
  /// With a clock, windows that it has closed since become bars, and what is expected follows it too.
  ///
  /// With `isLive` single bars arrive, which `updated` then tells of.
  ///
  /// - Returns: what changed beyond the windows and days of the changed bars.
  /// - Complexity: O(changed bars) at the end of a series, O(bars of the changed days) elsewhere; O(days) for
  ///   a change of the expected days.
  @discardableResult
  func process(_ data: inout SymbolSessionData, isLive: Bool = false) throws(SessError)
    -> [Change]
  {
    let further = try follow(&data)
    return further + acknowledge(&data, isLive: isLive)
  }

  /// Does all of `process` but to forget which bars have changed.
  func follow(_ data: inout SymbolSessionData) throws(SessError) -> [Change] {
    var further: [Change] = []
    let manager = DataQualityManager(
      calendar: calendar, hours: data.hours, clock: clock, memo: memo)
    var pass = ProcessingPass(data)
    for interval in pass.intervals {
      let changed = data.bars[interval]?.changed
      pass.begin(interval, changed, in: data)
      if let base = data.bars[interval]?.base {
        let isExtended = extendWindows(of: interval, from: base, &pass, in: &data)
        if !isExtended {
          if let changed = pass.touched(base) {
            pass.touch(changed)
            try derive(interval, from: base, changed: changed, in: &data)
          }
          if clock != nil {
            further += closeWindows(of: interval, from: base, in: &data)
          }
        }
      }
      guard pass.touched(interval) != nil || clock != nil else { continue }
      let root = Self.root(of: interval, in: data)
      let dates = pass.dates(root) { data.bars[root].flatMap { manager.expectedDates(root: $0) } }
      let days = pass.touched(interval).map { changedDays($0) }
      let judged = judge(interval, over: dates, changed: days, manager, pass, in: &data)
      guard let judged else { continue }
      let followed = days.map { LiveExtent.days(of: $0, interval) }
      if followed?.contains(judged.lowerBound) != true
        || followed?.contains(judged.upperBound) != true
      {
        further.append(Change(.set, nil, .quality(interval), .dates(judged)))
        further.append(Change(.set, nil, .gaps(interval), .dates(judged)))
      }
    }
    refreshMetrics(&data)
    if !data.indicators.isEmpty { try refreshIndicators(&data, &pass) }
    return pass.beyond.isEmpty ? further : further + pass.beyond
  }

  /// Judges an interval again: its end where only that can have changed, else the changed days.
  private func judge(
    _ interval: Interval, over dates: ClosedRange<CivilDate>?,
    changed days: ClosedRange<CivilDate>?,
    _ manager: DataQualityManager, _ pass: ProcessingPass, in data: inout SymbolSessionData
  ) -> ClosedRange<CivilDate>? {
    let root = Self.countedRoot(of: interval, in: data)
    if let dates, let start = pass.tail(interval),
      let frame = data.bars[interval].map({ frame(of: $0, data.hours) })
    {
      let judged = manager.extend(
        &data.bars[interval, default: .init(interval: interval)], frame,
        root: data.bars[interval]?.derived == true ? root : nil, over: dates, since: start, memo)
      if let judged { return judged }
    }
    return manager.refresh(
      &data.bars[interval, default: .init(interval: interval)], root: root, over: dates,
      changed: days)
  }

  /// Forgets which bars have changed; `updated` tells of it until the next arrival.
  func acknowledge(_ data: inout SymbolSessionData, isLive: Bool) -> [Change] {
    var described: [Change] = []
    for interval in data.bars.keys.sorted() {
      let updated = isLive && data.bars[interval]?.changed != nil
      data.bars[interval]?.changed = nil
      guard data.bars[interval]?.updated != updated else { continue }
      data.bars[interval]?.updated = updated
      described.append(Change(.set, nil, .intervalDescription(interval)))
    }
    return described
  }

  /// Derives a whole interval afresh and judges it.
  func rebuild(_ interval: Interval, in data: inout SymbolSessionData) throws(SessError) {
    if let events = data.bars[interval]?.events {
      return try rebuild(interval, of: events, in: &data)
    }
    guard let record = data.bars[interval], let base = record.base,
      let source = data.seen(base, calendar)
    else {
      return
    }
    let root = Self.countedRoot(of: interval, in: data)
    let derivation = try SeriesDerivation(
      frame: frame(of: record, data.hours), base: base, root: root, policy: record.policy)
    var rebuilt = record
    rebuilt.data = derivation.derive(source, clock: clock)
    let manager = DataQualityManager(calendar: calendar, hours: data.hours, clock: clock)
    let received = Self.root(of: interval, in: data)
    let dates = data.bars[received].flatMap { manager.expectedDates(root: $0) }
    manager.judge(&rebuilt, root: root, over: dates)
    data.bars[interval] = rebuilt
    try rebuildIndicators(&data, on: interval)
  }

  /// Makes an interval of events afresh and judges it.
  private func rebuild(
    _ interval: Interval, of events: EventSource, in data: inout SymbolSessionData
  ) throws(SessError) {
    guard var record = data.bars[interval] else { return }
    let bars = EventDerivation(frame: frame(of: record, data.hours))
      .derive(events, of: data, clock: clock)
    record.data = AdjustmentView(data.metadata.adjustments).adjusted(bars, interval: interval) {
      calendar.tradingDay(containing: $0)
    }
    let manager = DataQualityManager(calendar: calendar, hours: data.hours, clock: clock)
    manager.judge(&record, root: nil, over: manager.expectedDates(root: record))
    data.bars[interval] = record
    try rebuildIndicators(&data, on: interval)
  }

  /// Derives and judges every interval afresh and folds the metrics, whatever has changed.
  func rebuildAll(_ data: inout SymbolSessionData) throws(SessError) {
    let manager = DataQualityManager(calendar: calendar, hours: data.hours, clock: clock)
    for interval in data.bars.keys.sorted() {
      if data.bars[interval]?.derived == true {
        try rebuild(interval, in: &data)
      } else {
        let dates = data.bars[interval].flatMap { manager.expectedDates(root: $0) }
        manager.judge(
          &data.bars[interval, default: .init(interval: interval)], root: interval, over: dates)
        try rebuildIndicators(&data, on: interval)
      }
      data.bars[interval]?.changed = nil
    }
    foldMetrics(&data)
  }

  func frame(of record: BarIntervalData, _ hours: Hours) -> SeriesFrame {
    SeriesFrame(record, calendar, hours)
  }

  /// The trading days between the first and the last changed start.
  func changedDays(_ changed: ClosedRange<Int64>) -> ClosedRange<CivilDate> {
    let first = tradingDay(of: changed.lowerBound)
    guard changed.lowerBound != changed.upperBound else { return first...first }
    return first...max(first, tradingDay(of: changed.upperBound))
  }

  func tradingDay(of start: Int64) -> CivilDate {
    let time = Instant(nanoseconds: start)
    if let day = memo.session(containing: start)?.date { return day }
    let offset = calendar.zone.offsetSeconds(at: time)
    return time.wallClock(offsetSeconds: offset).date
  }
}

extension DataProcessor {
  private func refreshMetrics(_ data: inout SymbolSessionData) {
    let date = sessionDate(of: data)
    guard let base = data.baseInterval, let changed = data.bars[base]?.changed else {
      if clock != nil, date != data.metrics.date { foldMetrics(&data) }
      return
    }
    if date == data.metrics.date {
      if let date, !changedDays(changed).contains(date) { return }
      if addLast(changed, base, to: &data) { return }
    }
    foldMetrics(&data)
  }

  /// Folds new bars at the end of the session's bars; false for every other change.
  func addLast(
    _ changed: ClosedRange<Int64>, _ base: Interval, to data: inout SymbolSessionData
  ) -> Bool {
    guard base.isIntraday, data.metadata.adjustments.isEmpty, let date = data.metrics.date,
      let series = data.bars[base]?.data, let chunk = series.chunks.last, chunk.day == date,
      !chunk.hasSyntheticFills
    else { return false }
    let first = max(chunk.lowerBound(changed.lowerBound), chunk.regular.lowerBound)
    // Bars that were folded are none of those from the first changed one on only if they are just those before.
    guard first - chunk.regular.lowerBound == data.metrics.bars else { return false }
    let frame = SeriesFrame(calendar: calendar, hours: .extended, interval: base)
    guard let grid = memo.grid(frame, root: nil, on: date) else { return false }
    for index in first..<max(first, chunk.regular.upperBound) {
      guard let slot = grid.window(holding: chunk.starts[index]),
        slot.upperBound <= clock?.nanoseconds ?? .max
      else { return false }
      data.metrics.update(from: chunk[index], end: Instant(nanoseconds: slot.upperBound))
    }
    return true
  }

  /// Folds the session's metrics afresh, whatever they were.
  func foldMetrics(_ data: inout SymbolSessionData) {
    data.metrics = data.metrics(on: sessionDate(of: data), calendar, clock: clock)
  }

  /// The session date: by the clock, or the latest of the last loaded day and the day already reached.
  private func sessionDate(of data: SymbolSessionData) -> CivilDate? {
    if let clock { return memo.latestSessionDate(startedBefore: clock) }
    guard let base = data.baseInterval, let record = data.bars[base],
      let loaded = SeriesJudge.loadedDays(of: record.data, interval: base, calendar: calendar)
    else { return data.metrics.date }
    return max(data.metrics.date ?? loaded.upperBound, loaded.upperBound)
  }
}
