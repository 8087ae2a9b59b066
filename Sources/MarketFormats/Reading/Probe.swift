import Diagnostics
import MarketModel

/// What the first rows of a file say about the rest: the kind of its times, the length of its rows.
struct Probe: Sendable {
  let timeKind: WrittenTime.Kind
  let timestamps: TimestampParser
  let rowLength: Int

  /// Looks at the rows in the first bytes.
  ///
  /// - Throws: `no-rows` when nothing follows the header, `no-bars` when no row states a time.
  init(
    _ head: [UInt8], _ header: CSVLayout, _ source: any ByteSource, _ options: ReadOptions
  ) throws(SessError) {
    let rows = head[min(header.end, head.count)...].split(separator: 0x0A)
      .filter { $0.contains { $0 > 0x20 } && $0.first != 0x23 }
    guard !rows.isEmpty else {
      throw SessError("no-rows", "\(source.name) has a header but no rows")
    }
    rowLength = (head.count - header.end) / rows.count
    var timestamps = TimestampParser(
      ignoresOffset: options.ignoresOffset, readsCompactDates: Probe.hasCompactDates(rows, header))
    timestamps.dateOrder = header.dateOrder
    timestamps.sheetKind = header.sheetKind
    timestamps.zoneSuffix = header.zoneSuffix
    timestamps.midnight = header.date?.midnightNanoseconds
    self.timestamps = timestamps
    var reason: String?
    for kind in [WrittenTime.Kind.absolute, .naive, .dateOnly] {
      for row in rows.prefix(200) {
        var parser = RowParser(header, timeKind: kind, timestamps: timestamps, expectedRows: 1)
        row.withUnsafeBytes { parser.parse($0) }
        guard
          !parser.parsed.rows.isEmpty || parser.parsed.rejections.first?.kind == .badOHLC
        else {
          let found = parser.parsed.rejections.first?.reason
          if reason == nil, found != RowParser.otherKind { reason = found }
          continue
        }
        timeKind = kind
        return
      }
    }
    let text = String(decoding: rows[rows.startIndex], as: UTF8.self)
    throw SessError(
      "no-bars", "no row of \(source.name) can be read as a bar: \(reason ?? RowParser.otherKind)",
      span: SourceSpan(
        file: source.name, line: header.lineCount + 1, whole: text),
      hint: "a row holds a time, four prices and a volume in the header's columns")
  }

  /// Eight digits are dates when every row reads so and lies between 1900 and 2100.
  private static func hasCompactDates(_ rows: [ArraySlice<UInt8>], _ header: CSVLayout) -> Bool {
    guard let column = header.roles.firstIndex(where: { $0 == .time || $0 == .date }) else {
      return false
    }
    for row in rows.prefix(200) {
      let names = CSVLayout.split(String(decoding: row, as: UTF8.self), header.delimiter)
      guard column < names.count, names[column].utf8.count == 8, let number = Int(names[column]),
        (1900...2100).contains(number / 10_000)
      else { return false }
    }
    return true
  }
}
