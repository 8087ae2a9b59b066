/// The trading days before the session date: a view of the series, by interval and date.
///
/// It holds no bars of its own, so it cannot disagree with the series.
public struct HistoricalData: Sendable {
  private let symbol: SymbolSessionData
  private let sessionDate: CivilDate?

  /// Creates the view; without a session date nothing is historical.
  public init(symbol: SymbolSessionData, sessionDate: CivilDate?) {
    self.symbol = symbol
    self.sessionDate = sessionDate
  }

  /// The intervals with at least one historical day, base first.
  public var intervals: [Interval] {
    symbol.intervals.filter { dateRange(of: $0) != nil }
  }

  /// How many historical days of an interval hold a bar; weeks or months for those.
  public func dayCount(of interval: Interval) -> Int {
    guard !interval.isIntraday else { return chunks(of: interval).count }
    return judgedDays(of: interval).reduce(0) { $0 + ($1.slots.present > 0 ? 1 : 0) }
  }

  /// The historical bars of an intraday interval, a chunk a trading day.
  private func chunks(of interval: Interval) -> ArraySlice<BarChunk> {
    guard let record = symbol.bars[interval], let sessionDate else { return [] }
    return record.data.chunks[..<record.data.lowerChunk(sessionDate)]
  }

  private func judgedDays(of interval: Interval) -> ArraySlice<DayQuality> {
    guard let record = symbol.bars[interval], let sessionDate else { return [] }
    return record.days.prefix { $0.date < sessionDate }
  }

  /// The first and last historical day of an interval that hold a bar.
  private func dateRange(of interval: Interval) -> ClosedRange<CivilDate>? {
    if interval.isIntraday {
      let chunks = chunks(of: interval)
      guard let first = chunks.first?.day, let last = chunks.last?.day else { return nil }
      return first...last
    }
    let days = judgedDays(of: interval)
    guard let first = days.first(where: { $0.slots.present > 0 })?.date,
      let last = days.last(where: { $0.slots.present > 0 })?.date
    else { return nil }
    return first...last
  }

  /// The quality of the historical days of an interval.
  public func quality(of interval: Interval) -> Quality {
    DayQuality.total(judgedDays(of: interval)).slots
  }

  /// The gaps of the historical days of an interval.
  public func gaps(of interval: Interval) -> ArraySlice<Gap> {
    guard let record = symbol.bars[interval], let sessionDate else { return [] }
    return record.gaps.prefix { $0.date < sessionDate }
  }

  /// The first and last historical day over all intervals; days, weeks and months count where the base is one.
  public var dateRange: ClosedRange<CivilDate>? {
    var range: ClosedRange<CivilDate>?
    let isFine = symbol.baseInterval?.isIntraday != false
    for interval in symbol.intervals where interval.isIntraday || !isFine {
      guard let days = dateRange(of: interval) else { continue }
      let lower = min(days.lowerBound, range?.lowerBound ?? days.lowerBound)
      range = lower...max(days.upperBound, range?.upperBound ?? days.upperBound)
    }
    return range
  }
}
