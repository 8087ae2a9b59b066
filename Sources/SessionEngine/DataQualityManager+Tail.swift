import MarketCalendar
import MarketModel
import SessionAnalytics

/// Judging the end of a series again, where it grows.
extension DataQualityManager {
  /// Judges again what the bars from a start on, and the clock, can have changed.
  ///
  /// - Parameters:
  ///   - record: the record; its judgement up to the last bar before `start` holds.
  ///   - frame: what it is judged against.
  ///   - root: the received interval that is counted, for derived series.
  ///   - dates: the trading days it is judged over.
  ///   - start: the first start that may have changed; the greatest number when only the clock moved.
  ///   - memo: what the calendar says.
  /// - Returns: the days whose judgement has changed, nil inside where none has; nil when all must be judged.
  /// - Complexity: O(bars from `start` on), and of a derived series' day.
  func extend(
    _ record: inout BarIntervalData, _ frame: SeriesFrame, root: Interval?,
    over dates: ClosedRange<CivilDate>, since start: Int64, _ memo: CalendarMemo
  ) -> ClosedRange<CivilDate>?? {
    guard let first = record.days.first?.date, let last = record.days.last?.date,
      dates.lowerBound == first, dates.upperBound >= last
    else { return nil }
    let known = record.data.last(before: start)
    var lower = clock == nil ? last.advanced(by: 1) : last
    if start != .max, let day = firstDay(of: record.data, after: known, since: start) {
      lower = min(lower, day)
    }
    guard lower >= first else { return nil }
    guard lower <= dates.upperBound else { return .some(nil) }
    var from = Int64.min
    // Where bars stand in for missing ones, a gap may reach over the last bar that is known.
    if let known, record.data.chunks[known.chunk].day == lower,
      !record.data.chunks[known.chunk].hasSyntheticFills
    {
      from = known.start
    }
    let before = takeJudgement(from: lower, gapsFrom: from, of: &record)
    let span = JudgeSpan(clock: clock)
    var date = lower
    while date <= dates.upperBound {
      defer { date = date.advanced(by: 1) }
      guard let grid = memo.grid(frame, root: root, on: date) else { continue }
      let quality = DayJudge.judge(
        grid, record.data.chunk(on: date), from: date == lower ? from : .min, span: span,
        gaps: &record.gaps)
      if clock == nil || quality.slots.expected > 0 { record.days.append(quality) }
    }
    let isSame =
      record.days[before.dayCount...].elementsEqual(before.days)
      && record.gaps[before.gapCount...].elementsEqual(before.gaps)
    return .some(isSame ? nil : lower...dates.upperBound)
  }

  /// The day of the first bar from a start on.
  private func firstDay(
    of series: BarSeries, after known: (chunk: Int, start: Int64)?, since start: Int64
  ) -> CivilDate? {
    var chunk = known?.chunk ?? 0
    if known != nil, let last = series.chunks[chunk].starts.last, last < start { chunk += 1 }
    return chunk < series.chunks.count ? series.chunks[chunk].day : nil
  }

  private struct Judgement {
    var dayCount: Int
    var gapCount: Int
    var days: [DayQuality]
    var gaps: [Gap]
  }

  /// Takes the days from a date on out of a record, and the gaps from a start on.
  private func takeJudgement(
    from date: CivilDate, gapsFrom start: Int64, of record: inout BarIntervalData
  ) -> Judgement {
    var dayCount = record.days.count
    while dayCount > 0, record.days[dayCount - 1].date >= date { dayCount -= 1 }
    var gapCount = record.gaps.count
    while gapCount > 0, record.gaps[gapCount - 1].date >= date,
      record.gaps[gapCount - 1].start.nanoseconds >= start
    {
      gapCount -= 1
    }
    let taken = Judgement(
      dayCount: dayCount, gapCount: gapCount, days: Array(record.days[dayCount...]),
      gaps: Array(record.gaps[gapCount...]))
    record.days.removeSubrange(dayCount...)
    record.gaps.removeSubrange(gapCount...)
    return taken
  }
}
