public import Diagnostics
public import MarketCalendar
public import MarketModel

/// The store: the whole session structure with its accessors, and the log of its changes.
///
/// A value: a copy of it is a snapshot that never changes.
public struct SessionData: Sendable {
  /// The records.
  public internal(set) var document = SessionDocument()
  /// What has changed, in order.
  public internal(set) var changes = ChangeLog()
  /// What is known while a replay shows a part of it; nil without a replay.
  public internal(set) var replay: Replay?
  /// True while known bars are changed whole, whatever the clock shows of them.
  var isWhole = false
  private let builtIn: CalendarCatalog

  /// Creates an empty session over the built-in calendars.
  public init(catalog: CalendarCatalog) { builtIn = catalog }

  /// Where calendars come from: the built-in ones and the session's own.
  public var catalog: CalendarCatalog { builtIn.adding(document.calendars) }

  /// The clock that derived bars, quality and metrics are cut at; nil takes every bar there is.
  var processingClock: Instant? { isWhole ? nil : document.clock }

  /// The record of a symbol, looked up exactly first, then ignoring case.
  ///
  /// - Throws: `unknown-symbol`.
  public func symbolData(_ symbol: String) throws(SessError) -> SymbolSessionData {
    guard let found = held(symbol) else { throw unknown(symbol) }
    return found
  }

  /// The record of a symbol, looked up exactly first, then ignoring case; nil where there is none.
  public func held(_ symbol: String) -> SymbolSessionData? {
    if let found = document.symbols[symbol] { return found }
    let wanted = symbol.lowercased()
    var names: [String] = []
    for name in document.symbols.keys where name.utf8.count == symbol.utf8.count {
      if name.lowercased() == wanted { names.append(name) }
    }
    return names.min().flatMap { document.symbols[$0] }
  }

  /// The record of one interval of a symbol.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`.
  public func intervalData(_ symbol: String, _ interval: Interval) throws(SessError)
    -> BarIntervalData
  {
    let data = try symbolData(symbol)
    guard let record = data.bars[interval] else { throw SessionData.unknown(interval, of: data) }
    return record
  }

  /// The calendar of a symbol.
  ///
  /// - Throws: `unknown-symbol`, `unknown-calendar`.
  public func calendar(of symbol: String) throws(SessError) -> MarketCalendar {
    try catalog.calendar(named: try symbolData(symbol).calendar)
  }

  private func unknown(_ symbol: String) -> SessError {
    let names = document.symbolNames
    var hint = "nothing is loaded; `load FILE --symbol \(symbol)` loads it"
    if let near = Suggestion.nearest(to: symbol, in: names) {
      hint = "did you mean \(near)?"
    } else if !names.isEmpty {
      hint = "loaded: " + SessionData.shortList(names)
    }
    return SessError("unknown-symbol", "\(symbol) is not loaded", hint: hint)
  }

  static func unknown(_ interval: Interval, of data: SymbolSessionData) -> SessError {
    var held: [String] = []
    for interval in data.intervals { held.append("\(interval)") }
    let available = held.isEmpty ? "no intervals are held" : "available: " + shortList(held)
    return SessError(
      "unknown-interval", "\(data.symbol) has no \(interval) bars",
      hint: "\(available); `derive \(data.symbol) \(interval)` makes them from a finer interval")
  }

  static func shortList(_ names: [String]) -> String {
    names.count <= 8
      ? names.joined(separator: ", ") : names.prefix(8).joined(separator: ", ") + ", …"
  }
}
