import Diagnostics

/// A command line: words, flags, and where the output goes.
extension Parser {
  mutating func commandLine(_ verb: String, _ span: SourceSpan) throws(SessError)
    -> CommandLine
  {
    var line = CommandLine(verb: verb, span: span, arguments: [], redirection: nil)
    var takesFlags = true
    while true {
      lexer.skipBlanks()
      guard let byte = lexer.next, byte != 0x0A, byte != 0x3B, !isClosing() else { return line }
      if byte == 0x7C {
        line.redirection = pipe()
        return line
      }
      if byte == 0x3E {
        line.redirection = try redirection()
        try endOfStatement()
        return line
      }
      let start = lexer.position
      if takesFlags, byte == 0x2D, lexer.byte(ahead: 1) == 0x2D {
        if let flag = try flag() { line.arguments.append(flag) } else { takesFlags = false }
      } else if let word = try lexer.word() {
        line.arguments.append(.word(word))
      } else {
        throw SessError(
          "unexpected-character", "\(lexer.source.text(start..<start + 1)) cannot stand here",
          span: lexer.source.span(start..<start + 1), hint: "quote it to use it in a word")
      }
    }
  }

  /// `--name` or `--name=value`; nil for a bare `--`.
  private mutating func flag() throws(SessError) -> CommandLine.Argument? {
    let start = lexer.position
    lexer.position += 2
    while let byte = lexer.next, WordLexer.isName(byte) || byte == 0x2D { lexer.position += 1 }
    let name = lexer.source.text(start + 2..<lexer.position)
    let span = lexer.source.span(start..<lexer.position)
    guard lexer.next == 0x3D else {
      return name.isEmpty ? nil : .flag(name: name, value: nil, span: span)
    }
    lexer.position += 1
    guard let value = try lexer.word() else {
      throw SessError("missing-value", "--\(name)= needs a value", span: span)
    }
    return .flag(name: name, value: value, span: span)
  }

  /// After `|` the rest of the line is the shell's.
  private mutating func pipe() -> CommandLine.Redirection {
    let start = lexer.position
    lexer.position += 1
    lexer.skipLine()
    var text = lexer.source.text(start + 1..<lexer.position)
    while let first = text.first, first == " " { text.removeFirst() }
    return .pipe(text, span: lexer.source.span(start..<lexer.position))
  }

  private mutating func redirection() throws(SessError) -> CommandLine.Redirection {
    lexer.position += 1
    let appends = lexer.next == 0x3E
    if appends { lexer.position += 1 }
    let file = try required("a file")
    return appends ? .append(file) : .overwrite(file)
  }
}
