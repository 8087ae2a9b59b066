import Diagnostics
import MarketModel

/// Which column of a file of ticks or quotes is what, and how its numbers are scaled.
struct EventLayout: Sendable {
  /// The part a column plays.
  enum Role: Int, Sendable, CaseIterable {
    case time, date, clock, price, size, bid, bidSize, ask, askSize
    case exchange, condition, suspicious, action, symbol
  }

  /// Its format, and what that states.
  var dialect: Dialect
  var delimiter: UInt8 = 0x2C
  /// The column of each role, −1 where there is none.
  var columns: [Int]
  /// How many fields a row has.
  var width: Int
  /// The byte of the first row, and the lines before it.
  var firstByte = 0
  var firstLine = 0
  /// Prices are divided by it.
  var priceScale = 1.0
  /// Databento's whole prices are billionths, its largest number none.
  var isFixedPoint = false
  /// In which order dates between separators write their parts.
  var dateOrder: DateOrder?
  /// Times are milliseconds since this midnight rather than stamps of their own.
  var midnight: Int64?

  var hasTicks: Bool { column(.price) >= 0 }
  var hasQuotes: Bool { column(.bid) >= 0 }

  func column(_ role: Role) -> Int { columns[role.rawValue] }

  init(dialect: Dialect, roles: [Role?]) {
    self.dialect = dialect
    columns = Array(repeating: -1, count: Role.allCases.count)
    width = roles.count
    for (index, role) in roles.enumerated() {
      if let role, columns[role.rawValue] < 0 { columns[role.rawValue] = index }
    }
  }

  private static let synonyms: [Role: Set<String>] = [
    .price: ["price", "trade_price", "last_price", "px", "p", "last"],
    .size: [
      "size", "qty", "quantity", "trade_size", "last_size", "amount", "volume", "vol", "s", "v",
    ],
    .bid: ["bid", "bid_price", "bidprice", "bid_px", "bid_px_00", "best_bid", "bp", "b"],
    .bidSize: [
      "bid_size", "bidsize", "bid_qty", "bid_sz", "bid_sz_00", "best_bid_qty", "bidvolume",
      "bid_volume", "bs",
    ],
    .ask: ["ask", "ask_price", "askprice", "ask_px", "ask_px_00", "best_ask", "offer", "ap", "a"],
    .askSize: [
      "ask_size", "asksize", "ask_qty", "ask_sz", "ask_sz_00", "best_ask_qty", "askvolume",
      "ask_volume", "offer_size", "as",
    ],
    .exchange: ["exchange", "exch", "venue", "x", "participant"],
    .condition: ["condition", "conditions", "cond", "sale_condition", "conds"],
    .suspicious: ["suspicious"],
    .action: ["action"],
    .time: ["transact_time", "trade_time", "participant_timestamp", "sip_timestamp"],
  ]

  /// The role of a column or key, whichever case it is written in.
  static func role(of name: String) -> Role? {
    let plain = name.lowercased()
    for role in Role.allCases where synonyms[role]?.contains(plain) == true { return role }
    switch CSVLayout.role(of: plain) {
    case .time: return .time
    case .symbol: return .symbol
    default: return nil
    }
  }

  /// The layout a header line states; nil when it names no price with size and no bid with ask.
  init?(header line: String) {
    let delimiter = CSVLayout.delimiter(of: line)
    let names = CSVLayout.split(line, delimiter)
    let bars: Set<String> = ["open", "high", "low", "close"]
    guard names.count > 2, !names.contains(where: { bars.contains($0.lowercased()) }) else {
      return nil
    }
    var roles = names.map(EventLayout.role)
    EventLayout.splitDateAndTime(names, &roles)
    EventLayout.preferEventTime(names, &roles)
    self.init(dialect: Dialect(""), roles: roles)
    self.delimiter = delimiter
    let isTimed = column(.time) >= 0 || column(.date) >= 0 && column(.clock) >= 0
    let isQuotes = column(.bid) >= 0 && column(.ask) >= 0
    let isTicks = column(.price) >= 0 && (column(.size) >= 0 || isQuotes)
    guard isTimed, isQuotes || isTicks else { return nil }
    if !isQuotes { drop(.bid, .ask, .bidSize, .askSize) }
    if !isTicks { drop(.price, .size) }
    let kinds = [isTicks ? "ticks" : nil, isQuotes ? "quotes" : nil].compactMap { $0 }
    dialect = Dialect(
      "\(kinds.joined(separator: " and ")), csv, \(CSVLayout.name(of: delimiter))")
    dialect.content = isTicks ? .trades : .quotes
    let lower = names.map { $0.lowercased() }
    isFixedPoint = lower.contains("ts_event") && lower.contains("publisher_id")
    guard lower.contains("gmt time") else { return }
    dialect.zone = .stated("UTC", "the header says GMT")
    dialect.remarks.append("dates as dmy (as Dukascopy writes them)")
    dateOrder = .dmy
  }

