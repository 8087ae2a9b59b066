import MarketCalendar
public import MarketModel

/// Compares a series of days, weeks or months with the periods its calendar requires.
public struct PeriodJudge: Sendable {
  private let frame: SeriesFrame
  private let root: Interval?

  /// Creates a judge for `1d`, `1w` or `1mo`; `root` is the received base of a derived series.
  public init(frame: SeriesFrame, root: Interval? = nil) {
    self.frame = frame
    self.root = root
  }

  /// Judges every period that has a trading day in `days`.
  ///
  /// - Complexity: O(trading days).
  public func judge(
    _ days: [CivilDate], _ series: BarSeries, span: JudgeSpan = .whole
  ) -> (days: [DayQuality], gaps: [Gap]) {
    var judged: [DayQuality] = []
    var gaps: [Gap] = []
    var lastPeriod: ClosedRange<CivilDate>?
    var isRunOpen = false
    for date in days {
      if let lastPeriod, lastPeriod.contains(date) { continue }
      let period = frame.period(around: date)
      lastPeriod = period
      guard let slot = slot(of: period, span) else { continue }
      var bar = series.bar(at: slot.start)
      if bar?.fill?.isSynthetic == true { bar = nil }
      judged.append(quality(of: slot, bar))
      if bar != nil {
        isRunOpen = false
      } else if isRunOpen, let last = gaps.indices.last {
        gaps[last].end = slot.end
        gaps[last].missing += 1
      } else {
        gaps.append(Gap(date: slot.date, start: slot.start, end: slot.end, missing: 1))
        isRunOpen = true
      }
    }
    return (judged, gaps)
  }

  private struct Slot {
    var date: CivilDate
    var start: Instant
    var end: Instant
    var expectedRoots: Int
  }

  private func slot(of period: ClosedRange<CivilDate>, _ span: JudgeSpan) -> Slot? {
    let days = frame.calendar.tradingDays(from: period.lowerBound, through: period.upperBound)
    guard let first = days.first, let last = days.last,
      let opening = frame.calendar.session(on: first),
      let closing = frame.calendar.session(on: last)
    else { return nil }
    guard opening.open >= span.from, opening.open < span.until else { return nil }
    if let clock = span.clock, closing.close > clock { return nil }
    return Slot(
      date: first, start: Instant(nanoseconds: opening.open),
      end: Instant(nanoseconds: closing.close),
      expectedRoots: root.map { PeriodJudge.rootSlots(of: days, frame, root: $0) } ?? 0)
  }

  /// Root slots of the regular sessions of some trading days, aligned as the frame is.
  static func rootSlots(of days: [CivilDate], _ frame: SeriesFrame, root: Interval) -> Int {
    guard root.isIntraday else {
      return root.unit == .day ? days.count : 1
    }
    let regular = SeriesFrame(
      calendar: frame.calendar, hours: .regular, interval: root, alignment: frame.alignment)
    var total = 0
    for day in days {
      guard let session = frame.calendar.session(on: day) else { continue }
      total += regular.grid(of: session).count
    }
    return total
  }

  private func quality(of slot: Slot, _ bar: Bar?) -> DayQuality {
    var day = DayQuality(
      date: slot.date, slots: Quality(expected: 1, present: bar == nil ? 0 : 1))
    guard root != nil else { return day }
    let present = bar?.coverage?.present ?? 0
    day.coverage = Quality(expected: slot.expectedRoots, present: present)
    if bar != nil, present < slot.expectedRoots { day.partial = 1 }
    return day
  }
}

extension PeriodJudge {
  /// The slots of days, weeks or months that start within `[from, until)`.
  public func slots(from: Instant, until: Instant) -> [(Instant, Instant)] {
    var slots: [(Instant, Instant)] = []
    guard var date = frame.calendar.tradingDay(containing: from) else { return [] }
    while let slot = slot(of: frame.period(around: date), .whole), slot.start < until {
      slots.append((slot.start, slot.end))
      let next = frame.period(around: date).upperBound
      guard let following = frame.calendar.nextTradingDay(after: next) else { break }
      date = following
    }
    return slots
  }
}
