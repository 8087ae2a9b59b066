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

  /// Creates a processor for one symbol's calendar.
  init(calendar: MarketCalendar, clock: Instant?) {
    self.calendar = calendar
    self.clock = clock
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
  /// - Complexity: O(bars of the changed days); O(days) for a change of the expected days.
  @discardableResult
  func process(_ data: inout SymbolSessionData, isLive: Bool = false) throws(SessError)
    -> [Change]
  {
    var further: [Change] = []
    let manager = DataQualityManager(calendar: calendar, hours: data.hours, clock: clock)
    var touched: [Interval: ClosedRange<Int64>] = [:]
    for interval in data.bars.keys.sorted() {
      touched[interval] = data.bars[interval]?.changed
      if let base = data.bars[interval]?.base {
        if let changed = touched[base] {
          touched[interval] = changed
          try derive(interval, from: base, changed: changed, in: &data)
        }
        if clock != nil {
          further += closeWindows(of: interval, from: base, in: &data)
        }
      }
      guard touched[interval] != nil || clock != nil else { continue }
      let root = Self.root(of: interval, in: data)
      let dates = data.bars[root].flatMap { manager.expectedDates(root: $0) }
      let days = touched[interval].map { changedDays($0) }
      let judged = manager.refresh(
        &data.bars[interval, default: .init(interval: interval)],
        root: Self.countedRoot(of: interval, in: data), over: dates, changed: days)
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
    try refreshIndicators(&data)
    return further + acknowledge(&data, isLive: isLive)
  }

  /// Forgets which bars have changed; `updated` tells of it until the next arrival.
  private func acknowledge(_ data: inout SymbolSessionData, isLive: Bool) -> [Change] {
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
    SeriesFrame(
      calendar: calendar, hours: hours, interval: record.interval, alignment: record.alignment)
  }

  /// The trading days between the first and the last changed start.
  func changedDays(_ changed: ClosedRange<Int64>) -> ClosedRange<CivilDate> {
    let first = tradingDay(of: changed.lowerBound)
    guard changed.lowerBound != changed.upperBound else { return first...first }
    return first...max(first, tradingDay(of: changed.upperBound))
  }

  private func tradingDay(of start: Int64) -> CivilDate {
    let time = Instant(nanoseconds: start)
    if let day = calendar.tradingDay(containing: time) { return day }
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

  /// Folds a single new bar at the end of the session's bars; false for every other change.
  private func addLast(
    _ changed: ClosedRange<Int64>, _ base: Interval, to data: inout SymbolSessionData
  ) -> Bool {
    guard base.isIntraday, data.metadata.adjustments.isEmpty,
      changed.lowerBound == changed.upperBound, let date = data.metrics.date,
      let chunk = data.bars[base]?.data.chunks.last, chunk.day == date, chunk.marks.isEmpty,
      let last = chunk.regular.last, chunk.starts[last] == changed.lowerBound,
      chunk.regular.count == data.metrics.bars + 1
    else { return false }
    let end = frame(of: .init(interval: base), .extended).barEnd(start: changed.lowerBound)
    guard end <= clock?.nanoseconds ?? .max else { return false }
    data.metrics.update(from: chunk[last], end: Instant(nanoseconds: end))
    return true
  }

  private func foldMetrics(_ data: inout SymbolSessionData) {
    guard let base = data.baseInterval, let date = sessionDate(of: data),
      let session = calendar.session(on: date)
    else { return }
    let chunk = data.seenChunk(base, on: date, calendar)
    data.metrics = MetricsFold.fold(
      BarSeries(chunks: chunk.map { [$0] } ?? []), session: session, interval: base, clock: clock)
  }

  /// The session date: by the clock, or the latest of the last loaded day and the day already reached.
  private func sessionDate(of data: SymbolSessionData) -> CivilDate? {
    if let clock { return calendar.latestSessionDate(startedBefore: clock) }
    guard let base = data.baseInterval, let record = data.bars[base],
      let loaded = SeriesJudge.loadedDays(of: record.data, interval: base, calendar: calendar)
    else { return data.metrics.date }
    return max(data.metrics.date ?? loaded.upperBound, loaded.upperBound)
  }
}
