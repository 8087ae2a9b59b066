import Diagnostics
import MarketModel

extension CSVLayout {
  /// yfinance's three header rows: `Price,Close,…`, `Ticker,AAPL,…`, `Date,,…`; nil for other files.
  ///
  /// - Throws: `several-symbols` when the columns are of several and none is asked for.
  static func yfinance(_ head: FileHead, symbol wanted: String?) throws(SessError) -> CSVLayout? {
    guard head.lines.count > 3 else { return nil }
    let delimiter = delimiter(of: head.lines[0].text)
    let rows = head.lines.prefix(3).map { split($0.text, delimiter) }
    guard rows[0][0] == "Price", rows[1][0] == "Ticker", ["Date", "Datetime"].contains(rows[2][0]),
      rows[1].count == rows[0].count
    else { return nil }
    let tickers = rows[1].dropFirst().filter { !$0.isEmpty }
    guard let first = tickers.first else { return nil }
    let isOne = tickers.allSatisfy { $0 == first }
    guard isOne || wanted != nil else { throw severalSymbols(tickers, head) }
    let symbol = isOne ? first : wanted ?? first
    guard tickers.contains(symbol) else { throw severalSymbols(tickers, head) }
    var layout = CSVLayout(
      dialect: Dialect("yfinance, \(name(of: delimiter))"), delimiter: delimiter,
      roles: [.time], end: head.lines[2].end, lineCount: head.lines[2].number)
    layout.names = rows[0]
    for (name, ticker) in zip(rows[0], rows[1]).dropFirst() {
      layout.roles.append(ticker == symbol ? role(of: name) : nil)
    }
    try layout.checkColumns(rows[0], head.span(0))
    layout.dialect.symbol = .stated(symbol, "from the header")
    return layout
  }

  private static func severalSymbols(_ tickers: [String], _ head: FileHead) -> SessError {
    var names: [String] = []
    for ticker in tickers where !names.contains(ticker) { names.append(ticker) }
    return SessError(
      "several-symbols", "\(head.name) has columns of \(names.count) symbols", span: head.span(1),
      hint: "take one, for example --symbol \(names[0]); there are "
        + names.prefix(8).joined(separator: ", "))
  }

  /// CryptoDataDownload: an address or disclaimer, then a header; nil for other files.
  ///
  /// - Throws: `missing-column`, `duplicate-column`.
  static func cryptoDataDownload(_ head: FileHead) throws(SessError) -> CSVLayout? {
    guard head.lines.count > 2, head.lines[0].text.lowercased().contains("cryptodatadownload")
    else { return nil }
    var layout = try CSVLayout(header: head.lines[1], file: head.name)
    let row = split(head.lines[2].text, layout.delimiter)
    // The volume of the base currency counts; its column is the first or the second.
    if let column = layout.roles.firstIndex(of: .symbol), column < row.count {
      for (index, name) in layout.names.enumerated() where name.lowercased().hasPrefix("volume ") {
        let isBase = row[column].hasPrefix(name.dropFirst(7))
        if isBase, layout.has(.volume) {
          layout.roles = layout.roles.map { $0 == .volume ? nil : $0 }
        }
        if isBase || !layout.has(.volume) { layout.roles[index] = .volume }
      }
    }
    return layout
  }
}
