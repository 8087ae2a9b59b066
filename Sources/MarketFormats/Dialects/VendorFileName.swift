import MarketModel

/// The symbol and interval that vendors put into the names of their files.
struct VendorFileName {
  /// The last part of the path without its endings.
  let stem: String
  /// The stem cut at `_`, `-`, blanks and dots.
  let words: [String]

  init(_ path: String) {
    var name = path.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? ""
    for ending in [".gz", ".zst", ".xz", ".bz2", ".csv", ".txt", ".asc"]
    where name.lowercased().hasSuffix(ending) {
      name = String(name.dropLast(ending.count))
    }
    stem = name
    words = name.split { "_- .,".contains($0) }.map(String.init)
  }

  /// Minutes as a number: `1`, `60`, `1440`.
  static func minutes(_ word: String) -> Interval? {
    guard let count = Int(word), count > 0, count <= 43_200 else { return nil }
    switch count {
    case 1440: return Interval(count: 1, unit: .day)
    case 10_080: return Interval(count: 1, unit: .week)
    case 43_200: return Interval(count: 1, unit: .month)
    default: return count < 1440 ? Interval(count: count, unit: .minute) : nil
    }
  }

  /// MetaTrader's `M1`, `M15`, `H4`, `D1`, `Daily`, `W1`, `MN1`.
  static func metaTrader(_ word: String) -> Interval? {
    switch word.uppercased() {
    case "DAILY", "D1": return Interval(count: 1, unit: .day)
    case "WEEKLY", "W1": return Interval(count: 1, unit: .week)
    case "MONTHLY", "MN", "MN1": return Interval(count: 1, unit: .month)
    default: break
    }
    guard let count = Int(word.dropFirst()), count > 0 else { return nil }
    switch word.first {
    case "M", "m": return Interval(count: count, unit: .minute)
    case "H", "h": return Interval(count: count, unit: .hour)
    default: return nil
    }
  }

  /// TradingView's `1`, `60`, `1D`, `D`, `15S`, `1W`.
  static func tradingView(_ word: String) -> Interval? {
    if let minutes = minutes(word) { return minutes }
    let text = word.first?.isNumber == true ? word : "1" + word
    switch text.last {
    case "S": return Int(text.dropLast()).flatMap { Interval(count: $0, unit: .second) }
    case "D", "W", "M": return IntervalText.parse(text)
    default: return nil
    }
  }

  /// Whether a word ends in a money without being a pair of currencies: `XBTUSD`, `algoeur`.
  static func isCoinPair(_ word: String) -> Bool {
    let upper = word.uppercased()
    let monies = [
      "USD", "USDT", "USDC", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "XBT", "BTC", "ETH",
    ]
    return !CurrencyPair.isPair(upper)
      && monies.contains { upper.hasSuffix($0) && upper.count >= $0.count + 2 }
  }

  /// Whether a word could be an instrument: letters and digits, a letter first.
  static func isSymbol(_ word: String) -> Bool {
    guard let first = word.first, first.isASCII, first.isLetter, word.count <= 24 else {
      return false
    }
    return word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!.&".contains($0)) }
  }
}
