public import Diagnostics

/// The statements of a script or a typed line, and everything wrong with it.
public struct ParseResult: Sendable {
  /// The statements that could be read.
  public var statements: [Statement] = []
  /// The errors, in order; parsing goes on at the next line after each.
  public var errors: [SessError] = []
  /// True when the text ends inside a quote or a block, or after a backslash.
  public var isIncomplete = false

  /// Creates the result of an empty text.
  public init() {}
}

/// Turns text into statements.
public struct Parser {
  var lexer: WordLexer
  let readsMarks: Bool
  var result = ParseResult()
  var depth = 0

  private init(_ text: String, file: String?, readsMarks: Bool) {
    lexer = WordLexer(SourceText(text, file: file))
    self.readsMarks = readsMarks
  }

  /// Parses a whole script, with its `|`, `!` and `@` lines.
  public static func parseScript(_ text: String, file: String?) -> ParseResult {
    var parser = Parser(text, file: file, readsMarks: true)
    return parser.parse()
  }

  /// Parses what was typed or given with `-c`.
  public static func parseLine(_ text: String) -> ParseResult {
    var parser = Parser(text, file: nil, readsMarks: false)
    return parser.parse()
  }

  private mutating func parse() -> ParseResult {
    if let index = lexer.source.bytes.firstIndex(of: 0) {
      result.errors.append(
        SessError(
          "nul-byte", "the text holds a NUL byte", span: lexer.source.span(index..<index + 1)))
      return result
    }
    result.statements = block()
    result.errors = (result.errors + Parser.errors(in: result.statements))
      .sorted { ($0.span?.line ?? 0) < ($1.span?.line ?? 0) }
    result.isIncomplete = result.isIncomplete || lexer.endedEarly
    return result
  }

  /// The errors of broken statements, but for those that are expected to give one.
  private static func errors(in statements: [Statement]) -> [SessError] {
    var errors: [SessError] = []
    for statement in statements {
      switch statement.kind {
      case .broken(let error) where !statement.marks.contains(where: \.isError):
        errors.append(error)
      case .section(_, let body?), .foreach(_, _, let body): errors += self.errors(in: body)
      case .if_(_, let then, let otherwise): errors += self.errors(in: then + (otherwise ?? []))
      default: break
      }
    }
    return errors
  }

  /// Statements up to the end, or to the brace that closes a block.
  mutating func block() -> [Statement] {
    var statements: [Statement] = []
    while skipToStatement(&statements) {
      let start = lexer.position
      do throws(SessError) {
        guard var statement = try statement() else { continue }
        finish(&statement, from: start)
        statements.append(statement)
      } catch {
        lexer.position = max(start, min(lexer.position, lexer.endOfLine(start)))
        skipBroken()
        var statement = made(.broken(error), error.span ?? lexer.source.span(start..<start))
        finish(&statement, from: start)
        statements.append(statement)
      }
    }
    return statements
  }

  /// Skips what is left of a broken line, but for the braces that close the blocks around it.
  private mutating func skipBroken() {
    let end = lexer.endOfLine(lexer.position)
    let closing = lexer.source.bytes[lexer.position..<end].indices
      .filter { lexer.source.bytes[$0] == 0x7D }.suffix(depth)
    lexer.position = closing.first ?? end
  }

  func isClosing() -> Bool { lexer.next == 0x7D && depth > 0 }

  mutating func finish(_ statement: inout Statement, from start: Int) {
    var end = lexer.position
    while end > start, lexer.source.bytes[end - 1] <= 0x20 { end -= 1 }
    lexer.skipBlanks()
    statement.endsLine = lexer.next == nil || lexer.next == 0x0A
    statement.span = lexer.source.span(start..<end)
    statement.text = lexer.source.text(start..<end)
    statement.lines = lexer.source.line(at: start)...lexer.source.line(at: max(start, end - 1))
  }

