import Diagnostics
import MarketModel

/// What vendors say of their files, a line each.
///
/// A question mark stands where their documents are silent or the user's settings decide: there
/// only evidence or a flag does.
///
/// - Source: the reference's table of dialects; claims marked there as unchecked are questions here.
struct Vendor: Sendable {
  let key: String
  let name: String
  private let zone: String
  private let label: String
  private let calendar: String
  private let note: String

  /// A vendor a line: key, name, zone, label, calendar, and why a question is open.
  private static let table = """
    csv|csv|-|-|-|
    alpaca|Alpaca|UTC|start|-|
    massive|Massive|UTC|start|-|
    databento|Databento|UTC|start|-|
    binance|Binance|UTC|start|24/7|
    yahoo|Yahoo|-|-|-|
    yfinance|yfinance|?|start|-|yfinance writes the exchange's clock or UTC
    stooq|Stooq|?|?|-|Stooq does not document them
    finam|Finam|?|?|-|Finam does not document them
    firstrate|FirstRateData|America/New_York|?|-|FirstRateData does not document it
    kibot|Kibot|America/New_York|start|-|
    tradingview|TradingView|?|?|-|TradingView does not document it
    mt5|MetaTrader 5|?|?|-|MetaTrader writes the clock of the broker's server
    mt4|MetaTrader 4|?|?|-|MetaTrader writes the clock of the broker's server
    ib|Interactive Brokers|?|start|-|it is the zone of the login
    ninjatrader|NinjaTrader|?|end|-|NinjaTrader exports in the zone of its user
    ninjatrader-or-histdata|NinjaTrader or HistData|?|?|-|NinjaTrader and HistData write alike
    histdata|HistData|?|?|-|HistData does not document it
    tradestation|TradeStation|?|end|-|TradeStation exports in the exchange's or its user's zone
    dukascopy|Dukascopy|UTC|start|-|
    dukascopy-local|Dukascopy|?|start|-|it is the clock of the user
    cryptodatadownload|CryptoDataDownload|UTC|start|24/7|
    kraken|Kraken|UTC|start|24/7|
    kaiko|Kaiko|UTC|start|24/7|
    alphavantage|Alpha Vantage|America/New_York|?|-|Alpha Vantage changed it over the years
    sess|sess export|-|start|-|
    """

  /// Every vendor, in the table's order.
  static let all: [Vendor] = table.split(separator: "\n").map { line in
    let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    return Vendor(
      key: parts[0], name: parts[1], zone: parts[2], label: parts[3], calendar: parts[4],
      note: parts[5])
  }

  /// The keys `--dialect` takes.
  static let keys = ["lean"] + all.map(\.key).filter { $0 != "ninjatrader-or-histdata" }

  /// The error for a key that is none.
  static func unknown(_ key: String) -> SessError {
    SessError(
      "unknown-dialect", "\(key) is not a dialect sess knows",
      hint: Suggestion.nearest(to: key, in: keys).map { "did you mean \($0)?" }
        ?? "they are " + keys.joined(separator: ", "))
  }

  /// The vendor of a key.
  static func named(_ key: String) -> Vendor? { all.first { $0.key == key } }

  /// States in a dialect what the vendor says.
  func claim(_ dialect: inout Dialect) {
    switch zone {
    case "-": break
    case "?": dialect.zone = .unclear(note)
    default: dialect.zone = .stated(zone, "\(name) writes it so")
    }
    switch label {
    case "-": break
    case "?": dialect.label = .unclear(note)
    default: dialect.label = .stated(label == "end" ? .end : .start, "as \(name) stamps them")
    }
    if calendar != "-" { dialect.calendar = .stated(calendar, "its market never closes") }
  }
}
