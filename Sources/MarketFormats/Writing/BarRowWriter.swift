public import Diagnostics
import Dispatch
import MarketModel

/// Writes bars as CSV, JSON or JSON lines on all cores, piece by piece into a sink.
public struct BarRowWriter: Sendable {
  /// The format of the records.
  public enum Format: Sendable {
    case csv
    case json
    case jsonLines
  }

  private let format: Format
  private let hasKeys: Bool
  private let hasCoverage: Bool
  private let hasFills: Bool
  private static let barsPerPiece = 8192
  private static let piecesPerRound = 16

  /// Creates a writer; `hasKeys` puts symbol and interval first, `hasFills` the origin of filled bars last.
  public init(format: Format, hasKeys: Bool, hasCoverage: Bool, hasFills: Bool = false) {
    self.format = format
    self.hasKeys = hasKeys
    self.hasCoverage = hasCoverage
    self.hasFills = hasFills
  }

  /// Writes all stretches; the sink is given one piece after the other.
  ///
  /// - Throws: what the sink throws.
  /// - Complexity: O(bars); a round of pieces is made in parallel, then written in order.
  public func write(
    _ stretches: [BarRows], to sink: (UnsafeRawBufferPointer) throws(SessError) -> Void
  ) throws(SessError) {
    let pieces = BarRowWriter.pieces(of: stretches)
    try pour(header(), into: sink)
    var next = 0
    while next < pieces.count {
      let round = pieces[next..<min(next + BarRowWriter.piecesPerRound, pieces.count)]
      for text in texts(of: round, stretches) { try pour(text, into: sink) }
      next = round.endIndex
    }
    if format == .json { try pour(Array((pieces.isEmpty ? "[]\n" : "\n]\n").utf8), into: sink) }
  }

