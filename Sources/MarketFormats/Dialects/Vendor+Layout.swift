import Diagnostics
import MarketModel

extension Vendor {
  /// Gives a layout what the vendor's rows mean: names, claims, columns, scale.
  ///
  /// - Throws: `mixed-intervals` when the rows of one file have several bar lengths.
  func apply(to layout: inout CSVLayout, _ head: FileHead, isForced: Bool) throws(SessError) {
    guard key != "csv" else { return }
    layout.dialect.name = "\(name), \(CSVLayout.name(of: layout.delimiter))"
    claim(&layout.dialect)
    if Vendor.keys.contains(key) { layout.dialect.flags.append(DialectFlag("--dialect", key)) }
    let file = VendorFileName(head.name)
    let rows = head.lines.drop { $0.start < layout.end }.map {
      CSVLayout.split($0.text, layout.delimiter)
    }
    switch key {
    case "databento": applyDatabento(&layout, rows)
    case "binance": applyBinance(&layout, file)
    case "kraken":
      if layout.roles.count == 7 { layout.roles[6] = .trades }
      guard file.words.count == 2 else { break }
      state(&layout.dialect, file.words[0], VendorFileName.minutes(file.words[1]))
    case "kaiko": applyKaiko(&layout, file)
    case "stooq", "finam": try applyPeriod(&layout, rows, head)
    case "kibot" where isForced: layout.dateOrder = .mdy
    case "tradestation":
      if isForced { layout.dateOrder = .mdy }
      layout.setRole(of: "up", .volume)
      layout.setRole(of: "down", .moreVolume)
    case "massive" where head.name.contains("day_aggs"):
      layout.dialect.interval = Interval(count: 1, unit: .day).map { .stated($0, "day aggregates") }
    case "yahoo": layout.dialect.remarks.append("Adj Close is not read")
    case "dukascopy", "dukascopy-local": layout.dateOrder = .dmy
    default: break
    }
    applyName(&layout, file)
  }

  /// The symbol and interval of a name, for the vendors that have nothing else to say.
  private func applyName(_ layout: inout CSVLayout, _ file: VendorFileName) {
    let words = file.words
    guard let first = words.first else { return }
    switch key {
    case "firstrate": state(&layout.dialect, first, file.firstRateInterval)
    case "kibot" where words.count == 1: state(&layout.dialect, first, nil)
    case "tradingview":
      guard let parts = file.tradingViewParts else { return }
      state(&layout.dialect, parts.symbol, parts.interval)
    case "mt5":
      guard words.count > 1, let interval = VendorFileName.metaTrader(words[1]) else { return }
      state(&layout.dialect, first, interval)
    case "mt4":
      let letters = first.prefix { !$0.isNumber }
      let interval = VendorFileName.minutes(String(first.dropFirst(letters.count)))
      guard words.count == 1, let interval, letters.count >= 3 else { return }
      state(&layout.dialect, String(letters), interval)
    case "histdata":
      guard file.stem.uppercased().hasPrefix("DAT_ASCII_"), words.count > 3 else { return }
      state(&layout.dialect, words[2], VendorFileName.metaTrader(words[3]))
    case "ninjatrader": state(&layout.dialect, VendorFileName.contract(file.stem), nil)
    case "alphavantage":
      guard let last = words.last, file.isAlphaVantage else { return }
      state(&layout.dialect, last, words.count > 2 ? IntervalText.parse(words[1]) : nil)
    default: break
    }
  }

  private func state(_ dialect: inout Dialect, _ symbol: String?, _ interval: Interval?) {
    if let symbol, VendorFileName.isSymbol(symbol) {
      dialect.symbol = .stated(symbol, "from the file's name")
    }
    if let interval { dialect.interval = .stated(interval, "from the file's name") }
  }

  /// Raw files have whole prices in billionths; the record type is the interval.
  private func applyDatabento(_ layout: inout CSVLayout, _ rows: [[String]]) {
    guard let row = rows.first(where: { $0.count == layout.roles.count }) else { return }
    let prices = layout.roles.indices.filter { index in
      layout.roles[index].map { [.open, .high, .low, .close].contains($0) } ?? false
    }
    let isPretty = rows.contains { row in
      row.count == layout.roles.count && prices.contains { row[$0].contains(".") }
    }
    if !prices.isEmpty, !isPretty {
      layout.priceScale = 1e9
      layout.dialect.remarks.append("prices in billionths")
    }
    if let interval = Int(row[1]).flatMap({ Interval(recordType: $0) }),
      !rows.contains(where: { $0.count > 1 && $0[1] != row[1] })
    {
      layout.dialect.interval = .stated(interval, "record type \(row[1])")
    }
    if !layout.has(.symbol) { layout.setRole(of: "instrument_id", .symbol) }
  }

  private func applyBinance(_ layout: inout CSVLayout, _ file: VendorFileName) {
    if layout.roles.count == 12 { layout.roles[8] = .trades }
    guard file.words.count >= 2, let interval = IntervalText.parse(file.words[1]) else {
      return
    }
    state(&layout.dialect, file.words[0], interval)
  }

  /// `cohlcvwap` files have a count first, and rows without trades have no prices.
  private func applyKaiko(_ layout: inout CSVLayout, _ file: VendorFileName) {
    if layout.roles.count == 8, file.stem.lowercased().contains("cohlcv") {
      layout.roles = [.time, .trades, .open, .high, .low, .close, .volume, .vwap]
    }
    for word in file.words {
      guard word.first?.isNumber == true, let interval = IntervalText.parse(word) else {
        continue
      }
      layout.dialect.interval = .stated(interval, "from the file's name")
    }
  }

  /// The period column: `D`, `5`, `60`.
  private func applyPeriod(
    _ layout: inout CSVLayout, _ rows: [[String]], _ head: FileHead
  ) throws(SessError) {
    guard let column = layout.names.firstIndex(where: { $0.lowercased() == "per" }),
      let first = rows.first(where: { $0.count == layout.roles.count })
    else { return }
    for (index, row) in rows.enumerated() where row.count > column && row[column] != first[column] {
      throw SessError(
        "mixed-intervals",
        "\(head.name) has rows of the periods \(first[column]) and \(row[column])",
        span: SourceSpan(
          file: head.name, line: layout.lineCount + index + 1, offset: 0, length: 1,
          text: row.joined(separator: ",")),
        hint: "split it by period")
    }
    if let interval = VendorFileName.tradingView(first[column]) {
      layout.dialect.interval = .stated(interval, "period \(first[column])")
    }
    // A day's time of day says nothing, and midnight without a zone would ask for one.
    if first[column].uppercased() == "D", let date = layout.roles.firstIndex(of: .date) {
      layout.roles[date] = .time
      layout.setRole(of: "time", nil)
    }
  }
}

extension VendorFileName {
  /// `ES 03-24.Last` is ESH24.
  static func contract(_ stem: String) -> String? {
    let parts = stem.split { $0 == " " || $0 == "." }.map(String.init)
    guard let root = parts.first else { return nil }
    let date = parts.count > 1 ? parts[1].split(separator: "-") : []
    guard date.count == 2, let month = Int(date[0]), (1...12).contains(month), Int(date[1]) != nil
    else { return root }
    return "\(root)\(Array("FGHJKMNQUVXZ")[month - 1])\(date[1].suffix(2))"
  }
}

extension CSVLayout {
  /// Gives the column of a name another role.
  mutating func setRole(of name: String, _ role: Role?) {
    if let index = names.firstIndex(where: { $0.lowercased() == name }) { roles[index] = role }
  }
}
