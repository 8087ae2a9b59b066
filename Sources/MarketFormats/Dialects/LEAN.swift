import Diagnostics
import MarketModel

/// QuantConnect LEAN's zips: the date, symbol, contract and kind are in the path, not in the rows.
///
/// - Source: the reference's table of dialects; LEAN's market hours database for each market's zone.
enum LEAN {
  /// The layout of a LEAN file, or nil for any other.
  ///
  /// - Throws: `ambiguous-scale` where neither folders nor prices say whether they are multiplied.
  static func layout(of head: FileHead, options: ReadOptions) throws(SessError) -> CSVLayout? {
    guard options.columns == nil, options.dialect == nil || options.dialect == "lean",
      let first = head.lines.first
    else { return nil }
    let path = LEANPath(head.name)
    guard path.isWhole, let symbol = path.symbol else { return nil }
    let rows = head.lines.map { CSVLayout.split($0.text, 0x2C) }
    guard let clock = clock(of: rows, path) else { return nil }
    let width = rows[0].count
    let security: LEANSecurity
    if let stated = path.security {
      security = stated
    } else {
      security = try LEAN.security(path, rows, head.name, options)
    }
    var dialect = Dialect("LEAN \(security.rawValue)\(path.resolutionText)")
    guard let roles = roles(width, path, &dialect, options.side) else { return nil }
    var layout = CSVLayout(
      dialect: dialect, delimiter: 0x2C, roles: roles, end: first.start,
      lineCount: first.number - 1)
    layout.hasHeader = false
    if case .sinceMidnight(let date) = clock { layout.date = date }
    layout.dialect.flags.append(DialectFlag("--dialect", "lean"))
    layout.dialect.symbol = .stated(symbol, "from the path")
    if let interval = path.interval { layout.dialect.interval = .stated(interval, "from the path") }
    layout.dialect.label = .stated(.start, "LEAN stamps bar starts")
    if security.isScaled {
      layout.priceScale = 10_000
      let isStated = path.security != nil || options.priceScale != nil
      layout.dialect.remarks.append(
        "prices divided by 10000" + (isStated ? "" : " (nearly all are whole cents then)"))
    }
    LEANMarket(path, security).claim(&layout.dialect)
    return layout
  }

  private enum Clock {
    case sinceMidnight(CivilDate)
    case written
  }

  /// How rows tell time: milliseconds of the name's date, or `yyyyMMdd HH:mm`; nil for no LEAN file.
  private static func clock(of rows: [[String]], _ path: LEANPath) -> Clock? {
    if let date = path.date {
      for row in rows {
        guard let field = row.first, let value = Double(field), value >= 0, value < 86_400_000
        else { return nil }
      }
      return .sinceMidnight(date)
    }
    for row in rows {
      guard let field = row.first, field.utf8.count == 14 else { return nil }
      let bytes = Array(field.utf8)
      guard bytes[8] == 0x20, bytes[11] == 0x3A, Int(field.prefix(8)) != nil else { return nil }
    }
    return .written
  }

  private static func roles(
    _ width: Int, _ path: LEANPath, _ dialect: inout Dialect, _ side: QuoteSide
  ) -> [CSVLayout.Role?]? {
    if path.isTick {
      dialect.content = path.isQuote ? .quotes : .trades
      return [.time] + Array(repeating: nil, count: max(0, width - 1))
    }
    switch width {
    case 5: return [.time, .open, .high, .low, .close]
    case 6: return [.time, .open, .high, .low, .close, .volume]
    case 9, 11:
      dialect.remarks.append("quote bars as \(side.rawValue)")
      let size: [CSVLayout.Role?] = width == 11 ? [nil] : []
      let none: [CSVLayout.Role?] = [nil, nil, nil, nil]
      let prices: [CSVLayout.Role?] = [.open, .high, .low, .close]
      let asks: [CSVLayout.Role?] = [.askOpen, .askHigh, .askLow, .askClose]
      switch side {
      case .mid: return [.time] + prices + size + asks + size
      case .bid: return [.time] + prices + size + none + size
      case .ask: return [.time] + none + size + prices + size
      }
    default: return nil
    }
  }

  /// What a path without LEAN's folders must hold: contracts are futures, whole cents equities.
  private static func security(
    _ path: LEANPath, _ rows: [[String]], _ file: String, _ options: ReadOptions
  ) throws(SessError) -> LEANSecurity {
    if path.contract != nil { return path.option == nil ? .future : .option }
    if CurrencyPair.isPair(path.root) { return .forex }
    if CalendarMarks.mark(of: path.root)?.calendar == "24/7" { return .crypto }
    var prices: [Double] = []
    for row in rows {
      for field in row.dropFirst().prefix(path.isTick ? 1 : 4) {
        guard !field.contains("."), let price = Double(field) else { return .index }
        prices.append(price)
      }
    }
    if let scale = options.priceScale { return scale == 10_000 ? .equity : .index }
    let cents = prices.count { $0.truncatingRemainder(dividingBy: 100) == 0 }
    let dollars = prices.count { $0.truncatingRemainder(dividingBy: 10_000) == 0 }
    let isInCents = cents * 10 >= prices.count * 9 && dollars * 2 < prices.count
    if isInCents, prices.min() ?? 0 >= 100 { return .equity }
    throw SessError(
      "ambiguous-scale",
      "whether prices of \(file) are multiplied by 10000, as LEAN does for equities, is not clear: "
        + "they are whole, and no folder says what they are of",
      answers: ["--scale 10000", "--scale 1"])
  }
}

/// LEAN's kinds of securities, by the names of their folders.
enum LEANSecurity: String, CaseIterable {
  case equity, option, forex, cfd, crypto, cryptofuture, future, futureoption, index, indexoption

  /// Equities and their options are written in ten-thousandths.
  var isScaled: Bool { self == .equity || self == .option }
}
