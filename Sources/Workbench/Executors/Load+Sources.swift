import CommandLanguage
import Diagnostics
import MarketFormats
import MarketModel

/// What `load` reads: files, patterns, archives, the output of a command.
extension Workbench {
  func sources(of command: LoadCommand) throws(SessError)
    -> [(source: any ByteSource, span: SourceSpan)]
  {
    var sources: [(source: any ByteSource, span: SourceSpan)] = []
    if let shell = command.shellCommand {
      guard environment.allowsShell else {
        throw shell.failure(
          "shell-not-allowed", "shell commands are off here", hint: "`@allow shell` turns them on")
      }
      let bytes = try ShellCommand.output(of: shell.text, limit: MemoryLimit.available / 4)
      sources.append((MemorySource(name: "command", bytes: bytes), shell.span))
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

  private func paths(_ word: ExpandedWord) throws(SessError) -> [String] {
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
    let source = FileSource(file: try OpenFile(reading: path), name: path)
    guard Decompression.recognizes(try source.bytes(at: 0, count: min(8, source.byteCount))) else {
      return [source]
    }
    return try Decompression.unpack(source, memoryLimit: MemoryLimit.available)
  }

  /// The bridge to an installed duckdb.
  func duckDB() throws(SessError) -> DuckDB {
    DuckDB(
      program: environment.duckDB, folder: try makeTemporaryFolder(),
      isCancelled: environment.isCancelled)
  }

  func decodeSession(_ source: any ByteSource) throws(SessError) -> SessionDocument {
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    var decoder = SessionDecoder()
    var result: Result<SessionDocument, SessError>?
    bytes.withUnsafeBytes { buffer in
      do throws(SessError) {
        result = .success(try decoder.decode(buffer, name: source.name))
      } catch {
        result = .failure(error)
      }
    }
    guard let result else { throw SessError("empty-file", "\(source.name) is empty") }
    return try result.get()
  }
}
