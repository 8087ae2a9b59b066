import Diagnostics

/// What the first line of a CSV file says: its delimiter and which column is what.
struct CSVHeader: Sendable {
  /// The part a column plays.
  enum Role: Int, Sendable, CaseIterable {
    case time, date, clock, open, high, low, close, volume, symbol, trades, vwap
  }

  var delimiter: UInt8
  /// The role of each column; nil for columns that are not read.
  var roles: [Role?]
  /// The byte after the header line.
  var end: Int
  /// Lines up to and with the header.
  var lineCount: Int

  /// The delimiter in words.
  var delimiterName: String {
    switch delimiter {
    case 0x3B: "semicolon"
    case 0x09: "tab"
    case 0x7C: "bar"
    default: "comma"
    }
  }

  func has(_ role: Role) -> Bool { roles.contains(role) }

  private static let synonyms: [Role: Set<String>] = [
    .time: [
      "timestamp", "time", "datetime", "date_time", "ts", "t", "open_time", "opentime",
      "window_start",
      "ts_event", "start", "start_time", "bar_start", "unix", "epoch", "unix_timestamp", "date",
      "timestamp_utc", "utc", "gmt time", "date time", "local time", "start_utc",
    ],
    .open: ["open", "o", "open_price", "opening"],
    .high: ["high", "h", "high_price", "max"],
    .low: ["low", "l", "low_price", "min"],
    .close: ["close", "c", "last", "close_price", "closing"],
    .volume: ["volume", "v", "vol", "qty", "quantity", "tickvol", "tick_volume", "size"],
    .symbol: ["symbol", "ticker", "sym", "instrument", "code"],
    .trades: [
      "trades", "n", "trade_count", "transactions", "count", "number_of_trades", "num_trades",
    ],
    .vwap: ["vwap", "vw", "average", "wap", "average_price"],
  ]

  /// Reads the header of a file's first bytes.
  ///
  /// - Throws: `missing-column`, `duplicate-column`, `no-header`.
  init(_ line: String, lineNumber: Int, end: Int, file: String) throws(SessError) {
    self.end = end
    lineCount = lineNumber
    delimiter = CSVHeader.delimiter(of: line)
    let names = CSVHeader.split(line, delimiter)
    let span = SourceSpan(
      file: file, line: lineNumber, offset: 0, length: line.utf8.count, text: line)
    guard
      names.contains(where: { Double($0) == nil && !$0.isEmpty && CSVHeader.role(of: $0) != nil })
    else {
      throw SessError(
        "no-header", "\(file) has no header line that names its columns", span: span,
        hint: "the first line must name them, for example timestamp,open,high,low,close,volume")
    }
    roles = names.map(CSVHeader.role)
    splitDateAndTime(names)
    try checkColumns(names, span)
  }

  private static func delimiter(of line: String) -> UInt8 {
    var best: (byte: UInt8, count: Int) = (0x2C, 0)
    for byte in [0x2C, 0x3B, 0x09, 0x7C] as [UInt8] {
      let count = line.utf8.reduce(0) { $0 + ($1 == byte ? 1 : 0) }
      if count > best.count { best = (byte, count) }
    }
    return best.byte
  }

  static func split(_ line: String, _ delimiter: UInt8) -> [String] {
    var names: [String] = []
    let character = Character(Unicode.Scalar(delimiter))
    for part in line.split(separator: character, omittingEmptySubsequences: false) {
      let name = part.drop { $0 == " " || $0 == "\"" || $0 == "<" }
      var text = String(name)
      while let last = text.last, last == " " || last == "\"" || last == ">" || last == "\r" {
        text.removeLast()
      }
      names.append(text)
    }
    return names
  }

  private static func role(of name: String) -> Role? {
    let plain = name.lowercased()
    for role in Role.allCases where synonyms[role]?.contains(plain) == true { return role }
    return nil
  }

  /// A date column beside a time column holds the day only.
  private mutating func splitDateAndTime(_ names: [String]) {
    let lower = names.map { $0.lowercased() }
    guard let date = lower.firstIndex(of: "date"),
      let time = lower.firstIndex(where: { $0 == "time" || $0 == "timestamp" || $0 == "datetime" })
    else { return }
    if lower[time] == "time" {
      roles[date] = .date
      roles[time] = .clock
    } else {
      roles[date] = nil
    }
  }

  private mutating func checkColumns(_ names: [String], _ span: SourceSpan) throws(SessError) {
    for role in Role.allCases {
      var seen: Int?
      for (index, held) in roles.enumerated() where held == role {
        guard let first = seen else {
          seen = index
          continue
        }
        guard role == .close || role == .time || role == .volume || role == .trades else {
          throw SessError(
            "duplicate-column", "columns \(names[first]) and \(names[index]) mean the same",
            span: span, hint: "keep one of them")
        }
        roles[index] = nil
      }
    }
    var missing: [String] = []
    if !has(.time), !(has(.date) && has(.clock)) { missing.append("timestamp") }
    for (role, name) in [(Role.open, "open"), (.high, "high"), (.low, "low"), (.close, "close")]
    where !has(role) { missing.append(name) }
    guard missing.isEmpty else {
      throw SessError(
        "missing-column", "no column for \(missing.joined(separator: ", "))", span: span,
        hint: "found " + names.joined(separator: ", "))
    }
  }
}