  /// Moves to the next statement, collecting marks on the way; false at the end of the block.
  private mutating func skipToStatement(_ statements: inout [Statement]) -> Bool {
    while true {
      lexer.skipBlanks()
      guard let byte = lexer.next else { return false }
      if byte == 0x0A || byte == 0x3B {
        lexer.position += 1
      } else if isClosing() {
        return false
      } else if byte == 0x7D {
        result.errors.append(
          SessError(
            "unexpected-brace", "there is no block to close",
            span: lexer.source.span(lexer.position..<lexer.position + 1)))
        lexer.position += 1
      } else if readsMarks, isAtLineStart, byte == 0x7C || byte == 0x21 {
        mark(isError: byte == 0x21, &statements)
      } else {
        return true
      }
    }
  }

  private var isAtLineStart: Bool {
    var position = lexer.position
    while position > 0 {
      position -= 1
      let byte = lexer.source.bytes[position]
      if byte == 0x0A { return true }
      if byte != 0x20 && byte != 0x09 && position > 2 { return false }
    }
    return true
  }

  private mutating func mark(isError: Bool, _ statements: inout [Statement]) {
    let position = lexer.position
    let number = lexer.source.line(at: position)
    let full = lexer.source.lineText(number)
    let indent = String(full.prefix { $0 == " " || $0 == "\t" })
    var text = String(full.dropFirst(indent.count + 1))
    if text.hasPrefix(" ") { text.removeFirst() }
    if statements.last?.takesMarks != true {
      result.errors.append(
        SessError(
          "stray-mark", "an expectation must follow a command",
          span: lexer.source.span(position..<position + 1),
          hint: "what the commands of a block print is expected inside it, below each"))
    } else {
      statements[statements.count - 1].marks.append(
        MarkedLine(isError: isError, text: text, line: number, indent: indent))
    }
    lexer.skipLine()
  }
}

extension Parser {
  /// Reads one statement.
  private mutating func statement() throws(SessError) -> Statement? {
    let start = lexer.position
    if readsMarks, lexer.next == 0x40, isAtLineStart { return directive() }
    guard let word = try lexer.word(), case .bare(let verb)? = word.parts.first,
      word.parts.count == 1
    else {
      let end = min(lexer.position + 1, lexer.source.bytes.count)
      throw SessError(
        "expected-command", "a command is expected here",
        span: lexer.source.span(start..<max(end, start)), hint: "`help` lists the commands")
    }
    switch verb {
    case "let": return try letStatement(word)
    case "assert": return made(.assert(try expression()), word.span)
    case "section": return try section(word)
    case "foreach": return try foreach(word)
    case "if": return try ifStatement(word)
    case "include":
      let file = try required("a file")
      try endOfStatement()
      return made(.include(file), word.span)
    case "until" where !isTime(): return made(.until(try expression()), word.span)
    case "print", "p": return made(.inspect(.print, try expression()), word.span)
    case "watch": return made(.inspect(.watch, try expression()), word.span)
    case "display" where !isAtEnd(): return made(.inspect(.display, try expression()), word.span)
    case "break", "b":
      if let condition = try breakCondition() {
        return made(.inspect(.breakIf, condition), word.span)
      }
      fallthrough
    default: return made(.command(try commandLine(verb, word.span)), word.span)
    }
  }

  /// Whether nothing but blanks follows on the line.
  private func isAtEnd() -> Bool {
    isEnd(skippingBlanks(0))
  }

  /// Whether the statement or its words end some bytes ahead: with flags, a pipe, or nothing more.
  private func isEnd(_ offset: Int) -> Bool {
    guard let next = lexer.byte(ahead: offset) else { return true }
    if next == 0x2D { return lexer.byte(ahead: offset + 1) == 0x2D }
    return next == 0x0A || next == 0x0D || next == 0x3B || next == 0x7C || next == 0x23
      || (next == 0x7D && depth > 0)
  }

  private func skippingBlanks(_ offset: Int) -> Int {
    var offset = offset
    while let byte = lexer.byte(ahead: offset), byte == 0x20 || byte == 0x09 { offset += 1 }
    return offset
  }

  /// The expression of `break if EXPRESSION`; nil for every other kind.
  private mutating func breakCondition() throws(SessError) -> ExpressionText? {
    lexer.skipBlanks()
    guard lexer.source.bytes[lexer.position...].starts(with: Array("if".utf8)),
      let blank = lexer.byte(ahead: 2), blank == 0x20 || blank == 0x09
    else { return nil }
    lexer.position += 3
    return try expression()
  }

