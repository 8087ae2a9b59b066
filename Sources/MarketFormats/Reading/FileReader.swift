public import Diagnostics

/// What a file turned out to hold.
public enum FileContent: Sendable {
  case bars(RawFile)
  case events(EventFile)
}

/// Reads a file of any format, told by its first bytes and its name.
public enum FileReader {
  /// Reads a whole file into columns.
  ///
  /// - Throws: what the reader of its format throws.
  public static func read(_ source: any ByteSource, options: ReadOptions) throws(SessError)
    -> [FileContent]
  {
    let head = try source.bytes(at: 0, count: 256)
    if head.count > 8, head[1...3] == [0x2A, 0x4D, 0x18], head[0] & 0xF0 == 0x50 {
      throw SessError(
        "unsupported-format", "\(source.name) is Databento's legacy DBZ, which is not read",
        hint: "convert it to DBN or CSV with Databento's own tool, dbn")
    }
    if let isLittle = isUnmarkedUnicode(head) {
      return try read(try unicode(source, isLittle: isLittle, from: 0), options: options)
    }
    if let source = try withLineFeeds(source, options) {
      return try read(source, options: options)
    }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      guard source.byteCount < options.memoryLimit / 8 else {
        throw CSVReader.tooLarge(source, options.memoryLimit)
      }
      return try read(try unicode(source, isLittle: head[0] == 0xFF, from: 2), options: options)
    }
    if DBNReader.recognizes(head) { return try DBNReader.read(source, options: options) }
    if JSONReader.recognizes(head) { return try JSONReader.read(source, options: options) }
    if let events = try EventReader.read(source, options: options) { return [.events(events)] }
    return [.bars(try CSVReader.read(source, options: options))]
  }

  /// Whether a text without a mark is UTF-16, and which byte comes first: every other byte of ASCII is zero then.
  private static func isUnmarkedUnicode(_ head: [UInt8]) -> Bool? {
    guard head.count >= 32 else { return nil }
    let start = head.prefix(64)
    let zeros = (
      start.indices.count { $0 % 2 == 0 && start[$0] == 0 },
      start.indices.count { $0 % 2 == 1 && start[$0] == 0 }
    )
    let half = start.count / 2
    if zeros.0 == 0, zeros.1 == half { return true }
    return zeros.1 == 0 && zeros.0 == half ? false : nil
  }

  /// The text with line feeds for the carriage returns that end its lines alone; nil when they do not.
  private static func withLineFeeds(_ source: any ByteSource, _ options: ReadOptions)
    throws(SessError) -> MemorySource?
  {
    let head = try source.bytes(at: 0, count: min(source.byteCount, 1 << 16))
    guard head.contains(0x0D), !head.contains(0x0A), !head.contains(0),
      source.byteCount < options.memoryLimit / 8
    else { return nil }
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    return MemorySource(name: source.name, bytes: bytes.map { $0 == 0x0D ? 0x0A : $0 })
  }

  /// The text of a UTF-16 file, as MetaTrader writes it, in UTF-8.
  private static func unicode(
    _ source: any ByteSource, isLittle: Bool, from first: Int
  ) throws(SessError) -> MemorySource {
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for index in stride(from: first, to: bytes.count - 1, by: 2) {
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(isLittle ? first | second << 8 : first << 8 | second)
    }
    return MemorySource(
      name: source.name, bytes: Array(String(decoding: units, as: UTF16.self).utf8))
  }
}
