import MarketModel

/// What LEAN's market hours database says of a market: the zone its files are written in, its calendar.
struct LEANMarket {
  private let security: LEANSecurity
  private let market: String?

  init(_ path: LEANPath, _ security: LEANSecurity) {
    self.security = security
    let known = LEANMarket.zones.keys.filter { path.words.contains($0) }.min()
    switch security {
    case .future, .futureoption: market = path.market ?? LEANMarket.venue(of: path.root) ?? known
    default: market = path.market ?? known
    }
  }

  /// The zone of each market's files.
  private static let zones = [
    "usa": "America/New_York", "india": "Asia/Kolkata", "eurex": "Europe/Berlin",
    "hkfe": "Asia/Hong_Kong", "krx": "Asia/Seoul", "ose": "Asia/Tokyo", "fxcm": "-05:00",
    "oanda": "UTC", "interactivebrokers": "UTC", "cme": "UTC", "cbot": "UTC", "nymex": "UTC",
    "comex": "UTC", "cfe": "UTC", "sgx": "UTC",
  ]

  private static let venues = """
    cme ES MES NQ MNQ RTY M2K EMD NKD 6A 6B 6C 6E 6J 6M 6N 6S LE HE GF BTC MBT ETH MET SR3 GE
    cbot YM MYM ZB ZN ZF ZT ZQ UB TN ZC ZS ZW ZL ZM ZO KE
    nymex CL MCL NG HO RB PL PA QM BZ
    comex GC MGC SI SIL HG
    cfe VX
    eurex FESX FDAX FGBL FGBM FGBS FSMI FVS FDXM
    hkfe HSI MHI
    """

  /// The market of a future's root.
  private static func venue(of root: String) -> String? {
    for line in venues.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.dropFirst().contains(Substring(root)) { return words.first.map(String.init) }
    }
    return nil
  }

  /// Adds the zone and calendar to a dialect.
  func claim(_ dialect: inout Dialect) {
    switch security {
    case .crypto, .cryptofuture:
      dialect.zone = .stated("UTC", "LEAN writes crypto in UTC")
      dialect.calendar = .stated("24/7", "crypto never closes")
    case .forex, .cfd:
      if security == .forex { dialect.calendar = .stated("FX", "a currency pair") }
      if let market, let zone = LEANMarket.zones[market] {
        dialect.zone = .stated(zone, "LEAN's zone of \(market)")
      } else {
        dialect.zone = .unclear("LEAN writes fxcm at -05:00 and oanda in UTC")
      }
    case .equity, .option:
      guard market == "usa" || market == nil else { return claimMarket(&dialect) }
      dialect.zone = .stated("America/New_York", "LEAN writes US equities so")
      if market == "usa" { dialect.calendar = .stated("XNYS", "LEAN's market usa") }
    default: claimMarket(&dialect)
    }
  }

  private func claimMarket(_ dialect: inout Dialect) {
    let isIndex = security == .index || security == .indexoption
    guard let market, let zone = LEANMarket.zones[market], !isIndex || market != "usa" else {
      dialect.zone = .unclear("LEAN writes each market in its own zone")
      return
    }
    dialect.zone = .stated(zone, "LEAN's zone of \(market)")
    let isFuture = security == .future || security == .futureoption
    switch market {
    case "cme", "cbot", "nymex", "comex":
      if isFuture { dialect.calendar = .stated("CME", "a future of \(market)") }
    case "eurex": dialect.calendar = .stated("XEUR", "LEAN's market eurex")
    case "hkfe": dialect.calendar = .stated("XHKG", "LEAN's market hkfe")
    default: break
    }
  }
}
