public import Diagnostics
import Dispatch
import MarketModel
import Synchronization

/// How to read a file, as far as the user says.
public struct ReadOptions: Sendable {
  /// Take the wall clock reading of times and ignore their written offset.
  public var ignoresOffset = false
  /// Which side of quote bars becomes the bars.
  public var side = QuoteSide.mid
  /// The names of the columns, whatever the file says.
  public var columns: [String]?
  /// The key of a vendor's dialect, whatever the file looks like.
  public var dialect: String?
  /// True for a decimal comma, false for a decimal point, where numbers leave it open.
  public var hasDecimalComma: Bool?
  /// The order of day and month, where dates leave it open.
  public var dateOrder: DateOrder?
  /// The symbol asked for, for files that keep each symbol in columns of its own.
  public var symbol: String?
  /// Prices are written multiplied by this.
  public var priceScale: Double?
  /// How many bytes of memory may be used.
  public var memoryLimit = Int.max
  /// Called now and then with the bytes read so far, from any thread.
  public var progress: (@Sendable (Int) -> Void)?
  /// Whether reading should stop; asked now and then, from any thread.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Creates options that leave everything to the file.
  public init() {}

  /// Stops reading a file when the user asks for it.
  ///
  /// - Throws: `interrupted`.
  func checkCancelled(_ name: String) throws(SessError) {
    guard isCancelled() else { return }
    throw SessError("interrupted", "reading \(name) was interrupted")
  }
}

/// Which side of a quote bar is read.
public enum QuoteSide: String, Sendable, CaseIterable {
  case bid
  case ask
  case mid
}

/// Reads rows of text: any column order, comma, semicolon, tab or bar, on all cores.
public enum CSVReader {
  private static let stretchSize = 4 << 20

  /// Reads a whole file into columns.
  ///
  /// - Throws: `empty-file`, `binary-file`, `unsupported-line-ends`, `no-header`, `missing-column`,
  ///   `no-rows`, `file-too-large`, `file-shrunk`, `file-error`, `interrupted`.
  /// - Complexity: O(bytes), one pass.
  public static func read(_ source: any ByteSource, options: ReadOptions) throws(SessError)
    -> RawFile
  {
    let size = source.byteCount
    guard size > 0 else { throw SessError("empty-file", "\(source.name) is empty") }
    guard size < options.memoryLimit else { throw tooLarge(source, options.memoryLimit) }
    let head = try source.bytes(at: 0, count: min(size, 1 << 16))
    try checkText(head, source.name)
    try checkLines(head, source.name)
    let lines = FileHead(head, name: source.name, byteCount: size)
    var header = try CSVLayout.detect(lines, options: options)
    if let scale = options.priceScale { header.priceScale = scale }
    let rows = lines.lines.drop { $0.start < header.end }.map {
      CSVLayout.split($0.text, header.delimiter)
    }
    header.readZoneSuffix(rows)
    header.readSheetDays(rows)
    try NumberStyleInference.decide(&header, lines, hasDecimalComma: options.hasDecimalComma)
    try DateOrderInference.decide(&header, source, rows, given: options.dateOrder)
    guard header.dialect.content == .bars else { throw notBars(source, header.dialect) }
    if !header.has(.volume) { header.dialect.remarks.append("no volume column: volume is 0") }
    let probe = try Probe(head, header, source, options)
    guard memory(size, probe) < options.memoryLimit else {
      throw tooLarge(source, options.memoryLimit)
    }
    let cuts = try cuts(of: source, from: header.end)
    let stretches = try parse(source, cuts, header, probe, options)
    let file = merge(stretches, source, header, probe.timeKind)
    if file.series.isEmpty, let first = file.rejections.first { throw try noBars(source, first) }
    return file
  }

  /// About how many bytes are needed at once: the rows as read and as placed, and a stretch a core.
  private static func memory(_ size: Int, _ probe: Probe) -> Int {
    let rows = size / max(probe.rowLength, 16) + 1
    return rows * 160 + min(size, 4 * stretchSize)
  }

  static func tooLarge(_ source: any ByteSource, _ limit: Int) -> SessError {
    SessError(
      "file-too-large",
      "\(source.name) has \(source.byteCount >> 20) MB, more than the \(limit >> 20) MB of free memory can hold",
      hint: "split it by symbol or by date")
  }

  /// Refuses what is no text: control bytes in the first line, zeros all over.
  ///
  /// - Throws: `binary-file`.
  public static func checkText(_ head: [UInt8], _ name: String) throws(SessError) {
    let line = head.prefix { $0 != 0x0A }
    guard line.contains(where: { $0 < 9 }) || head.count(where: { $0 == 0 }) * 8 > head.count else {
      return
    }
    throw SessError("binary-file", "\(name) is not a text file")
  }

