public import CommandLanguage
public import Diagnostics
import MarketModel
import Presentation
import SessionEngine

/// What happens around each command of a script: printing, or comparing with what is expected.
public protocol StatementObserver: AnyObject {
  /// Runs one command, which gives the text it prints, and deals with what it prints or throws.
  func perform(
    _ statement: Statement, _ action: () throws(SessError) -> [PrintedText]
  ) throws(SessError)
}

/// A text a command prints.
public struct PrintedText: Sendable {
  /// The text, each line ended.
  public var text: String
  /// True for the report of a command that changed something; it goes to standard error.
  public var isReport: Bool
}

/// Runs statements: commands, variables, assertions, loops, choices and other scripts.
public final class Interpreter {
  private let workbench: Workbench
  private let observer: any StatementObserver
  private var folders: [String]
  private var includes: [String] = []
  private(set) var exitCode: Int32?

  /// Creates an interpreter; `folder` is where the script lies, for `include` and `$DIR`.
  public init(_ workbench: Workbench, observer: any StatementObserver, folder: String) {
    self.workbench = workbench
    self.observer = observer
    folders = [folder]
    workbench.set("DIR", to: .value(.text(folder)))
  }

  /// Runs statements until one quits.
  ///
  /// - Returns: the exit code of `quit`, or nil when all were run.
  /// - Throws: what the observer lets through.
  public func run(_ statements: [Statement]) throws(SessError) -> Int32? {
    for statement in statements {
      if workbench.environment.isCancelled() {
        throw SessError("interrupted", "the script was interrupted", span: statement.span)
      }
      try run(statement)
      if exitCode != nil { break }
    }
    return exitCode
  }

  private func run(_ statement: Statement) throws(SessError) {
    switch statement.kind {
    case .command(let line): try runCommand(line, statement)
    case .let_(let name, let value):
      try observer.perform(statement) { () throws(SessError) in
        try assign(name, value)
        return []
      }
    case .assert(let expression):
      try observer.perform(statement) { () throws(SessError) in
        try check(expression)
        return []
      }
    case .section(_, let body):
      if let body { _ = try run(body) }
    case .foreach(let name, let words, let body):
      for word in try expand(words) {
        workbench.set(name, to: word)
        if try run(body) != nil { return }
      }
    case .if_(let condition, let then, let else_):
      let holds = try truth(condition)
      if let body = holds ? then : else_ { _ = try run(body) }
    case .include(let word): try include(word, statement)
    case .until(let condition):
      try observer.perform(statement) { () throws(SessError) in
        let output = try workbench.move(until: condition)
        return printed(workbench.remembered(output), asked: nil)
      }
    case .inspect(let verb, let expression):
      try observer.perform(statement) { () throws(SessError) in
        let output = try workbench.inspect(verb, expression)
        return printed(workbench.remembered(output), asked: nil)
      }
    case .directive: break
    case .broken(let error):
      try observer.perform(statement) { () throws(SessError) in throw error }
    }
  }

  // MARK: commands

  private func runCommand(_ line: CommandLine, _ statement: Statement) throws(SessError) {
    try observer.perform(statement) { () throws(SessError) in
      let invocation = try CommandTable.resolve(line, variables: variable)
      if case .quit(let code) = invocation.command {
        exitCode = code
        return []
      }
      let target = try invocation.redirection.map { (redirection) throws(SessError) in
        try AnswerTarget(redirection, variable, workbench.environment)
      }
      return try direct(try workbench.execute(invocation), invocation, to: target)
    }
  }

  private func variable(_ name: String, _ column: String?) throws(SessError) -> (
    text: String, isQuoted: [Bool]?
  ) {
    (try workbench.text(of: name, column: column), workbench.marks(of: name, column: column))
  }

  /// Renders an answer and sends it where it should go.
  private func direct(
    _ output: Output, _ invocation: Invocation, to target: AnswerTarget?
  ) throws(SessError) -> [PrintedText] {
    let settings = workbench.settings
    let asked = invocation.format.flatMap { OutputFormat(rawValue: $0.rawValue) }
    if let target {
      let format = asked ?? target.format ?? settings.mode
      try target.write(Renderer.render(output, as: format, style: settings.style))
      return []
    }
    return printed(output, asked: asked)
  }

