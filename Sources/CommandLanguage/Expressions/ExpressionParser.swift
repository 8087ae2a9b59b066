import Diagnostics
import MarketModel

/// Parses expressions: `or` < `and` < `not` < comparison < `+ -` < `*`.
struct ExpressionParser {
  private let tokens: [ExpressionToken]
  private let source: SourceText
  private let end: Int
  private var index = 0
  private var depth = 0

  /// Parses a range of a source.
  ///
  /// - Throws: `bad-expression`, `unclosed-quote`.
  static func parse(_ source: SourceText, _ range: Range<Int>) throws(SessError) -> Expression {
    var lexer = ExpressionLexer(source, range)
    var parser = ExpressionParser(
      tokens: try lexer.tokens(), source: source, end: range.upperBound)
    let expression = try parser.disjunction()
    if let token = parser.peek() {
      throw parser.failure("\(token.text) does not belong here", token.range)
    }
    return expression
  }

  private init(tokens: [ExpressionToken], source: SourceText, end: Int) {
    self.tokens = tokens
    self.source = source
    self.end = end
  }

  private func peek() -> ExpressionToken? { index < tokens.count ? tokens[index] : nil }

  private mutating func take(_ text: String) -> ExpressionToken? {
    guard let token = peek(), token.kind == .mark, token.text == text else { return nil }
    index += 1
    return token
  }

  private func failure(_ message: String, _ range: Range<Int>) -> SessError {
    SessError(
      "bad-expression", message, span: source.span(range),
      hint: "`help expressions` shows the forms")
  }

  private mutating func disjunction() throws(SessError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw failure("parentheses are nested too deep", end..<end) }
    var left = try conjunction()
    while take("or") != nil { left = .or(left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws(SessError) -> Expression {
    var left = try negation()
    while take("and") != nil { left = .and(left, try negation()) }
    return left
  }

  private mutating func negation() throws(SessError) -> Expression {
    var marks: [SourceSpan] = []
    while let token = take("not") { marks.append(source.span(token.range)) }
    var expression = try comparison()
    for span in marks.prefix(marks.count % 2) { expression = .not(expression, span) }
    return expression
  }

  private mutating func comparison() throws(SessError) -> Expression {
    let left = try sum()
    guard let token = peek(), token.kind == .mark,
      let comparison = Expression.Comparison(rawValue: token.text == "==" ? "=" : token.text)
    else { return left }
    index += 1
    let right = try comparison == .within ? range() : sum()
    var tolerance: Expression.Tolerance?
    if let mark = take("+-") { tolerance = try self.tolerance(mark) }
    return .comparison(comparison, left, right, tolerance, source.span(token.range))
  }

  private mutating func tolerance(_ mark: ExpressionToken) throws(SessError) -> Expression.Tolerance
  {
    guard let token = peek(), token.kind == .word else {
      throw failure("a tolerance must follow +-", mark.range)
    }
    index += 1
    let isPercent = token.text.hasSuffix("%")
    guard let value = Double(isPercent ? String(token.text.dropLast()) : token.text), value >= 0,
      value.isFinite
    else { throw failure("\(token.text) is not a tolerance", token.range) }
    return isPercent ? .relative(value / 100) : .absolute(value)
  }

  /// `A..B` as one word or with a variable on either side.
  private mutating func range() throws(SessError) -> Expression {
    guard let token = peek(), token.kind == .word, !token.text.contains("@"),
      let dots = token.text.firstRange(of: "..")
    else { return try sum() }
    let parts = [token.text[..<dots.lowerBound], token.text[dots.upperBound...]]
    let span = source.span(token.range)
    guard let lower = ExpressionLexer.literal(String(parts[0])),
      let upper = ExpressionLexer.literal(String(parts[1]))
    else { throw failure("\(token.text) is not a range of numbers, times or dates", token.range) }
    index += 1
    return .range(.literal(lower, span), .literal(upper, span))
  }

  private mutating func sum() throws(SessError) -> Expression {
    var left = try product()
    while let token = peek(), token.kind == .mark, token.text == "+" || token.text == "-" {
      index += 1
      let operation: Expression.Arithmetic = token.text == "+" ? .add : .subtract
      left = .arithmetic(operation, left, try product(), source.span(token.range))
    }
    return left
  }

  private mutating func product() throws(SessError) -> Expression {
    var left = try operand()
    while let token = take("*") {
      left = .arithmetic(.multiply, left, try operand(), source.span(token.range))
    }
    return left
  }

  private mutating func operand() throws(SessError) -> Expression {
    guard let token = peek() else { throw failure("an expression is expected here", end..<end) }
    index += 1
    let span = source.span(token.range)
    switch token.kind {
    case .text: return .literal(.text(token.text), span)
    case .variable(let name, let column): return .variable(name: name, column: column, span)
    case .mark where token.text == "(":
      let inner = try disjunction()
      guard take(")") != nil else { throw failure("this parenthesis is not closed", token.range) }
      return inner
    case .mark: throw failure("\(token.text) does not belong here", token.range)
    case .word:
      if let function = Expression.Function(rawValue: token.text), take("(") != nil {
        return .call(function: function, try arguments(token), span)
      }
      if let value = ExpressionLexer.literal(token.text) { return .literal(value, span) }
      return .name(ExpandedWord(text: token.text, isQuoted: token.isQuoted, span: span))
    }
  }

  private mutating func arguments(_ name: ExpressionToken) throws(SessError) -> [Expression] {
    var arguments: [Expression] = []
    repeat { arguments.append(try disjunction()) } while take(",") != nil
    guard take(")") != nil else {
      throw failure("the call of \(name.text) is not closed", name.range)
    }
    let count = name.text == "ratio" ? 2 : 1
    guard arguments.count == count else {
      throw failure("\(name.text) takes \(count) argument\(count == 1 ? "" : "s")", name.range)
    }
    return arguments
  }
}
