import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// Derives what `updated` says has changed.
///
/// It keeps no list of intervals: the records say what is derived from what.
struct DataProcessor {
  private let calendar: MarketCalendar
  private let clock: Instant?

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
  /// - Returns: the judgements that changed beyond the days of the changed bars.
  /// - Complexity: O(bars of the changed days); O(days) for a change of the expected days.
  @discardableResult
  func process(_ data: inout SymbolSessionData) throws(SessError) -> [Change] {
    var further: [Change] = []
    let manager = DataQualityManager(calendar: calendar, hours: data.hours, clock: clock)
    for interval in data.bars.keys.sorted() {
      if let base = data.bars[interval]?.base, let changed = data.bars[base]?.changed {
        try derive(interval, from: base, changed: changed, in: &data)
      }
      guard let changed = data.bars[interval]?.changed else { continue }
      let root = Self.root(of: interval, in: data)
      let dates = data.bars[root].flatMap { manager.expectedDates(root: $0) }
      let days = changedDays(changed)
      let judged = manager.refresh(
        &data.bars[interval, default: .init(interval: interval)],
        root: Self.countedRoot(of: interval, in: data), over: dates, changed: days)
      guard let judged else { continue }
      let followed = LiveExtent.days(of: days, interval)
      if !followed.contains(judged.lowerBound) || !followed.contains(judged.upperBound) {
        further.append(Change(.set, nil, .quality(interval), .dates(judged)))
        further.append(Change(.set, nil, .gaps(interval), .dates(judged)))
      }
    }
    refreshMetrics(&data)
    for interval in data.bars.keys { data.bars[interval]?.changed = nil }
    return further
  }

  /// Derives a whole interval afresh and judges it.
  func rebuild(_ interval: Interval, in data: inout SymbolSessionData) throws(SessError) {
    if let events = data.bars[interval]?.events { return rebuild(interval, of: events, in: &data) }
    guard let record = data.bars[interval], let base = record.base, let source = data.bars[base]
    else {
      return
    }
    let root = Self.countedRoot(of: interval, in: data)
    let derivation = try SeriesDerivation(
      frame: frame(of: record, data.hours), base: base, root: root, policy: record.policy)
    var rebuilt = record
    rebuilt.data = derivation.derive(source.data, clock: clock)
    let manager = DataQualityManager(calendar: calendar, hours: data.hours, clock: clock)
    let received = Self.root(of: interval, in: data)
    let dates = data.bars[received].flatMap { manager.expectedDates(root: $0) }
    manager.judge(&rebuilt, root: root, over: dates)
    data.bars[interval] = rebuilt
  }

  /// Makes an interval of events afresh and judges it.
  private func rebuild(
    _ interval: Interval, of events: EventSource, in data: inout SymbolSessionData
  ) {
    guard var record = data.bars[interval] else { return }
    record.data = EventDerivation(frame: frame(of: record, data.hours))
      .derive(events, of: data, clock: clock)
    let manager = DataQualityManager(calendar: calendar, hours: data.hours, clock: clock)
    manager.judge(&record, root: nil, over: manager.expectedDates(root: record))
    data.bars[interval] = record
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
      }
      data.bars[interval]?.changed = nil
    }
    foldMetrics(&data)
  }

  /// Derives again what a changed stretch of the base touches: a window, some days, or some periods.
  private func derive(
    _ interval: Interval, from base: Interval, changed: ClosedRange<Int64>,
    in data: inout SymbolSessionData
  ) throws(SessError) {
    guard let record = data.bars[interval], let source = data.bars[base] else { return }
    let root = Self.countedRoot(of: interval, in: data)
    let frame = frame(of: record, data.hours)
    data.bars[interval]?.noteChange(changed)
    guard interval.isIntraday else {
      let derivation = try SeriesDerivation(
        frame: frame, base: base, root: root, policy: record.policy)
      data.bars[interval]?.data = derivation.derive(source.data, clock: clock)
      return
    }
    let derivation = IntradayDerivation(frame: frame, root: root, policy: record.policy)
    let days = changedDays(changed)
    if changed.lowerBound == changed.upperBound {
      refold(changed.lowerBound, days.lowerBound, derivation, source.data, interval, &data)
      return
    }
    for day in calendar.tradingDays(from: days.lowerBound, through: days.upperBound) {
      guard let session = calendar.session(on: day) else { continue }
      let chunk = source.data.chunk(on: day) ?? BarChunk(day: day)
      data.bars[interval]?.data.setChunk(derivation.derive(session, from: chunk, clock: clock))
    }
  }

  /// Derives the one window that a single changed bar lies in.
  private func refold(
    _ start: Int64, _ day: CivilDate, _ derivation: IntradayDerivation, _ source: BarSeries,
    _ interval: Interval, _ data: inout SymbolSessionData
  ) {
    let time = Instant(nanoseconds: start)
    guard let session = calendar.session(on: day),
      let window = derivation.window(
        containing: time, session, from: source.chunk(on: day), clock: clock)
    else { return }
    guard let bar = window.bar else {
      data.bars[interval]?.data.remove(window.start, day: day)
      return
    }
    let isRegular = session.isRegular(window.start)
    if data.bars[interval]?.data.replace(bar, day: day) == nil {
      _ = data.bars[interval]?.data.insert(bar, day: day, isRegular: isRegular)
    }
  }

  private func refreshMetrics(_ data: inout SymbolSessionData) {
    guard let base = data.baseInterval, let changed = data.bars[base]?.changed else { return }
    let days = changedDays(changed)
    if let date = data.metrics.date, sessionDate(of: data) == date, !days.contains(date) { return }
    foldMetrics(&data)
  }

  private func foldMetrics(_ data: inout SymbolSessionData) {
    guard let base = data.baseInterval, let date = sessionDate(of: data),
      let session = calendar.session(on: date)
    else { return }
    data.metrics = MetricsFold.fold(
      data.bars[base]?.data, session: session, interval: base, clock: clock)
  }

  /// The session date: by the clock, or the latest of the last loaded day and the day already reached.
  private func sessionDate(of data: SymbolSessionData) -> CivilDate? {
    if let clock { return calendar.latestSessionDate(startedBefore: clock) }
    guard let base = data.baseInterval, let record = data.bars[base],
      let loaded = SeriesJudge.loadedDays(of: record.data, interval: base, calendar: calendar)
    else { return data.metrics.date }
    return max(data.metrics.date ?? loaded.upperBound, loaded.upperBound)
  }

  private func frame(of record: BarIntervalData, _ hours: Hours) -> SeriesFrame {
    SeriesFrame(
      calendar: calendar, hours: hours, interval: record.interval, alignment: record.alignment)
  }

  /// The trading days between the first and the last changed start.
  private func changedDays(_ changed: ClosedRange<Int64>) -> ClosedRange<CivilDate> {
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