  private func texts(of round: ArraySlice<Piece>, _ stretches: [BarRows]) -> [[UInt8]] {
    var texts = [[UInt8]](repeating: [], count: round.count)
    texts.withUnsafeMutableBufferPointer { buffer in
      // Safe: each iteration writes one element of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: round.count) { index in
        let piece = round[round.startIndex + index]
        slots[index] = text(of: piece, stretches[piece.stretch])
      }
    }
    return texts
  }

  private func pour(
    _ text: [UInt8], into sink: (UnsafeRawBufferPointer) throws(SessError) -> Void
  ) throws(SessError) {
    var failure: SessError?
    text.withUnsafeBytes { bytes in
      do throws(SessError) { try sink(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  // MARK: pieces

  /// Some chunks of a stretch, so many that making their text is worth a thread's while.
  private struct Piece: Sendable {
    var stretch: Int
    var chunks: Range<Int>
    var count: Int
    var isFirst: Bool
  }

  private static func pieces(of stretches: [BarRows]) -> [Piece] {
    var pieces: [Piece] = []
    for (index, rows) in stretches.enumerated() {
      var (first, count) = (0, 0)
      for (position, chunk) in rows.chunks.enumerated() {
        count += chunk.count
        guard count >= barsPerPiece || position == rows.chunks.count - 1 else { continue }
        if count > 0 {
          pieces.append(
            Piece(
              stretch: index, chunks: first..<position + 1, count: count, isFirst: pieces.isEmpty))
        }
        (first, count) = (position + 1, 0)
      }
    }
    return pieces
  }

  private func header() -> [UInt8] {
    guard format == .csv else { return [] }
    let keys = hasKeys ? "symbol,interval," : ""
    let coverage = hasCoverage ? ",present,expected" : ""
    let fill = hasFills ? ",fill" : ""
    return Array("\(keys)timestamp,open,high,low,close,volume\(coverage)\(fill)\n".utf8)
  }

  /// The key columns of a stretch as they stand in every record.
  private func keys(of rows: BarRows) -> [UInt8] {
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
}

// MARK: records

extension BarRowWriter {
  /// Names, marks and line ends of a record take no more bytes than this.
  private static let marksSize = 128

  private func text(of piece: Piece, _ rows: BarRows) -> [UInt8] {
    let keys = keys(of: rows)
    let rowSize =
      keys.count + InstantText.size + 7 * ByteCursor.numberSize + BarRowWriter.marksSize
      + fillSize(rows.chunks[piece.chunks])
    return [UInt8](unsafeUninitializedCapacity: piece.count * rowSize) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      var cursor = ByteCursor(start)
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: InstantText.blockSize) { block in
        guard let block = block.baseAddress else { return }
        block.initialize(repeating: 0, count: InstantText.blockSize)
        var instants = InstantText(block)
        keys.withUnsafeBufferPointer { keys in
          for (index, chunk) in rows.chunks[piece.chunks].enumerated() {
            let record = Record(rows: rows, chunk: chunk, keys: keys)
            if format == .csv {
              csv(record, &instants, &cursor)
            } else {
              json(record, isFirst: piece.isFirst && index == 0, &instants, &cursor)
            }
          }
        }
      }
      filled = cursor.next - start
    }
  }

  /// What the records of a chunk have in common.
  private struct Record {
    var rows: BarRows
    var chunk: BarChunk
    var keys: UnsafeBufferPointer<UInt8>
  }

  private func csv(
    _ record: Record, _ instants: inout InstantText, _ cursor: inout ByteCursor
  ) {
    let chunk = record.chunk
    let zone = record.rows.zone
    for index in 0..<chunk.count {
      cursor.bytes(record.keys)
      instants.write(chunk.starts[index], in: zone, to: &cursor)
      cursor.byte(0x2C)
      cursor.number(chunk.opens[index])
      cursor.byte(0x2C)
      cursor.number(chunk.highs[index])
      cursor.byte(0x2C)
      cursor.number(chunk.lows[index])
      cursor.byte(0x2C)
      cursor.number(chunk.closes[index])
      cursor.byte(0x2C)
      cursor.number(chunk.volumes[index])
      if hasCoverage {
        cursor.byte(0x2C)
        if !chunk.present.isEmpty { cursor.integer(Int(chunk.present[index])) }
        cursor.byte(0x2C)
        if let expected = expected(chunk, index) { cursor.integer(expected) }
      }
      if hasFills { fill(chunk, index, &cursor) }
      cursor.byte(0x0A)
    }
  }

  private func json(
    _ record: Record, isFirst: Bool, _ instants: inout InstantText, _ cursor: inout ByteCursor
  ) {
    let chunk = record.chunk
    let zone = record.rows.zone
    for index in 0..<chunk.count {
      if format == .json { cursor.text(isFirst && index == 0 ? "[\n" : ",\n") }
      cursor.byte(0x7B)
      cursor.bytes(record.keys)
      cursor.text("\"start\":\"")
      instants.write(chunk.starts[index], in: zone, to: &cursor)
      cursor.text("\",\"open\":")
      cursor.number(chunk.opens[index])
      cursor.text(",\"high\":")
      cursor.number(chunk.highs[index])
      cursor.text(",\"low\":")
      cursor.number(chunk.lows[index])
      cursor.text(",\"close\":")
      cursor.number(chunk.closes[index])
      cursor.text(",\"volume\":")
      cursor.number(chunk.volumes[index])
      if hasCoverage { coverage(chunk, index, &cursor) }
      if hasFills { fill(chunk, index, &cursor) }
      cursor.byte(0x7D)
      if format == .jsonLines { cursor.byte(0x0A) }
    }
  }

  /// The column that says where a filled bar came from, its comma included.
  private func fillText(_ fill: BarFill?) -> [UInt8] {
    var writer = ByteWriter()
    if format == .csv {
      writer.byte(0x2C)
      if let fill { writer.csvField(fill.origin) }
    } else {
      writer.text(",\"fill\":")
      if let fill { writer.jsonString(fill.origin) } else { writer.text("null") }
    }
    return writer.bytes
  }

  private func fill(_ chunk: BarChunk, _ index: Int, _ cursor: inout ByteCursor) {
    fillText(chunk.mark(at: chunk.starts[index])?.fill).withUnsafeBufferPointer {
      cursor.bytes($0)
    }
  }

  /// The most bytes that the column takes in some chunks.
  private func fillSize(_ chunks: ArraySlice<BarChunk>) -> Int {
    guard hasFills else { return 0 }
    var size = fillText(nil).count
    for chunk in chunks {
      for mark in chunk.marks { size = max(size, fillText(mark.fill).count) }
    }
    return size
  }

  private func coverage(_ chunk: BarChunk, _ index: Int, _ cursor: inout ByteCursor) {
    cursor.text(",\"present\":")
    if chunk.present.isEmpty {
      cursor.text("null")
    } else {
      cursor.integer(Int(chunk.present[index]))
    }
    cursor.text(",\"expected\":")
    if let expected = expected(chunk, index) {
      cursor.integer(expected)
    } else {
      cursor.text("null")
    }
  }

  /// The base bars a bar should have; nil where nothing is expected.
  private func expected(_ chunk: BarChunk, _ index: Int) -> Int? {
    guard !chunk.expected.isEmpty, chunk.expected[index] != BarChunk.unknownExpected else {
      return nil
    }
    return Int(chunk.expected[index])
  }
}
