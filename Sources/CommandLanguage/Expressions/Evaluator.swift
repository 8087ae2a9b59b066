public import Diagnostics
import MarketModel

/// Answers expressions in a context.
public struct Evaluator {
  private let context: any EvaluationContext

  /// Creates an evaluator.
  public init(_ context: any EvaluationContext) { self.context = context }

  /// Whether a condition holds; nil when that is unknown.
  ///
  /// - Throws: `not-a-condition`, `several-values`, and what `evaluate` throws.
  public func truth(_ expression: Expression) throws(SessError) -> Bool? {
    let span = Evaluator.span(expression)
    switch try scalar(try evaluate(expression), span) {
    case .flag(let flag): return flag
    case .unknown: return nil
    default:
      throw SessError(
        "not-a-condition", "a condition is expected here", span: span,
        hint: "compare it: for example count($_) = 0")
    }
  }

  /// The worth of an expression.
  ///
  /// - Throws: `type-mismatch`, `several-values`, `unknown-variable`, `unknown-column`, and what addresses throw.
  public func evaluate(_ expression: Expression) throws(SessError) -> Operand {
    switch expression {
    case .literal(let value, _): return .value(value)
    case .name(let word): return try name(word)
    case .variable(let name, let column, let span): return try variable(name, column, span)
    case .call(let function, let arguments, let span): return try call(function, arguments, span)
    case .not(let inner, _): return .value(try truth(inner).map { .flag(!$0) } ?? .unknown)
    case .and(let left, let right):
      let first = try truth(left)
      if first == false { return .value(.flag(false)) }
      let second = try truth(right)
      if second == false { return .value(.flag(false)) }
      return .value(first == nil || second == nil ? .unknown : .flag(true))
    case .or(let left, let right):
      let first = try truth(left)
      if first == true { return .value(.flag(true)) }
      let second = try truth(right)
      if second == true { return .value(.flag(true)) }
      return .value(first == nil || second == nil ? .unknown : .flag(false))
    case .arithmetic(let operation, let left, let right, let span):
      return try broadcast(try evaluate(left), try evaluate(right), span) {
        (a, b) throws(SessError) in
        try Evaluator.combine(operation, a, b, span)
      }
    case .comparison(let comparison, let left, let right, let tolerance, let span):
      return try compare(comparison, left, right, tolerance, span)
    case .range(_, let upper):
      throw SessError(
        "bad-expression", "a range can only follow `in`", span: Evaluator.span(upper))
    }
  }

  /// Both sides of a failed condition, for its message.
  public func explain(_ expression: Expression) -> [String] {
    switch expression {
    case .comparison(_, let left, .range, _, _): return sides([("left", left)])
    case .comparison(_, let left, let right, _, _):
      return sides([("left", left), ("right", right)])
    case .and(let left, let right), .or(let left, let right):
      return explain(left) + explain(right)
    case .not(let inner, _): return explain(inner)
    default: return sides([("value", expression)])
    }
  }

  private func sides(_ parts: [(String, Expression)]) -> [String] {
    parts.map { name, part in "\(name) is \((try? evaluate(part).summary) ?? "unknown")" }
  }

  private func name(_ word: ExpandedWord) throws(SessError) -> Operand {
    if let value = context.column(word.text) { return .value(value) }
    return try context.operand(of: try Address(word), at: word.span)
  }

  private func variable(_ name: String, _ column: String?, _ span: SourceSpan) throws(SessError)
    -> Operand
  {
    guard let operand = context.variable(name) else {
      throw SessError(
        "unknown-variable", "$\(name) is not set", span: span,
        hint: name == "_" ? "no command has answered yet" : "`let \(name) = value` sets it")
    }
    guard let column else { return operand }
    guard case .table(let table) = operand, let values = table.column(column) else {
      var hint: String?
      if case .table(let table) = operand {
        hint = "columns: " + table.columns.joined(separator: ", ")
      }
      throw SessError(
        "unknown-column", "$\(name) has no column \(column)", span: span, hint: hint)
    }
    return .list(values)
  }
}

extension Evaluator {
  func scalar(_ operand: Operand, _ span: SourceSpan?) throws(SessError) -> Value {
    switch operand {
    case .value(let value): return value
    case .list(let values) where values.count == 1: return values[0]
    case .table(let table) where table.rows.count == 1 && table.columns.count == 1:
      return table.rows[0][0]
    case .list(let values):
      throw SessError(
        "several-values", "\(values.count) values stand where one is needed", span: span,
        hint: "any(), all(), count(), min(), max(), sum() and mean() make one of many")
    case .table(let table):
      throw SessError(
        "several-values", "\(table.rows.count) records stand where one value is needed", span: span,
        hint: "name a column: $_.missing, or count them: count($_)")
    }
  }

  /// Applies an operation to two values, or to every element of a list.
  private func broadcast(
    _ left: Operand, _ right: Operand, _ span: SourceSpan,
    _ operation: (Value, Value) throws(SessError) -> Value
  ) throws(SessError) -> Operand {
    if case .list(let values) = left, values.count != 1 {
      let other = try scalar(right, span)
      var results: [Value] = []
      for value in values { results.append(try operation(value, other)) }
      return .list(results)
    }
    if case .list(let values) = right, values.count != 1 {
      let other = try scalar(left, span)
      var results: [Value] = []
      for value in values { results.append(try operation(other, value)) }
      return .list(results)
    }
    return .value(try operation(try scalar(left, span), try scalar(right, span)))
  }

