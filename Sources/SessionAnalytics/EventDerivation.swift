import MarketCalendar
public import MarketModel

/// Makes bars of trades, or of quotes, in the windows other derivations use.
///
/// Nothing requires an event, so a bar's coverage has the number of its events and no expectation. Suspicious
/// ticks feed nothing; a quote without the wanted side feeds nothing.
public struct EventDerivation: Sendable {
  let frame: SeriesFrame

  /// Creates a derivation for the calendar, hours, interval and alignment of the bars to make.
  public init(frame: SeriesFrame) { self.frame = frame }

  /// Derives the whole series; windows that end after the clock are still open and give no bar.
  ///
  /// - Units: volume is the sum of sizes for trades, 0 for quotes.
  /// - Complexity: O(events + trading days).
  public func derive(_ source: EventSource, of symbol: SymbolSessionData, clock: Instant?)
    -> BarSeries
  {
    let columns =
      source == .ticks
      ? EventColumns(symbol.ticks) : EventColumns(symbol.quotes, side: source)
    guard let first = columns.times.first, let last = columns.times.last else {
      return BarSeries()
    }
    let days = frame.calendar.tradingDays(
      from: localDate(first).advanced(by: -1), through: localDate(last).advanced(by: 1))
    let limit = clock?.nanoseconds ?? .max
    return frame.interval.isIntraday
      ? intraday(columns, days, limit) : periods(columns, days, limit)
  }

  private func localDate(_ time: Int64) -> CivilDate {
    let instant = Instant(nanoseconds: time)
    return instant.wallClock(offsetSeconds: frame.calendar.zone.offsetSeconds(at: instant)).date
  }

  private func intraday(_ columns: EventColumns, _ days: [CivilDate], _ clock: Int64) -> BarSeries {
    var chunks: [BarChunk] = []
    for day in days {
      guard let session = frame.calendar.session(on: day),
        !columns.range(session.start..<session.end).isEmpty
      else { continue }
      var chunk = BarChunk(day: day)
      for run in frame.grid(of: session).runs { fold(columns, run, clock, into: &chunk) }
      if chunk.count > 0 { chunks.append(chunk) }
    }
    return BarSeries(chunks: chunks)
  }

  private func fold(
    _ columns: EventColumns, _ run: SlotGrid.Run, _ clock: Int64, into chunk: inout BarChunk
  ) {
    let range = columns.range(run.start..<run.end)
    var position = range.lowerBound
    let firstBar = chunk.count
    while position < range.upperBound {
      let slot = run.slotIndex(containing: columns.times[position]) ?? 0
      let windowEnd = run.slotEnd(slot)
      var upper = position + 1
      while upper < range.upperBound, columns.times[upper] < windowEnd { upper += 1 }
      if windowEnd <= clock {
        columns.append([position..<upper], start: run.slotStart(slot), to: &chunk)
      }
      position = upper
    }
    if run.kind == .regular {
      let lower = chunk.regular.isEmpty ? firstBar : chunk.regular.lowerBound
      chunk.regular = lower < chunk.count ? lower..<chunk.count : 0..<0
    }
  }

  private func periods(_ columns: EventColumns, _ days: [CivilDate], _ clock: Int64) -> BarSeries {
    var series = BarSeries()
    var done: ClosedRange<CivilDate>?
    for day in days {
      if let done, done.contains(day) { continue }
      let period = frame.period(around: day)
      done = period
      let held = frame.calendar.tradingDays(from: period.lowerBound, through: period.upperBound)
      let sessions = held.compactMap { frame.calendar.session(on: $0) }
      guard let opening = sessions.first, let closing = sessions.last, closing.close <= clock else {
        continue
      }
      var ranges: [Range<Int>] = []
      for session in sessions {
        for segment in session.segments(extended: false) {
          let range = columns.range(segment.start..<segment.end)
          if !range.isEmpty { ranges.append(range) }
        }
      }
      guard !ranges.isEmpty else { continue }
      var chunk = BarChunk(day: opening.date)
      columns.append(ranges, start: opening.open, to: &chunk)
      let chunkDay = BarSeries.chunkDay(of: opening.date, interval: frame.interval)
      _ = series.insert(chunk[0], day: chunkDay, isRegular: true)
    }
    return series
  }
}

/// The events that feed bars: their times, prices, and sizes for trades.
private struct EventColumns {
  var times: [Int64] = []
  var prices: [Double] = []
  var sizes: [Double] = []

  init(_ ticks: TickSeries) {
    guard ticks.suspicions.contains(true) else {
      (times, prices, sizes) = (ticks.times, ticks.prices, ticks.sizes)
      return
    }
    for index in 0..<ticks.count where !ticks.suspicions[index] {
      times.append(ticks.times[index])
      prices.append(ticks.prices[index])
      sizes.append(ticks.sizes[index])
    }
  }

  init(_ quotes: QuoteSeries, side: EventSource) {
    for index in 0..<quotes.count {
      let (bid, ask) = (quotes.bids[index], quotes.asks[index])
      let price = side == .bids ? bid : side == .asks ? ask : (bid + ask) / 2
      guard price.isFinite else { continue }
      times.append(quotes.times[index])
      prices.append(price)
    }
  }

  /// The events within `[start, end)`.
  func range(_ span: Range<Int64>) -> Range<Int> {
    times.lowerBound(span.lowerBound)..<times.lowerBound(span.upperBound)
  }

  /// Adds the bar of some events; there is at least one.
  func append(_ ranges: [Range<Int>], start: Int64, to chunk: inout BarChunk) {
    guard let first = ranges.first?.lowerBound, let end = ranges.last?.upperBound else { return }
    var (high, low) = (prices[first], prices[first])
    var (volume, notional, count) = (0.0, 0.0, 0)
    for range in ranges {
      count += range.count
      for index in range {
        high = max(high, prices[index])
        low = min(low, prices[index])
        guard !sizes.isEmpty else { continue }
        volume += sizes[index]
        notional += prices[index] * sizes[index]
      }
    }
    chunk.starts.append(start)
    chunk.opens.append(prices[first])
    chunk.highs.append(high)
    chunk.lows.append(low)
    chunk.closes.append(prices[end - 1])
    chunk.volumes.append(volume)
    chunk.present.append(Int32(clamping: count))
    chunk.expected.append(BarChunk.unknownExpected)
    guard !sizes.isEmpty else { return }
    chunk.trades.append(Int64(count))
    chunk.vwaps.append(volume > 0 ? notional / volume : .nan)
  }
}
