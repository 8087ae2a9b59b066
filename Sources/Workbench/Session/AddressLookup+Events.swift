import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import SessionEngine

/// Ticks and quotes as records.
extension AddressLookup {
  /// The events of some symbols within a scope, at most so many of each as a limit can keep.
  func events(
    _ field: String, _ symbols: [SymbolSessionData], _ scope: Scope?, limit: RowLimit? = nil
  ) throws(SessError) -> RecordTable {
    var table = RecordTable(columns: AddressLookup.columns(field, symbols))
    for symbol in symbols {
      let calendar = try session.catalog.calendar(named: symbol.calendar)
      for span in spans(scope, of: symbol, calendar) {
        let range =
          field == "ticks"
          ? symbol.ticks.lowerBound(span.lowerBound)..<symbol.ticks.lowerBound(span.upperBound)
          : symbol.quotes.lowerBound(span.lowerBound)..<symbol.quotes.lowerBound(span.upperBound)
        for index in AddressLookup.kept(range, limit) {
          table.rows.append(
            field == "ticks"
              ? tick(symbol, index, calendar.zone, table.columns.count)
              : quote(symbol, index, calendar.zone))
        }
      }
    }
    return table
  }

  private static func columns(_ field: String, _ symbols: [SymbolSessionData]) -> [String] {
    guard field == "ticks" else { return ["symbol", "time", "bid", "bid_size", "ask", "ask_size"] }
    let plain = ["symbol", "time", "price", "size"]
    let hasDetails = symbols.contains { $0.ticks.hasDetails }
    return hasDetails ? plain + ["exchange", "condition", "suspicious"] : plain
  }

  /// The rows of a range that a limit can keep, whatever other symbols have.
  private static func kept(_ range: Range<Int>, _ limit: RowLimit?) -> Range<Int> {
    if let first = limit?.first, limit?.last == nil { return range.prefix(first) }
    if let last = limit?.last, limit?.first == nil { return range.suffix(last) }
    return range
  }

  private func moment(_ time: Instant, _ zone: Zone) -> Value {
    .instant(time, offsetSeconds: zone.offsetSeconds(at: time))
  }

  private func tick(_ symbol: SymbolSessionData, _ index: Int, _ zone: Zone, _ width: Int)
    -> [Value]
  {
    let tick = symbol.ticks[index]
    let plain: [Value] = [
      .text(symbol.symbol), moment(tick.time, zone), .number(tick.price), .number(tick.size),
    ]
    guard width > 4 else { return plain }
    return plain + [Value(tick.exchange), Value(tick.condition), .flag(tick.isSuspicious)]
  }

  private func quote(_ symbol: SymbolSessionData, _ index: Int, _ zone: Zone) -> [Value] {
    let quote = symbol.quotes[index]
    return [
      .text(symbol.symbol), moment(quote.time, zone), Value(quote.bid), Value(quote.bidSize),
      Value(quote.ask), Value(quote.askSize),
    ]
  }

  /// The stretches of time a scope names; a day lasts from its session's start to the next one's.
  private func spans(_ scope: Scope?, of symbol: SymbolSessionData, _ calendar: MarketCalendar)
    -> [Range<Int64>]
  {
    let resolver = Resolver(session: session)
    guard let dates = resolver.dates(scope, of: symbol) else { return [] }
    if case .times? = scope {
      return days(of: symbol, calendar).compactMap { day in
        resolver.moments(scope, of: symbol, symbol.baseInterval, calendar, on: day)
      }
    }
    if let span = resolver.moments(scope, of: symbol, symbol.baseInterval, calendar) {
      return [span]
    }
    guard let dates else { return [Int64.min..<Int64.max] }
    let start = AddressLookup.dayStart(dates.lowerBound, calendar)
    let end = AddressLookup.dayStart(dates.upperBound.advanced(by: 1), calendar)
    return start < end ? [start..<end] : []
  }

  private func days(of symbol: SymbolSessionData, _ calendar: MarketCalendar) -> [CivilDate] {
    let times = [symbol.ticks.times.first, symbol.quotes.times.first].compactMap { $0 }
    let ends = [symbol.ticks.times.last, symbol.quotes.times.last].compactMap { $0 }
    guard let first = times.min(), let last = ends.max() else { return [] }
    func local(_ time: Int64) -> CivilDate {
      let instant = Instant(nanoseconds: time)
      return instant.wallClock(offsetSeconds: calendar.zone.offsetSeconds(at: instant)).date
    }
    return calendar.tradingDays(from: local(first), through: local(last).advanced(by: 1))
  }

  /// The exchange's midnight, or the start of a session that begins the evening before.
  private static func dayStart(_ date: CivilDate, _ calendar: MarketCalendar) -> Int64 {
    let midnight = calendar.zone.instant(date: date, nanosecondsOfDay: 0).nanoseconds
    guard let session = calendar.session(on: date) else { return midnight }
    return min(session.start, midnight)
  }
}
