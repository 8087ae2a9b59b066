import MarketModel

extension Vendor {
  /// The vendor whose header, rows and file name a layout has; nil for plain files.
  static func recognize(_ layout: CSVLayout, _ head: FileHead) -> Vendor? {
    let key =
      layout.hasHeader
      ? byHeader(layout.names, head.name) : byRows(layout, head, VendorFileName(head.name))
    return key.flatMap(named)
  }

  /// Names of columns as one text, lower case: the vendors' headers are fixed.
  private static let headers = [
    "symbol,timestamp,open,high,low,close,volume,trade_count,vwap": "alpaca",
    "timestamp,open,high,low,close,volume,trade_count,vwap": "alpaca",
    "ticker,volume,open,close,high,low,window_start,transactions": "massive",
    "ticker,open,close,high,low,window_start": "massive",
    "date,open,high,low,close,adj close,volume": "yahoo",
    "date,open,high,low,close,volume,average,barcount": "ib",
    "gmt time,open,high,low,close,volume": "dukascopy",
    "local time,open,high,low,close,volume": "dukascopy-local",
    "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient":
      "alphavantage",
    "timestamp,open,high,low,close,adjusted close,volume,dividend amount": "alphavantage",
    "symbol,interval,timestamp,open,high,low,close,volume": "sess",
    "symbol,interval,timestamp,open,high,low,close,volume,present,expected": "sess",
    "symbol,timestamp,open,high,low,close,volume,present,expected": "sess",
    "interval,timestamp,open,high,low,close,volume,present,expected": "sess",
    "timestamp,open,high,low,close,volume,present,expected": "sess",
  ]

  private static func byHeader(_ names: [String], _ path: String) -> String? {
    let lower = names.map { $0.lowercased() }
    let header = lower.joined(separator: ",")
    if let key = headers[header] { return key }
    if header.hasPrefix("ts_event,rtype,publisher_id,instrument_id,open") { return "databento" }
    if header.hasPrefix("open_time,open,high,low,close,volume,close_time") { return "binance" }
    if header.hasPrefix("ticker,per,date,time,open,high,low,close,vol") {
      return lower.contains("openint") ? "stooq" : "finam"
    }
    if header.hasPrefix("date,"), lower.contains("tickvol"), lower.contains("spread") {
      return "mt5"
    }
    if header.hasPrefix("date,time,open,high,low,close,up,down") { return "tradestation" }
    let name = VendorFileName(path)
    if header.hasPrefix("time,open,high,low,close"), isTradingView(names, name) {
      return "tradingview"
    }
    guard header == "timestamp,open,high,low,close,volume" else { return nil }
    if name.isAlphaVantage { return "alphavantage" }
    return name.isFirstRate ? "firstrate" : nil
  }

  /// TradingView puts `EXCHANGE_SYMBOL, INTERVAL` in the name, and capitals only in `Volume` and plots.
  private static func isTradingView(_ names: [String], _ file: VendorFileName) -> Bool {
    if file.tradingViewParts != nil { return true }
    return names.count > 5 && names[0] == "time" && names[5...].contains("Volume")
  }

  private static func byRows(
    _ layout: CSVLayout, _ head: FileHead, _ name: VendorFileName
  ) -> String? {
    let fields = CSVLayout.split(head.lines[0].text, layout.delimiter)
    let first = fields[0]
    let isEpoch = Int(first) != nil && first.utf8.count >= 10
    if isEpoch {
      if fields.count == 12 { return "binance" }
      // Anybody may name a file so; that of a coin is theirs.
      guard name.words.contains(where: VendorFileName.isCoinPair) else { return nil }
      if name.stem.lowercased().contains("ohlcv") { return "kaiko" }
      let isKraken = fields.count == 7 && name.words.count == 2
      return isKraken && VendorFileName.minutes(name.words[1]) != nil ? "kraken" : nil
    }
    if layout.delimiter == 0x3B, fields.count == 6, isCompactTime(first) {
      return semicolonVendor(head, name)
    }
    guard layout.delimiter == 0x2C else { return nil }
    if let date = SeparatedDate(first), date.end == first.utf8.count {
      if date.first > 999 { return first.contains(".") && fields.count == 7 ? "mt4" : nil }
      let isKibot = fields.count == 7 || (fields.count == 6 && !layout.has(.clock))
      return first.contains("/") && isKibot ? "kibot" : nil
    }
    return name.isFirstRate ? "firstrate" : nil
  }

  /// Whether a field is `yyyyMMdd HHmmss`.
  private static func isCompactTime(_ field: String) -> Bool {
    let bytes = Array(field.utf8)
    return bytes.count == 15 && bytes[8] == 0x20
      && (bytes[..<8] + bytes[9...]).allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  /// NinjaTrader and HistData write the same rows; HistData has no volume, and each its file names.
  private static func semicolonVendor(_ head: FileHead, _ name: VendorFileName) -> String {
    if name.stem.uppercased().hasPrefix("DAT_ASCII_") { return "histdata" }
    if let last = name.words.last, ["Last", "Bid", "Ask"].contains(last) { return "ninjatrader" }
    let hasVolume = head.lines.contains { line in
      (Double(CSVLayout.split(line.text, 0x3B).last ?? "") ?? 0) != 0
    }
    return hasVolume ? "ninjatrader-or-histdata" : "histdata"
  }
}

extension VendorFileName {
  /// `AAPL_1min.txt`, `AAPL_full_1min_adjsplit.txt`.
  var isFirstRate: Bool { firstRateInterval != nil && words.first.map(Self.isSymbol) == true }

  var firstRateInterval: Interval? {
    let marks = ["1min", "5min", "15min", "30min", "1hour", "1day"]
    return words.dropFirst().first { marks.contains($0) }.flatMap { IntervalText.parse($0) }
  }

  /// `intraday_1min_IBM.csv`, `daily_IBM.csv`, `daily_adjusted_IBM.csv`.
  var isAlphaVantage: Bool {
    ["intraday", "daily", "weekly", "monthly"].contains(words.first ?? "") && words.count >= 2
  }

  /// The symbol with its exchange and the interval of TradingView's names.
  var tradingViewParts: (symbol: String, interval: Interval)? {
    let parts = stem.split(separator: ",", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[0].contains("_") else { return nil }
    let word = parts[1].drop { $0 == " " }.prefix { $0 != " " && $0 != "_" }
    guard let interval = Self.tradingView(String(word)) else { return nil }
    let symbol = parts[0].split(separator: "_").last.map(String.init) ?? parts[0]
    return (symbol, interval)
  }
}
