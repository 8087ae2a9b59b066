import CommandLanguage
import Diagnostics
import MarketModel
import Presentation
import Workbench

/// What became of one section of a tested file.
struct SectionResult: Sendable {
  /// What became of it.
  enum Outcome: Sendable, Equatable {
    case passed
    case failed
    case skipped(String)
  }

  /// The file and the section's name.
  var name: String
  /// What became of it.
  var outcome: Outcome
  /// The lines that explain a failure.
  var details: [String] = []
}

/// What becomes of expectations that are not met.
public enum UpdateMode: Sendable {
  /// They fail.
  case check
  /// They are rewritten.
  case rewrite
  /// They are rewritten, and commands without any get them.
  case fill
}

/// New marks for a statement, to be written into its file.
struct MarkUpdate {
  /// The lines of the old marks, or an empty range after the statement.
  var lines: Range<Int>
  var text: [String]
}

/// Runs one script or notebook with an engine of its own and compares what it prints.
final class TestFile: StatementObserver {
  private let path: String
  private let environment: WorkbenchEnvironment
  private let mode: UpdateMode
  private var workbench: Workbench?
  private var tolerance = 0.0
  private var verifiedSequence = 0
  private var failures: [String] = []
  private var hasQuit = false
  /// Lines of commands in loops that print something else each time.
  private var varying: Set<Int> = []
  private var deadline: ContinuousClock.Instant?
  /// True once the script was stopped, as it took longer than it may.
  private(set) var isTimedOut = false
  private(set) var markUpdates: [Int: MarkUpdate] = [:]

  init(_ path: String, _ environment: WorkbenchEnvironment, _ mode: UpdateMode) {
    self.path = path
    self.environment = environment
    self.mode = mode
  }

  /// Runs every section; a failure ends its section only.
  func run(_ text: String) throws(SessError) -> [SectionResult] {
    let parsed = TestRunner.parse(text, file: path)
    if !parsed.errors.isEmpty, mode == .check {
      let details = parsed.errors.flatMap(TestFile.lines)
      return [SectionResult(name: path, outcome: .failed, details: details)]
    }
    let directives: Directives
    do throws(SessError) {
      directives = try Directives(parsed.statements, folder: Interpreter.folder(of: path))
    } catch {
      return [SectionResult(name: path, outcome: .failed, details: TestFile.lines(error))]
    }
    if let file = directives.missingFile {
      return [SectionResult(name: path, outcome: .skipped("needs \(file)"))]
    }
    tolerance = directives.tolerance
    let deadline = directives.timeout.map { ContinuousClock.now + .seconds($0) }
    self.deadline = deadline
    let isStopped = environment.isCancelled
    var environment = environment
    environment.allowsShell = directives.allowsShell
    environment.isCancelled = { isStopped() || deadline.map { ContinuousClock.now > $0 } ?? false }
    let workbench = Workbench(environment)
    self.workbench = workbench
    defer { workbench.removeTemporaryFolder() }
    let interpreter = Interpreter(workbench, observer: self, folder: Interpreter.folder(of: path))
    return sections(of: parsed.statements, interpreter)
  }

  private static func lines(_ error: SessError) -> [String] {
    error.rendered().split(separator: "\n").map(String.init)
  }

  private func sections(of statements: [Statement], _ interpreter: Interpreter) -> [SectionResult] {
    var groups: [(name: String, statements: [Statement])] = [("", [])]
    for statement in statements {
      if case .section(let word, let body) = statement.kind {
        groups.append((sectionName(word), body ?? []))
        if body != nil { groups.append(("", [])) }
      } else {
        groups[groups.count - 1].statements.append(statement)
      }
    }
    var results: [SectionResult] = []
    for group in groups where !group.statements.isEmpty {
      let isSilent = group.statements.allSatisfy {
        if case .directive = $0.kind { true } else { false }
      }
      if isSilent { continue }
      results.append(run(group.name, group.statements, interpreter))
    }
    return results
  }

  private func sectionName(_ word: Word) -> String {
    let text = try? word.expanded { (name, _) throws(SessError) in ("$\(name)", nil) }
    return text?.text ?? ""
  }

