public import Diagnostics
import MarketCalendar
public import MarketModel
public import SessionAnalytics

extension SessionData {
  /// Checks what was asked of a study against a symbol's calendar and intervals.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `unknown-indicator`, `unknown-parameter`, `bad-parameter`.
  public func indicatorSpec(_ request: IndicatorRequest, for symbol: String) throws(SessError)
    -> IndicatorSpec
  {
    let data = try symbolData(symbol)
    let record = try intervalData(symbol, request.interval)
    let calendar = try catalog.calendar(named: data.calendar)
    let frame = SeriesFrame(record, calendar, data.hours)
    return try IndicatorCatalogue.spec(request, barsPerYear: frame.barsPerYear)
  }

  /// Adds a study and computes it over every bar held, so that history warms it up.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `indicator-exists`, `unknown-indicator`,
  ///   `bad-parameter`; nothing is changed then.
  @discardableResult
  public mutating func addIndicator(_ spec: IndicatorSpec, to symbol: String) throws(SessError)
    -> IndicatorData
  {
    let data = try symbolData(symbol)
    _ = try intervalData(symbol, spec.interval)
    guard data.indicators[spec.key] == nil else {
      throw SessError(
        "indicator-exists", "\(data.symbol) already has \(spec.key)",
        hint: "`indicator show \(data.symbol) \(spec.key)` shows it")
    }
    var record = try IndicatorProcessor.record(spec)
    try DataProcessor(calendar: try calendar(of: symbol), clock: processingClock)
      .rebuild(&record, of: data)
    document.symbols[data.symbol]?.indicators[spec.key] = record
    note(.insert, data.symbol, .indicator(spec.key), count: record.count)
    return record
  }

  /// Removes a study.
  ///
  /// - Throws: `unknown-symbol`, `unknown-indicator`.
  public mutating func removeIndicator(_ key: String, from symbol: String) throws(SessError) {
    let data = try symbolData(symbol)
    let found = try AnalysisEngine(self).indicator(symbol, key)
    document.symbols[data.symbol]?.indicators[found.key] = nil
    note(.remove, data.symbol, .indicator(found.key))
  }
}

extension AnalysisEngine {
  /// The studies of a symbol, by key.
  ///
  /// - Throws: `unknown-symbol`.
  public func indicators(_ symbol: String) throws(SessError) -> [IndicatorData] {
    let data = try session.symbolData(symbol)
    var records: [IndicatorData] = []
    for key in data.indicators.keys.sorted() {
      if let record = data.indicators[key] { records.append(record) }
    }
    return records
  }

  /// One study of a symbol, looked up exactly first, then ignoring case.
  ///
  /// - Throws: `unknown-symbol`, `unknown-indicator`.
  public func indicator(_ symbol: String, _ key: String) throws(SessError) -> IndicatorData {
    let data = try session.symbolData(symbol)
    if let record = data.indicators[key] { return record }
    let keys = data.indicators.keys.sorted()
    for other in keys where other.lowercased() == key.lowercased() {
      if let record = data.indicators[other] { return record }
    }
    var hint = "`indicator add \(data.symbol)/INTERVAL NAME` adds one"
    if let near = Suggestion.nearest(to: key, in: keys) {
      hint = "did you mean \(near)?"
    } else if !keys.isEmpty {
      hint = "there are " + SessionData.shortList(keys)
    }
    throw SessError("unknown-indicator", "\(data.symbol) has no indicator \(key)", hint: hint)
  }
}