  private static func checkLines(_ head: [UInt8], _ name: String) throws(SessError) {
    let line = head.prefix { $0 != 0x0A }
    let end = line.lastIndex { $0 != 0x0D } ?? line.startIndex
    if line[..<end].contains(0x0D) {
      throw SessError(
        "unsupported-line-ends", "the lines of \(name) end in carriage returns alone",
        hint: "convert it: tr '\\r' '\\n'")
    }
    if line.count == 1 << 16 {
      throw SessError("no-header", "the first line of \(name) is longer than 64 KB")
    }
  }

  private static func noBars(_ source: any ByteSource, _ first: RawRejection) throws(SessError)
    -> SessError
  {
    let text = try source.rowText(at: first.offset)
    return SessError(
      "no-bars", "no row of \(source.name) is a bar: \(first.reason)",
      span: SourceSpan(
        file: source.name, line: first.line, whole: text),
      hint: "a row holds a time, four prices and a volume in the header's columns")
  }

  private static func notBars(_ source: any ByteSource, _ dialect: Dialect) -> SessError {
    SessError(
      "not-bars", "\(source.name) holds \(dialect.content.rawValue), not bars",
      hint: "load the bars of the same day, for example its minute file")
  }

  /// Line-aligned places that cut the rows into stretches.
  static func cuts(of source: any ByteSource, from first: Int) throws(SessError) -> [Int] {
    var cuts = [first]
    let size = source.byteCount
    while let last = cuts.last, size - last > stretchSize {
      var position = last + stretchSize
      search: while position < size {
        let window = try source.bytes(at: position, count: 1 << 12)
        if let feed = window.firstIndex(of: 0x0A) {
          position += feed + 1
          break search
        }
        position += window.count
      }
      cuts.append(min(position, size))
    }
    if cuts.last != size || cuts.count == 1 { cuts.append(size) }
    return cuts
  }

  private static func parse(
    _ source: any ByteSource, _ cuts: [Int], _ header: CSVLayout, _ probe: Probe,
    _ options: ReadOptions
  ) throws(SessError) -> [Stretch] {
    let count = cuts.count - 1
    var results = [Result<Stretch, SessError>?](repeating: nil, count: count)
    let buffers = Mutex<[[UInt8]]>([])
    results.withUnsafeMutableBufferPointer { slots in
      // Safe: each iteration writes one element of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = slots
      DispatchQueue.concurrentPerform(iterations: count) { index in
        do throws(SessError) {
          try options.checkCancelled(source.name)
        } catch {
          slots[index] = .failure(error)
          return
        }
        var buffer = buffers.withLock { $0.popLast() } ?? []
        slots[index] = stretch(source, cuts[index]..<cuts[index + 1], header, probe, &buffer)
        buffers.withLock { $0.append(buffer) }
        options.progress?(cuts[index + 1] - cuts[index])
      }
    }
    var stretches: [Stretch] = []
    for case let result? in results { stretches.append(try result.get()) }
    return stretches
  }

  /// Parses one stretch, read into a buffer that the next one uses again.
  private static func stretch(
    _ source: any ByteSource, _ range: Range<Int>, _ header: CSVLayout, _ probe: Probe,
    _ buffer: inout [UInt8]
  ) -> Result<Stretch, SessError> {
    if buffer.count < range.count { buffer = Array(repeating: 0, count: range.count) }
    var parser = RowParser(
      header, timeKind: probe.timeKind, timestamps: probe.timestamps,
      expectedRows: range.count / max(probe.rowLength, 16) + 16)
    return buffer.withUnsafeMutableBytes { buffer in
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<range.count])
      do throws(SessError) {
        guard try source.read(at: range.lowerBound, into: bytes) == range.count else {
          throw source.shrunk()
        }
      } catch {
        return .failure(error)
      }
      parser.parse(UnsafeRawBufferPointer(bytes))
      return .success(
        Stretch(parsed: parser.parsed, firstByte: range.lowerBound, byteCount: range.count))
    }
  }

  private static func merge(
    _ stretches: [Stretch], _ source: any ByteSource, _ header: CSVLayout, _ kind: WrittenTime.Kind
  ) -> RawFile {
    var stretches = stretches
    var rejections: [RawRejection] = []
    var lines = header.lineCount
    var (rows, rounding) = (0, 0)
    var (units, unitChange): (UInt8, Int?) = (0, nil)
    for index in stretches.indices {
      let parsed = stretches[index].parsed
      stretches[index].firstLine = lines
      for var rejection in parsed.rejections {
        rejection.line += lines
        rejection.offset += stretches[index].firstByte
        rejections.append(rejection)
      }
      if unitChange == nil {
        unitChange = parsed.unitChangeLine.map { lines + $0 }
        let isOther = units != 0 && parsed.epochUnits != 0 && parsed.epochUnits | units != units
        if unitChange == nil, isOther { unitChange = lines + 1 }
        units |= parsed.epochUnits
      }
      lines += parsed.lineCount
      rows += parsed.rowCount
      rounding += parsed.roundingCount
    }
    var dialect = header.dialect
    dialect.noteRounding(rounding)
    return RawFile(
      source: source, dialect: dialect, timeKind: kind, series: RowGrouping.series(stretches),
      rejections: rejections, rowCount: rows, unitChangeLine: unitChange)
  }
}
