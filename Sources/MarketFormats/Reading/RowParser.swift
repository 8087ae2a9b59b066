import MarketModel

/// Parses the lines of one stretch of a file into rows, and notes where another symbol's begin.
struct RowParser {
  private let header: CSVLayout
  private let timeKind: WrittenTime.Kind
  private var timestamps: TimestampParser
  private var fields: [Range<Int>]
  private let columns: [Int]
  private let hasAsk: Bool
  private var plain: PlainRow?
  private let scale: Double
  /// The intervals of the rows so far, as sess spells them.
  private var intervals: [String: String] = [:]
  private(set) var parsed = ParsedRows()

  /// Why a row is rejected whose time is not like the first one's.
  static let otherKind = "the time is of another kind than the file's first row"

  init(
    _ header: CSVLayout, timeKind: WrittenTime.Kind, timestamps: TimestampParser, expectedRows: Int
  ) {
    self.header = header
    self.timeKind = timeKind
    self.timestamps = timestamps
    parsed.rows.reserveCapacity(expectedRows)
    if header.has(.trades) { parsed.trades.reserveCapacity(expectedRows) }
    if header.has(.vwap) { parsed.vwaps.reserveCapacity(expectedRows) }
    fields = Array(repeating: 0..<0, count: header.roles.count)
    var columns = Array(repeating: -1, count: CSVLayout.Role.allCases.count)
    for (index, role) in header.roles.enumerated() {
      if let role { columns[role.rawValue] = index }
    }
    self.columns = columns
    hasAsk = header.has(.askOpen)
    plain = PlainRow(header, kind: timeKind, timestamps: timestamps)
    scale = header.priceScale
  }

  /// Parses whole lines; the last may lack its line feed.
  mutating func parse(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    while position < bytes.count {
      parsePlain(bytes, &position)
      guard position < bytes.count else { return }
      let start = position
      let isWhole = Self.splitLine(bytes, &position, header.delimiter, &fields)
      parsed.lineCount += 1
      parseRow(bytes, start, isWhole: isWhole)
    }
  }

  /// Reads rows as long as they are plain.
  private mutating func parsePlain(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
    guard var row = plain, let first = parsed.runs.last,
      let base = bytes.bindMemory(to: UInt8.self).baseAddress
    else { return }
    let limit = bytes.count - row.margin
    var current = first.symbol
    parsed.symbols.withText(current) { row.expects($0) }
    var count = parsed.lineCount
    while position < limit, base[position] != 0x23, let end = row.read(base + position) {
      let numbers = row.numbers
      let verdict = BarFault.judge(
        open: numbers.0, high: numbers.1, low: numbers.2, close: numbers.3, volume: numbers.4)
      guard verdict == .sound else { break }
      if let found = row.otherSymbol {
        let bytes = UnsafeBufferPointer(
          start: base + position + found.lowerBound, count: found.count)
        current = parsed.symbols.index(of: bytes, after: current)
        parsed.symbols.withText(current) { row.expects($0) }
      }
      begin(current)
      count += 1
      parsed.rows.append(
        RawRow(
          time: row.time, open: numbers.0, high: numbers.1, low: numbers.2, close: numbers.3,
          volume: numbers.4, line: UInt32(truncatingIfNeeded: count),
          offset: UInt32(truncatingIfNeeded: position)))
      position = end - base
    }
    parsed.rowCount += count - parsed.lineCount
    parsed.lineCount = count
    plain = row
  }

  /// Notes whose rows follow.
  @inline(__always)
  private mutating func begin(_ symbol: Int) {
    if parsed.runs.last?.symbol != symbol { parsed.runs.append((symbol, parsed.rows.count)) }
  }

  /// Finds the fields of a line and moves past its end; false when their number is not the header's.
  ///
  /// A delimiter behind the last field is passed over.
  static func splitLine(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ delimiter: UInt8,
    _ fields: inout [Range<Int>]
  ) -> Bool {
    let count = bytes.count
    var field = 0
    var start = position
    let width = fields.count
    return fields.withUnsafeMutableBufferPointer { fields in
      while position < count {
        let byte = bytes[position]
        if byte == delimiter || byte == 0x0A {
          let isEmpty = position - start == (position > start && bytes[start] == 0x0D ? 1 : 0)
          if field < width { fields[field] = start..<position }
          field += 1
          position += 1
          start = position
          if byte == 0x0A { return field == width || (field == width + 1 && isEmpty) }
        } else if byte == 0x22, position == start {
          skipQuoted(bytes, &position)
        } else {
          position += 1
        }
      }
      if field < width { fields[field] = start..<position }
      return field + 1 == width || (field == width && position == start)
    }
  }

