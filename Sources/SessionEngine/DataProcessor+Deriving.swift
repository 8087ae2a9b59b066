import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// Derived bars follow their base: a window, some days, or some periods at a time.
extension DataProcessor {
  /// Derives again what a changed stretch of the base touches.
  func derive(
    _ interval: Interval, from base: Interval, changed: ClosedRange<Int64>,
    in data: inout SymbolSessionData
  ) throws(SessError) {
    guard let record = data.bars[interval], data.bars[base] != nil else { return }
    let days = changedDays(changed)
    guard interval.isIntraday else {
      return derivePeriods(interval, from: base, days, in: &data)
    }
    if changed.lowerBound == changed.upperBound {
      return refold(changed.lowerBound, days.lowerBound, interval, from: base, in: &data)
    }
    let derivation = IntradayDerivation(
      frame: frame(of: record, data.hours), root: Self.countedRoot(of: interval, in: data),
      policy: record.policy)
    for day in calendar.tradingDays(from: days.lowerBound, through: days.upperBound) {
      guard let session = calendar.session(on: day) else { continue }
      let chunk = data.seenChunk(base, on: day, calendar) ?? BarChunk(day: day)
      data.bars[interval]?.data.setChunk(derivation.derive(session, from: chunk, clock: clock))
    }
    data.bars[interval]?.noteChange(changed)
  }

  /// Derives the one window that a single base bar lies in.
  private func refold(
    _ start: Int64, _ day: CivilDate, _ interval: Interval, from base: Interval,
    in data: inout SymbolSessionData
  ) {
    guard let record = data.bars[interval] else { return }
    let derivation = IntradayDerivation(
      frame: frame(of: record, data.hours), root: Self.countedRoot(of: interval, in: data),
      policy: record.policy)
    guard let session = calendar.session(on: day),
      let window = derivation.window(
        containing: Instant(nanoseconds: start), session,
        from: data.seenChunk(base, on: day, calendar), clock: clock)
    else { return }
    let isRegular = session.isRegular(window.start)
    store(window.bar, at: window.start, day, isRegular: isRegular, interval, in: &data)
  }

  /// Derives the days, weeks or months around changed days.
  private func derivePeriods(
    _ interval: Interval, from base: Interval, _ days: ClosedRange<CivilDate>,
    in data: inout SymbolSessionData
  ) {
    guard let record = data.bars[interval] else { return }
    let frame = frame(of: record, data.hours)
    let derivation = PeriodDerivation(
      frame: frame, root: Self.countedRoot(of: interval, in: data), policy: record.policy)
    var done: ClosedRange<CivilDate>?
    for day in calendar.tradingDays(from: days.lowerBound, through: days.upperBound) {
      if let done, done.contains(day) { continue }
      let period = frame.period(around: day)
      done = period
      let first =
        calendar.isTradingDay(period.lowerBound)
        ? period.lowerBound : calendar.nextTradingDay(after: period.lowerBound)
      guard let first, let opening = calendar.session(on: first)?.open,
        let source = data.seen(base, calendar, within: period)
      else { continue }
      let made = derivation.bar(of: period, source, base, clock)
      store(
        made?.bar, at: Instant(nanoseconds: opening),
        BarSeries.chunkDay(of: first, interval: interval), isRegular: true, interval, in: &data)
    }
  }

  /// Puts a derived bar in its place, or removes the one that is no longer there.
  func store(
    _ bar: Bar?, at start: Instant, _ day: CivilDate, isRegular: Bool, _ interval: Interval,
    in data: inout SymbolSessionData
  ) {
    let held = data.bars[interval]?.data.chunk(on: day)?.index(of: start.nanoseconds) != nil
    guard let bar else {
      guard held else { return }
      data.bars[interval]?.data.remove(start, day: day)
      data.bars[interval]?.noteChange(start.nanoseconds...start.nanoseconds)
      return
    }
    if data.bars[interval]?.data.replace(bar, day: day) == nil {
      _ = data.bars[interval]?.data.insert(bar, day: day, isRegular: isRegular)
    }
    data.bars[interval]?.noteChange(start.nanoseconds...start.nanoseconds)
  }

  /// Makes bars of the windows that the clock has closed since the last base bars arrived.
  ///
  /// Only the windows of the last two base bars can be open: each arrival closes those before it.
  ///
  /// - Returns: the stretches of derived bars that came of it.
  func closeWindows(
    of interval: Interval, from base: Interval, in data: inout SymbolSessionData
  ) -> [Change] {
    guard let clock, let series = data.bars[base]?.data, let record = data.bars[interval] else {
      return []
    }
    var closed: [Change] = []
    let frame = frame(of: record, data.hours)
    for bar in series.suffix(2) where bar.start < clock {
      guard let session = calendar.session(containing: bar.start) else { continue }
      guard interval.isIntraday else {
        let count = data.bars[interval]?.data.count
        derivePeriods(interval, from: base, session.date...session.date, in: &data)
        if data.bars[interval]?.data.count != count {
          closed.append(Change(.set, nil, .bars(interval)))
        }
        continue
      }
      guard let run = frame.grid(of: session).runs.first(where: { $0.contains(bar.start) }),
        let slot = run.slotIndex(containing: bar.start.nanoseconds),
        run.slotEnd(slot) <= clock.nanoseconds
      else { continue }
      let start = run.slotStart(slot)
      let chunk = data.bars[interval]?.data.chunk(on: session.date)
      if chunk?.index(of: start) != nil { continue }
      refold(bar.start.nanoseconds, session.date, interval, from: base, in: &data)
      let moment = Instant(nanoseconds: start)
      closed.append(Change(.set, nil, .bars(interval), .starts(moment...moment)))
    }
    return closed
  }
}

extension SlotGrid.Run {
  /// Whether a moment lies in the segment.
  func contains(_ time: Instant) -> Bool { time.nanoseconds >= start && time.nanoseconds < end }
}
