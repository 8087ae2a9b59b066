public import MarketModel

/// What a format says about all of its files, or that it leaves a question open.
public enum Claim<Value: Sendable & Equatable>: Sendable, Equatable {
  /// The answer, and where it is said.
  case stated(Value, String)
  /// Files of the format differ; the reason says why only evidence or a flag can decide.
  case unclear(String)
}

/// What the rows of a file are.
public enum DialectContent: String, Sendable {
  case bars
  case trades
  case quotes
}

/// A flag of `load` with its value.
public struct DialectFlag: Sendable, Equatable {
  /// The flag: `--dialect`.
  public var name: String
  /// Its value: `kibot`.
  public var value: String

  /// Creates a flag.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The format of one file: its name, and what it states that the rows do not.
///
/// A reader fills it in; the planner of a load asks it before it looks for evidence.
public struct Dialect: Sendable, Equatable {
  /// The name in words: `csv, comma`, `LEAN equity minute trades`.
  public var name: String
  /// What the rows are.
  public var content = DialectContent.bars
  /// The zone of stamps without an offset; nil leaves it to evidence and the exchange's clock.
  public var zone: Claim<String>?
  /// Which end of a bar its stamp names; nil leaves it to evidence, then the start.
  public var label: Claim<BarLabel>?
  /// The bar length; nil leaves it to the distances between rows.
  public var interval: Claim<Interval>?
  /// The symbol of rows that name none.
  public var symbol: Claim<String>?
  /// The exchange calendar; nil leaves it to the hours of the rows.
  public var calendar: Claim<String>?
  /// The flags that make a load read a file so whatever it looks like.
  public var flags: [DialectFlag] = []
  /// More that was decided, in words: the price scale, the order of day and month.
  public var remarks: [String] = []

  /// Creates a dialect that states nothing yet.
  public init(_ name: String) { self.name = name }

  /// Says how many rows were accepted although a price is off by rounding.
  mutating func noteRounding(_ count: Int) {
    guard count > 0 else { return }
    remarks.append("\(count) \(count == 1 ? "row" : "rows") off by rounding, as written")
  }

  /// The symbol its files state.
  public var symbolName: String? {
    if case .stated(let name, _) = symbol { return name }
    return nil
  }
}
