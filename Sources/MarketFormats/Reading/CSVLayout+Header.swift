import Diagnostics

extension CSVLayout {
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
    .volume: ["volume", "v", "vol", "vol.", "qty", "quantity", "tickvol", "tick_volume", "size"],
    .symbol: ["symbol", "ticker", "sym", "instrument", "code"],
    .trades: [
      "trades", "n", "trade_count", "transactions", "count", "number_of_trades", "num_trades",
    ],
    .interval: ["interval"],
    .vwap: ["vwap", "vw", "average", "wap", "average_price"],
  ]

  /// Reads the columns from a line that names them.
  ///
  /// - Throws: `missing-column`, `duplicate-column`, `no-header`.
  init(header line: FileHead.Line, file: String) throws(SessError) {
    let delimiter = CSVLayout.delimiter(of: line.text)
    var names = CSVLayout.split(line.text, delimiter)
    while names.count > 5, names.last == "" { names.removeLast() }
    let span = SourceSpan(
      file: file, line: line.number, whole: line.text)
    guard
      names.contains(where: { Double($0) == nil && !$0.isEmpty && CSVLayout.role(of: $0) != nil })
    else {
      throw SessError(
        "no-header", "\(file) has no header line that names its columns", span: span,
        hint:
          "a line must name them, as timestamp,open,high,low,close,volume does, or --columns does")
    }
    self.init(
      dialect: Dialect("csv, \(CSVLayout.name(of: delimiter))"), delimiter: delimiter,
      names: names, roles: names.map(CSVLayout.role), end: line.end, lineCount: line.number)
    nameFirstColumn()
    splitDateAndTime(names)
    nameClose()
    noteZone()
    try checkColumns(names, span)
  }

  /// Takes the columns as the user names them; a first line that is no row is passed over.
  ///
  /// - Throws: `missing-column`, `duplicate-column`, `unclear-columns`.
  init(columns names: [String], _ head: FileHead) throws(SessError) {
    let first = head.lines[0]
    let delimiter = CSVLayout.delimiter(of: first.text)
    let fields = CSVLayout.split(first.text, delimiter)
    let span = SourceSpan(
      file: head.name, line: first.number, whole: first.text)
    guard fields.count == names.count else {
      throw SessError(
        "unclear-columns",
        "\(names.count) columns are named, but \(head.name) has \(fields.count)", span: span,
        hint: "name each column; - passes one over")
    }
    roles = names.map(CSVLayout.role)
    for (name, role) in zip(names, roles) where role == nil && name != "-" {
      throw SessError(
        "unclear-columns", "\(name) is not a column sess knows",
        hint: "they are time, date, open, high, low, close, volume, symbol, trades, vwap; "
          + "- passes one over")
    }
    self.names = names
    self.delimiter = delimiter
    dialect = Dialect("csv, \(CSVLayout.name(of: delimiter))")
    (end, lineCount) = (first.start, first.number - 1)
    splitDateAndTime(names)
    try checkColumns(names, span)
    let isRow = zip(fields, roles).allSatisfy { field, role in
      guard let role, role != .symbol else { return true }
      return CSVLayout.kind(field) != .text
    }
    hasHeader = !isRow
    if hasHeader { (end, lineCount) = (first.end, first.number) }
  }

  /// A first column without a name is the index that pandas writes: the time.
  private mutating func nameFirstColumn() {
    let isIndex = ["", "unnamed: 0", "index"].contains(names[0].lowercased())
    if isIndex, !has(.time), !has(.date) { roles[0] = .time }
  }

  static func role(of name: String) -> Role? {
    let plain = name.lowercased()
    for role in Role.allCases where synonyms[role]?.contains(plain) == true { return role }
    // A unit may stand behind a name: `Open ($)`, `Volume (BTC)`.
    guard plain.hasSuffix(")"), let bracket = plain.firstIndex(of: "("), bracket > plain.startIndex
    else { return nil }
    var bare = plain[..<bracket]
    while bare.last == " " { bare.removeLast() }
    return role(of: String(bare))
  }

  /// Investing.com calls the close the price.
  private mutating func nameClose() {
    guard !has(.close), has(.open), has(.high), has(.low) else { return }
    if let index = names.firstIndex(where: { $0.lowercased() == "price" }) { roles[index] = .close }
  }

  /// `timestamp_utc` and `Time (UTC)` say in which zone the times are.
  private mutating func noteZone() {
    guard let index = roles.firstIndex(where: { $0 == .time || $0 == .clock }), index < names.count
    else { return }
    let words = names[index].lowercased().split { !$0.isLetter }
    guard words.contains("utc") || words.contains("gmt") else { return }
    dialect.zone = .stated("UTC", "the header says \(names[index])")
  }

  /// A date column beside a time column holds the day only.
  private mutating func splitDateAndTime(_ names: [String]) {
    let lower = names.map { $0.lowercased() }
    let days = ["date", "dtyyyymmdd", "tradedate", "trade_date"]
    guard let date = lower.firstIndex(where: { days.contains($0) }),
      let time = lower.firstIndex(where: { $0 == "time" || $0 == "timestamp" || $0 == "datetime" })
    else { return }
    if lower[time] == "time" {
      roles[date] = .date
      roles[time] = .clock
    } else {
      roles[date] = nil
    }
  }

  mutating func checkColumns(_ names: [String], _ span: SourceSpan) throws(SessError) {
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
        // Beside `last` and `qty`, `close` and `volume` are what they are called.
        let isPlain = ["close", "volume", "timestamp"].contains(names[index].lowercased())
        let isFirst = names[first].lowercased() == names[index].lowercased() || !isPlain
        roles[isFirst ? index : first] = nil
        if !isFirst { seen = index }
        guard role == .close || role == .volume else { continue }
        dialect.remarks.append("\(names[isFirst ? index : first]) is not read")
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
