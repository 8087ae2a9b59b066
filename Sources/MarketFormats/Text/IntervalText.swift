import MarketModel

/// Bar lengths as files and their names write them: `1m`, `5min`, `60 minutes`, `1hour`, `1Day`, `1mo`.
enum IntervalText {
  private static let units: [Substring: Interval.Unit] = [
    "s": .second, "sec": .second, "second": .second, "m": .minute, "min": .minute,
    "minute": .minute, "h": .hour, "hr": .hour, "hour": .hour, "d": .day, "day": .day,
    "w": .week, "wk": .week, "week": .week, "mo": .month, "mon": .month, "month": .month,
  ]

  /// The length a text states; nil for anything that is none.
  static func parse(_ text: some StringProtocol) -> Interval? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), count > 0 else { return nil }
    let name = text.dropFirst(digits.count).drop { $0 == " " }
    // Binance writes a month as 1M or 1mo; everything else is told by its letters in any case.
    if name == "M" { return Interval(count: count, unit: .month) }
    let lower = Substring(name.lowercased())
    let unit = units[lower] ?? (lower.last == "s" ? units[lower.dropLast()] : nil)
    return unit.flatMap { Interval(count: count, unit: $0) }
  }
}
