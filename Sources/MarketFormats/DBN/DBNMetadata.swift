import Diagnostics
import MarketModel

/// What stands before the records of a Databento file: version, whether records end in a stamp, symbols.
///
/// - Source: the layout of versions 1 to 3; the samples of the tests are written by databento-dbn.
struct DBNMetadata {
  /// A symbol an instrument has on some days, the last excluded.
  private struct Span {
    var days: Range<Int>
    var symbol: String
  }

  let version: Int
  let dataset: String
  /// The byte of the first record.
  let end: Int
  private var spans: [UInt32: [Span]] = [:]

  /// Reads the metadata at a file's beginning.
  ///
  /// - Throws: `bad-dbn` when it is cut short or contradicts itself, `unsupported-version`.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(SessError) {
    var reader = DBNCursor(bytes, name: name)
    version = Int(bytes.count > 3 ? bytes[3] : 0)
    guard (1...3).contains(version) else {
      throw SessError(
        "unsupported-version", "\(name) is DBN of version \(version), and 1 to 3 are known",
        hint: "export it as CSV: databento's dbn tool does")
    }
    reader.position = 4
    let length = Int(try reader.integer(UInt32.self))
    let (end, overflow) = length.addingReportingOverflow(8)
    guard !overflow, end <= bytes.count, length >= 100 else {
      throw reader.failure("its metadata is cut short")
    }
    self.end = end
    dataset = try reader.text(16)
    reader.position += 26 + (version == 1 ? 8 : 0) + 3
    let width = version == 1 ? 22 : Int(try reader.integer(UInt16.self))
    reader.position = 108
    reader.position += Int(try reader.integer(UInt32.self))
    for _ in 0..<3 { try reader.skip(count: Int(try reader.integer(UInt32.self)), of: width) }
    try readMappings(&reader, width)
  }

  private mutating func readMappings(_ reader: inout DBNCursor, _ width: Int) throws(SessError) {
    for _ in 0..<(try reader.integer(UInt32.self)) {
      let name = try reader.text(width)
      for _ in 0..<(try reader.integer(UInt32.self)) {
        let first = DBNMetadata.day(try reader.integer(UInt32.self))
        let last = DBNMetadata.day(try reader.integer(UInt32.self))
        let other = try reader.text(width)
        guard let first, let last, first < last else { continue }
        if let instrument = UInt32(other) {
          spans[instrument, default: []].append(Span(days: first..<last, symbol: name))
        } else if let instrument = UInt32(name) {
          spans[instrument, default: []].append(Span(days: first..<last, symbol: other))
        }
      }
    }
  }

  /// A date written as `yyyyMMdd` in days since 1970.
  private static func day(_ number: UInt32) -> Int? {
    let digits = Int(number)
    let date = CivilDate(year: digits / 10_000, month: digits / 100 % 100, day: digits % 100)
    return date.map { Int($0.daysSinceEpoch) }
  }

  /// The symbol of an instrument at a moment, by the UTC date; its number when none is known.
  func symbol(_ instrument: UInt32, at time: Int64) -> String {
    let day = Int(time / Instant.day)
    for span in spans[instrument] ?? [] where span.days.contains(day) { return span.symbol }
    return "\(instrument)"
  }
}

/// Reads little-endian numbers and padded texts from the left.
struct DBNCursor {
  private let bytes: UnsafeRawBufferPointer
  private let name: String
  var position = 0

  init(_ bytes: UnsafeRawBufferPointer, name: String) {
    self.bytes = bytes
    self.name = name
  }

  func failure(_ reason: String) -> SessError {
    SessError("bad-dbn", "\(name) cannot be read at byte \(position): \(reason)")
  }

  mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(SessError) -> Number
  {
    let size = MemoryLayout<Number>.size
    guard position >= 0, bytes.count - position >= size else {
      throw failure("the file ends early")
    }
    defer { position += size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  /// A text in a field of fixed width, zeros behind it.
  mutating func text(_ width: Int) throws(SessError) -> String {
    guard position >= 0, bytes.count - position >= width else {
      throw failure("the file ends early")
    }
    defer { position += width }
    return String(
      decoding: bytes[position..<position + width].prefix { $0 != 0 }, as: UTF8.self)
  }

  mutating func skip(count: Int, of width: Int) throws(SessError) {
    guard width > 0, count <= (bytes.count - position) / width else {
      throw failure("it counts more symbols than it holds")
    }
    position += count * width
  }
}
