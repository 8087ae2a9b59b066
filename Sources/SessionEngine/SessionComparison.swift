public import MarketModel

/// What differs between two states of a session, in the words of the domain and counted exactly.
///
/// The change log names stretches; this counts the bars, gaps and days in them one by one.
public struct SessionComparison: Sendable {
  /// Items of one kind that were added, taken out or changed.
  public struct Finding: Sendable, Equatable {
    /// The symbol; nil for the session's own.
    public var symbol: String?
    /// The interval, where one is meant.
    public var interval: Interval?
    /// The kind of items: `bars`, `gaps`, `quality`, `metrics`.
    public var what: String
    /// What happened to them.
    public var operation: Change.Operation
    /// How many.
    public var count: Int
    /// Between which keys.
    public var extent: Change.Extent?
    /// What sums the kind up in the old state: bars held, gaps, missing slots.
    public var before: Int?
    /// The same in the new state.
    public var after: Int?
  }

  /// The findings, by symbol and part.
  public private(set) var findings: [Finding] = []

  /// Compares two states.
  ///
  /// - Complexity: as `DocumentDifference`.
  public init(from old: SessionDocument, to new: SessionDocument) {
    var seen: Set<SeriesName> = []
    for change in DocumentDifference(from: old, to: new).changes {
      let oldSymbol = change.symbol.flatMap { old.symbols[$0] }
      let newSymbol = change.symbol.flatMap { new.symbols[$0] }
      guard let interval = change.part.interval, let before = oldSymbol?.bars[interval],
        let after = newSymbol?.bars[interval], let symbol = change.symbol
      else {
        add(change, oldSymbol, newSymbol)
        continue
      }
      switch change.part {
      case .bars:
        guard seen.insert(SeriesName(symbol: symbol, interval: interval)).inserted else { continue }
        addBars(change, before, after)
      case .quality: addQuality(change, before, after)
      case .gaps: addGaps(change, before, after)
      // `updated` is about the last arrival or move, not about the state it led to.
      case .intervalDescription where before.isDescribed(as: after): continue
      default: add(change, oldSymbol, newSymbol)
      }
    }
  }

  private struct SeriesName: Hashable {
    var symbol: String
    var interval: Interval
  }

  private mutating func add(
    _ change: Change, _ old: SymbolSessionData?, _ new: SymbolSessionData?
  ) {
    let (what, count) = SessionComparison.kind(of: change.part)
    var finding = Finding(
      symbol: change.symbol, interval: change.part.interval, what: what,
      operation: change.operation, count: count ? change.count : 1, extent: change.extent)
    if let interval = change.part.interval {
      finding.before = old?.bars[interval]?.data.count
      finding.after = new?.bars[interval]?.data.count
    }
    findings.append(finding)
  }

  /// The word for a part, and whether its items are counted.
  private static func kind(of part: Change.Part) -> (what: String, isCounted: Bool) {
    switch part {
    case .clock: ("clock", false)
    case .active: ("active", false)
    case .phase: ("phase", false)
    case .calendar(let name): ("calendars/\(name)", false)
    case .symbol: ("symbol", false)
    case .description: ("description", false)
    case .metrics: ("metrics", false)
    case .ticks: ("ticks", true)
    case .quotes: ("quotes", true)
    case .rejected: ("rejected", true)
    case .revisions: ("revisions", true)
    case .indicator(let name), .indicatorValues(let name): ("indicators/\(name)", true)
    case .interval: ("interval", false)
    case .intervalDescription: ("description", false)
    case .bars, .live: ("bars", true)
    case .quality: ("quality", true)
    case .gaps: ("gaps", true)
    case .retries: ("retries", true)
    }
  }

  private mutating func addBars(
    _ change: Change, _ old: BarIntervalData, _ new: BarIntervalData
  ) {
    var tally = KeyedTally<Instant>()
    SeriesDifference.walk(old.data, new.data) { (before, after) in
      if before != after { tally.walk(before, after) }
    }
    add(
      tally, change, "bars", before: old.data.count, after: new.data.count
    ) { .starts($0) }
  }

  private mutating func addQuality(
    _ change: Change, _ old: BarIntervalData, _ new: BarIntervalData
  ) {
    var tally = KeyedTally<CivilDate>()
    if let found = ListDifference(from: old.days, to: new.days) {
      tally.walk(
        found.old, found.new, oldKey: { old.days[$0].date }, newKey: { new.days[$0].date },
        isEqual: { old.days[$0] == new.days[$1] })
    }
    let missing = [old, new].map { ($0.coverage ?? $0.quality).missing }
    add(tally, change, "quality", before: missing[0], after: missing[1]) { .dates($0) }
  }

  private mutating func addGaps(
    _ change: Change, _ old: BarIntervalData, _ new: BarIntervalData
  ) {
    var tally = KeyedTally<Instant>()
    if let found = ListDifference(from: old.gaps, to: new.gaps) {
      tally.walk(
        found.old, found.new, oldKey: { old.gaps[$0].start }, newKey: { new.gaps[$0].start },
        isEqual: { old.gaps[$0] == new.gaps[$1] })
    }
    add(
      tally, change, "gaps", before: old.gaps.count, after: new.gaps.count
    ) { .starts($0) }
  }

  private mutating func add<Key>(
    _ tally: KeyedTally<Key>, _ change: Change, _ what: String, before: Int?, after: Int?,
    extent: (ClosedRange<Key>) -> Change.Extent
  ) {
    for operation in [Change.Operation.insert, .remove, .set] {
      guard let stretch = tally[operation] else { continue }
      findings.append(
        Finding(
          symbol: change.symbol, interval: change.part.interval, what: what, operation: operation,
          count: stretch.count, extent: extent(stretch.keys), before: before, after: after))
    }
  }
}

extension BarIntervalData {
  /// Whether another record is derived, judged and written in the same way.
  fileprivate func isDescribed(as other: BarIntervalData) -> Bool {
    derived == other.derived && base == other.base && events == other.events
      && alignment == other.alignment && policy == other.policy
      && expectedDates == other.expectedDates && optionalColumns == other.optionalColumns
  }
}
