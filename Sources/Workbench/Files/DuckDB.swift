import Diagnostics
import MarketFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Parquet, databases and whatever else an installed `duckdb` reads and writes, as CSV in between.
///
/// The program is fixed and no shell is involved, so scripts and tests may use it without leave.
struct DuckDB {
  /// The program's name, found on the path.
  let program: String
  /// A folder for what goes between.
  let folder: String
  let isCancelled: @Sendable () -> Bool

  private enum Kind {
    case table
    case database
  }

  private static func kind(_ path: String) -> Kind? {
    let lower = path.lowercased()
    func ends(_ endings: [String]) -> Bool { endings.contains { lower.hasSuffix($0) } }
    if ends([".parquet", ".pq"]) { return .table }
    return ends([".duckdb", ".ddb", ".sqlite", ".sqlite3", ".db"]) ? .database : nil
  }

  /// Whether a file is read by duckdb: by its name's ending.
  static func reads(_ path: String) -> Bool { kind(path) != nil }

  /// Whether a file is written by duckdb.
  static func writes(_ path: String) -> Bool { kind(path) == .table }

  /// The rows of a file, or of a query of it, as CSV.
  ///
  /// In a query of a Parquet file the file is the table `data`.
  ///
  /// - Throws: `file-not-found`, `missing-query`, `bad-query`, `missing-program`, `duckdb-failed`, `interrupted`.
  func rows(of path: String, query: String?) throws(SessError) -> any ByteSource {
    _ = try OpenFile(reading: path)
    if let query { try SQLQuery.check(query) }
    let file = DuckDB.literal(path)
    let database: [String]
    let table: String
    if DuckDB.kind(path) == .table {
      database = [":memory:", "-c", "create view data as select * from read_parquet(\(file))"]
      table = query ?? "select * from data"
    } else {
      guard let query else {
        throw SessError(
          "missing-query", "\(path) is a database, and a query says which rows are meant",
          hint: "for example --query \"select * from bars where symbol = 'AAPL'\"")
      }
      database = ["-readonly", path.hasPrefix("-") ? "./" + path : path]
      table = query
    }
    let output = "\(folder)/duckdb.csv"
    defer { unlink(output) }
    try run(
      ["-csv", "-header"] + database + ["-c", "set TimeZone = 'UTC'", "-c", table],
      input: "/dev/null", output: output)
    return FileSource(file: try OpenFile(reading: output), name: path)
  }

  /// Writes the rows of a CSV file as Parquet.
  ///
  /// - Throws: `missing-program`, `duckdb-failed`, `interrupted`, `not-writable`.
  func write(csv: String, to path: String) throws(SessError) {
    let temporary = "\(path).\(getpid()).tmp"
    defer { unlink(temporary) }
    let rows = "select * from read_csv('/dev/stdin', header = true, sample_size = -1)"
    try run(
      [
        ":memory:", "-c", "set TimeZone = 'UTC'", "-c",
        "copy (\(rows)) to \(DuckDB.literal(temporary)) (format parquet)",
      ], input: csv, output: "/dev/null")
    guard rename(temporary, path) == 0 else { throw OpenFile.failure(path, errno) }
  }

  private static func literal(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  private func run(_ arguments: [String], input: String, output: String) throws(SessError) {
    let errors = "\(folder)/duckdb.errors"
    defer { unlink(errors) }
    let child = ChildProgram(
      arguments: [program, "-init", "/dev/null", "-bail"] + arguments, isCancelled: isCancelled)
    let status: Int32
    do throws(SessError) {
      status = try child.run(input: input, output: output, errors: errors)
    } catch {
      guard error.code == "missing-program" else { throw error }
      throw SessError(
        error.code, "\(program) is not installed, and Parquet and databases are read through it",
        hint: "install DuckDB (duckdb.org), or export the rows as CSV")
    }
    guard status != 0 else { return }
    let text = (try? TextFile.read(errors)) ?? ""
    let lines = text.split(separator: "\n").map(String.init)
    throw SessError(
      "duckdb-failed", "duckdb failed: \(lines.first ?? "exit code \(status)")",
      notes: Array(lines.dropFirst().prefix(8)))
  }
}