  /// Whether a single word follows that begins as a time, a flag or a variable does.
  private func isTime() -> Bool {
    var offset = skippingBlanks(0)
    guard let first = lexer.byte(ahead: offset), !isEnd(offset) else { return true }
    guard (0x30...0x39).contains(first) || first == 0x24 else { return false }
    while let byte = lexer.byte(ahead: offset), byte > 0x20, byte != 0x3B { offset += 1 }
    return isEnd(skippingBlanks(offset))
  }

  func made(_ kind: Statement.Kind, _ span: SourceSpan) -> Statement {
    Statement(kind: kind, span: span, lines: span.line...span.line, text: "")
  }

  private mutating func directive() -> Statement {
    let start = lexer.position
    lexer.skipLine()
    let text = lexer.source.text(start + 1..<lexer.position)
    let parts = text.split(separator: " ", maxSplits: 1)
    var rest = parts.count > 1 ? String(parts[1]) : ""
    while let last = rest.last, last == " " || last == "\r" || last == "\r\n" { rest.removeLast() }
    var name = parts.first.map(String.init) ?? ""
    if name.last == "\r" { name.removeLast() }
    return made(.directive(name: name, text: rest), lexer.source.span(start..<lexer.position))
  }

  /// A word that must be there.
  mutating func required(_ what: String) throws(SessError) -> Word {
    lexer.skipBlanks()
    let start = lexer.position
    guard let word = try lexer.word() else {
      throw SessError(
        "missing-argument", "\(what) is expected here", span: lexer.source.span(start..<start))
    }
    return word
  }

  mutating func endOfStatement() throws(SessError) {
    lexer.skipBlanks()
    guard let byte = lexer.next, byte != 0x0A, byte != 0x3B, !isClosing() else { return }
    throw SessError(
      "unexpected-text", "nothing more is expected here",
      span: lexer.source.span(lexer.position..<lexer.position + 1))
  }

  private mutating func letStatement(_ verb: Word) throws(SessError) -> Statement {
    let name = try required("a name")
    guard case .bare(let text)? = name.parts.first, name.parts.count == 1,
      text.utf8.allSatisfy(WordLexer.isName), text != "_", !(text.first?.isNumber ?? true)
    else {
      throw SessError(
        "bad-variable", "a variable's name has letters, digits and _", span: name.span,
        hint: "let name = value")
    }
    lexer.skipBlanks()
    guard lexer.next == 0x3D else {
      throw SessError(
        "missing-argument", "= is expected here",
        span: lexer.source.span(lexer.position..<lexer.position), hint: "let \(text) = value")
    }
    lexer.position += 1
    lexer.skipBlanks()
    if lexer.next == 0x24 || isCall() {
      return made(.let_(name: text, value: .expression(try expression())), verb.span)
    }
    let value = try required("a value")
    try endOfStatement()
    return made(.let_(name: text, value: .word(value)), verb.span)
  }

  /// Whether a function's name and a parenthesis follow.
  private func isCall() -> Bool {
    var offset = 0
    while let byte = lexer.byte(ahead: offset), WordLexer.isName(byte) { offset += 1 }
    return offset > 0 && lexer.byte(ahead: offset) == 0x28
  }

  /// The raw text up to `{`, `;` or the end of the line, as an expression.
  mutating func expression() throws(SessError) -> ExpressionText {
    lexer.skipBlanks()
    let start = lexer.position
    var quote: UInt8?
    while let byte = lexer.next, byte != 0x0A {
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == 0x27 || byte == 0x22 {
        quote = byte
      } else if byte == 0x7B || byte == 0x3B || (byte == 0x7D && depth > 0) {
        break
      } else if byte == 0x23, lexer.position > start,
        lexer.source.bytes[lexer.position - 1] == 0x20
      {
        break
      }
      lexer.position += 1
    }
    var end = lexer.position
    while end > start, lexer.source.bytes[end - 1] <= 0x20 { end -= 1 }
    lexer.skipBlanks()
    let parsed = try ExpressionParser.parse(lexer.source, start..<end)
    return ExpressionText(
      text: lexer.source.text(start..<end), expression: parsed, span: lexer.source.span(start..<end)
    )
  }
}
