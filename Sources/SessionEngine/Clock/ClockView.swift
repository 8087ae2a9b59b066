import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// What can be seen of a symbol at a moment: the bars that have ended, and what follows from them.
///
/// A pure function of what is known and the clock, so a step back cannot differ from never having stepped.
struct ClockView {
  let calendar: MarketCalendar
  let clock: Instant
  /// How many trading days before the session stay visible; nil keeps all.
  let trailing: Int?

  /// The session at the clock: the latest trading day whose hours began strictly before it.
  let sessionDate: CivilDate?
  /// The first trading day that is visible; nil when every day is.
  let firstDate: CivilDate?

  init(calendar: MarketCalendar, clock: Instant, trailing: Int?) {
    self.calendar = calendar
    self.clock = clock
    self.trailing = trailing
    let date = calendar.latestSessionDate(startedBefore: clock)
    sessionDate = date
    guard let trailing, let date else {
      firstDate = nil
      return
    }
    firstDate = calendar.tradingDay(date, movedBy: -trailing) ?? calendar.firstDate
  }

  /// The symbol as it is seen, given all that is known of it.
  ///
  /// - Complexity: O(days), plus the bars of the session day; all bars where late ones are hidden.
  func symbol(_ known: SymbolSessionData) throws(SessError) -> SymbolSessionData {
    var seen = known
    var hiddenDays: Set<CivilDate> = []
    for interval in known.bars.keys.sorted() {
      guard let record = known.bars[interval], !record.derived else { continue }
      seen.bars[interval]?.data = received(record, known.revisions, hiding: &hiddenDays)
    }
    for interval in known.derivedIntervals {
      try derive(interval, known, hiddenDays, in: &seen)
    }
    cutExpectation(&seen)
    for interval in known.bars.keys { judge(interval, known, hiddenDays, in: &seen) }
    seen.revisions = known.revisions.filter(isSeen)
    seen.rejected = rejected(of: known)
    cutEvents(&seen)
    try cutIndicators(&seen, isPrefix: hiddenDays.isEmpty && trailing == nil)
    foldMetrics(&seen)
    return seen
  }

  /// Leaves out the stated days before the trailing window; where all lie there, loaded days are what is expected.
  private func cutExpectation(_ seen: inout SymbolSessionData) {
    guard let firstDate else { return }
    for (interval, record) in seen.bars {
      guard let stated = record.expectedDates, stated.lowerBound < firstDate else { continue }
      seen.bars[interval]?.expectedDates =
        firstDate <= stated.upperBound ? firstDate...stated.upperBound : nil
    }
  }

  /// Whether a replaced bar had come, would have ended, and has been replaced by now.
  private func isSeen(_ revision: Revision) -> Bool {
    let frame = SeriesFrame(calendar: calendar, hours: .extended, interval: revision.interval)
    let end = Instant(nanoseconds: frame.barEnd(start: revision.old.start.nanoseconds))
    return [end, revision.old.received ?? end, revision.replacedAt ?? end].allSatisfy {
      $0 <= clock
    }
  }

  /// The rejected rows whose bars would have ended; those that state no time follow everything that does.
  func rejected(of known: SymbolSessionData) -> [RejectedRow] {
    let length = (known.baseInterval ?? .minute).nanoseconds
    var isComplete: Bool?
    return known.rejected.filter { row in
      guard let start = row.start?.nanoseconds else {
        if isComplete == nil { isComplete = showsAll(known) }
        return isComplete == true
      }
      let (end, isFar) = start.addingReportingOverflow(length)
      return !isFar && end <= clock.nanoseconds
    }
  }

  /// Whether every received bar has ended, and every event come, by the clock.
  private func showsAll(_ known: SymbolSessionData) -> Bool {
    for record in known.bars.values where !record.derived {
      guard let last = record.data.lastStart else { continue }
      if frame(of: record, .extended).barEnd(start: last) > clock.nanoseconds { return false }
    }
    return [known.ticks.times.last, known.quotes.times.last].allSatisfy {
      ($0 ?? .min) <= clock.nanoseconds
    }
  }

