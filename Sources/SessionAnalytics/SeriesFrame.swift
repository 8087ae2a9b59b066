public import MarketCalendar
public import MarketModel

/// What a series is judged against: its calendar, hours, interval and alignment.
///
/// A day's slots are a pure function of these and the date; nothing else decides what is expected.
public struct SeriesFrame: Sendable {
  /// The exchange calendar of the symbol.
  public let calendar: MarketCalendar
  /// Which hours are expected.
  public let hours: Hours
  /// The bar length.
  public let interval: Interval
  /// Where windows are anchored.
  public let alignment: Alignment

  /// Creates a frame.
  public init(
    calendar: MarketCalendar, hours: Hours, interval: Interval, alignment: Alignment = .session
  ) {
    self.calendar = calendar
    self.hours = hours
    self.interval = interval
    self.alignment = alignment
  }

  /// Creates the frame of a symbol's interval.
  public init(_ record: BarIntervalData, _ calendar: MarketCalendar, _ hours: Hours) {
    self.init(
      calendar: calendar, hours: hours, interval: record.interval, alignment: record.alignment)
  }

  /// The same calendar and hours with another interval, session-aligned.
  public func with(interval: Interval) -> SeriesFrame {
    SeriesFrame(calendar: calendar, hours: hours, interval: interval)
  }

  /// A judge of starts on the slots of this interval.
  public var slotJudge: SlotJudge {
    SlotJudge(calendar: calendar, interval: interval, alignment: alignment)
  }

  /// The expected slots of one session, for intraday intervals.
  public func grid(of session: TradingSession) -> SlotGrid {
    SlotGrid(
      session: session, interval: interval, extended: hours == .extended, alignment: alignment,
      zone: calendar.zone)
  }

  /// The end of the bar that starts at a moment, cut at its segment's close, in UTC nanoseconds.
  ///
  /// A day's, week's or month's bar ends at the regular close of its last trading day.
  public func barEnd(start: Int64) -> Int64 {
    let (sum, isFar) = start.addingReportingOverflow(interval.nanoseconds)
    let uncut = isFar ? Int64.max : sum
    guard let session = calendar.session(containing: Instant(nanoseconds: start)) else {
      return uncut
    }
    guard interval.isIntraday else {
      let period = period(around: session.date)
      let days = calendar.tradingDays(from: session.date, through: period.upperBound)
      return days.last.flatMap { calendar.session(on: $0)?.close } ?? session.close
    }
    let grid = SlotGrid(
      session: session, interval: interval, extended: true, alignment: alignment,
      zone: calendar.zone)
    for run in grid.runs {
      if let slot = run.slotIndex(containing: start) { return run.slotEnd(slot) }
    }
    return uncut
  }

  /// The bars of a chunk that the hours expect: the regular ones, or all.
  func feeding(_ chunk: BarChunk) -> Range<Int> {
    hours == .extended || !interval.isIntraday ? 0..<chunk.count : chunk.regular
  }

  /// How many bars a year of trading has, by convention: 252 days, or 365 where weekends trade, 52 weeks, 12 months.
  ///
  /// A day of intraday bars is one that neither opens late nor closes early.
  public var barsPerYear: Double {
    switch interval.unit {
    case .week: return 52
    case .month: return 12
    default: break
    }
    var ordinary: TradingSession?
    var weekdays = 0
    for offset in 0..<60 {
      let date = calendar.lastDate.advanced(by: -offset)
      guard let session = calendar.session(on: date) else { continue }
      if offset < 7 { weekdays += 1 }
      if !session.isEarlyClose, !session.isLateOpen { ordinary = session }
    }
    let days: Double = weekdays == 7 ? 365 : 252
    guard interval.isIntraday, let ordinary else { return days }
    return days * Double(grid(of: ordinary).count)
  }

  /// The trading days a day's, week's or month's slot covers, the given date being inside it.
  public func period(around date: CivilDate) -> ClosedRange<CivilDate> {
    switch interval.unit {
    case .week: return date.weekStart...date.weekStart.advanced(by: 6)
    case .month:
      let start = date.monthStart
      let parts = start.components
      let length = CivilDate.dayCount(year: parts.year, month: parts.month)
      return start...start.advanced(by: length - 1)
    default: return date...date
    }
  }
}
