import CommandLanguage
import Diagnostics
public import Foundation
public import MarketModel
public import Presentation
import ScriptRunner
public import Workbench

/// A workbench for tests: commands as text in, answers as records out.
public final class Bench {
  /// The workbench itself.
  public let workbench: Workbench

  /// Creates an empty one.
  public init(_ environment: WorkbenchEnvironment = WorkbenchEnvironment()) {
    workbench = Workbench(environment)
  }

  /// Runs the commands of a line and returns the last one's answer.
  @discardableResult
  public func run(_ line: String) throws -> Output {
    let parsed = Parser.parseLine(line)
    if let error = parsed.errors.first { throw error }
    var output = Output()
    for statement in parsed.statements {
      guard case .command(let command) = statement.kind else {
        throw SessError("test", "\(line) is no command")
      }
      let invocation = try CommandTable.resolve(command) { (name, column) throws(SessError) in
        (try workbench.text(of: name, column: column), nil)
      }
      output = try workbench.execute(invocation)
    }
    return output
  }

  /// The records a command answers.
  public func records(_ line: String) throws -> RecordTable {
    guard let records = try run(line).records else {
      throw SessError("test", "\(line) answers no records")
    }
    return records
  }

  /// The code of the error a command gives, or nil.
  public func code(_ line: String) -> String? {
    do {
      try run(line)
      return nil
    } catch {
      return (error as? SessError)?.code ?? "\(error)"
    }
  }
}

/// Where tests find things.
public enum TestEnvironment {
  /// The package's folder.
  public static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Real market data: `$SESS_REALDATA`, or `../shared/data` beside the package; nil where there is none.
  public static let realData: URL? = {
    let environment = ProcessInfo.processInfo.environment
    let folder =
      environment["SESS_REALDATA"].map { URL(fileURLWithPath: $0) }
      ?? package.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// Where this run keeps its folders until it ends.
  private static let runFolder: URL = {
    let name = "sess-tests-\(ProcessInfo.processInfo.processIdentifier)"
    atexit { try? FileManager.default.removeItem(at: TestEnvironment.runFolder) }
    return FileManager.default.temporaryDirectory.appending(path: name)
  }()

  /// A new empty folder, there until the run ends.
  public static func temporaryFolder() throws -> URL {
    let folder = runFolder.appending(path: String(UUID().uuidString.prefix(8)))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// The seeds of law tests: a few fixed ones, or the one in `$SESS_SEED`.
  public static let seeds: [UInt64] = {
    if let text = ProcessInfo.processInfo.environment["SESS_SEED"], let seed = UInt64(text) {
      return [seed]
    }
    return [1, 2, 3, 5, 8]
  }()
}
