public import Diagnostics
import MarketCalendar
import MarketModel

/// Ticks and quotes as a whole: adding to them and removing them.
extension SessionData {
  /// Removes a symbol's ticks or quotes.
  ///
  /// - Throws: `unknown-symbol`; `not-removable` for another field, `no-events` when there are none,
  ///   `interval-in-use` when bars are made of them.
  public mutating func removeEvents(of symbol: String, _ field: String) throws(SessError) {
    let data = try symbolData(symbol)
    guard let source = EventSource(rawValue: field), source.field == field else {
      throw SessError(
        "not-removable", "\(data.symbol)/\(field) cannot be unloaded by itself",
        hint: "a symbol, SYMBOL/INTERVAL, SYMBOL/ticks and SYMBOL/quotes can")
    }
    guard data.eventCount(source) > 0 else {
      throw SessError("no-events", "\(data.symbol) holds no \(field)")
    }
    var dependents: [String] = []
    for interval in data.derivedIntervals where data.bars[interval]?.events?.field == field {
      dependents.append("\(data.symbol)/\(interval)")
    }
    guard dependents.isEmpty else {
      let list = dependents.joined(separator: " ")
      throw SessError(
        "interval-in-use", "\(list) is made of \(data.symbol)/\(field)",
        hint: "`unload \(list) \(data.symbol)/\(field)` removes them in order")
    }
    if source == .ticks {
      document.symbols[data.symbol]?.ticks = TickSeries()
    } else {
      document.symbols[data.symbol]?.quotes = QuoteSeries()
    }
    note(.set, data.symbol, .symbol)
  }
}
