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

  /// Runs every `.sess` and `.md` file of some paths and prints the results.
  ///
  /// - Returns: true when nothing failed.
  /// - Throws: `file-not-found`, `no-tests`.
  public func run(_ paths: [String]) throws(SessError) -> Bool {
    var files: [String] = []
    for path in paths { files += try TextFile.list(path, endings: [".sess", ".md"]) }
    guard !files.isEmpty else {
      throw SessError(
        "no-tests", "there are no .sess or .md files in \(paths.joined(separator: ", "))")
    }
    var (passed, failed, skipped, rewritten) = (0, 0, 0, 0)
    for file in files {
      let text = try TextFile.read(file)
      let test = TestFile(file, environment, mode)
      for result in try test.run(text) {
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
      if !test.markUpdates.isEmpty {
        try TextFile.write(TestRunner.rewritten(text, test.markUpdates), to: file)
        emit("rewrote \(test.markUpdates.count) expectations in \(file)")
        rewritten += test.markUpdates.count
      }
    }
    let tail = skipped > 0 ? ", \(skipped) skipped" : ""
    emit("\(passed) passed, \(failed) failed\(tail)")
    return failed == 0
  }

  /// The text with new marks in the place of old ones.
  private static func rewritten(_ text: String, _ updates: [Int: MarkUpdate]) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
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
    return lines.joined(separator: "\n")
  }
}