  /// Moves past a quoted text; a line feed ends it.
  private static func skipQuoted(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
    position += 1
    while position < bytes.count, bytes[position] != 0x0A {
      if bytes[position] == 0x22 {
        guard position + 1 < bytes.count, bytes[position + 1] == 0x22 else {
          position += 1
          return
        }
        position += 1
      }
      position += 1
    }
  }

  private mutating func parseRow(_ bytes: UnsafeRawBufferPointer, _ start: Int, isWhole: Bool) {
    let first = bytes[start]
    guard first != 0x23, !isBlank(bytes, start) else { return }
    parsed.rowCount += 1
    guard isWhole else {
      return self.reject(start, "the row has another number of fields than the header", symbol: nil)
    }
    var stated: Int64?
    func reject(_ reason: String, _ kind: RejectionClass = .unparsable) {
      self.reject(start, reason, kind, symbol: symbolName(bytes), time: stated)
    }
    guard let time = time(bytes) else { return reject("the time cannot be read") }
    noteUnits()
    guard time.kind == timeKind else { return reject(RowParser.otherKind) }
    stated = time.nanoseconds
    guard let open = price(bytes, .open, .askOpen), let high = price(bytes, .high, .askHigh),
      let low = price(bytes, .low, .askLow), let close = price(bytes, .close, .askClose)
    else {
      return reject(hasNoPrices(bytes) ? "it has no prices" : "a price cannot be read")
    }
    var volume = 0.0
    if columns[CSVLayout.Role.volume.rawValue] >= 0 {
      guard let parsed = number(bytes, .volume) else {
        return reject("the volume cannot be read")
      }
      volume = parsed
      if columns[CSVLayout.Role.moreVolume.rawValue] >= 0 {
        volume += number(bytes, .moreVolume) ?? 0
      }
    }
    switch BarFault.judge(open: open, high: high, low: low, close: close, volume: volume) {
    case .sound: break
    case .rounding: parsed.roundingCount += 1
    case .fault(let fault): return reject(fault.reason, .badOHLC)
    }
    guard let symbol = symbolIndex(bytes) else {
      let isSymbol = symbolName(bytes)?.isEmpty == true
      return reject(isSymbol ? "the symbol is empty" : "the interval cannot be read")
    }
    begin(symbol)
    parsed.rows.append(
      RawRow(
        time: time.nanoseconds, open: open, high: high, low: low, close: close, volume: volume,
        line: UInt32(truncatingIfNeeded: parsed.lineCount),
        offset: UInt32(truncatingIfNeeded: start)))
    if columns[CSVLayout.Role.trades.rawValue] >= 0 {
      let count = number(bytes, .trades).flatMap { Int64(exactly: $0) }
      parsed.trades.append(count ?? BarChunk.unknownCount)
    }
    if columns[CSVLayout.Role.vwap.rawValue] >= 0 {
      let price = number(bytes, .vwap).map { $0 / scale }
      parsed.vwaps.append(price.flatMap { $0.isFinite ? $0 : nil } ?? .nan)
    }
  }

  private mutating func noteUnits() {
    guard timestamps.epochUnits != parsed.epochUnits else { return }
    if parsed.epochUnits != 0, parsed.unitChangeLine == nil {
      parsed.unitChangeLine = parsed.lineCount
    }
    parsed.epochUnits = timestamps.epochUnits
  }

  /// Whether the vendor says that nothing was traded: `null`, `nan` or nothing for every price.
  private func hasNoPrices(_ bytes: UnsafeRawBufferPointer) -> Bool {
    for role in [CSVLayout.Role.open, .high, .low, .close] {
      let text = String(decoding: field(bytes, role), as: UTF8.self)
      guard CSVLayout.kind(text) == .empty else { return false }
    }
    return true
  }

  private func isBlank(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    var position = start
    while position < bytes.count, bytes[position] != 0x0A {
      if bytes[position] > 0x20 { return false }
      position += 1
    }
    return true
  }

  private mutating func reject(
    _ start: Int, _ reason: String, _ kind: RejectionClass = .unparsable, symbol: String?,
    time: Int64? = nil
  ) {
    parsed.rejections.append(
      RawRejection(
        kind: kind, reason: reason, line: parsed.lineCount, offset: start, symbol: symbol,
        time: time))
  }
}

