import Diagnostics
import MarketModel

/// Reads ticks and quotes from CSV: with a header that names price and size or bid and ask, LEAN's, Binance's.
enum EventReader {
  /// Reads a file of ticks or quotes; nil when it is none.
  ///
  /// - Throws: `no-rows`, `no-events`, `file-too-large`, `file-shrunk`, `file-error`.
  /// - Complexity: O(bytes), one pass.
  static func read(_ source: any ByteSource, options: ReadOptions) throws(SessError)
    -> EventFile?
  {
    let bytes = try source.bytes(at: 0, count: min(source.byteCount, 1 << 16))
    let head = FileHead(bytes, name: source.name, byteCount: source.byteCount)
    guard options.columns == nil, var layout = try layout(of: head, options) else { return nil }
    if let scale = options.priceScale { layout.priceScale = scale }
    guard source.byteCount < options.memoryLimit / 3 else {
      throw CSVReader.tooLarge(source, options.memoryLimit)
    }
    if layout.midnight == nil {
      try layout.decideDateOrder(head, source, given: options.dateOrder)
    }
    var parser = EventParser(layout, name: source.name, ignoresOffset: options.ignoresOffset)
    let cuts = try CSVReader.cuts(of: source, from: layout.firstByte)
    for index in 0..<cuts.count - 1 {
      try options.checkCancelled(source.name)
      let bytes = try source.bytes(at: cuts[index], count: cuts[index + 1] - cuts[index])
      bytes.withUnsafeBytes { parser.parse($0) }
      options.progress?(bytes.count)
    }
    guard parser.rowCount > 0 else {
      throw SessError("no-rows", "\(source.name) has a header but no rows")
    }
    return EventFile(
      name: source.name, dialect: layout.dialect, timeKind: parser.timeKind ?? .absolute,
      series: parser.series)
  }

  /// The layout of a file by its name and its first line that is neither blank nor a comment.
  private static func layout(of head: FileHead, _ options: ReadOptions) throws(SessError)
    -> EventLayout?
  {
    guard let first = head.lines.first else { return nil }
    if var layout = EventLayout(header: first.text) {
      (layout.firstByte, layout.firstLine) = (first.end, first.number)
      return layout
    }
    var layout: EventLayout?
    if let lean = try LEAN.layout(of: head, options: options) {
      guard lean.dialect.content != .bars else { return nil }
      layout = EventLayout(lean: lean, row: first.text)
    } else {
      layout =
        EventLayout(binanceRow: first.text) ?? EventLayout(histDataRow: first.text, head.name)
    }
    layout?.firstByte = first.start
    layout?.firstLine = first.number - 1
    return layout
  }
}

/// Parses the rows of a file of ticks or quotes, a stretch after the other.
struct EventParser {
  private let layout: EventLayout
  private let name: String
  private var timestamps: TimestampParser
  private var fields: [Range<Int>]
  private var lineCount: Int
  private(set) var series: [RawEvents] = []
  private(set) var timeKind: WrittenTime.Kind?
  private(set) var rowCount = 0
  private var indices: [String: Int] = [:]
  private var lastSymbol: [UInt8] = []
  private var lastIndex = -1

  init(_ layout: EventLayout, name: String, ignoresOffset: Bool) {
    self.layout = layout
    self.name = name
    timestamps = TimestampParser(ignoresOffset: ignoresOffset, readsCompactDates: false)
    timestamps.dateOrder = layout.dateOrder
    timestamps.midnight = layout.midnight
    fields = Array(repeating: 0..<0, count: layout.width)
    lineCount = layout.firstLine
  }

  mutating func parse(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    while position < bytes.count {
      let start = position
      let isWhole = RowParser.splitLine(bytes, &position, layout.delimiter, &fields)
      lineCount += 1
      guard bytes[start] != 0x23, bytes[start..<position].contains(where: { $0 > 0x20 }) else {
        continue
      }
      rowCount += 1
      let fault =
        isWhole ? addRow(bytes) : "the row has another number of fields than the first"
      if let fault { reject(bytes, start..<position, fault) }
    }
  }

