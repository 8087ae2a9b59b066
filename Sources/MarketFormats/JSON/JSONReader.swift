import Diagnostics
import MarketModel

/// Reads JSON of any of the shapes bars, trades and quotes come in: records, rows, columns, lines of records.
///
/// The whole text is held at once; no tree is built.
enum JSONReader {
  /// Whether a file's first bytes are those of a JSON text.
  static func recognizes(_ head: [UInt8]) -> Bool {
    let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
    guard let first = text.first(where: { $0 > 0x20 }) else { return false }
    return first == 0x7B || first == 0x5B
  }

  /// Reads a whole file into columns.
  ///
  /// - Throws: `bad-json` with the place; `no-bars` when no row is one; `several-intervals`, `file-too-large`.
  /// - Complexity: O(bytes).
  static func read(_ source: any ByteSource, options: ReadOptions) throws(SessError)
    -> [FileContent]
  {
    guard source.byteCount < options.memoryLimit / 4 else {
      throw CSVReader.tooLarge(source, options.memoryLimit)
    }
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    var outcome: Result<[FileContent], SessError>?
    bytes.withUnsafeBytes { buffer in
      do throws(SessError) {
        outcome = .success(try read(buffer, source, options))
      } catch {
        outcome = .failure(error)
      }
    }
    options.progress?(bytes.count)
    guard let outcome else { return [] }
    return try outcome.get()
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ source: any ByteSource, _ options: ReadOptions
  ) throws(SessError) -> [FileContent] {
    let cursor = JSONCursor(bytes, name: source.name)
    let isLines = isLines(cursor)
    var walker = JSONWalker(cursor, name: source.name, options: options)
    var root = JSONWalker.Scope()
    if isLines {
      try walkLines(bytes, &walker, &root)
    } else if try !JSONPandas.read(&walker, &root) {
      while walker.cursor.peek() != nil { try walker.walk(&root) }
    }
    return try contents(walker, isLines, JSONSource(source, isLines: isLines))
  }

  /// Whether the first line is a value by itself and others follow.
  private static func isLines(_ start: JSONCursor) -> Bool {
    var cursor = start
    guard cursor.peek() != nil else { return false }
    let bytes = cursor.bytes
    let first = cursor.position
    guard let feed = bytes[first...].firstIndex(of: 0x0A),
      bytes[feed...].contains(where: { $0 > 0x20 })
    else { return false }
    cursor.limit(to: first..<feed, of: bytes, line: 1)
    return (try? cursor.skip()) != nil && cursor.peek() == nil
  }

  /// Walks line by line, so that a line that is no JSON costs no other.
  private static func walkLines(
    _ bytes: UnsafeRawBufferPointer, _ walker: inout JSONWalker, _ root: inout JSONWalker.Scope
  ) throws(SessError) {
    var start = walker.cursor.position
    var line = 1
    while start < bytes.count {
      try walker.checkCancelled()
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      walker.cursor.limit(to: start..<end, of: bytes, line: line)
      if walker.cursor.peek() != nil {
        let first = walker.cursor.position
        do throws(SessError) {
          try walker.walk(&root)
          try walker.cursor.end()
        } catch {
          var record = JSONRecord()
          record.reset(start: first)
          walker.reject(record, "the line is no JSON: \(error.message)", in: &root)
        }
      }
      start = end + 1
      line += 1
    }
    walker.cursor.limit(to: 0..<bytes.count, of: bytes, line: 1)
  }

  private static func contents(
    _ walker: JSONWalker, _ isLines: Bool, _ source: JSONSource
  ) throws(SessError) -> [FileContent] {
    let table = walker.table
    var dialect = walker.facts.dialect(isLines: isLines)
    CandleFileName(source.name)?.claim(&dialect)
    guard table.barCount + table.eventCount > 0 else {
      throw noRows(table, source)
    }
    let named = walker.facts.namedIntervals
    guard named.count < 2 || table.barCount == 0 || table.hasIntervals else {
      throw SessError(
        "several-intervals",
        "\(source.name) holds bars of \(named.map(\.description).joined(separator: ", "))",
        hint: "export one interval a file, or `export session` for all of them")
    }
    return table.contents(source, dialect)
  }

  private static func noRows(_ table: RowTable, _ source: JSONSource) -> SessError {
    let hint = "records need a time and open, high, low, close; or price and size; or bid and ask"
    guard let row = table.firstRejection else {
      return SessError("no-rows", "\(source.name) holds no records of bars or trades", hint: hint)
    }
    let text = (try? source.rowText(at: row.offset)) ?? ""
    return SessError(
      "no-bars", "no record of \(source.name) can be read as a bar: \(row.reason)",
      span: SourceSpan(
        file: source.name, line: row.line, whole: text),
      hint: hint)
  }
}

/// The file of a JSON text: a row may lie on many lines, and its text is all of them.
struct JSONSource: ByteSource {
  private let base: any ByteSource
  private let isLines: Bool

  init(_ base: any ByteSource, isLines: Bool) {
    self.base = base
    self.isLines = isLines
  }

  var name: String { base.name }
  var byteCount: Int { base.byteCount }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SessError) -> Int {
    try base.read(at: offset, into: buffer)
  }

  /// The value at a place on one line, without the blanks around its parts.
  func rowText(at offset: Int) throws(SessError) -> String {
    if isLines { return try base.rowText(at: offset) }
    let bytes = try base.bytes(at: offset, count: 4096)
    if let first = bytes.first, first >= 0x30, first <= 0x39 {
      return String(decoding: bytes.prefix { $0 > 0x20 && $0 != 0x2C && $0 != 0x5D }, as: UTF8.self)
    }
    guard bytes.first == 0x7B || bytes.first == 0x5B else { return try base.rowText(at: offset) }
    var text: [UInt8] = []
    var depth = 0
    var isQuoted = false
    var isEscaped = false
    for byte in bytes where byte >= 0x20 || depth == 0 {
      if isQuoted {
        text.append(byte)
        if byte == 0x22, !isEscaped { isQuoted = false }
        isEscaped = byte == 0x5C && !isEscaped
        continue
      }
      if byte == 0x0A, depth == 0 { break }
      guard byte > 0x20 else { continue }
      text.append(byte)
      if byte == 0x22 { isQuoted = true }
      if byte == 0x7B || byte == 0x5B { depth += 1 }
      if byte == 0x7D || byte == 0x5D { depth -= 1 }
      if depth <= 0, byte == 0x7D || byte == 0x5D || byte == 0x2C { break }
    }
    return String(decoding: text.prefix(1024), as: UTF8.self)
  }
}
