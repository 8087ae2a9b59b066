public import Diagnostics
public import MarketModel

/// What an expression is worth: one value, a list of them, or records.
public enum Operand: Sendable, Equatable {
  case value(Value)
  case list([Value])
  case table(RecordTable)

  /// The text in a message: the value, or how many there are.
  public var summary: String {
    switch self {
    case .value(let value): return ValueText.text(value)
    case .list(let values) where values.count <= 8:
      return values.map(ValueText.text).joined(separator: ", ")
    case .list(let values): return "\(values.count) values"
    case .table(let table): return "\(table.rows.count) records"
    }
  }
}

/// Values as a person would type them.
public enum ValueText {
  /// The text of a value; `unknown` for the unknown one.
  public static func text(_ value: Value) -> String {
    switch value {
    case .unknown: return "unknown"
    case .flag(let flag): return flag ? "true" : "false"
    case .integer(let count): return "\(count)"
    case .number(let number):
      let text = "\(number)"
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    case .text(let text): return text
    case .date(let date): return "\(date)"
    case .instant(let instant, let offset): return instant.iso8601(offsetSeconds: offset)
    case .time(let time): return ClockText.text(time)
    case .duration(let length): return duration(length)
    case .interval(let interval): return "\(interval)"
    case .list(let values): return values.map(text).joined(separator: ",")
    }
  }

  /// A length of time in its largest whole units: `1h30m`.
  public static func duration(_ nanoseconds: Int64) -> String {
    guard nanoseconds != 0 else { return "0s" }
    var rest = nanoseconds.magnitude
    var text = nanoseconds < 0 ? "-" : ""
    let units: [(String, UInt64)] = [
      ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
      ("s", 1_000_000_000),
      ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]
    for (name, size) in units where rest >= size {
      text += "\(rest / size)\(name)"
      rest %= size
    }
    return text
  }
}

/// Where an expression finds what its names stand for.
public protocol EvaluationContext {
  /// The worth of an address.
  func operand(of address: Address, at span: SourceSpan) throws(SessError) -> Operand
  /// The worth of a variable; nil when it is not set.
  func variable(_ name: String) -> Operand?
  /// A column of the row at hand; nil outside rows and for other names.
  func column(_ name: String) -> Value?
}
