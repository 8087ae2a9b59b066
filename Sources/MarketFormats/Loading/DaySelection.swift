public import MarketCalendar
public import MarketModel

extension PlacedSeries {
  /// The bars of some trading days, and those rejected rows that are bars of these days.
  public func within(_ days: ClosedRange<CivilDate>, _ decision: LoadDecision) -> PlacedSeries {
    let calendar = decision.calendar
    func holds(_ start: Instant) -> Bool {
      let offset = calendar.zone.offsetSeconds(at: start)
      let day =
        calendar.tradingDay(containing: start) ?? start.wallClock(offsetSeconds: offset).date
      return days.contains(day)
    }
    var chunks: [BarChunk] = []
    for chunk in series.chunks {
      if decision.interval.isIntraday {
        if days.contains(chunk.day) { chunks.append(chunk) }
        continue
      }
      var kept = chunk
      for index in chunk.starts.indices.reversed()
      where !holds(Instant(nanoseconds: chunk.starts[index])) {
        kept.remove(at: index)
      }
      chunks.append(kept)
    }
    return PlacedSeries(
      series: BarSeries(chunks: chunks),
      rejected: rejected.filter { row in row.bar.map { holds($0.start) } ?? false }, order: order)
  }
}

extension RawEvents {
  /// The ticks and quotes of some trading days.
  public func within(_ days: ClosedRange<CivilDate>, _ calendar: MarketCalendar) -> RawEvents {
    func holds(_ time: Instant) -> Bool {
      calendar.tradingDay(containing: time).map(days.contains) ?? false
    }
    var kept = RawEvents()
    kept.symbol = symbol
    kept.ticks.add(ticks.filter { holds($0.time) })
    kept.quotes.add(quotes.filter { holds($0.time) })
    return kept
  }
}
