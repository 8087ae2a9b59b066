import Diagnostics
import Foundation
import MarketModel
import SessionEngine
import TestSupport
import Testing
import Workbench

struct DuckDBTests {
  /// A program of that name on the path, so that the real one is tested where it is installed.
  private static let installed: Bool = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/duckdb")
    }
  }()

  private func bench(_ program: String) -> Bench {
    var environment = WorkbenchEnvironment()
    environment.duckDB = program
    return Bench(environment)
  }

  /// A program that answers as duckdb does: rows to its output, or what it reads to a file.
  ///
  /// Another process writes it: one that a test beside this forks while we write could hold the file open, and a
  /// file open for writing cannot be run.
  private func stand(in folder: URL, _ body: String) throws -> String {
    let path = folder.appending(path: "duckdb").path
    try "#!/bin/sh\nprintf '%s\\n' \"$@\" > '\(folder.path)/arguments'\n\(body)\n"
      .write(toFile: path + ".txt", atomically: true, encoding: .utf8)
    let copy = try ChildProcess.run(
      ["/bin/sh", "-c", "cp '\(path).txt' '\(path)' && chmod 700 '\(path)'"])
    #expect(copy.status == 0)
    return path
  }

  private func arguments(_ folder: URL) throws -> [String] {
    try String(contentsOf: folder.appending(path: "arguments"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test func `a missing program is an error of its own`() throws {
    let folder = try TestEnvironment.temporaryFolder()
    try Data("PAR1".utf8).write(to: folder.appending(path: "x.parquet"))
    let bench = bench(folder.path + "/none")
    #expect(bench.code("load \(folder.path)/x.parquet --symbol X") == "missing-program")
    try bench.run("generate X --days 2025-07-02")
    #expect(bench.code("export X/1m \(folder.path)/y.parquet") == "missing-program")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/y.parquet"))
  }

  @Test func `rows come as CSV, a query goes as it is typed`() throws {
    let folder = try TestEnvironment.temporaryFolder()
    try Data().write(to: folder.appending(path: "it's.duckdb"))
    let program = try stand(
      in: folder,
      """
      echo timestamp,open,high,low,close,volume
      echo 2025-07-02 13:30:00+00,1,2,1,2,10
      echo 2025-07-02 13:31:00+00,2,3,2,3,20
      """)
    let bench = bench(program)
    let file = "\"\(folder.path)/it's.duckdb\""
    #expect(bench.code("load \(file) --symbol X") == "missing-query")
    for query in [
      ".shell id", "copy bars to 'x.csv'", "select 1; select 2", "select 1; copy (select 1) to 'x'",
      "select e'\\\\'' ; copy (select 1) to 'x' --'",
      "select \\$\\$'\\$\\$; copy (select 1) to 'x' --'",
      "/* /* */ select 1; copy (select 1) to 'x' */", "-- select\ncopy bars to 'x'", "",
      "drop table a",
    ] {
      #expect(bench.code("load \(file) --symbol X --query \"\(query)\"") == "bad-query", "\(query)")
    }
    try bench.run(
      "load \(file) --symbol X --calendar XNYS --query 'select * from bars where a < 5'")
    #expect(try bench.records("show X/1m").rows.count == 2)
    #expect(try arguments(folder).contains("select * from bars where a < 5"))
    #expect(try arguments(folder).contains("-readonly"))
  }

  @Test func `an export goes through its input and lands whole`() throws {
    let folder = try TestEnvironment.temporaryFolder()
    let program = try stand(
      in: folder,
      #"for last; do :; done; cat > "$(printf '%s' "$last" | sed "s/.* to '//; s/' (format.*//")""#)
    let bench = bench(program)
    try bench.run("generate X --days 2025-07-02")
    try bench.run("export X/1m \(folder.path)/x.parquet")
    let text = try String(contentsOfFile: folder.path + "/x.parquet", encoding: .utf8)
    #expect(text.split(separator: "\n").count == 391)
  }

  @Test func `what duckdb says is passed on`() throws {
    let folder = try TestEnvironment.temporaryFolder()
    try Data().write(to: folder.appending(path: "x.parquet"))
    let program = try stand(in: folder, "echo 'Parser Error: oh' >&2; exit 1")
    do {
      try bench(program).run("load \(folder.path)/x.parquet --symbol X")
      Issue.record("it loads")
    } catch let error as SessError {
      #expect(error.code == "duckdb-failed")
      #expect(error.message.contains("Parser Error: oh"))
    }
  }

  @Test(.enabled(if: installed, "duckdb is not installed"))
  func `bars come back from Parquet as they went`() throws {
    let folder = try TestEnvironment.temporaryFolder().path
    let bench = Bench()
    try bench.run("generate X --days 2025-07-01..2025-07-03 --seed 5")
    try bench.run("export X/1m \(folder)/x.parquet")
    let other = Bench()
    try other.run("load \(folder)/x.parquet --symbol X")
    let one = try bench.workbench.engine.snapshot().intervalData("X", .minute)
    #expect(try other.workbench.engine.snapshot().intervalData("X", .minute) == one)
    let third = Bench()
    try third.run(
      "load \(folder)/x.parquet --symbol X --query 'select * from data limit 5' --calendar XNYS")
    #expect(try third.records("show X/1m").rows.count == 5)
  }
}
