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
    var held: [Interval] = []
    for interval in symbol.intervals where !days(of: interval).isEmpty { held.append(interval) }
    return held
  }

  /// The historical bars of an interval, a chunk a trading day.
  public func days(of interval: Interval) -> ArraySlice<BarChunk> {
    guard let record = symbol.bars[interval], let sessionDate else { return [] }
    let boundary = BarSeries.chunkDay(of: sessionDate, interval: interval)
    return record.data.chunks[..<record.data.lowerChunk(boundary)]
  }

  /// The bars of one interval and date.
  public func bars(of interval: Interval, on date: CivilDate) -> BarChunk? {
    guard let sessionDate, date < sessionDate else { return nil }
    return symbol.bars[interval]?.data.chunk(on: date)
  }

  /// The quality of the historical days of an interval.
  public func quality(of interval: Interval) -> Quality {
    guard let record = symbol.bars[interval], let sessionDate else {
      return Quality(expected: 0, present: 0)
    }
    return DayQuality.total(record.days.prefix { $0.date < sessionDate }).slots
  }

  /// The gaps of the historical days of an interval.
  public func gaps(of interval: Interval) -> ArraySlice<Gap> {
    guard let record = symbol.bars[interval], let sessionDate else { return [] }
    return record.gaps.prefix { $0.date < sessionDate }
  }

  /// The first and last historical day over all intervals.
  public var dateRange: ClosedRange<CivilDate>? {
    var range: ClosedRange<CivilDate>?
    for interval in symbol.intervals where interval.isIntraday {
      guard let first = days(of: interval).first?.day, let last = days(of: interval).last?.day
      else {
        continue
      }
      let lower = min(first, range?.lowerBound ?? first)
      range = lower...max(last, range?.upperBound ?? last)
    }
    return range
  }
}
