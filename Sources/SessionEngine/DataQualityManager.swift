import MarketCalendar
import MarketModel
import SessionAnalytics

/// Keeps the stored quality and gaps of every interval equal to what its bars and calendar say.
struct DataQualityManager {
  private let calendar: MarketCalendar
  private let hours: Hours
  let clock: Instant?

  private let memo: CalendarMemo

  /// Creates a manager for one symbol's calendar and hours.
  init(calendar: MarketCalendar, hours: Hours, clock: Instant?, memo: CalendarMemo? = nil) {
    self.memo = memo ?? CalendarMemo(calendar)
    self.calendar = calendar
    self.hours = hours
    self.clock = clock
  }

  /// The trading days the series of a root are judged over: as stated, or from its first to its last loaded day.
  ///
  /// With a clock, of these up to the session; the bars are those that are seen, so no day is expected before a
  /// bar in its regular hours has ended, or one of a later day.
  func expectedDates(root: BarIntervalData) -> ClosedRange<CivilDate>? {
    let days = root.expectedDates ?? loadedDays(root)
    guard let days, let clock else { return days }
    guard let session = memo.latestSessionDate(startedBefore: clock) else { return nil }
    return range(days.lowerBound, min(days.upperBound, session))
  }

  private func range(_ first: CivilDate, _ last: CivilDate) -> ClosedRange<CivilDate>? {
    first <= last ? first...last : nil
  }

  private func loadedDays(_ root: BarIntervalData) -> ClosedRange<CivilDate>? {
    SeriesJudge.loadedDays(of: root.data, interval: root.interval, calendar: calendar)
  }

  /// Judges a record afresh over the given days, `root` being the received interval behind it.
  func judge(_ record: inout BarIntervalData, root: Interval?, over dates: ClosedRange<CivilDate>?)
  {
    (record.days, record.gaps) = judged(record, root: root, over: dates)
  }

  /// The judgement of some days of a record, up to the clock.
  func judged(_ record: BarIntervalData, root: Interval?, over dates: ClosedRange<CivilDate>?)
    -> (days: [DayQuality], gaps: [Gap])
  {
    seriesJudge(of: record, root).judge(record.data, over: dates, span: JudgeSpan(clock: clock))
  }

  /// Judges again only the days whose bars changed, those that became expected, and the one the clock is in.
  ///
  /// - Returns: the days that were judged, or that differ where all were; nil when none is.
  /// - Complexity: O(bars of the changed days).
  func refresh(
    _ record: inout BarIntervalData, root: Interval?, over dates: ClosedRange<CivilDate>?,
    changed days: ClosedRange<CivilDate>?
  ) -> ClosedRange<CivilDate>? {
    guard record.interval.isIntraday, let dates, let first = record.days.first?.date,
      let last = record.days.last?.date, dates.lowerBound <= first, dates.upperBound >= last
    else {
      let before = record
      judge(&record, root: root, over: dates)
      return Self.differingDates(before, record)
    }
    var judged: ClosedRange<CivilDate>?
    if dates.lowerBound < first {
      let earlier = dates.lowerBound...first.advanced(by: -1)
      replaceDays(earlier, of: &record, root)
      judged = earlier
    }
    // With a clock the last judged day may have been judged in part only.
    let settled = clock == nil ? last.advanced(by: 1) : last
    if settled <= dates.upperBound {
      let later = settled...dates.upperBound
      replaceDays(later, of: &record, root)
      judged = (judged?.lowerBound ?? later.lowerBound)...later.upperBound
    }
    guard let days else { return judged }
    let lower = max(days.lowerBound, dates.lowerBound)
    let upper = min(days.upperBound, dates.upperBound)
    guard lower <= upper else { return judged }
    replaceDays(lower...upper, of: &record, root)
    return min(judged?.lowerBound ?? lower, lower)...max(judged?.upperBound ?? upper, upper)
  }

  /// The dates between which the judgements of two records differ.
  private static func differingDates(
    _ old: BarIntervalData, _ new: BarIntervalData
  ) -> ClosedRange<CivilDate>? {
    let days = ListDifference(from: old.days, to: new.days)?
      .bounds({ $0.date }, old.days, new.days)
    let gaps = ListDifference(from: old.gaps, to: new.gaps)?
      .bounds({ $0.date }, old.gaps, new.gaps)
    guard let days, let gaps else { return days ?? gaps }
    return min(days.lowerBound, gaps.lowerBound)...max(days.upperBound, gaps.upperBound)
  }

  private func replaceDays(
    _ dates: ClosedRange<CivilDate>, of record: inout BarIntervalData, _ root: Interval?
  ) {
    let judged = judged(record, root: root, over: dates)
    let dayRange = Self.range(of: dates, in: record.days, date: \.date)
    record.days.replaceSubrange(dayRange, with: judged.days)
    let gapRange = Self.range(of: dates, in: record.gaps, date: \.date)
    record.gaps.replaceSubrange(gapRange, with: judged.gaps)
  }

  private func seriesJudge(of record: BarIntervalData, _ root: Interval?) -> SeriesJudge {
    SeriesJudge(
      frame: SeriesFrame(record, calendar, hours), root: record.derived ? root : nil)
  }

  /// The indices of sorted items whose date lies within a range.
  private static func range<Item>(
    of dates: ClosedRange<CivilDate>, in items: [Item], date: (Item) -> CivilDate
  ) -> Range<Int> {
    let lower = items.lowerIndex { date($0) < dates.lowerBound }
    return lower..<max(lower, items.lowerIndex { date($0) <= dates.upperBound })
  }
}
