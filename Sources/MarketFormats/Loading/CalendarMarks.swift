import MarketCalendar
import MarketModel

/// What the names of symbols and files say about the exchange, before any row is looked at.
///
/// A mark is evidence, never an answer by itself: the rows must agree with it.
enum CalendarMarks {
  /// A calendar and what names it.
  struct Mark: Equatable {
    var calendar: String
    var reason: String
  }

  /// Endings behind a symbol's point, by calendar: Yahoo's, then Stooq's.
  ///
  /// - Source: Yahoo's list of exchanges and suffixes; Stooq's country codes.
  private static let suffixes = table(
    """
    XLON L IL UK
    XHKG HK
    XTKS T JP
    XETR DE
    XFRA F
    XSTU SG
    XHAM HM
    XDUS DU
    XPAR PA
    XAMS AS
    XBRU BR
    XLIS LS
    XDUB IR
    XMIL MI
    XMAD MC
    XSWX SW
    XSTO ST
    XCSE CO
    XHEL HE
    XOSL OL
    XICE IC
    XWBO VI
    XWAR WA
    XPRA PR
    XBUD BD HU
    XBSE RO
    ASEX AT
    XIST IS
    XTAE TA
    XJSE JO
    BVMF SA
    XMEX MX
    XBUE BA
    XSGO SN
    XTSE TO V
    XASX AX
    XNZE NZ
    XKRX KS KQ
    XSHG SS SZ
    XTAI TW TWO
    XSES SI
    XKLS KL
    XIDX JK
    XBKK BK
    XBOM BO NS
    XSAU SR
    XTAL TL
    XRIS RG
    XLIT VS
    XMOS ME
    XNYS US
    """)

  /// What charting programs and exchanges call themselves, by calendar.
  private static let venues = table(
    """
    XNYS NASDAQ NYSE AMEX ARCA BATS CBOEBZX
    XLON LSE LSIN
    XHKG HKEX
    XTKS TSE_JP JPX
    XETR XETR
    XFRA FWB
    XTSE TSX TSXV
    XASX ASX
    XBOM NSE BSE
    XSHG SSE SZSE
    XKRX KRX
    XTAI TWSE
    XSES SGX
    XJSE JSE
    BVMF BMFBOVESPA
    XSWX SIX
    XSTO OMXSTO
    XCSE OMXCOP
    XHEL OMXHEX
    XMIL MIL
    XMAD BME
    XTAE TASE
    XSAU TADAWUL
    XEUR EUREX
    24/7 BINANCE COINBASE BITSTAMP KRAKEN BITFINEX GEMINI BYBIT KUCOIN OKX CRYPTO
    FX OANDA FXCM FOREXCOM SAXO
    """)

  private static let coins: Set<Substring> = [
    "BTC", "XBT", "ETH", "SOL", "XRP", "LTC", "DOGE", "ADA", "BNB", "DOT", "AVAX", "LINK", "MATIC",
    "TRX", "BCH", "XLM", "SHIB", "UNI", "ATOM", "XMR", "ETC",
  ]
  private static let monies = ["USDT", "USDC", "BUSD", "USD", "EUR", "GBP", "JPY", "BTC", "ETH"]

  private static func table(_ text: String) -> [String: String] {
    var calendars: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      for word in words.dropFirst() { calendars[word] = words[0] }
    }
    return calendars
  }

  /// What a symbol says: `VOD.L`, `XHKG:0700`, `BTC-USD`, `C:EURUSD`; nil for most.
  static func mark(of symbol: String) -> Mark? {
    let upper = symbol.uppercased()
    let parts = upper.split(separator: ":").map(String.init)
    if parts.count == 2 {
      if let calendar = venue(parts[0]) {
        return Mark(calendar: calendar, reason: "\(symbol) is of \(parts[0])")
      }
      if parts[0] == "C" {
        return Mark(calendar: "FX", reason: "\(symbol) is a pair of currencies")
      }
      if parts[0] == "X" { return Mark(calendar: "24/7", reason: "\(symbol) is a pair of crypto") }
    }
    if CurrencyPair.isPair(symbol) || upper.hasSuffix("=X") {
      return Mark(calendar: "FX", reason: "\(symbol) is a pair of currencies")
    }
    if isCrypto(upper) {
      return Mark(calendar: "24/7", reason: "\(symbol) is a pair of crypto, which never closes")
    }
    guard let point = upper.lastIndex(of: "."), point != upper.startIndex else { return nil }
    let suffix = String(upper[upper.index(after: point)...])
    guard let calendar = suffixes[suffix] ?? mic(suffix) else { return nil }
    return Mark(calendar: calendar, reason: "\(symbol) ends as symbols of \(calendar) do")
  }

  /// What the name of a file says: `XHKG_0700_1m.csv`, `LSE_VOD, 1.csv`.
  static func mark(ofFile path: String) -> Mark? {
    let file = VendorFileName(path)
    for word in file.words {
      guard let calendar = mic(word) else { continue }
      return Mark(calendar: calendar, reason: "\(word) is in the file's name")
    }
    guard file.tradingViewParts != nil, let first = file.stem.split(separator: "_").first,
      let calendar = venues[String(first)]
    else { return nil }
    return Mark(calendar: calendar, reason: "\(first) begins the file's name")
  }

  private static func venue(_ word: String) -> String? { venues[word] ?? mic(word) }

  /// The calendar of a market identifier code in capitals: `XNAS` is XNYS.
  private static func mic(_ word: String) -> String? {
    guard word.utf8.count == 4, word.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else {
      return nil
    }
    for summary in CalendarCatalog.summaries {
      if summary.name == word { return summary.name }
      let isMIC = word.hasPrefix("X") || word == "ARCX" || word == "OOTC"
      if isMIC, summary.aliases.contains(word) { return summary.name }
    }
    return nil
  }

  private static func isCrypto(_ symbol: String) -> Bool {
    let letters = symbol.filter { $0 != "-" && $0 != "/" && $0 != "_" }
    for money in monies where letters.hasSuffix(money) {
      if coins.contains(letters.dropLast(money.count)) { return true }
    }
    return false
  }
}
