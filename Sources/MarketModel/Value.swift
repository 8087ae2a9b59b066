/// One cell of a record, as expressions compare it and tables print it.
public enum Value: Sendable, Equatable {
  case unknown
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case date(CivilDate)
  /// A point in time with the exchange's offset at that time, in seconds east of Greenwich.
  case instant(Instant, offsetSeconds: Int)
  /// A time of day in nanoseconds since the exchange's midnight.
  case time(Int64)
  /// A length of time in nanoseconds.
  case duration(Int64)
  case interval(Interval)
  case list([Value])
}

extension Value {
  /// The number behind an integer or a number; nil for everything else.
  public var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// True for `unknown` only.
  public var isUnknown: Bool { self == .unknown }

  /// A known number, or `unknown` for nil.
  public init(_ number: Double?) { self = number.map(Value.number) ?? .unknown }

  /// A known count, or `unknown` for nil.
  public init(_ count: Int?) { self = count.map(Value.integer) ?? .unknown }

  /// A known text, or `unknown` for nil.
  public init(_ text: String?) { self = text.map(Value.text) ?? .unknown }
}

/// Flat records with named columns: what a query answers and what `$_` holds.
///
/// - Shape: every row has one value a column.
public struct RecordTable: Sendable, Equatable {
  /// The names of the columns, in order.
  public var columns: [String]
  /// The records.
  public var rows: [[Value]]

  /// Creates a table; rows may be added later.
  public init(columns: [String], rows: [[Value]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The values of one column, or nil where there is no such column.
  public func column(_ name: String) -> [Value]? {
    guard let index = columns.firstIndex(of: name) else { return nil }
    var values: [Value] = []
    values.reserveCapacity(rows.count)
    for row in rows { values.append(row[index]) }
    return values
  }
}
