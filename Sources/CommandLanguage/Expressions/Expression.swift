public import Diagnostics
public import MarketModel

/// A question whose answer is a value, a list or records.
public indirect enum Expression: Sendable {
  /// How two sides are compared.
  public enum Comparison: String, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case near = "~="
    case within = "in"
  }

  /// How two numbers are combined.
  public enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
  }

  /// How far two numbers may lie apart and still be equal.
  public enum Tolerance: Sendable {
    case absolute(Double)
    /// A fraction of the larger side.
    case relative(Double)
  }

  case literal(Value, SourceSpan)
  /// A column in a row, else an address.
  case name(ExpandedWord)
  case variable(name: String, column: String?, SourceSpan)
  case call(function: Function, [Expression], SourceSpan)
  case not(Expression, SourceSpan)
  case and(Expression, Expression)
  case or(Expression, Expression)
  case arithmetic(Arithmetic, Expression, Expression, SourceSpan)
  case comparison(Comparison, Expression, Expression, Tolerance?, SourceSpan)
  /// `A..B`, half-open, the right side of `in`.
  case range(Expression, Expression)

  /// What can be called.
  public enum Function: String, Sendable, CaseIterable {
    case count, min, max, sum, mean, any, all, abs, ratio
  }
}
