import Diagnostics
import MarketModel

/// Reads rows of the plainest kind in one pass, a byte after the other: bare numbers, ISO times, bare symbols.
///
/// Rows are fields between delimiters, or lines of JSON that differ from one already read in their values only.
/// It knows nothing of quotes, blanks, exponents, comments or faults: any other row is left to `RowParser`, which
/// reads plain rows alike, only slower.
struct PlainRow {
  /// The numbers of a row: open, high, low, close, volume.
  private(set) var numbers: (Double, Double, Double, Double, Double) = (0, 0, 0, 0, 0)
  /// Its time, in UTC nanoseconds or as if the clock were in UTC.
  private(set) var time: Int64 = 0
  /// The symbol's bytes, counted from the row's beginning, where it is not the one expected.
  private(set) var otherSymbol: Range<Int>?
  private var expected: [UInt8] = []

  /// What a column holds.
  enum Part: UInt8 {
    case time, symbol, open, high, low, close, volume, skipped
  }

  private let parts: [Part]
  private let delimiter: UInt8
  let kind: WrittenTime.Kind
  private var date: (UInt64, UInt16) = (0, 0)
  private var midnight: Int64 = 0
  private var offsetText: (UInt32, UInt16) = (0, 0)
  private var offset: Int64 = 0
  /// What stands around the values of a line of JSON, one text after the other, and where each ends.
  private var texts: [UInt8] = []
  private var textEnds: [Int] = []
  private var readsEpoch = false

  /// The most bytes a field may take here; longer ones are no plain ones.
  private static let fieldSize = 40

  /// Creates a reader for rows of a layout; nil when the layout has more to it than plain rows have.
  init?(_ layout: CSVLayout, kind: WrittenTime.Kind, timestamps: TimestampParser) {
    guard layout.priceScale == 1, layout.date == nil, kind != .dateOnly, !timestamps.ignoresOffset,
      layout.numbers == nil, timestamps.sheetKind == nil
    else { return nil }
    var parts: [Part] = []
    for role in layout.roles {
      switch role {
      case .time: parts.append(.time)
      case .symbol: parts.append(.symbol)
      case .open: parts.append(.open)
      case .high: parts.append(.high)
      case .low: parts.append(.low)
      case .close: parts.append(.close)
      case .volume: parts.append(.volume)
      case nil: parts.append(.skipped)
      default: return nil
      }
    }
    guard parts.contains(.time) else { return nil }
    self.parts = parts
    self.kind = kind
    delimiter = layout.delimiter
  }

  /// Creates a reader for rows of such columns.
  init(_ parts: [Part], delimiter: UInt8, kind: WrittenTime.Kind) {
    self.parts = parts
    self.kind = kind
    self.delimiter = delimiter
  }

  /// How many bytes must follow the beginning of a row for it to be read here.
  var margin: Int { (parts.count + 1) * PlainRow.fieldSize + texts.count }

  /// Reads a row that begins at a place with `margin` bytes after it; the place after its end, nil if it is not plain.
  @inline(__always)
  mutating func read(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    otherSymbol = nil
    guard texts.isEmpty else { return readRecord(start) }
    var next = start
    let last = parts.count - 1
    for index in 0...last {
      let isRead: Bool
      switch parts[index] {
      case .time: isRead = readTime(&next)
      case .symbol: isRead = readSymbol(start, &next)
      case .open: isRead = PlainRow.readNumber(&next, into: &numbers.0)
      case .high: isRead = PlainRow.readNumber(&next, into: &numbers.1)
      case .low: isRead = PlainRow.readNumber(&next, into: &numbers.2)
      case .close: isRead = PlainRow.readNumber(&next, into: &numbers.3)
      case .volume: isRead = PlainRow.readNumber(&next, into: &numbers.4)
      case .skipped: isRead = skipField(&next)
      }
      guard isRead else { return nil }
      if index == last {
        if next.pointee == 0x0D { next += 1 }
        guard next.pointee == 0x0A else { return nil }
      } else {
        guard next.pointee == delimiter else { return nil }
      }
      next += 1
    }
    return next
  }

  /// Expects the rows of a symbol.
  mutating func expects(_ symbol: Slice<UnsafeBufferPointer<UInt8>>) {
    expected.removeAll(keepingCapacity: true)
    if symbol.count < PlainRow.fieldSize { expected.append(contentsOf: symbol) }
  }