  private static func combine(
    _ operation: Expression.Arithmetic, _ a: Value, _ b: Value, _ span: SourceSpan
  ) throws(SessError) -> Value {
    if a.isUnknown || b.isUnknown { return .unknown }
    var result: Value?
    switch operation {
    case .add, .subtract:
      do throws(SessError) {
        result = try ValueOrder.add(a, b, sign: operation == .add ? 1 : -1)
      } catch {
        throw error.located(at: span)
      }
    case .multiply:
      if case .integer(let x) = a, case .integer(let y) = b {
        let (product, overflow) = x.multipliedReportingOverflow(by: y)
        result = overflow ? .number(Double(x) * Double(y)) : .integer(product)
      } else if let x = a.asNumber, let y = b.asNumber {
        result = .number(x * y)
      }
    }
    guard let result else { throw mismatch(a, b, operation.rawValue, span) }
    return result
  }

  private func compare(
    _ comparison: Expression.Comparison, _ left: Expression, _ right: Expression,
    _ tolerance: Expression.Tolerance?, _ span: SourceSpan
  ) throws(SessError) -> Operand {
    let first = try evaluate(left)
    if comparison == .within { return try within(first, right, span) }
    return try broadcast(first, try evaluate(right), span) { (a, b) throws(SessError) in
      if a.isUnknown || b.isUnknown {
        let bothUnknown =
          a.isUnknown && b.isUnknown && (comparison == .equal || comparison == .notEqual)
        let isAsked = Evaluator.isUnknownLiteral(left) || Evaluator.isUnknownLiteral(right)
        guard isAsked, comparison == .equal || comparison == .notEqual else { return .unknown }
        return .flag(bothUnknown == (comparison == .equal))
      }
      guard let order = ValueOrder.compare(a, b) else {
        throw Evaluator.mismatch(a, b, comparison.rawValue, span)
      }
      return .flag(Evaluator.holds(comparison, order, a, b, tolerance))
    }
  }

  private static func isUnknownLiteral(_ expression: Expression) -> Bool {
    if case .literal(.unknown, _) = expression { return true }
    return false
  }

  private static func holds(
    _ comparison: Expression.Comparison, _ order: Int, _ a: Value, _ b: Value,
    _ tolerance: Expression.Tolerance?
  ) -> Bool {
    var isEqual = order == 0
    if let x = a.asNumber, let y = b.asNumber {
      switch tolerance ?? (comparison == .near ? .relative(1e-9) : .absolute(0)) {
      case .absolute(let limit): isEqual = isEqual || abs(x - y) <= limit
      case .relative(let limit): isEqual = isEqual || abs(x - y) <= limit * max(abs(x), abs(y))
      }
    }
    switch comparison {
    case .equal, .near: return isEqual
    case .notEqual: return !isEqual
    case .less: return order < 0 && !isEqual
    case .lessOrEqual: return order < 0 || isEqual
    case .greater: return order > 0 && !isEqual
    case .greaterOrEqual: return order > 0 || isEqual
    case .within: return isEqual
    }
  }

  /// `in A..B` is half-open; `in` a list means any of it.
  private func within(_ left: Operand, _ right: Expression, _ span: SourceSpan) throws(SessError)
    -> Operand
  {
    var bounds: (Value, Value)?
    var members: [Value] = []
    if case .range(let lower, let upper) = right {
      bounds = (try scalar(try evaluate(lower), span), try scalar(try evaluate(upper), span))
    } else {
      switch try evaluate(right) {
      case .value(let value): members = [value]
      case .list(let values): members = values
      case .table:
        throw SessError("type-mismatch", "records cannot follow `in`", span: span)
      }
    }
    return try broadcast(left, .value(.unknown), span) { (value, _) throws(SessError) in
      if value.isUnknown { return .unknown }
      guard let (lower, upper) = bounds else {
        return .flag(members.contains { ValueOrder.compare(value, $0) == 0 })
      }
      guard let from = ValueOrder.compare(value, lower),
        let until = ValueOrder.compare(value, upper)
      else { throw Evaluator.mismatch(value, lower, "in", span) }
      return .flag(from >= 0 && until < 0)
    }
  }

  private static func mismatch(_ a: Value, _ b: Value, _ mark: String, _ span: SourceSpan)
    -> SessError
  {
    SessError(
      "type-mismatch", "\(ValueText.text(a)) \(mark) \(ValueText.text(b)) has no meaning",
      span: span,
      hint: "both sides must be of one kind")
  }

  static func span(_ expression: Expression) -> SourceSpan? {
    switch expression {
    case .literal(_, let span), .variable(_, _, let span), .call(_, _, let span), .not(_, let span),
      .arithmetic(_, _, _, let span), .comparison(_, _, _, _, let span):
      return span
    case .name(let word): return word.span
    case .and(let left, _), .or(let left, _), .range(let left, _): return span(left)
    }
  }
}
