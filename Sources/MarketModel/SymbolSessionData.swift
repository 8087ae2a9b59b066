/// Where a symbol came from.
public struct SymbolMetadata: Sendable, Equatable {
  /// The file or command its bars came from.
  public var source: String?
  /// The `load` commands that gave its bars, in order.
  public var recipes: [LoadRecipe] = []
  /// What its bars are seen through.
  public var adjustments: [Adjustment] = []
  /// What registered it: `load`, `generate`, `append`, `feed`.
  public var addedBy: String
  /// The session clock when it was added; nil without a clock.
  public var addedAt: Instant?
  /// True when it was added for one question rather than configured.
  public var adHoc = false
  /// True when an ad-hoc symbol later became a configured one.
  public var upgraded = false

  /// Creates the metadata of a symbol.
  public init(
    source: String? = nil, addedBy: String, addedAt: Instant? = nil, adHoc: Bool = false
  ) {
    self.adHoc = adHoc
    self.source = source
    self.addedBy = addedBy
    self.addedAt = addedAt
  }
}

/// Everything known about one symbol.
public struct SymbolSessionData: Sendable, Equatable {
  /// The instrument's code, in the case it was loaded with.
  public var symbol: String
  /// The name of its exchange calendar.
  public var calendar: String
  /// Which of the calendar's hours are expected.
  public var hours: Hours
  /// The finest received interval, else the finest made of events; nil before there are bars.
  public var baseInterval: Interval?
  /// The bars of every interval held.
  public var bars: [Interval: BarIntervalData] = [:]
  /// Best bids and asks, in time order.
  public var quotes = QuoteSeries()
  /// Trades, in time order.
  public var ticks = TickSeries()
  /// The fold of the session day's regular bars.
  public var metrics = SessionMetrics()
  /// Studies by name.
  public var indicators: [String: IndicatorData] = [:]
  /// Rows that did not become bars, in file order.
  public var rejected: [RejectedRow] = []
  /// Bars that were replaced, oldest change first.
  public var revisions: [Revision] = []
  /// Where it came from.
  public var metadata: SymbolMetadata

  /// Creates a symbol without bars.
  public init(symbol: String, calendar: String, hours: Hours = .regular, metadata: SymbolMetadata) {
    self.symbol = symbol
    self.calendar = calendar
    self.hours = hours
    self.metadata = metadata
  }

  /// The intervals held: the base first, then by ascending length.
  public var intervals: [Interval] {
    var sorted = bars.keys.sorted()
    if let baseInterval, let index = sorted.firstIndex(of: baseInterval) {
      sorted.remove(at: index)
      sorted.insert(baseInterval, at: 0)
    }
    return sorted
  }

  /// Makes the finest received interval the base, or the finest made of events without one.
  public mutating func chooseBaseInterval() {
    let received = bars.values.filter { !$0.derived }.map(\.interval).min()
    baseInterval = received ?? bars.values.filter { $0.events != nil }.map(\.interval).min()
  }

  /// Whether the base interval is one it holds that may be the base: made of events only where none was received.
  public var hasSoundBase: Bool {
    let hasReceived = bars.values.contains { !$0.derived }
    guard let baseInterval else {
      return !hasReceived && !bars.values.contains { $0.events != nil }
    }
    guard let record = bars[baseInterval] else { return false }
    return hasReceived ? !record.derived : record.events != nil
  }

  /// How many events of a kind it holds.
  public func eventCount(_ source: EventSource) -> Int {
    source == .ticks ? ticks.count : quotes.count
  }

  /// The derived intervals, by ascending length.
  public var derivedIntervals: [Interval] {
    var derived: [Interval] = []
    for interval in bars.keys.sorted() where bars[interval]?.derived == true {
      derived.append(interval)
    }
    return derived
  }

  /// The days before the session date, as a view.
  public func historical(before sessionDate: CivilDate?) -> HistoricalData {
    HistoricalData(symbol: self, sessionDate: sessionDate)
  }
}
