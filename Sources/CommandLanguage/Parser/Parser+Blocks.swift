import Diagnostics

/// Sections, loops and conditions: the statements that hold other statements.
extension Parser {
  mutating func section(_ verb: Word) throws(SessError) -> Statement {
    let name = try required("the section's name")
    lexer.skipBlanks()
    guard lexer.next == 0x7B else {
      try endOfStatement()
      return made(.section(name, body: nil), verb.span)
    }
    return made(.section(name, body: try braces()), verb.span)
  }

  mutating func foreach(_ verb: Word) throws(SessError) -> Statement {
    let name = try required("a name")
    guard case .bare(let text)? = name.parts.first, name.parts.count == 1,
      text.utf8.allSatisfy(WordLexer.isName)
    else {
      throw SessError("bad-variable", "a variable's name is expected here", span: name.span)
    }
    let keyword = try required("`in`")
    guard keyword.parts == [.bare("in")] else {
      throw SessError(
        "missing-argument", "`in` is expected here", span: keyword.span,
        hint: "foreach \(text) in AAPL MSFT { … }")
    }
    var words: [Word] = []
    while true {
      lexer.skipBlanks()
      guard let word = try lexer.word() else { break }
      words.append(word)
    }
    return made(.foreach(name: text, words: words, body: try braces()), verb.span)
  }

  /// A choice; `links` counts the ones it is the `else if` of.
  mutating func ifStatement(_ verb: Word, links: Int = 0) throws(SessError) -> Statement {
    guard links < 200 else {
      throw SessError(
        "nested-too-deep", "a choice has more than 200 branches", span: verb.span,
        hint: "choose by a loop or by several ifs")
    }
    let condition = try expression()
    let then = try braces()
    let before = lexer.position
    lexer.skipBlanks()
    guard lexer.source.bytes[lexer.position...].starts(with: Array("else".utf8)) else {
      lexer.position = before
      return made(.if_(condition: condition, then: then, else_: nil), verb.span)
    }
    lexer.position += 4
    lexer.skipBlanks()
    if lexer.source.bytes[lexer.position...].starts(with: Array("if ".utf8)),
      let word = try lexer.word()
    {
      let start = lexer.position
      var chained = try ifStatement(word, links: links + 1)
      finish(&chained, from: start)
      return made(.if_(condition: condition, then: then, else_: [chained]), verb.span)
    }
    return made(.if_(condition: condition, then: then, else_: try braces()), verb.span)
  }

  /// A block in braces.
  private mutating func braces() throws(SessError) -> [Statement] {
    lexer.skipBlanks()
    let start = lexer.position
    guard lexer.next == 0x7B else {
      throw SessError(
        "missing-block", "a block in { } is expected here", span: lexer.source.span(start..<start))
    }
    lexer.position += 1
    depth += 1
    guard depth <= 64 else {
      throw SessError(
        "nested-too-deep", "blocks are nested more than 64 deep",
        span: lexer.source.span(start..<start + 1))
    }
    let statements = block()
    depth -= 1
    guard lexer.next == 0x7D else {
      result.isIncomplete = true
      throw SessError(
        "unclosed-block", "this block is not closed", span: lexer.source.span(start..<start + 1),
        hint: "close it with }")
    }
    lexer.position += 1
    return statements
  }
}
