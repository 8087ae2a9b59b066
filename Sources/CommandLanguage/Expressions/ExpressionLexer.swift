import Diagnostics
public import MarketModel

/// A piece of an expression.
struct ExpressionToken {
  enum Kind: Equatable {
    case word
    case text
    case mark
    case variable(name: String, column: String?)
  }

  var kind: Kind
  var text: String
  /// For words: which bytes were quoted.
  var isQuoted: [Bool] = []
  var range: Range<Int>
}

/// Cuts an expression into words, texts, variables and marks.
///
/// `+`, `-` and `*` are marks only between blanks, so that `-5`, `*/1m` and `2025-07-02` are words.
struct ExpressionLexer {
  private let source: SourceText
  private let end: Int
  private var position: Int

  init(_ source: SourceText, _ range: Range<Int>) {
    self.source = source
    position = range.lowerBound
    end = range.upperBound
  }

  private static let longMarks = ["==", "!=", "<=", ">=", "~=", "+-"]

  mutating func tokens() throws(SessError) -> [ExpressionToken] {
    var tokens: [ExpressionToken] = []
    while position < end {
      let byte = source.bytes[position]
      if byte <= 0x20 {
        position += 1
      } else if let mark = mark() {
        tokens.append(mark)
      } else if byte == 0x24 {
        tokens.append(try variable())
      } else {
        tokens.append(try word())
      }
      guard tokens.count <= 10_000 else {
        throw SessError(
          "bad-expression", "the expression is too long", span: source.span(position..<end))
      }
    }
    return tokens
  }

  private func text(_ count: Int) -> String { source.text(position..<min(position + count, end)) }

  private mutating func mark() -> ExpressionToken? {
    for mark in ExpressionLexer.longMarks where text(2) == mark { return made(2) }
    switch source.bytes[position] {
    case 0x28, 0x29, 0x2C, 0x3D, 0x3C, 0x3E: return made(1)
    case 0x2B, 0x2D, 0x2A:
      let isAlone = position + 1 >= end || source.bytes[position + 1] <= 0x20
      return isAlone ? made(1) : nil
    default: return nil
    }
  }

  private mutating func made(_ count: Int) -> ExpressionToken {
    let start = position
    position = min(position + count, end)
    return ExpressionToken(
      kind: .mark, text: source.text(start..<position), range: start..<position)
  }

  private mutating func variable() throws(SessError) -> ExpressionToken {
    var lexer = WordLexer(source)
    let start = position
    lexer.position = position
    guard let word = try lexer.word(), case .variable(let name, let column, _)? = word.parts.first
    else {
      throw SessError(
        "bad-variable", "a variable's name must follow $", span: source.span(start..<start + 1))
    }
    position += 1
    let isBraced = source.bytes[position] == 0x7B
    position += name.utf8.count + (isBraced ? 2 : 0)
    if let column { position += 1 + column.utf8.count }
    return ExpressionToken(
      kind: .variable(name: name, column: column), text: name, range: start..<position)
  }

  private mutating func word() throws(SessError) -> ExpressionToken {
    let start = position
    var bytes: [UInt8] = []
    var isQuoted: [Bool] = []
    while position < end {
      let byte = source.bytes[position]
      if byte == 0x27 || byte == 0x22 {
        try quoted(byte, &bytes, &isQuoted)
      } else if byte <= 0x20 || isWordEnd(byte) {
        break
      } else {
        bytes.append(byte)
        isQuoted.append(false)
        position += 1
      }
    }
    guard position > start else {
      position += 1
      throw SessError(
        "bad-expression", "\(source.text(start..<position)) does not belong here",
        span: source.span(start..<position))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if !isQuoted.contains(false) {
      return ExpressionToken(kind: .text, text: text, range: start..<position)
    }
    let isMark = ["and", "or", "not", "in"].contains(text)
    return ExpressionToken(
      kind: isMark ? .mark : .word, text: text, isQuoted: isQuoted, range: start..<position)
  }

  private func isWordEnd(_ byte: UInt8) -> Bool {
    if byte == 0x28 || byte == 0x29 || byte == 0x2C || byte == 0x3C || byte == 0x3E || byte == 0x3D
    {
      return true
    }
    let isLong = byte == 0x21 || byte == 0x7E
    return isLong && position + 1 < end && source.bytes[position + 1] == 0x3D
  }

  private mutating func quoted(
    _ mark: UInt8, _ bytes: inout [UInt8], _ isQuoted: inout [Bool]
  ) throws(SessError) {
    let start = position
    position += 1
    while position < end, source.bytes[position] != mark {
      bytes.append(source.bytes[position])
      isQuoted.append(true)
      position += 1
    }
    guard position < end else {
      throw SessError(
        "unclosed-quote", "a quote is not closed", span: source.span(start..<start + 1))
    }
    position += 1
  }

  /// The value a bare word states: a number, duration, time, date or instant; nil for names.
  static func literal(_ word: String) -> Value? {
    guard let first = word.utf8.first else { return nil }
    if word == "true" || word == "false" { return .flag(word == "true") }
    if word == "unknown" || word == "null" { return .unknown }
    let isDigit = first >= 0x30 && first <= 0x39
    guard isDigit || first == 0x2D || first == 0x2B || first == 0x2E else { return nil }
    if let count = Int(word) { return .integer(count) }
    if word.utf8.allSatisfy({
      ($0 >= 0x30 && $0 <= 0x39) || [0x2E, 0x2D, 0x2B, 0x65, 0x45].contains($0)
    }),
      let number = Double(word)
    {
      return .number(number)
    }
    if word.hasSuffix("%"), let number = Double(word.dropLast()) { return .number(number) }
    if let date = CivilDate(iso: word) { return .date(date) }
    if let time = ClockText.nanoseconds(word) { return .time(time) }
    if let time = TimeWord(word) { return time.instant ?? .text(word) }
    if let duration = ClockText.duration(word) { return .duration(duration) }
    return Interval(word).map(Value.interval)
  }
}

extension Value {
  /// The value a bare word states: a number, duration, time, date or instant; nil for names.
  public init?(literal word: String) {
    guard let value = ExpressionLexer.literal(word) else { return nil }
    self = value
  }
}
