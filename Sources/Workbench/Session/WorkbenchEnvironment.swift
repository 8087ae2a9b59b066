/// What the rim gives the workbench: everything that is not a value.
public struct WorkbenchEnvironment: Sendable {
  /// The bytes of a time zone's TZif file, by its name.
  public var readZone: @Sendable (String) -> [UInt8]?
  /// Whether pipes and `load --command` may start a shell.
  public var allowsShell = true
  /// Called while a long load goes on: bytes read, bytes in all.
  public var progress: (@Sendable (Int, Int) -> Void)?
  /// Whether the user wants the running command to stop.
  public var isCancelled: @Sendable () -> Bool = { false }
  /// What was typed so far, for `history`.
  public var typedLines: @Sendable () -> [String] = { [] }

  /// Shows a notice beside the running work, from any thread; without it no file is followed.
  public var notify: (@Sendable (String) -> Void)?
  /// The program that reads and writes Parquet and databases, found on the path.
  public var duckDB = "duckdb"

  /// The folder for temporary files.
  public var temporaryRoot = "/tmp"

  /// Creates an environment over the system's time zone database.
  public init() {
    readZone = { name in ZoneFiles.read(name) }
  }
}
