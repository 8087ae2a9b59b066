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

  /// The same calendar and hours with another interval, session-aligned unless said otherwise.
  public func with(interval: Interval, alignment: Alignment = .session) -> SeriesFrame {
    SeriesFrame(calendar: calendar, hours: hours, interval: interval, alignment: alignment)
  }

  /// The expected slots of one session, for intraday intervals.
  public func grid(of session: TradingSession) -> SlotGrid {
    SlotGrid(
      session: session, interval: interval, extended: hours == .extended, alignment: alignment,
      zone: calendar.zone)
  }

  /// The bars of a chunk that the hours expect: the regular ones, or all.
  func feeding(_ chunk: BarChunk) -> Range<Int> {
    hours == .extended || !interval.isIntraday ? 0..<chunk.count : chunk.regular
  }

  /// The trading days a day's, week's or month's slot covers, the given date being inside it.
  func period(around date: CivilDate) -> ClosedRange<CivilDate> {
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
