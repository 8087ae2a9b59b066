import Diagnostics
import MarketModel

extension Evaluator {
  func call(
    _ function: Expression.Function, _ arguments: [Expression], _ span: SourceSpan
  ) throws(SessError) -> Operand {
    let operand = try evaluate(arguments[0])
    switch function {
    case .count: return .value(.integer(Evaluator.count(operand)))
    case .any, .all: return .value(try quantified(function, operand, span))
    case .abs: return try absolute(operand, span)
    case .ratio: return try ratio(operand, try evaluate(arguments[1]), span)
    case .min, .max, .sum, .mean: return .value(try aggregate(function, operand, span))
    }
  }

  private static func count(_ operand: Operand) -> Int {
    switch operand {
    case .value(let value): value.isUnknown ? 0 : 1
    case .list(let values): values.count
    case .table(let table): table.rows.count
    }
  }

  private func values(_ operand: Operand, _ function: String, _ span: SourceSpan) throws(SessError)
    -> [Value]
  {
    switch operand {
    case .value(let value): return [value]
    case .list(let values): return values
    case .table(let table):
      throw SessError(
        "type-mismatch", "\(function) needs one column of the records", span: span,
        hint: "for example \(function)($_.\(table.columns.last ?? "missing"))")
    }
  }

  private func quantified(
    _ function: Expression.Function, _ operand: Operand, _ span: SourceSpan
  ) throws(SessError) -> Value {
    var hasUnknown = false
    for value in try values(operand, function.rawValue, span) {
      switch value {
      case .flag(let flag):
        if function == .any, flag { return .flag(true) }
        if function == .all, !flag { return .flag(false) }
      case .unknown: hasUnknown = true
      default:
        throw SessError(
          "not-a-condition", "\(function.rawValue) needs conditions", span: span,
          hint: "for example \(function.rawValue)($_.quality >= 95)")
      }
    }
    return hasUnknown ? .unknown : .flag(function == .all)
  }

  private func absolute(_ operand: Operand, _ span: SourceSpan) throws(SessError) -> Operand {
    var results: [Value] = []
    for value in try values(operand, "abs", span) {
      switch value {
      case .unknown: results.append(.unknown)
      case .integer(let count): results.append(.integer(count == .min ? .max : Swift.abs(count)))
      case .number(let number): results.append(.number(Swift.abs(number)))
      case .duration(let length):
        results.append(.duration(length == .min ? .max : Swift.abs(length)))
      default:
        throw SessError("type-mismatch", "abs needs numbers", span: span)
      }
    }
    return results.count == 1 ? .value(results[0]) : .list(results)
  }

  private func ratio(_ a: Operand, _ b: Operand, _ span: SourceSpan) throws(SessError) -> Operand {
    let (upper, lower) = (try values(a, "ratio", span), try values(b, "ratio", span))
    guard upper.count == 1, lower.count == 1, let x = upper[0].asNumber, let y = lower[0].asNumber
    else {
      guard upper.first?.isUnknown == true || lower.first?.isUnknown == true else {
        throw SessError("type-mismatch", "ratio needs two numbers", span: span)
      }
      return .value(.unknown)
    }
    return .value(y == 0 ? .unknown : .number(x / y))
  }

  private func aggregate(
    _ function: Expression.Function, _ operand: Operand, _ span: SourceSpan
  ) throws(SessError) -> Value {
    let known = try values(operand, function.rawValue, span).filter { !$0.isUnknown }
    guard let first = known.first else { return .unknown }
    if function == .min || function == .max {
      var best = first
      for value in known.dropFirst() {
        guard let order = ValueOrder.compare(value, best) else {
          throw SessError("type-mismatch", "the values cannot be ordered", span: span)
        }
        if function == .min ? order < 0 : order > 0 { best = value }
      }
      return best
    }
    var total = first
    for value in known.dropFirst() {
      do throws(SessError) {
        guard let sum = try ValueOrder.add(total, value, sign: 1) else {
          throw SessError("type-mismatch", "the values cannot be added")
        }
        total = sum
      } catch {
        throw error.located(at: span)
      }
    }
    guard function == .mean else { return total }
    guard let sum = total.asNumber else {
      throw SessError("type-mismatch", "mean needs numbers", span: span)
    }
    return .number(sum / Double(known.count))
  }
}
