public import MarketCalendar
public import MarketModel

extension EventDerivation {
  /// The end of the window that holds a moment, and its bar once the clock has closed it.
  ///
  /// - Returns: nil outside every segment.
  /// - Complexity: O(log events + events of the window).
  public func window(
    containing time: Instant, _ source: EventSource, of symbol: SymbolSessionData,
    in session: TradingSession, clock: Instant?
  ) -> (start: Instant, bar: Bar?)? {
    guard frame.interval.isIntraday else {
      let period = frame.period(around: session.date)
      let days = frame.calendar.tradingDays(from: period.lowerBound, through: period.upperBound)
      guard let opening = days.first.flatMap({ frame.calendar.session(on: $0) }),
        let closing = days.last.flatMap({ frame.calendar.session(on: $0) })
      else { return nil }
      let start = Instant(nanoseconds: opening.open)
      guard closing.close <= clock?.nanoseconds ?? .max else { return (start, nil) }
      return (start, bar(opening.open..<closing.close, source, of: symbol))
    }
    for run in frame.grid(of: session).runs {
      guard let slot = run.slotIndex(containing: time.nanoseconds) else { continue }
      let (from, until) = (run.slotStart(slot), run.slotEnd(slot))
      let start = Instant(nanoseconds: from)
      guard until <= clock?.nanoseconds ?? .max else { return (start, nil) }
      return (start, bar(from..<until, source, of: symbol))
    }
    return nil
  }

  private func bar(_ span: Range<Int64>, _ source: EventSource, of symbol: SymbolSessionData)
    -> Bar?
  {
    var part = symbol
    if source == .ticks {
      part.ticks = TickSeries()
      let ticks = symbol.ticks
      for index in ticks.lowerBound(span.lowerBound)..<ticks.lowerBound(span.upperBound) {
        part.ticks.append(ticks[index])
      }
    } else {
      part.quotes = QuoteSeries()
      let quotes = symbol.quotes
      for index in quotes.lowerBound(span.lowerBound)..<quotes.lowerBound(span.upperBound) {
        part.quotes.append(quotes[index])
      }
    }
    return derive(source, of: part, clock: nil).first
  }
}
