import MarketModel

/// What the path of a LEAN file says: `future/cme/minute/es/20131006_trade.zip:20131006_es_minute_trade_201312.csv`.
struct LEANPath {
  private(set) var date: CivilDate?
  private(set) var security: LEANSecurity?
  private(set) var market: String?
  /// The symbol without its contract, in capitals.
  private(set) var root = ""
  private(set) var resolution: String?
  private(set) var isQuote = false
  /// The contract's month.
  private(set) var contract: (year: Int, month: Int)?
  /// The rest of an option's name: `160115C00750000`.
  private(set) var option: String?
  /// True when every part of the name has its meaning.
  private(set) var isWhole = false
  /// Every word of the path, lower case.
  let words: Set<String>

  init(_ path: String) {
    let lower = path.lowercased()
    let folders = lower.split { $0 == "/" || $0 == ":" }.map(String.init)
    words = Set(lower.split { !$0.isLetter }.map(String.init))
    for (index, folder) in folders.enumerated() {
      guard let kind = LEANSecurity(rawValue: folder), index + 1 < folders.count else { continue }
      security = kind
      market = folders[index + 1]
    }
    for name in ["minute", "second", "tick", "hour", "daily"] where folders.contains(name) {
      resolution = name
    }
    guard let name = folders.last, name.hasSuffix(".csv") else { return }
    var parts = name.dropLast(4).split(separator: "_").map(String.init)
    if let first = parts.first, first.utf8.count == 8, let number = Int(first),
      let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    {
      guard parts.count >= 4 else { return }
      self.date = date
      parts.removeFirst()
    }
    guard !parts.isEmpty else { return }
    root = parts.removeFirst().uppercased()
    readKind(&parts)
    readContract(parts)
    isWhole = parts.isEmpty || contract != nil
  }

  private mutating func readKind(_ parts: inout [String]) {
    while let part = parts.first {
      if ["minute", "second", "tick", "hour", "daily"].contains(part) {
        resolution = part
      } else if part == "quote" || part == "trade" {
        isQuote = part == "quote"
      } else {
        return
      }
      parts.removeFirst()
    }
  }

  /// `201312`, `201312_20131220`, or `american_call_7500000_20160115`.
  private mutating func readContract(_ parts: [String]) {
    if parts.count == 4, parts[1] == "call" || parts[1] == "put", let strike = Int(parts[2]),
      let expiry = Int(parts[3]), parts[3].utf8.count == 8
    {
      contract = (expiry / 10_000, expiry / 100 % 100)
      let digits = String(strike / 10)
      let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
      option = "\(parts[3].dropFirst(2))\(parts[1] == "call" ? "C" : "P")\(zeros)\(digits)"
    } else if let month = parts.first, month.utf8.count == 6, let number = Int(month),
      (1...12).contains(number % 100)
    {
      contract = (number / 100, number % 100)
    }
  }

  var isTick: Bool { resolution == "tick" }

  /// ` minute trades`, as far as the path says.
  var resolutionText: String {
    guard let resolution else { return "" }
    return " \(resolution) \(isQuote ? "quotes" : "trades")"
  }

  var interval: Interval? {
    switch resolution {
    case "second": .second
    case "minute": .minute
    case "hour": Interval(count: 1, unit: .hour)
    case "daily": Interval(count: 1, unit: .day)
    default: nil
    }
  }

  /// The symbol of one contract: `ESZ13`; of an option: `GOOG160115C00750000`.
  var symbol: String? {
    guard !root.isEmpty else { return nil }
    if let option { return root + option }
    guard let contract else { return root }
    let codes = Array("FGHJKMNQUVXZ")
    let year = contract.year % 100
    return "\(root)\(codes[contract.month - 1])\(year < 10 ? "0" : "")\(year)"
  }
}