  /// Adds the row's events; the reason when it has none.
  private mutating func addRow(_ bytes: UnsafeRawBufferPointer) -> String? {
    let index = seriesIndex(bytes)
    guard index >= 0 else { return "the symbol is empty" }
    guard let time = time(bytes) else { return "the time cannot be read" }
    if timeKind == nil { timeKind = time.kind }
    guard time.kind == timeKind else { return RowParser.otherKind }
    let moment = Instant(nanoseconds: time.nanoseconds)
    var isEvent = false
    if layout.hasQuotes {
      let quote = Quote(
        time: moment, bid: price(bytes, .bid), bidSize: size(bytes, .bidSize),
        ask: price(bytes, .ask), askSize: size(bytes, .askSize))
      if quote.bid != nil || quote.ask != nil {
        series[index].quotes.append(quote)
        isEvent = true
      } else if !layout.hasTicks {
        return "there is neither a bid nor an ask"
      }
    }
    guard layout.hasTicks, isTrade(bytes) else { return nil }
    guard let price = price(bytes, .price) else {
      return isEvent ? nil : "the price cannot be read"
    }
    let hasSize = layout.column(.size) >= 0
    guard let size = hasSize ? self.size(bytes, .size) : 0 else {
      return isEvent ? nil : "the size cannot be read or is negative"
    }
    series[index].ticks.append(
      Tick(
        time: moment, price: price, size: size, exchange: text(bytes, .exchange),
        condition: text(bytes, .condition), isSuspicious: isSuspicious(bytes)))
    return nil
  }

  private mutating func reject(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ reason: String
  ) {
    var line = bytes[range].prefix(1024)
    while let last = line.last, last == 0x0A || last == 0x0D { line = line.dropLast() }
    if series.isEmpty { addSeries(layout.dialect.symbolName) }
    series[max(lastIndex, 0)].rejected.append(
      RejectedRow(
        kind: .unparsable, file: name, line: lineCount,
        text: String(decoding: line, as: UTF8.self), reason: reason))
  }
}

extension EventParser {
  private func field(_ bytes: UnsafeRawBufferPointer, _ role: EventLayout.Role)
    -> UnsafeRawBufferPointer?
  {
    let column = layout.column(role)
    return column >= 0 ? RowParser.field(bytes, fields[column]) : nil
  }

  private mutating func time(_ bytes: UnsafeRawBufferPointer) -> WrittenTime? {
    if let field = field(bytes, .time) { return timestamps.parse(field) }
    guard let date = field(bytes, .date), let clock = field(bytes, .clock) else { return nil }
    return (Array(date) + [0x20] + Array(clock)).withUnsafeBytes { timestamps.parse($0) }
  }

  private func price(_ bytes: UnsafeRawBufferPointer, _ role: EventLayout.Role) -> Double? {
    guard let field = field(bytes, role), let value = NumberParser.parse(field), value.isFinite
    else { return nil }
    guard layout.isFixedPoint, !field.contains(0x2E) else { return value / layout.priceScale }
    return value >= 9.2e18 ? nil : value / 1e9
  }

  private func size(_ bytes: UnsafeRawBufferPointer, _ role: EventLayout.Role) -> Double? {
    guard let field = field(bytes, role), let value = NumberParser.parse(field), value.isFinite,
      value >= 0
    else { return nil }
    return value
  }

  private func text(_ bytes: UnsafeRawBufferPointer, _ role: EventLayout.Role) -> String? {
    guard let field = field(bytes, role), !field.isEmpty else { return nil }
    return String(decoding: field, as: UTF8.self)
  }

  private func isSuspicious(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let field = field(bytes, .suspicious), let first = field.first else { return false }
    return first == 0x31 || first | 0x20 == 0x74
  }

  /// Rows with an action are trades when it says so.
  private func isTrade(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let field = field(bytes, .action) else { return true }
    return field.count == 1 && field[0] | 0x20 == 0x74
  }

  /// The series of the row's symbol; −1 when the symbol is empty.
  private mutating func seriesIndex(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let field = field(bytes, .symbol) else {
      if series.isEmpty { addSeries(layout.dialect.symbolName) }
      return 0
    }
    guard !field.isEmpty else { return -1 }
    if lastIndex >= 0, field.elementsEqual(lastSymbol) { return lastIndex }
    lastSymbol = Array(field)
    let text = String(decoding: field, as: UTF8.self)
    if indices[text] == nil {
      indices[text] = series.count
      addSeries(text)
    }
    lastIndex = indices[text] ?? 0
    return lastIndex
  }

  private mutating func addSeries(_ symbol: String?) {
    var events = RawEvents()
    events.symbol = symbol
    series.append(events)
  }
}
