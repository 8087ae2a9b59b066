public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// Where the bars of a fill come from.
public enum FillSource: Sendable {
  /// A series of the same interval, and what it was taken from.
  case bars(BarSeries, from: GapSource)
  /// The last close, carried forward; of a series that is seen, where a replay hides a part of what is known.
  case lastClose(in: BarSeries? = nil)
}

/// What a fill did, in slots.
public struct FillCount: Sendable, Equatable {
  /// Slots that were missing.
  public var missing = 0
  /// Slots that got a bar.
  public var filled = 0
  /// Slots whose carried bar already stood there.
  public var held = 0

  /// Creates a count of nothing.
  public init() {}

  /// Slots the source had nothing for.
  public var left: Int { missing - filled - held }
}

extension SessionData {
  /// Puts bars into missing slots of a received series and brings what is derived from them up to date.
  ///
  /// Only missing slots are touched, so a second time changes nothing. A carried bar leaves its slot missing
  /// and gives way to any other.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `derived-interval`.
  @discardableResult
  public mutating func fill(
    _ gaps: [Gap], of symbol: String, _ interval: Interval, from source: FillSource
  ) throws(SessError) -> FillCount {
    var data = try symbolData(symbol)
    let before = try receivedData(data, interval)
    let calendar = try calendar(of: data.symbol)
    let filler = GapFiller(
      frame: SeriesFrame(calendar: calendar, hours: data.hours, interval: interval))
    var count = FillCount()
    for gap in gaps { count.missing += gap.missing }
    let wanted: [Bar]
    switch source {
    case .bars(let series, let source):
      wanted = filler.bars(for: gaps, from: series, named: source.name)
    case .lastClose(let seen): wanted = filler.carried(for: gaps, in: seen ?? before.data)
    }
    let stored = data.bars[interval]?.data.fill(wanted, interval, calendar, document.clock) ?? []
    count.filled = stored.count
    count.held = wanted.count - stored.count
    guard let first = stored.first, let last = stored.last else { return count }
    data.bars[interval]?.noteChange(first.nanoseconds...last.nanoseconds)
    if case .bars(_, let source) = source {
      data.bars[interval]?.note(SessionData.touched(gaps, stored, before, source))
    }
    try DataProcessor(calendar: calendar, clock: processingClock).process(&data)
    document.symbols[data.symbol] = data
    note(.set, data.symbol, .symbol)
    return count
  }

  /// Removes carried bars of a received series.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `derived-interval`.
  public mutating func removeCarried(
    _ starts: [Instant], of symbol: String, _ interval: Interval
  ) throws(SessError) {
    let data = try symbolData(symbol)
    let series = try receivedData(data, interval).data
    let carried = starts.filter { series.bar(at: $0)?.fill?.isSynthetic == true }
    try removeBars(carried, from: data.symbol, interval)
  }

  /// The record of a received interval.
  ///
  /// - Throws: `unknown-interval`, `derived-interval`.
  func receivedData(_ data: SymbolSessionData, _ interval: Interval) throws(SessError)
    -> BarIntervalData
  {
    guard let record = data.bars[interval] else { throw SessionData.unknown(interval, of: data) }
    guard !record.derived else {
      throw SessError(
        "derived-interval",
        "\(data.symbol)/\(interval) is derived, so it is filled by filling its base",
        hint: "`fill \(data.symbol)/\(DataProcessor.root(of: interval, in: data))`")
    }
    return record
  }

  /// A record of every gap that got a bar; earlier attempts stay counted.
  private static func touched(
    _ gaps: [Gap], _ stored: [Instant], _ before: BarIntervalData, _ source: GapSource
  ) -> [GapRetry] {
    var touched: [GapRetry] = []
    var next = 0
    for gap in gaps {
      while next < stored.count, stored[next] < gap.start { next += 1 }
      guard next < stored.count, stored[next] < gap.end else { continue }
      var retry = before.retry(of: gap) ?? GapRetry(gap: gap)
      retry.gap = gap
      retry.source = source
      touched.append(retry)
    }
    return touched
  }
}

extension BarSeries {
  /// Puts filled bars into free slots and in place of carried bars that differ.
  ///
  /// - Returns: the starts of the bars that were put in, ascending as they came.
  fileprivate mutating func fill(
    _ bars: [Bar], _ interval: Interval, _ calendar: MarketCalendar, _ clock: Instant?
  ) -> [Instant] {
    var stored: [Instant] = []
    var session: TradingSession?
    for var bar in bars {
      bar.received = clock
      if let held = self.bar(at: bar.start) {
        guard held.fill == .carried, !held.hasFigures(of: bar) else { continue }
      }
      if session.map({ bar.start.nanoseconds < $0.start || bar.start.nanoseconds >= $0.end })
        ?? true
      {
        session = calendar.session(containing: bar.start)
      }
      guard let session else { continue }
      let day = BarSeries.chunkDay(of: session.date, interval: interval)
      let isRegular = !interval.isIntraday || session.isRegular(bar.start)
      if !insert(bar, day: day, isRegular: isRegular) { _ = replace(bar, day: day) }
      stored.append(bar.start)
    }
    return stored
  }
}