  /// An answer as it is shown; the report of a change goes to standard error, unless a format was asked for.
  private func printed(_ output: Output, asked: OutputFormat?) -> [PrintedText] {
    let settings = workbench.settings
    let format = asked ?? (output.isReport ? .table : settings.mode)
    if output.isReport, asked != nil, let records = output.records {
      let text = Renderer.render(.records(records), as: format, style: settings.style)
      return [PrintedText(text: text, isReport: false)]
    }
    let text = Renderer.render(output, as: format, style: settings.style)
    return text.isEmpty ? [] : [PrintedText(text: text, isReport: output.isReport)]
  }

  // MARK: the language

  private func assign(_ name: String, _ value: LetValue) throws(SessError) {
    switch value {
    case .word(let word):
      workbench.set(name, to: try word.expanded(variable))
    case .expression(let expression):
      workbench.set(
        name, to: try Evaluator(WorkbenchContext(workbench)).evaluate(expression.expression))
    }
  }

  private func check(_ expression: ExpressionText) throws(SessError) {
    let evaluator = Evaluator(WorkbenchContext(workbench))
    let holds = try evaluator.truth(expression.expression)
    if holds == true { return }
    let what = holds == nil ? "is unknown" : "does not hold"
    throw SessError(
      "assertion-failed", "\(expression.text) \(what)", span: expression.span,
      notes: evaluator.explain(expression.expression))
  }

  private func truth(_ condition: ExpressionText) throws(SessError) -> Bool {
    let holds = try Evaluator(WorkbenchContext(workbench)).truth(condition.expression)
    guard let holds else {
      throw SessError("unknown-condition", "\(condition.text) is unknown", span: condition.span)
    }
    return holds
  }

  /// The words of a loop; address patterns become what they match.
  private func expand(_ words: [Word]) throws(SessError) -> [ExpandedWord] {
    var found: [ExpandedWord] = []
    for word in words {
      let expanded = try word.expanded(variable)
      let bytes = Array(expanded.text.utf8)
      let isPattern = bytes.indices.contains {
        (bytes[$0] == 0x2A || bytes[$0] == 0x3F) && !expanded.isQuoted[$0]
      }
      guard isPattern else {
        found.append(expanded)
        continue
      }
      found += try workbench.matches(try Address(expanded), at: expanded.span)
    }
    return found
  }

  private func include(_ word: Word, _ statement: Statement) throws(SessError) {
    let name = try word.expanded(variable)
    let folder = folders.last ?? "."
    let path = name.text.hasPrefix("/") ? name.text : folder + "/" + name.text
    guard includes.count < 32, !includes.contains(path) else {
      throw SessError("include-cycle", "\(name.text) includes itself", span: name.span)
    }
    var parsed = ParseResult()
    try observer.perform(statement) { () throws(SessError) in
      do throws(SessError) {
        parsed = Parser.parseScript(try TextFile.read(path), file: path)
      } catch {
        throw error.located(at: name.span)
      }
      if let error = parsed.errors.first { throw error }
      return []
    }
    includes.append(path)
    folders.append(Interpreter.folder(of: path))
    workbench.set("DIR", to: .value(.text(Interpreter.folder(of: path))))
    defer {
      includes.removeLast()
      folders.removeLast()
      workbench.set("DIR", to: .value(.text(folder)))
    }
    _ = try run(parsed.statements)
  }

  /// The folder a path lies in.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension Workbench {
  /// The addresses of the symbols or series a pattern matches.
  func matches(_ address: Address, at span: SourceSpan) throws(SessError) -> [ExpandedWord] {
    let resolver = Resolver(session: engine.snapshot())
    do throws(SessError) {
      var words: [ExpandedWord] = []
      let scope = address.scope.map { "@\($0)" } ?? ""
      func add(_ symbol: String, _ rest: String) {
        var word = ExpandedWord(text: "", isQuoted: [], span: span)
        word.append(symbol, quoted: true)
        word.append(rest + scope, quoted: false)
        words.append(word)
      }
      if address.intervals == .held {
        for symbol in try resolver.symbols(address.symbol) { add(symbol.symbol, "") }
      } else {
        for reference in try resolver.series(address) {
          add(reference.symbol.symbol, "/\(reference.interval)")
        }
      }
      return words
    } catch {
      throw error.located(at: span)
    }
  }
}