  private func run(
    _ name: String, _ statements: [Statement], _ interpreter: Interpreter
  ) -> SectionResult {
    failures = []
    do throws(SessError) {
      if hasQuit { failures = ["\(path): not run, since `quit` ends the file before it"] }
      if !hasQuit, try interpreter.run(statements) != nil { hasQuit = true }
    } catch {
      noteStop(error)
      if failures.isEmpty { failures = TestFile.lines(error) }
    }
    let full = name.isEmpty ? path : "\(path): \(name)"
    return SectionResult(
      name: full, outcome: failures.isEmpty ? .passed : .failed, details: failures)
  }

  /// Runs one command and compares its output, or its error, with the marks after it.
  func perform(
    _ statement: Statement, _ action: () throws(SessError) -> [PrintedText]
  ) throws(SessError) {
    var actual: [String] = []
    var failure: SessError?
    do throws(SessError) {
      for text in try action() { actual += lines(of: text.text) }
      try verify()
    } catch {
      failure = error
    }
    let expected = statement.marks.filter { !$0.isError }.map(\.text)
    let expectedError = statement.marks.first(where: \.isError)
    let found = failure.map { redacted("\($0.code): \($0.message)") }
    let isErrorRight =
      switch (expectedError, found) {
      case (nil, nil): true
      case (let mark?, let text?): Expectation.matchesError(mark.text, text)
      default: false
      }
    let isOutputRight =
      expected.isEmpty || Expectation.matches(expected, actual, tolerance: tolerance)
    let isUnmarked =
      mode == .fill && statement.marks.isEmpty && statement.endsLine && !actual.isEmpty
    if isErrorRight, isOutputRight, !isUnmarked { return }
    noteStop(failure)
    if mode != .check, failure?.code != "interrupted", update(statement, actual, found) { return }
    try fail(statement, expected, actual, expectedError?.text, failure)
  }

  /// Notes an error that comes of the script's time being over.
  private func noteStop(_ error: SessError?) {
    guard error?.code == "interrupted", let deadline, ContinuousClock.now > deadline else { return }
    isTimedOut = true
  }

  /// Verifies every rule of the session after a command that changed it.
  private func verify() throws(SessError) {
    guard let workbench, workbench.changeSequence != verifiedSequence else { return }
    verifiedSequence = workbench.changeSequence
    try workbench.verify()
  }

  private func lines(of text: String) -> [String] {
    var lines = redacted(text).fileLines
    if lines.last == "" { lines.removeLast() }
    return lines.map(Expectation.trimmed)
  }

  /// The temporary folder is named the same in every run.
  private func redacted(_ text: String) -> String {
    guard let temporaryFolder = workbench?.temporaryFolder else { return text }
    var parts: [Substring] = []
    var rest = text[...]
    while let range = rest.firstRange(of: temporaryFolder) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return (parts + [rest]).joined(separator: "$TMP")
  }

  /// Notes new marks; false for a statement that ran twice with different results.
  private func update(_ statement: Statement, _ actual: [String], _ error: String?) -> Bool {
    let line = statement.lines.upperBound
    let first = statement.marks.first?.line ?? line + 1
    let last = statement.marks.last.map { $0.line + 1 } ?? first
    let indent = statement.marks.first?.indent ?? ""
    var text = actual.map { $0.isEmpty ? "\(indent)|" : "\(indent)| \($0)" }
    if let error { text.append("\(indent)! \(error)") }
    if let known = markUpdates[line], known.text != text {
      guard statement.marks.isEmpty else { return false }
      varying.insert(line)
    }
    guard !varying.contains(line) else {
      markUpdates[line] = nil
      return true
    }
    markUpdates[line] = MarkUpdate(lines: first..<last, text: text)
    return true
  }

  private func fail(
    _ statement: Statement, _ expected: [String], _ actual: [String], _ expectedError: String?,
    _ error: SessError?
  ) throws(SessError) {
    failures = ["\(path):\(statement.span.line): \(statement.text.prefix { $0 != "\n" })"]
    switch (expectedError, error) {
    case (let wanted?, nil): failures.append("- ! \(wanted)")
    case (let wanted?, let error?):
      failures += ["- ! \(wanted)", "+ ! \(redacted("\(error.code): \(error.message)"))"]
    case (nil, let error?): failures += TestFile.lines(error)
    default: break
    }
    if !expected.isEmpty, error == nil || expectedError != nil {
      failures += LineDifference.lines(expected, actual)
    }
    throw SessError(
      "expectation-failed", "the output is not what was expected", span: statement.span)
  }
}
