public import CommandLanguage
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine

/// Completion over the live session and the file system.
public struct WorkbenchCompletion: CompletionSource {
  private let session: SessionData
  private let engine: SessionEngine
  /// The names `let` has set.
  public let variables: [String]
  /// What `set` changes.
  public let settings: [String]
  /// The studies there are.
  public let studies = IndicatorCatalogue.names
  /// The calendars there are.
  public var calendars: [String] { session.catalog.names }

  /// Creates a source over the workbench as it is now.
  public init(_ workbench: Workbench) {
    engine = workbench.engine
    marks = workbench.stops.marks.keys.sorted()
    session = engine.snapshot()
    variables = workbench.variables.keys.sorted()
    settings = workbench.settings.all.map(\.name)
  }

  /// The marks there are.
  public let marks: [String]
  /// The names of snapshots.
  public var snapshots: [String] { engine.namedSnapshots().map(\.name) }

  /// The commands that undo, or redo, goes over, the nearest first.
  public func steps(isUndo: Bool) -> [String] { engine.steps(isUndo: isUndo) }

  /// Symbols that begin with a text, in capitals or not.
  public func symbols(beginning prefix: String) -> [String] {
    let wanted = prefix.lowercased()
    var names: [String] = []
    for name in session.document.symbols.keys where name.lowercased().hasPrefix(wanted) {
      names.append(name)
    }
    return names.sorted()
  }

  /// The intervals of a symbol; those of all symbols for a pattern.
  public func intervals(of symbol: String) -> [String] {
    if let data = try? session.symbolData(symbol) { return data.intervals.map { "\($0)" } }
    var all: Set<Interval> = []
    for data in session.document.symbols.values { all.formUnion(data.bars.keys) }
    return all.sorted().map { "\($0)" }
  }

  /// The fields addresses may name.
  public func fields(ofInterval: Bool) -> [String] {
    (ofInterval ? AddressLookup.intervalFields : AddressLookup.symbolFields).sorted()
  }

  /// The keys of a symbol's indicators; those of all symbols for a pattern.
  public func indicators(of symbol: String) -> [String] {
    if let data = try? session.symbolData(symbol) { return data.indicators.keys.sorted() }
    var all: Set<String> = []
    for data in session.document.symbols.values { all.formUnion(data.indicators.keys) }
    return all.sorted()
  }

  /// The loaded trading days of a symbol.
  public func dates(of symbol: String) -> [String] {
    guard let data = try? session.symbolData(symbol), let base = data.baseInterval else {
      return []
    }
    return data.bars[base]?.days.map { "\($0.date)" } ?? []
  }

  /// Paths that begin with a text.
  public func files(beginning prefix: String) -> [String] { TextFile.completions(of: prefix) }
}
