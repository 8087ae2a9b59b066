import CommandLanguage
import Diagnostics
import MarketFormats
import MarketModel

/// Bytes to load, and the word that names them.
typealias LoadSource = (source: any ByteSource, span: SourceSpan)

/// What `load` reads: files, patterns, archives, the output of a command.
extension Workbench {
  func sources(of command: LoadCommand) throws(SessError)
    -> [LoadSource]
  {
    var sources: [LoadSource] = []
    if let shell = command.shellCommand {
      guard environment.allowsShell else {
        throw shell.failure(
          "shell-not-allowed", "shell commands are off here", hint: "`@allow shell` turns them on")
      }
      let bytes = try ShellCommand(text: shell.text, isCancelled: environment.isCancelled)
        .output(limit: MemoryLimit.available / 4)
      for source in try unpacked(MemorySource(name: "command", bytes: bytes)) {
        sources.append((source, shell.span))
      }
    }
    for word in command.paths {
      do throws(SessError) {
        for path in try paths(word) {
          for source in try open(path, query: command.query?.text) {
            sources.append((source, word.span))
          }
        }
      } catch {
        throw error.located(at: word.span)
      }
    }
    return sources
  }

  /// The endings of the files a folder is searched for.
  private static let endings = [
    ".csv", ".txt", ".tsv", ".json", ".jsonl", ".ndjson", ".dbn", ".gz", ".zip", ".zst", ".xz",
    ".bz2", ".tar", ".tgz",
  ]

  private func paths(_ word: ExpandedWord) throws(SessError) -> [String] {
    if word.text == "-" { return [word.text] }
    if PathPattern.isFolder(word.text) {
      let files = try TextFile.list(word.text, endings: Workbench.endings)
      guard files.isEmpty else { return files }
      throw SessError(
        "file-not-found", "\(word.text) holds no file sess can read",
        hint: "it looks for " + Workbench.endings.joined(separator: " "))
    }
    if PathPattern.exists(word.text) { return [word.text] }
    let isPattern = word.text.contains { $0 == "*" || $0 == "?" || $0 == "[" }
    return isPattern || word.text.hasPrefix("~") ? try PathPattern.expand(word.text) : [word.text]
  }

  private func open(_ path: String, query: String?) throws(SessError) -> [any ByteSource] {
    if DuckDB.reads(path) { return [try duckDB().rows(of: path, query: query)] }
    if query != nil {
      throw SessError(
        "unexpected-value", "\(path) is no database, so there is nothing to query",
        hint: "--query goes with .parquet, .duckdb, .sqlite and .db files")
    }
    if path == "-" {
      let bytes = try TextFile.standardInputData(
        limit: MemoryLimit.available / 4, isCancelled: environment.isCancelled)
      return try unpacked(MemorySource(name: "standard input", bytes: bytes))
    }
    return try sources(at: path)
  }

  /// The files at a path, unpacked.
  func sources(at path: String) throws(SessError) -> [any ByteSource] {
    try unpacked(FileSource(file: try OpenFile(reading: path), name: path))
  }

  /// Whether a member of an archive is named like data: beside such, what is not is passed over, as in folders.
  private static func isData(_ name: String) -> Bool {
    let last = name.lowercased().split { $0 == "/" || $0 == ":" }.last ?? ""
    let isProse = ["readme", "license", "licence"].contains { last.hasPrefix($0) }
    return !isProse && endings.contains { last.hasSuffix($0) }
  }

  private func unpacked(_ source: any ByteSource, depth: Int = 0) throws(SessError)
    -> [any ByteSource]
  {
    let head = try source.bytes(at: 0, count: min(512, source.byteCount))
    guard Decompression.recognizes(head) else { return [source] }
    var found: [any ByteSource] = []
    for member in try Decompression.unpack(source, memoryLimit: MemoryLimit.available) {
      // A packed member is unpacked too, but no endless nest of them.
      if depth < 3, member.name != source.name {
        found += try unpacked(member, depth: depth + 1)
      } else {
        found.append(member)
      }
    }
    let data = found.filter { Workbench.isData($0.name) }
    return data.isEmpty ? found : data
  }

  /// The bridge to an installed duckdb.
  func duckDB() throws(SessError) -> DuckDB {
    DuckDB(
      program: environment.duckDB, folder: try makeTemporaryFolder(),
      isCancelled: environment.isCancelled)
  }

  func decodeSession(_ source: any ByteSource) throws(SessError) -> SessionDocument {
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    var decoder = SessionDecoder(catalog: catalog)
    return try read(bytes) { (buffer) throws(SessError) in
      try decoder.decode(buffer, name: source.name)
    }
  }

  /// Reads bytes in place.
  func read<Result>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(SessError) -> Result
  ) throws(SessError) -> Result {
    let buffer = bytes.span.bytes
    return try buffer.withUnsafeBytes { (buffer) throws(SessError) in try body(buffer) }
  }
}
