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
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      guard source.byteCount < options.memoryLimit / 8 else {
        throw CSVReader.tooLarge(source, options.memoryLimit)
      }
      return try read(try unicode(source, isLittle: head[0] == 0xFF), options: options)
    }
    if DBNReader.recognizes(head) { return try DBNReader.read(source, options: options) }
    if JSONReader.recognizes(head) { return try JSONReader.read(source, options: options) }
    if let events = try EventReader.read(source, options: options) { return [.events(events)] }
    return [.bars(try CSVReader.read(source, options: options))]
  }

  /// The text of a UTF-16 file, as MetaTrader writes it, in UTF-8.
  private static func unicode(_ source: any ByteSource, isLittle: Bool) throws(SessError)
    -> MemorySource
  {
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for index in stride(from: 2, to: bytes.count - 1, by: 2) {
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(isLittle ? first | second << 8 : first << 8 | second)
    }
    return MemorySource(
      name: source.name, bytes: Array(String(decoding: units, as: UTF16.self).utf8))
  }
}
