public import Diagnostics
public import MarketCalendar
public import MarketModel

/// A stretch of a series to be written: its keys, its zone, the bars of some chunks.
public struct BarRows: Sendable {
  /// The symbol, for the key columns.
  public var symbol: String
  /// The interval, for the key columns.
  public var interval: Interval
  /// The zone whose offset instants are written with.
  public var zone: Zone
  /// The chunks, already cut to what is asked.
  public var chunks: [BarChunk]
  /// True when bars carry their coverage.
  public var isDerived: Bool

  /// Creates a stretch.
  public init(
    symbol: String, interval: Interval, zone: Zone, chunks: [BarChunk], isDerived: Bool
  ) {
    self.symbol = symbol
    self.interval = interval
    self.zone = zone
    self.chunks = chunks
    self.isDerived = isDerived
  }
}

/// Writes bars as CSV, JSON or JSON lines, a chunk at a time into a sink.
public struct BarRowWriter {
  /// The format of the records.
  public enum Format: Sendable {
    case csv
    case json
    case jsonLines
  }

  private let format: Format
  private let hasKeys: Bool
  private let hasCoverage: Bool
  private var instants = InstantWriter()
  private var isFirst = true

  /// Creates a writer; `hasKeys` puts symbol and interval first.
  public init(format: Format, hasKeys: Bool, hasCoverage: Bool) {
    self.format = format
    self.hasKeys = hasKeys
    self.hasCoverage = hasCoverage
  }

  /// Writes all stretches, calling the sink about every megabyte.
  ///
  /// - Throws: what the sink throws.
  /// - Complexity: O(bars).
  public mutating func write(
    _ stretches: [BarRows], to sink: (UnsafeRawBufferPointer) throws(SessError) -> Void
  ) throws(SessError) {
    var writer = ByteWriter(capacity: 1 << 20)
    writeHead(&writer)
    for rows in stretches {
      let keys = keyText(rows)
      for chunk in rows.chunks {
        write(chunk, rows, keys, &writer)
        if writer.bytes.count > 1 << 19 { try BarRowWriter.flush(&writer, sink) }
      }
    }
    if format == .json { writer.text(isFirst ? "[]\n" : "\n]\n") }
    try BarRowWriter.flush(&writer, sink)
  }

  private static func flush(
    _ writer: inout ByteWriter, _ sink: (UnsafeRawBufferPointer) throws(SessError) -> Void
  ) throws(SessError) {
    var failure: SessError?
    writer.bytes.withUnsafeBytes { bytes in
      do throws(SessError) { try sink(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    writer.removeAll()
  }

  private func writeHead(_ writer: inout ByteWriter) {
    guard format == .csv else { return }
    if hasKeys { writer.text("symbol,interval,") }
    writer.text("timestamp,open,high,low,close,volume")
    writer.text(hasCoverage ? ",present,expected\n" : "\n")
  }

  /// The key columns of a stretch as they stand in every record.
  private func keyText(_ rows: BarRows) -> [UInt8] {
    guard hasKeys else { return [] }
    var writer = ByteWriter()
    if format == .csv {
      writer.csvField(rows.symbol)
      writer.text(",\(rows.interval),")
    } else {
      writer.text("\"symbol\":")
      writer.jsonString(rows.symbol)
      writer.text(",\"interval\":\"\(rows.interval)\",")
    }
    return writer.bytes
  }

  private mutating func write(
    _ chunk: BarChunk, _ rows: BarRows, _ keys: [UInt8], _ writer: inout ByteWriter
  ) {
    var offset = (seconds: 0, validFrom: Int64.max, validUntil: Int64.min)
    for index in 0..<chunk.count {
      let start = chunk.starts[index]
      if start < offset.validFrom || start >= offset.validUntil {
        offset = rows.zone.offset(at: Instant(nanoseconds: start))
      }
      if format == .csv {
        writeCSV(chunk, index, offset.seconds, keys, &writer)
      } else {
        writeJSON(chunk, index, offset.seconds, keys, &writer)
      }
    }
  }

  private mutating func writeCSV(
    _ chunk: BarChunk, _ index: Int, _ offset: Int, _ keys: [UInt8], _ writer: inout ByteWriter
  ) {
    writer.raw(keys)
    instants.write(chunk.starts[index], offsetSeconds: offset, to: &writer)
    writer.byte(0x2C)
    writer.number(chunk.opens[index])
    writer.byte(0x2C)
    writer.number(chunk.highs[index])
    writer.byte(0x2C)
    writer.number(chunk.lows[index])
    writer.byte(0x2C)
    writer.number(chunk.closes[index])
    writer.byte(0x2C)
    writer.number(chunk.volumes[index])
    if hasCoverage {
      writer.byte(0x2C)
      if !chunk.present.isEmpty { writer.integer(Int(chunk.present[index])) }
      writer.byte(0x2C)
      if !chunk.expected.isEmpty, chunk.expected[index] != BarChunk.unknownExpected {
        writer.integer(Int(chunk.expected[index]))
      }
    }
    writer.byte(0x0A)
  }

  private mutating func writeJSON(
    _ chunk: BarChunk, _ index: Int, _ offset: Int, _ keys: [UInt8], _ writer: inout ByteWriter
  ) {
    if format == .json { writer.text(isFirst ? "[\n" : ",\n") }
    isFirst = false
    writer.byte(0x7B)
    writer.raw(keys)
    writer.text("\"start\":\"")
    instants.write(chunk.starts[index], offsetSeconds: offset, to: &writer)
    writer.text("\",\"open\":")
    writer.number(chunk.opens[index])
    writer.text(",\"high\":")
    writer.number(chunk.highs[index])
    writer.text(",\"low\":")
    writer.number(chunk.lows[index])
    writer.text(",\"close\":")
    writer.number(chunk.closes[index])
    writer.text(",\"volume\":")
    writer.number(chunk.volumes[index])
    if hasCoverage { writeCoverage(chunk, index, &writer) }
    writer.text(format == .json ? "}" : "}\n")
  }

  private func writeCoverage(_ chunk: BarChunk, _ index: Int, _ writer: inout ByteWriter) {
    writer.text(",\"present\":")
    if chunk.present.isEmpty {
      writer.text("null")
    } else {
      writer.integer(Int(chunk.present[index]))
    }
    writer.text(",\"expected\":")
    if chunk.expected.isEmpty || chunk.expected[index] == BarChunk.unknownExpected {
      writer.text("null")
    } else {
      writer.integer(Int(chunk.expected[index]))
    }
  }
}