  /// Finds the order of dates such as `03/04/2025` as for bars.
  ///
  /// - Throws: `ambiguous-date` naming `--date-order`.
  mutating func decideDateOrder(
    _ head: FileHead, _ source: any ByteSource, given: DateOrder?
  ) throws(SessError) {
    guard dateOrder == nil || given != nil else { return }
    var roles = [CSVLayout.Role?](repeating: nil, count: width)
    for (role, csv) in [(Role.time, CSVLayout.Role.time), (.date, .date), (.clock, .clock)] {
      if column(role) >= 0 { roles[column(role)] = csv }
    }
    var layout = CSVLayout(
      dialect: dialect, delimiter: delimiter, roles: roles, end: firstByte, lineCount: firstLine)
    let rows = head.lines.filter { $0.start >= firstByte }
      .map { CSVLayout.split($0.text, delimiter) }
    try DateOrderInference.decide(&layout, source, rows, given: given)
    dateOrder = layout.dateOrder
    dialect = layout.dialect
  }

  private mutating func drop(_ roles: Role...) {
    for role in roles { columns[role.rawValue] = -1 }
  }

  private static func splitDateAndTime(_ names: [String], _ roles: inout [Role?]) {
    let lower = names.map { $0.lowercased() }
    guard let date = lower.firstIndex(of: "date"), let time = lower.firstIndex(of: "time") else {
      return
    }
    roles[date] = .date
    roles[time] = .clock
  }

  /// Databento rows state the moment of the event as `ts_event`, whatever stands before it.
  private static func preferEventTime(_ names: [String], _ roles: inout [Role?]) {
    guard let wanted = names.firstIndex(where: { $0.lowercased() == "ts_event" }) else { return }
    for index in roles.indices where roles[index] == .time && index != wanted { roles[index] = nil }
  }
}

extension EventLayout {
  /// The trades of Binance, which have no header in older files: told by the flags at a row's end.
  init?(binanceRow line: String) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    func isFlag(_ text: String) -> Bool { ["true", "false"].contains(text.lowercased()) }
    func isEpoch(_ text: String) -> Bool { (Int64(text) ?? 0) > 1_000_000_000_000 }
    guard fields.count >= 6, fields.count <= 8, let last = fields.last, isFlag(last),
      Int64(fields[0]) != nil, Double(fields[1]) != nil, Double(fields[2]) != nil
    else { return nil }
    var roles = [Role?](repeating: nil, count: fields.count)
    (roles[1], roles[2]) = (.price, .size)
    let time = fields[fields.count - (isFlag(fields[fields.count - 2]) ? 3 : 2)]
    guard isEpoch(time), let index = fields.firstIndex(of: time), index == 4 || index == 5 else {
      return nil
    }
    roles[index] = .time
    var dialect = Dialect(index == 5 ? "Binance aggTrades" : "Binance trades")
    dialect.content = .trades
    dialect.calendar = .stated("24/7", "crypto never closes")
    self.init(dialect: dialect, roles: roles)
  }

  /// The quotes of HistData, which have no header: `20240701 000000123,1.07000,1.07010,0`.
  init?(histDataRow line: String, _ path: String) {
    let fields = CSVLayout.split(line, 0x2C)
    guard fields.count == 4, fields[0].utf8.count == 18, Double(fields[1]) != nil,
      Double(fields[2]) != nil, Double(fields[3]) != nil
    else { return nil }
    for (index, byte) in fields[0].utf8.enumerated() {
      guard index == 8 ? byte == 0x20 : byte >= 0x30 && byte <= 0x39 else { return nil }
    }
    var dialect = Dialect("HistData quotes")
    dialect.content = .quotes
    let file = VendorFileName(path)
    if file.stem.uppercased().hasPrefix("DAT_ASCII_"), file.words.count > 3 {
      dialect.symbol = .stated(file.words[2], "from the file's name")
    }
    Vendor.named("histdata")?.claim(&dialect)
    self.init(dialect: dialect, roles: [.time, .bid, .ask, nil])
  }

  /// The ticks of LEAN, whose layout says what the path does; nil for rows of another width.
  init?(lean layout: CSVLayout, row line: String) {
    let width = CSVLayout.split(line, layout.delimiter).count
    var roles: [Role?] = [.time, .price, .size]
    if layout.dialect.content == .quotes {
      roles = width == 3 ? [.time, .bid, .ask] : [.time, .bid, .bidSize, .ask, .askSize]
    }
    switch width - roles.count {
    case 0: break
    case 1: roles += [.suspicious]
    case 3: roles += [.exchange, .condition, .suspicious]
    default: return nil
    }
    self.init(dialect: layout.dialect, roles: roles)
    delimiter = layout.delimiter
    priceScale = layout.priceScale
    midnight = layout.date?.midnightNanoseconds
  }
}