extension RowParser {
  /// A field without surrounding blanks, quotes and a carriage return.
  private func field(
    _ bytes: UnsafeRawBufferPointer, _ role: CSVLayout.Role
  ) -> UnsafeRawBufferPointer {
    RowParser.field(bytes, fields[columns[role.rawValue]])
  }

  /// The text of a field without surrounding blanks, quotes and a carriage return.
  static func field(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) -> UnsafeRawBufferPointer {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, RowParser.isBlank(bytes[upper - 1]) { upper -= 1 }
    while lower < upper, RowParser.isBlank(bytes[lower]) { lower += 1 }
    if upper - lower >= 2, bytes[lower] == 0x22, bytes[upper - 1] == 0x22 {
      lower += 1
      upper -= 1
    }
    return UnsafeRawBufferPointer(rebasing: bytes[lower..<upper])
  }

  /// A space, a tab or a carriage return; a NUL byte is no blank.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }

  /// A price, or the middle of two; where one side of a quote is empty, the other.
  private func price(
    _ bytes: UnsafeRawBufferPointer, _ role: CSVLayout.Role, _ ask: CSVLayout.Role
  ) -> Double? {
    guard hasAsk else {
      guard scale == 1 else { return number(bytes, role).map { $0 / scale } }
      return number(bytes, role)
    }
    let sides = (number(bytes, role), number(bytes, ask))
    if let bid = sides.0, let ask = sides.1 { return middle(bid, ask) }
    let isOther = sides.0 == nil ? field(bytes, role).isEmpty : field(bytes, ask).isEmpty
    guard isOther, let side = sides.0 ?? sides.1 else { return nil }
    return side / scale
  }

  /// The middle as the nearest number with nine decimals, so that it prints as it is meant.
  private func middle(_ bid: Double, _ ask: Double) -> Double {
    let middle = (bid + ask) / 2 / scale
    guard abs(middle) < 4_000_000 else { return middle }
    return (middle * 1e9).rounded() / 1e9
  }

  private func number(_ bytes: UnsafeRawBufferPointer, _ role: CSVLayout.Role) -> Double? {
    let field = field(bytes, role)
    let number = header.numbers.map { $0.parse(field) } ?? NumberParser.parse(field)
    return number.flatMap { $0.isNaN ? nil : $0 }
  }

  private mutating func time(_ bytes: UnsafeRawBufferPointer) -> WrittenTime? {
    guard columns[CSVLayout.Role.time.rawValue] < 0 else {
      return timestamps.parse(field(bytes, .time))
    }
    var joined = Array(field(bytes, .date))
    joined.append(0x20)
    joined += Array(field(bytes, .clock))
    return joined.withUnsafeBytes { timestamps.parse($0) }
  }

  private func symbolName(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard columns[CSVLayout.Role.symbol.rawValue] >= 0 else { return nil }
    return name(field(bytes, .symbol))
  }

  /// A name as it is meant: a quote within quotes is written twice.
  private func name(_ field: UnsafeRawBufferPointer) -> String {
    guard field.contains(0x22) else { return String(decoding: field, as: UTF8.self) }
    var bytes: [UInt8] = []
    var isSecond = false
    for byte in field {
      isSecond = byte == 0x22 && !isSecond && bytes.last == 0x22
      if !isSecond { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bar length of the row as sess spells it; nil when it is none.
  private mutating func interval(_ bytes: UnsafeRawBufferPointer) -> String? {
    let text = String(decoding: field(bytes, .interval), as: UTF8.self)
    if let known = intervals[text] { return known }
    let interval = IntervalText.parse(text)?.description
    if let interval { intervals[text] = interval }
    return interval
  }

  /// The number of the row's symbol, and interval where a column states it; nil when either is empty.
  private mutating func symbolIndex(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard columns[CSVLayout.Role.interval.rawValue] < 0 else {
      let symbol = symbolName(bytes)
      guard let interval = interval(bytes), symbol?.isEmpty != true else { return nil }
      return parsed.symbols.add(RawSeries.key(symbol: symbol, interval: interval))
    }
    guard columns[CSVLayout.Role.symbol.rawValue] >= 0 else { return parsed.symbols.add(nil) }
    let field = field(bytes, .symbol)
    guard !field.isEmpty else { return nil }
    return parsed.symbols.add(name(field))
  }
}