  @inline(__always)
  private mutating func readSymbol(
    _ row: UnsafePointer<UInt8>, _ next: inout UnsafePointer<UInt8>
  ) -> Bool {
    var count = 0
    while count < expected.count, next[count] == expected[count] { count += 1 }
    let mark = next[count]
    if count > 0, count == expected.count, mark == delimiter || mark == 0x0A || mark == 0x0D {
      next += count
      return true
    }
    return readOtherSymbol(row, &next)
  }

  /// A symbol without blanks or quotes, which `RowParser` reads.
  private mutating func readOtherSymbol(
    _ row: UnsafePointer<UInt8>, _ next: inout UnsafePointer<UInt8>
  ) -> Bool {
    let start = next
    guard skipField(&next), next > start, start[0] > 0x20, next[-1] > 0x20 else { return false }
    otherSymbol = start - row..<next - row
    return true
  }

  private func skipField(_ next: inout UnsafePointer<UInt8>) -> Bool {
    for _ in 0..<PlainRow.fieldSize {
      let byte = next.pointee
      if byte == delimiter || byte == 0x0A || byte == 0x0D { return true }
      if byte == 0x22 { return false }
      next += 1
    }
    return false
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// Digits with at most one point, 15 at most: below 2⁵³, so that one division rounds correctly.
  @inline(__always)
  private static func readNumber(
    _ next: inout UnsafePointer<UInt8>, into number: inout Double
  ) -> Bool {
    let start = next
    var mantissa: UInt64 = 0
    var digit = next.pointee &- 0x30
    while digit <= 9 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      next += 1
      digit = next.pointee &- 0x30
      guard next - start <= 16 else { return false }
    }
    var count = next - start
    guard next.pointee == 0x2E else {
      number = Double(mantissa)
      return count > 0 && count <= 15
    }
    next += 1
    let point = next
    digit = next.pointee &- 0x30
    while digit <= 9 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      next += 1
      digit = next.pointee &- 0x30
      guard next - point <= 16 else { return false }
    }
    let decimals = next - point
    count += decimals
    guard count > 0, count <= 15 else { return false }
    number = Double(mantissa) / powers[decimals]
    return true
  }

  // MARK: times

  /// `YYYY-MM-DDTHH:MM:SS` and an offset, `Z` or nothing.
  @inline(__always)
  private mutating func readTime(_ next: inout UnsafePointer<UInt8>) -> Bool {
    let raw = UnsafeRawPointer(next)
    let found = (
      raw.loadUnaligned(as: UInt64.self), raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    )
    if found != date {
      guard readDate(next) else { return false }
      date = found
    }
    // Ten NUL bytes are what the first date is compared with.
    guard next[4] == 0x2D, next[10] == 0x54 || next[10] == 0x20, next[13] == 0x3A, next[16] == 0x3A
    else {
      return false
    }
    let (hour, minute, second) = (
      PlainRow.pair(next + 11), PlainRow.pair(next + 14), PlainRow.pair(next + 17)
    )
    guard hour < 24, minute < 60, second < 60 else { return false }
    time = midnight &+ Int64(hour &* 3600 &+ minute &* 60 &+ second) &* Instant.second
    next += 19
    return readOffset(&next)
  }

  /// Two digits; 100 or more for anything else.
  @inline(__always)
  private static func pair(_ place: UnsafePointer<UInt8>) -> UInt32 {
    let (tens, ones) = (UInt32(place[0] &- 0x30), UInt32(place[1] &- 0x30))
    return tens <= 9 && ones <= 9 ? tens &* 10 &+ ones : 100
  }

  private mutating func readDate(_ place: UnsafePointer<UInt8>) -> Bool {
    guard place[4] == 0x2D, place[7] == 0x2D else { return false }
    let (century, year) = (PlainRow.pair(place), PlainRow.pair(place + 2))
    let (month, day) = (PlainRow.pair(place + 5), PlainRow.pair(place + 8))
    guard (17...21).contains(century), year < 100,
      let found = CivilDate(year: Int(century * 100 + year), month: Int(month), day: Int(day))
    else { return false }
    midnight = found.midnightNanoseconds
    return true
  }

  @inline(__always)
  private mutating func readOffset(_ next: inout UnsafePointer<UInt8>) -> Bool {
    let mark = next.pointee
    if mark == 0x2B || mark == 0x2D {
      let raw = UnsafeRawPointer(next)
      let found = (
        raw.loadUnaligned(as: UInt32.self), raw.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
      )
      if found != offsetText {
        let (hours, minutes) = (PlainRow.pair(next + 1), PlainRow.pair(next + 4))
        guard next[3] == 0x3A, hours <= 18, minutes < 60 else { return false }
        offset = Int64(hours * 3600 + minutes * 60) * (mark == 0x2D ? -1 : 1) * Instant.second
        offsetText = found
      }
      time = time &- offset
      next += 6
      return kind == .absolute
    }
    guard mark == 0x5A else { return kind == .naive }
    next += 1
    return kind == .absolute
  }
}