  /// Leaves out the ticks and quotes that are still to come.
  private func cutEvents(_ seen: inout SymbolSessionData) {
    let ticks = seen.ticks.lowerBound(clock.nanoseconds + 1)
    if ticks < seen.ticks.count {
      var cut = TickSeries()
      for index in 0..<ticks { cut.append(seen.ticks[index]) }
      seen.ticks = cut
    }
    let quotes = seen.quotes.lowerBound(clock.nanoseconds + 1)
    if quotes < seen.quotes.count {
      var cut = QuoteSeries()
      for index in 0..<quotes { cut.append(seen.quotes[index]) }
      seen.quotes = cut
    }
  }

  /// Leaves studies the figures of the bars that are seen.
  ///
  /// A figure never depends on later bars, so what is left of a series from its first bar on keeps its figures.
  func cutIndicators(_ seen: inout SymbolSessionData, isPrefix: Bool) throws(SessError) {
    for index in seen.indicators.indices {
      let interval = seen.indicators.values[index].spec.interval
      guard let record = seen.bars[interval] else { continue }
      let processor = seen.processor(of: record, calendar)
      if isPrefix {
        try processor.cut(&seen.indicators.values[index], to: record.data)
      } else {
        try processor.rebuild(&seen.indicators.values[index], from: record.data)
      }
    }
  }

  // MARK: received bars

  /// The bars of a received series that have ended and arrived.
  private func received(
    _ record: BarIntervalData, _ revisions: [Revision], hiding days: inout Set<CivilDate>
  ) -> BarSeries {
    var chunks: [BarChunk] = []
    for chunk in visibleChunks(record) {
      guard chunk.marks.contains(where: { ($0.received ?? .min) > clock.nanoseconds }) else {
        chunks.append(chunk)
        continue
      }
      days.insert(chunk.day)
      chunks.append(withoutLate(chunk, record.interval, revisions))
    }
    return BarSeries(chunks: chunks)
  }

  /// A chunk without the bars that arrive after the clock; what they replaced is seen in their place.
  private func withoutLate(_ chunk: BarChunk, _ interval: Interval, _ revisions: [Revision])
    -> BarChunk
  {
    var chunk = chunk
    for mark in chunk.marks where (mark.received ?? .min) > clock.nanoseconds {
      guard let index = chunk.index(of: mark.start) else { continue }
      let earlier = revisions.last { revision in
        revision.interval == interval && revision.old.start.nanoseconds == mark.start
          && (revision.old.received ?? Instant(nanoseconds: .min)) <= clock
      }
      if let earlier {
        chunk.replace(at: index, with: earlier.old)
      } else {
        chunk.remove(at: index)
      }
    }
    return chunk
  }

  /// The chunks within the trailing window, the last one cut at the clock.
  private func visibleChunks(_ record: BarIntervalData) -> [BarChunk] {
    let (series, interval) = (record.data, record.interval)
    var chunks: [BarChunk] = []
    let lower = firstDate.map {
      series.lowerChunk(BarSeries.chunkDay(of: $0, interval: interval))
    }
    for chunk in series.chunks[(lower ?? 0)...] {
      guard let first = chunk.starts.first, first < clock.nanoseconds else { break }
      let upper = visibleCount(of: chunk, record)
      let from = interval.isIntraday ? 0 : firstIndex(chunk)
      if from < upper { chunks.append(chunk.slice(from..<upper)) }
    }
    return chunks
  }

  /// The first bar of a year's chunk that starts within the trailing window.
  private func firstIndex(_ chunk: BarChunk) -> Int {
    guard let firstDate, let session = calendar.session(on: firstDate) else { return 0 }
    return chunk.lowerBound(session.open)
  }

  /// How many bars of a chunk have ended by the clock.
  func visibleCount(of chunk: BarChunk, _ record: BarIntervalData) -> Int {
    if record.interval.isIntraday, let sessionDate, chunk.day < sessionDate { return chunk.count }
    let frame = frame(of: record, .extended)
    var count = chunk.lowerBound(clock.nanoseconds)
    while count > 0, frame.barEnd(start: chunk.starts[count - 1]) > clock.nanoseconds { count -= 1 }
    return count
  }

  // MARK: derived bars

