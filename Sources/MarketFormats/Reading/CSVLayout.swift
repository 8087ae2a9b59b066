import Diagnostics
import MarketModel

/// How the rows of a text file are laid out: where they begin, which column is what.
struct CSVLayout: Sendable {
  /// The part a column plays.
  enum Role: Int, Sendable, CaseIterable {
    case time, date, clock, open, high, low, close, volume, symbol, trades, vwap
    case askOpen, askHigh, askLow, askClose
    /// Added to the volume: TradeStation counts trades up and down apart.
    case moreVolume
    /// The bar length of the row, in exports of several.
    case interval
  }

  var dialect: Dialect
  var delimiter: UInt8
  /// The names of the columns; empty without a header.
  var names: [String] = []
  /// The role of each column; nil for columns that are not read.
  var roles: [Role?]
  /// The byte where the rows begin.
  var end: Int
  /// Lines before the rows.
  var lineCount: Int
  /// Prices are written multiplied by this.
  var priceScale = 1.0
  /// The order of dates between separators.
  var dateOrder: DateOrder?
  /// A zone's name behind every time.
  var zoneSuffix: [UInt8] = []
  /// With it, times are milliseconds since the midnight of this date.
  var date: CivilDate?
  /// How numbers are written where not plainly.
  var numbers: NumberStyle?
  /// With it, times are days as spreadsheets count them: dates alone, or with a time of day.
  var sheetKind: WrittenTime.Kind?
  /// True when a header names the columns.
  var hasHeader = true

  func has(_ role: Role) -> Bool { roles.contains(role) }

  /// A delimiter in words.
  static func name(of delimiter: UInt8) -> String {
    switch delimiter {
    case 0x3B: "semicolon"
    case 0x09: "tab"
    case 0x7C: "bar"
    default: "comma"
    }
  }

  /// The commonest delimiter of a line; a comma when there is none.
  static func delimiter(of line: String) -> UInt8 {
    var best: (byte: UInt8, count: Int) = (0x2C, 0)
    for byte in [0x2C, 0x3B, 0x09, 0x7C] as [UInt8] {
      let count = line.utf8.reduce(0) { $0 + ($1 == byte ? 1 : 0) }
      if count > best.count { best = (byte, count) }
    }
    return best.byte
  }

  /// The text between delimiters; those within quotes divide nothing.
  private static func parts(_ line: String, _ delimiter: UInt8) -> [Substring] {
    var parts: [Substring] = []
    let text = line.utf8
    var start = text.startIndex
    var (isQuoted, isBlank) = (false, true)
    for index in text.indices {
      let byte = text[index]
      if byte == 0x22 {
        isQuoted = isBlank ? true : false
        isBlank = false
      } else if byte == delimiter, !isQuoted {
        parts.append(line[start..<index])
        start = text.index(after: index)
        isBlank = true
      } else if byte != 0x20 {
        isBlank = false
      }
    }
    parts.append(line[start...])
    return parts
  }

  /// The fields of a line without blanks, quotes and angle brackets around them.
  static func split(_ line: String, _ delimiter: UInt8) -> [String] {
    var names: [String] = []
    for part in parts(line, delimiter) {
      let name = part.drop { $0 == " " || $0 == "\"" || $0 == "<" }
      var text = String(name)
      while let last = text.last, last == " " || last == "\"" || last == ">" || last == "\r" {
        text.removeLast()
      }
      names.append(text)
    }
    return names
  }
}

extension CSVLayout {
  /// Finds the layout of a file by its name and first lines: the one place where a dialect is chosen.
  ///
  /// - Throws: `empty-file`, `web-page`, `no-header`, `missing-column`, `duplicate-column`.
  static func detect(_ head: FileHead, options: ReadOptions) throws(SessError) -> CSVLayout {
    guard let first = head.lines.first else {
      throw SessError("empty-file", "\(head.name) holds only blank lines")
    }
    let start = first.text.lowercased()
    if start.hasPrefix("<!doctype") || start.hasPrefix("<html") {
      throw SessError(
        "web-page", "\(head.name) is a web page, not data",
        hint: "the site answered with a page; download the file again")
    }
    if let layout = try LEAN.layout(of: head, options: options) { return layout }
    if options.dialect == "lean", options.columns == nil { throw noLEAN(head) }
    var layout: CSVLayout
    if let names = options.columns {
      layout = try CSVLayout(columns: names, head)
    } else if let special = try yfinance(head, symbol: options.symbol) {
      layout = special
    } else if let special = try cryptoDataDownload(head) {
      layout = special
    } else if let plain = headerless(head) {
      layout = plain
    } else {
      layout = try withHeader(head, first)
    }
    try layout.applyVendor(head, forced: options.dialect)
    if !layout.hasHeader, options.columns == nil { try layout.checkOrder(head) }
    return layout
  }

  /// The layout of the first line that names the columns; a few lines of prose may stand before it.
  private static func withHeader(_ head: FileHead, _ first: FileHead.Line) throws(SessError)
    -> CSVLayout
  {
    do throws(SessError) {
      return try CSVLayout(header: first, file: head.name)
    } catch {
      for line in head.lines.dropFirst().prefix(20) {
        guard var layout = try? CSVLayout(header: line, file: head.name) else { continue }
        layout.dialect.remarks.append(
          "the header is line \(line.number), what stands before is passed over")
        return layout
      }
      throw error
    }
  }

  private mutating func applyVendor(_ head: FileHead, forced: String?) throws(SessError) {
    var vendor = Vendor.recognize(self, head)
    if head.lines[0].text.lowercased().contains("cryptodatadownload") {
      vendor = .named("cryptodatadownload")
    }
    if names.first == "Price" { vendor = .named("yfinance") }
    if let forced {
      guard let named = Vendor.named(forced) else { throw Vendor.unknown(forced) }
      vendor = named
    }
    try vendor?.apply(to: &self, head, isForced: forced != nil)
  }

  private static func noLEAN(_ head: FileHead) -> SessError {
    SessError(
      "not-the-dialect", "\(head.name) is not named as LEAN names its files",
      hint: "LEAN's names are 20240102_trade.zip:20240102_aapl_minute_trade.csv or daily/aapl.zip")
  }
}

extension CSVLayout {
  /// Notes times that are days as spreadsheets count them: `45625.3958333`.
  mutating func readSheetDays(_ rows: [[String]]) {
    guard hasHeader, date == nil, let column = roles.firstIndex(of: .time), !rows.isEmpty else {
      return
    }
    var kind = WrittenTime.Kind.dateOnly
    for row in rows {
      guard column < row.count, let days = NumberParser.parse(row[column]),
        TimestampParser.sheetDays.contains(days)
      else { return }
      if days != days.rounded() { kind = .naive }
    }
    sheetKind = kind
    dialect.remarks.append("times are days since 1899-12-30, as spreadsheets count them")
  }

  /// Notes a zone that stands behind every time: `20240102 09:30:00 US/Eastern`.
  mutating func readZoneSuffix(_ rows: [[String]]) {
    let column = roles.firstIndex(of: .clock) ?? roles.firstIndex(of: .time)
    guard let column, let first = rows.first, column < first.count,
      let word = first[column].split(separator: " ").dropFirst().last, word.contains("/"),
      word.first?.isLetter == true
    else { return }
    zoneSuffix = Array(word.utf8)
    dialect.zone = .stated(String(word), "as every time says")
  }
}
