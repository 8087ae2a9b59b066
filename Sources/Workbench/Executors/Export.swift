import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `export`.
  func export(_ command: ExportCommand, as format: OutputChoice?) throws(SessError) -> Output {
    do throws(SessError) {
      if let file = command.file, format == nil, DuckDB.writes(file.text) {
        return try exportParquet(command, file)
      }
      let format = try exportFormat(command, format)
      if command.address.symbol == nil { return try exportSession(command, format) }
      if !command.address.fields.isEmpty { return try exportRecords(command, format) }
      return try exportBars(command, format)
    } catch {
      throw error.located(at: command.span)
    }
  }

  private func exportFormat(_ command: ExportCommand, _ format: OutputChoice?) throws(SessError)
    -> OutputFormat
  {
    if let format { return OutputFormat(rawValue: format.rawValue) ?? .csv }
    let isSession = command.address.symbol == nil
    guard let file = command.file else { return isSession ? .json : .csv }
    if let format = OutputFormat(ending: file.text) { return format }
    throw file.failure(
      "unknown-format", "the ending of \(file.text) names no format",
      hint: "end it in .csv, .json, .jsonl or .parquet, or say --as csv|json|jsonl")
  }

  /// Bars or records as CSV in between, which duckdb writes as Parquet.
  private func exportParquet(_ command: ExportCommand, _ file: ExpandedWord) throws(SessError)
    -> Output
  {
    guard command.address.symbol != nil else {
      throw SessError(
        "unknown-format", "a session is exported as JSON", hint: "name a .json file")
    }
    let bridge = try duckDB()
    let between = "\(bridge.folder)/duckdb.export.csv"
    defer { TextFile.remove(between) }
    var inner = command
    inner.file = ExpandedWord(between, span: file.span)
    _ = try command.address.fields.isEmpty ? exportBars(inner, .csv) : exportRecords(inner, .csv)
    do throws(SessError) {
      try bridge.write(csv: between, to: file.text)
    } catch {
      throw error.located(at: file.span)
    }
    return report(["wrote \(file.text)"])
  }

  /// Everything, as a document that loads back to equal records.
  private func exportSession(_ command: ExportCommand, _ format: OutputFormat) throws(SessError)
    -> Output
  {
    guard format == .json else {
      throw SessError(
        "unknown-format", "a session is exported as JSON",
        hint: "name a .json file, or say --as json")
    }
    let session = engine.snapshot()
    let bytes = try encoded(session)
    guard let file = command.file else { return text(bytes) }
    try write(file) { (output) throws(SessError) in try output(bytes) }
    let count = session.document.symbols.count
    return report(["wrote \(file.text): the session, \(count) symbol\(count == 1 ? "" : "s")"])
  }

  private func exportRecords(_ command: ExportCommand, _ format: OutputFormat) throws(SessError)
    -> Output
  {
    let table: RecordTable
    switch try AddressLookup(engine.snapshot()).operand(command.address) {
    case .table(let records): table = records
    case .list(let values): table = RecordTable(columns: ["value"], rows: values.map { [$0] })
    case .value(let value): table = RecordTable(columns: ["value"], rows: [[value]])
    }
    let rendered = Renderer.render(.records(table), as: format, style: settings.style)
    guard let file = command.file else { return text(Array(rendered.utf8)) }
    try write(file) { (output) throws(SessError) in try output(Array(rendered.utf8)) }
    return report(["wrote \(file.text): \(table.rows.count) records"])
  }

  private func exportBars(_ command: ExportCommand, _ format: OutputFormat) throws(SessError)
    -> Output
  {
    let session = engine.snapshot()
    let resolver = Resolver(session: session)
    let references = try resolver.series(command.address)
    var rows: [BarRows] = []
    for reference in references {
      rows.append(
        BarRows(
          symbol: reference.symbol.symbol, interval: reference.interval,
          zone: reference.calendar.zone,
          chunks: resolver.chunks(reference, command.address.scope)))
    }
    let rowFormat: BarRowWriter.Format
    switch format {
    case .csv: rowFormat = .csv
    case .json: rowFormat = .json
    case .jsonl: rowFormat = .jsonLines
    default:
      throw SessError(
        "unknown-format", "bars are exported as csv, json or jsonl",
        hint: "`show` writes the other formats")
    }
    let writer = BarRowWriter(
      format: rowFormat, hasKeys: command.hasKeys || rows.count > 1,
      hasCoverage: references.contains { $0.record.derived },
      hasFills: rows.contains { $0.chunks.contains(where: \.hasFills) })
    guard let file = command.file else {
      var bytes: [UInt8] = []
      try writer.write(rows) { (piece) throws(SessError) in bytes += piece }
      return text(bytes)
    }
    do throws(SessError) {
      let target = try AtomicFile(path: file.text)
      try writer.write(rows) { (piece) throws(SessError) in try target.write(piece) }
      try target.commit()
    } catch {
      throw error.located(at: file.span)
    }
    let count = rows.reduce(0) { $0 + $1.chunks.reduce(0) { $0 + $1.count } }
    return report(["wrote \(file.text): \(count) bars"])
  }

  /// Bytes as an answer of their own.
  func text(_ bytes: [UInt8]) -> Output {
    Output(blocks: [.raw(String(decoding: bytes, as: UTF8.self))])
  }

  /// Writes a file under a temporary name and renames it.
  func write(
    _ file: ExpandedWord, _ body: ((([UInt8]) throws(SessError) -> Void)) throws(SessError) -> Void
  ) throws(SessError) {
    do throws(SessError) {
      let target = try AtomicFile(path: file.text)
      try body { (bytes) throws(SessError) in
        var failure: SessError?
        bytes.withUnsafeBytes { buffer in
          do throws(SessError) { try target.write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
      }
      try target.commit()
    } catch {
      throw error.located(at: file.span)
    }
  }
}