  private func derive(
    _ interval: Interval, _ known: SymbolSessionData, _ hiddenDays: Set<CivilDate>,
    in seen: inout SymbolSessionData
  ) throws(SessError) {
    guard let record = known.bars[interval] else { return }
    guard let base = record.base, seen.bars[base] != nil else {
      // Made of events: a window that has ended holds none that are still to come.
      seen.bars[interval]?.data = BarSeries(chunks: visibleChunks(record))
      return
    }
    if interval.isIntraday {
      var series = BarSeries(chunks: visibleChunks(record))
      let derivation = IntradayDerivation(
        frame: frame(of: record, known.hours),
        root: DataProcessor.countedRoot(of: interval, in: known),
        policy: record.policy)
      for day in hiddenDays {
        guard let session = calendar.session(on: day) else { continue }
        let chunk = seen.seenChunk(base, on: day, calendar) ?? BarChunk(day: day)
        series.setChunk(derivation.derive(session, from: chunk, clock: clock))
      }
      seen.bars[interval]?.data = series
    } else if hiddenDays.isEmpty, trailing == nil {
      seen.bars[interval]?.data = BarSeries(chunks: visibleChunks(record))
    } else {
      let derivation = try SeriesDerivation(
        frame: frame(of: record, known.hours), base: base,
        root: DataProcessor.countedRoot(of: interval, in: known), policy: record.policy)
      let source = seen.seen(base, calendar) ?? BarSeries()
      seen.bars[interval]?.data = derivation.derive(source, clock: clock)
    }
  }

  private func frame(of record: BarIntervalData, _ hours: Hours) -> SeriesFrame {
    SeriesFrame(record, calendar, hours)
  }

  // MARK: quality and metrics

  /// The days that a root's series are judged over, given the bars that are seen.
  ///
  /// Where days before the trailing window are loaded, its first day is expected whether it has bars or not.
  func expectedDates(
    _ root: Interval, _ known: SymbolSessionData, _ seen: SymbolSessionData,
    _ manager: DataQualityManager
  ) -> ClosedRange<CivilDate>? {
    let dates = seen.bars[root].flatMap { manager.expectedDates(root: $0) }
    guard let firstDate, let dates, firstDate < dates.lowerBound, let record = known.bars[root],
      record.expectedDates == nil, root.isIntraday || root.unit == .day,
      let loaded = SeriesJudge.loadedDays(of: record.data, interval: root, calendar: calendar),
      loaded.lowerBound <= firstDate
    else { return dates }
    return firstDate...dates.upperBound
  }

  /// Whole days keep their judgement; the session day is judged up to the clock.
  func judge(
    _ interval: Interval, _ known: SymbolSessionData, _ hiddenDays: Set<CivilDate>,
    in seen: inout SymbolSessionData
  ) {
    guard let record = known.bars[interval] else { return }
    let root = DataProcessor.root(of: interval, in: known)
    let counted = DataProcessor.countedRoot(of: interval, in: known)
    let manager = DataQualityManager(calendar: calendar, hours: known.hours, clock: clock)
    guard let dates = expectedDates(root, known, seen, manager) else {
      seen.bars[interval]?.days = []
      seen.bars[interval]?.gaps = []
      return
    }
    guard interval.isIntraday, hiddenDays.isEmpty, let sessionDate else {
      return manager.judge(
        &seen.bars[interval, default: .init(interval: interval)], root: counted, over: dates)
    }
    seen.bars[interval]?.days = record.days.filter {
      dates.contains($0.date) && $0.date < sessionDate
    }
    seen.bars[interval]?.gaps = record.gaps.filter {
      dates.contains($0.date) && $0.date < sessionDate
    }
    guard dates.contains(sessionDate) else { return }
    let today = manager.judged(
      seen.bars[interval, default: .init(interval: interval)], root: counted,
      over: sessionDate...sessionDate)
    seen.bars[interval]?.days += today.days
    seen.bars[interval]?.gaps += today.gaps
  }

  func foldMetrics(_ seen: inout SymbolSessionData) {
    seen.metrics = seen.metrics(on: sessionDate, calendar, clock: clock)
  }
}