/// Lines of JSON.
extension PlainRow {
  /// Creates a reader of lines like one that is a bar; nil where that holds more than a bar does.
  init?(record line: ArraySlice<UInt8>, kind: WrittenTime.Kind) {
    var found: PlainRow?
    line.withUnsafeBytes { bytes in found = try? PlainRow.reader(of: bytes, kind) }
    guard let found else { return nil }
    self = found
  }

  private static func reader(
    of bytes: UnsafeRawBufferPointer, _ kind: WrittenTime.Kind
  )
    throws(SessError) -> PlainRow?
  {
    var cursor = JSONCursor(bytes, name: "the line")
    var (parts, texts, ends, position): ([Part], [UInt8], [Int], Int) = ([], [], [], 0)
    var (isFirst, readsEpoch) = (true, false)
    try cursor.open(0x7B)
    while let key = try cursor.nextKey(isFirst: &isFirst) {
      let value = try cursor.scalar()
      guard let part = FeedReader.part(named: cursor.text(key)),
        part == .skipped || !parts.contains(part)
      else { return nil }
      let content = cursor.slice(value.range)
      // A word stays as it is.
      if part == .skipped, !value.isString, content.contains(where: { $0 >= 0x41 }) { continue }
      if part == .time { readsEpoch = content.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
      texts += bytes[position..<value.range.lowerBound]
      ends.append(texts.count)
      parts.append(part)
      position = value.range.upperBound
    }
    texts += bytes[position..<cursor.position]
    var row = PlainRow(parts, delimiter: 0x22, kind: kind)
    (row.texts, row.textEnds, row.readsEpoch) = (texts, ends + [texts.count], readsEpoch)
    return parts.contains(.time) ? row : nil
  }

  /// Whether its rows name their symbol.
  var hasSymbol: Bool { parts.contains(.symbol) }

  private mutating func readRecord(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var next = start
    var text = 0
    for index in textEnds.indices {
      while text < textEnds[index] {
        guard next.pointee == texts[text] else { return nil }
        next += 1
        text += 1
      }
      guard index < parts.count else { break }
      guard readValue(parts[index], isString: texts[text - 1] == 0x22, start, &next) else {
        return nil
      }
    }
    if next.pointee == 0x0D { next += 1 }
    return next.pointee == 0x0A ? next + 1 : nil
  }

  @inline(__always)
  private mutating func readValue(
    _ part: Part, isString: Bool, _ row: UnsafePointer<UInt8>, _ next: inout UnsafePointer<UInt8>
  ) -> Bool {
    let start = next
    let isDigit = start.pointee &- 0x30 <= 9
    switch part {
    case .time: return readsEpoch ? readEpoch(&next) : readTime(&next)
    case .symbol:
      guard isString, readSymbol(row, &next) else { return false }
      return otherSymbol == nil || !hasEscape(start, next)
    case .open: return isDigit && PlainRow.readNumber(&next, into: &numbers.0)
    case .high: return isDigit && PlainRow.readNumber(&next, into: &numbers.1)
    case .low: return isDigit && PlainRow.readNumber(&next, into: &numbers.2)
    case .close: return isDigit && PlainRow.readNumber(&next, into: &numbers.3)
    case .volume: return isDigit && PlainRow.readNumber(&next, into: &numbers.4)
    case .skipped:
      if isString { return skipField(&next) && !hasEscape(start, next) }
      var number = 0.0
      return isDigit && PlainRow.readNumber(&next, into: &number)
    }
  }

  private func hasEscape(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    UnsafeBufferPointer(start: start, count: end - start).contains(0x5C)
  }

  /// Whole seconds, milli-, micro- or nanoseconds since 1970.
  private mutating func readEpoch(_ next: inout UnsafePointer<UInt8>) -> Bool {
    var whole: Int64 = 0
    let start = next
    while next.pointee &- 0x30 <= 9 {
      guard next - start < 18 || (next - start == 18 && whole < 900_000_000_000_000_000) else {
        return false
      }
      whole = whole &* 10 &+ Int64(next.pointee &- 0x30)
      next += 1
    }
    let unit = TimestampParser.unit(of: whole)
    guard next > start, whole == 0 || whole >= TimestampParser.leastEpoch,
      whole < Instant.range.upperBound / unit
    else { return false }
    time = whole &* unit
    return true
  }
}
