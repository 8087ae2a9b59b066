/// Symbols that name two currencies.
enum CurrencyPair {
  private static let currencies: Set<Substring> = [
    "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "SEK", "NOK", "DKK", "SGD", "HKD",
    "MXN", "ZAR", "TRY", "PLN", "HUF", "CZK", "CNH",
  ]

  /// Whether a symbol is a pair of them: `EURUSD`, `EUR/USD`, `eur_usd`.
  static func isPair(_ symbol: String) -> Bool {
    let letters = symbol.uppercased().filter { $0.isLetter }
    let isPlain = symbol.count == 6 || (symbol.count == 7 && !symbol.allSatisfy(\.isLetter))
    return isPlain && letters.count == 6 && currencies.contains(letters.prefix(3))
      && currencies.contains(letters.suffix(3))
  }
}
