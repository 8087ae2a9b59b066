import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// What a move of the clock on within a session brings into sight of a symbol.
///
/// It gives what `ClockView` gives, which the laws hold it to, but in proportion to what comes into sight.
struct ClockAdvance {
  /// The view at the clock's new place.
  let view: ClockView
  /// The clock's place before.
  let before: Instant
  let memo: CalendarMemo

  /// The symbol as it is seen now, given how it was seen; nil where only the view can tell.
  ///
  /// - Throws: as `ClockView.symbol`.
  /// - Complexity: O(days + bars that come into sight), plus a copy of the session's chunks where they are
  ///   shared.
  func symbol(
    _ known: SymbolSessionData, from earlier: SymbolSessionData
  ) throws(SessError) -> SymbolSessionData? {
    guard isWithinSession, !hidesMore(known, than: earlier) else { return nil }
    var seen = earlier
    let manager = DataQualityManager(
      calendar: memo.calendar, hours: known.hours, clock: view.clock, memo: memo)
    var roots: [(interval: Interval, dates: ClosedRange<CivilDate>?)] = []
    var first: Int64?
    for interval in known.bars.keys.sorted() {
      guard let record = known.bars[interval], let held = seen.bars[interval]?.data else {
        return nil
      }
      if !interval.isIntraday, view.trailing != nil { return nil }
      guard let added = added(record, to: held) else { return nil }
      for stretch in added {
        seen.bars[interval]?.data.append(record.data.chunks[stretch.chunk], stretch.range)
      }
      let start = added.first.map { record.data.chunks[$0.chunk].starts[$0.range.lowerBound] }
      if interval == known.baseInterval { first = start }
      let root = DataProcessor.root(of: interval, in: known)
      let dates: ClosedRange<CivilDate>?
      if let asked = roots.first(where: { $0.interval == root }) {
        dates = asked.dates
      } else {
        dates = view.expectedDates(root, known, seen, manager)
        roots.append((root, dates))
      }
      let opensDay = lastDay(root, earlier) != lastDay(root, seen)
      judge(interval, known, over: dates, since: start, opensDay: opensDay, in: &seen)
    }
    if !seen.indicators.isEmpty {
      seen.indicators = known.indicators
      try view.cutIndicators(&seen, isPrefix: view.trailing == nil)
    }
    if seen.rejected.count != known.rejected.count { seen.rejected = view.rejected(of: known) }
    if let first { fold(from: first, &seen) }
    return seen
  }

  /// The day of the last bar in sight.
  private func lastDay(_ interval: Interval, _ symbol: SymbolSessionData) -> CivilDate? {
    symbol.bars[interval]?.data.chunks.last?.day
  }

  /// Whether both moments lie in the same session, the later one not before the other.
  private var isWithinSession: Bool {
    guard let date = view.sessionDate, before <= view.clock else { return false }
    return memo.latestSessionDate(startedBefore: before) == date
  }

  /// Whether something comes into sight that is no bar at the end of a series, or is hidden behind that end: a
  /// late or corrected bar, an event.
  private func hidesMore(_ known: SymbolSessionData, than seen: SymbolSessionData) -> Bool {
    if seen.revisions.count != known.revisions.count { return true }
    let clock = view.clock.nanoseconds
    for record in known.bars.values where !record.derived {
      for chunk in record.data.chunks where !chunk.marks.isEmpty {
        for mark in chunk.marks
        where (mark.received ?? .min) > before.nanoseconds && mark.start <= clock { return true }
      }
    }
    let (ticks, quotes) = (seen.ticks.count, seen.quotes.count)
    if ticks < known.ticks.count, known.ticks.times[ticks] <= clock { return true }
    return quotes < known.quotes.count && known.quotes.times[quotes] <= clock
  }

  // MARK: bars

  /// The stretches of a series that come into sight; nil where it is not known from where on.
  private func added(
    _ record: BarIntervalData, to held: BarSeries
  ) -> [(chunk: Int, range: Range<Int>)]? {
    let series = record.data
    var (chunk, index) = (0, 0)
    if let last = held.lastStart {
      guard let found = series.chunkIndex(startingBy: last),
        let position = series.chunks[found].index(of: last)
      else { return nil }
      (chunk, index) = (found, position + 1)
    } else if view.trailing != nil {
      return nil
    }
    var stretches: [(chunk: Int, range: Range<Int>)] = []
    while chunk < series.chunks.count {
      let count = visibleCount(of: series.chunks[chunk], record)
      if index < count { stretches.append((chunk, index..<count)) }
      guard count == series.chunks[chunk].count else { break }
      (chunk, index) = (chunk + 1, 0)
    }
    return stretches
  }

  /// How many bars of a chunk have ended by the clock.
  private func visibleCount(of chunk: BarChunk, _ record: BarIntervalData) -> Int {
    let clock = view.clock.nanoseconds
    guard chunk.starts[0] < clock else { return 0 }
    guard record.interval.isIntraday else { return view.visibleCount(of: chunk, record) }
    let frame = SeriesFrame(record, memo.calendar, .extended)
    var count = chunk.lowerBound(clock)
    while count > 0, memo.barEnd(frame, on: chunk.day, start: chunk.starts[count - 1]) > clock {
      count -= 1
    }
    return count
  }

  // MARK: what follows

  /// Judges what the clock has passed since.
  private func judge(
    _ interval: Interval, _ known: SymbolSessionData, over dates: ClosedRange<CivilDate>?,
    since start: Int64?, opensDay: Bool, in seen: inout SymbolSessionData
  ) {
    guard let dates, let date = view.sessionDate, dates.contains(date), interval.isIntraday,
      let record = known.bars[interval]
    else {
      // The first bar of a day makes the days before it expected, missing ones included.
      if interval.isIntraday || start != nil || opensDay || closes {
        view.judge(interval, known, [], in: &seen)
      }
      return
    }
    let manager = DataQualityManager(
      calendar: memo.calendar, hours: known.hours, clock: view.clock, memo: memo)
    let frame = SeriesFrame(record, memo.calendar, known.hours)
    if start == nil, seen.bars[interval]?.days.last?.date == date,
      let window = memo.grid(frame, root: nil, on: date)?.window(holding: before.nanoseconds),
      view.clock.nanoseconds < window.upperBound
    {
      // No slot has ended since, and the days before are judged already.
      return
    }
    let root = record.derived ? DataProcessor.countedRoot(of: interval, in: known) : nil
    let judged = manager.extend(
      &seen.bars[interval, default: .init(interval: interval)], frame, root: root, over: dates,
      since: start ?? .max, memo)
    if judged == nil { view.judge(interval, known, [], in: &seen) }
  }

  /// Whether the session's regular hours end in between, and with them its day, and maybe its week and month.
  private var closes: Bool {
    guard let close = view.sessionDate.flatMap({ memo.session(on: $0) })?.close else { return true }
    return before.nanoseconds < close && close <= view.clock.nanoseconds
  }

  private func fold(from first: Int64, _ seen: inout SymbolSessionData) {
    let processor = DataProcessor(calendar: memo.calendar, clock: view.clock, memo: memo)
    if let base = seen.baseInterval, seen.metrics.date == view.sessionDate,
      let last = seen.bars[base]?.data.lastStart, first <= last,
      processor.addLast(first...last, base, to: &seen)
    {
      return
    }
    view.foldMetrics(&seen)
  }
}
