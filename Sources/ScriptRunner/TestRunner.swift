public import CommandLanguage
public import Diagnostics
public import Workbench

/// Runs scripts and notebooks as tests, an engine each.
public struct TestRunner {
  private let environment: WorkbenchEnvironment
  private let mode: UpdateMode
  private let emit: (String) -> Void

  /// Creates a runner.
  public init(
    _ environment: WorkbenchEnvironment, _ mode: UpdateMode, emit: @escaping (String) -> Void
  ) {
    self.environment = environment
    self.mode = mode
    self.emit = emit
  }

  /// The endings of scripts and notebooks.
  public static let endings = [".sess", ".md"]

  /// The statements of a script or a notebook, told by its name.
  public static func parse(_ text: String, file: String) -> ParseResult {
    Parser.parseScript(file.hasSuffix(".md") ? Notebook.script(text) : text, file: file)
  }

  /// How a run ended.
  public enum Outcome: Sendable {
    case passed
    case failed
    /// A script was stopped, as it took longer than it may.
    case timedOut
  }

  /// Runs every `.sess` and `.md` file of some paths and prints the results.
  ///
  /// - Throws: `file-not-found`, `no-tests`, `interrupted`.
  public func run(_ paths: [String]) throws(SessError) -> Outcome {
    var files: [String] = []
    for path in paths { files += try TextFile.list(path, endings: TestRunner.endings) }
    guard !files.isEmpty else {
      throw SessError(
        "no-tests", "there are no .sess or .md files in \(paths.joined(separator: ", "))")
    }
    var (passed, failed, skipped) = (0, 0, 0)
    var isTimedOut = false
    for file in files {
      let text = try TextFile.read(file)
      let test = TestFile(file, environment, mode)
      let results = try test.run(text)
      // A folder may hold pages that are no notebooks; a file that is named is meant.
      if results.isEmpty, file.hasSuffix(".sess") || paths.contains(file) {
        emit("empty \(file): it holds no command")
      }
      for result in results {
        switch result.outcome {
        case .passed: passed += 1
        case .failed:
          failed += 1
          emit("FAILED \(result.name)")
          for line in result.details { emit("  \(line)") }
        case .skipped(let reason):
          skipped += 1
          emit("skipped \(result.name): \(reason)")
        }
      }
      isTimedOut = isTimedOut || test.isTimedOut
      if environment.isCancelled() {
        throw SessError("interrupted", "the tests were interrupted in \(file)")
      }
      if !test.markUpdates.isEmpty {
        try TextFile.write(TestRunner.rewritten(text, test.markUpdates), to: file)
        emit("rewrote \(test.markUpdates.count) expectations in \(file)")
      }
    }
    let tail = skipped > 0 ? ", \(skipped) skipped" : ""
    emit("\(passed) passed, \(failed) failed\(tail)")
    return isTimedOut ? .timedOut : failed == 0 ? .passed : .failed
  }

  /// The text with new marks in the place of old ones.
  private static func rewritten(_ text: String, _ updates: [Int: MarkUpdate]) -> String {
    var lines = text.fileLines
    for line in updates.keys.sorted(by: >) {
      guard let update = updates[line] else { continue }
      let range = update.lines.lowerBound - 1..<update.lines.upperBound - 1
      let clamped = range.clamped(to: 0..<lines.count)
      if range.lowerBound >= lines.count {
        lines += update.text
      } else {
        lines.replaceSubrange(clamped, with: update.text)
      }
    }
    return lines.joined(separator: text.lineEnd)
  }
}
