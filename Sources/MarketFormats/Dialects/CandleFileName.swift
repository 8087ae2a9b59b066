import MarketModel

/// What freqtrade's names say: `BTC_USDT-5m.json`, `ETH_USDT_USDT-1h-futures.json`.
struct CandleFileName {
  private let symbol: String
  private let interval: Interval

  init?(_ path: String) {
    let name = path.split { $0 == "/" || $0 == ":" }.last ?? ""
    let stem = name.prefix { $0 != "." }
    let parts = stem.split(separator: "-").map(String.init)
    guard name.contains(".json"), parts.count == 2 || parts.count == 3 else { return nil }
    let coins = parts[0].split(separator: "_").map(String.init)
    guard coins.count == 2 || coins.count == 3, parts[0] == parts[0].uppercased(),
      VendorFileName.isCoinPair(coins[0] + coins[1]),
      let interval = Interval(parts[1] == "1Mo" || parts[1] == "1M" ? "1mo" : parts[1])
    else { return nil }
    symbol = "\(coins[0])/\(coins[1])" + (coins.count == 3 ? ":\(coins[2])" : "")
    self.interval = interval
  }

  /// Adds the symbol, interval and calendar to a dialect of rows of numbers.
  func claim(_ dialect: inout Dialect) {
    guard dialect.name.contains("rows of") else { return }
    dialect.name = "freqtrade JSON"
    dialect.symbol = .stated(symbol, "from the name")
    dialect.interval = .stated(interval, "from the name")
    dialect.calendar = .stated("24/7", "crypto never closes")
    dialect.label = .stated(.start, "ccxt stamps bar starts")
  }
}
