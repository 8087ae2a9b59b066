import Diagnostics
import MarketModel

/// Which number of a row is what, found by trying the orders in use on the first rows.
///
/// ccxt, Binance and most others write open, high, low, close; Coinbase low, high, open, close; Bitfinex open,
/// close, high, low. Read in a wrong order, some high lies below an open or close.
struct JSONRowOrder {
  /// How many values the first row has.
  let width: Int
  private var fields: [JSONField?]

  /// The order in words, when it is not the common one.
  private(set) var remark: String?

  private static let orders: [(fields: [JSONField], name: String)] = [
    ([.open, .high, .low, .close], "open, high, low, close"),
    ([.low, .high, .open, .close], "low, high, open, close"),
    ([.open, .close, .high, .low], "open, close, high, low"),
  ]

  /// Looks at the rows from a cursor's place on; nil when they do not hold numbers.
  init?(rowsAt start: JSONCursor) throws(SessError) {
    var cursor = start
    var rows: [[Double?]] = []
    var more = true
    while more, rows.count < 200, cursor.peek() == 0x5B {
      guard let row = try JSONRowOrder.row(&cursor) else { return nil }
      rows.append(row)
      var isFirst = false
      more = try cursor.nextElement(isFirst: &isFirst)
    }
    width = rows.first?.count ?? 0
    fields = Array(repeating: nil, count: max(width, 6))
    fields[0] = .time
    let usable = rows.filter { row in row.count > 4 && row[1...4].allSatisfy { $0 != nil } }
    var best = (faults: Int.max, index: 0)
    for (index, order) in JSONRowOrder.orders.enumerated() {
      let faults = usable.reduce(0) { $0 + (JSONRowOrder.isSound($1, order.fields) ? 0 : 1) }
      if faults < best.faults { best = (faults, index) }
    }
    let order = JSONRowOrder.orders[best.index]
    for (index, field) in order.fields.enumerated() { fields[index + 1] = field }
    if best.index > 0 { remark = "rows read as time, \(order.name)" }
    nameRest(usable)
  }

  /// A sixth number that always lies between low and high is an average, as Kraken writes it.
  private mutating func nameRest(_ rows: [[Double?]]) {
    guard width == 8, !rows.isEmpty, rows.allSatisfy(JSONRowOrder.hasAverage) else {
      fields[5] = .volume
      if width == 12 { fields[8] = .trades }
      return
    }
    (fields[5], fields[6], fields[7]) = (.vwap, .volume, .trades)
  }

  private static func hasAverage(_ row: [Double?]) -> Bool {
    guard row.count == 8, let average = row[5], let volume = row[6] else { return false }
    let prices = row[1...4].compactMap { $0 }
    guard let low = prices.min(), let high = prices.max() else { return false }
    return volume == 0 || (average >= low && average <= high)
  }

  private static func isSound(_ row: [Double?], _ order: [JSONField]) -> Bool {
    var values: [JSONField: Double] = [:]
    for (index, field) in order.enumerated() { values[field] = row[index + 1] }
    guard let open = values[.open], let high = values[.high], let low = values[.low],
      let close = values[.close]
    else { return false }
    let verdict = BarFault.judge(open: open, high: high, low: low, close: close, volume: 0)
    return verdict != .fault(.highTooLow) && verdict != .fault(.lowTooHigh)
  }

  private static func row(_ cursor: inout JSONCursor) throws(SessError) -> [Double?]? {
    var row: [Double?] = []
    try cursor.open(0x5B)
    var isFirst = true
    while try cursor.nextElement(isFirst: &isFirst) {
      if let byte = cursor.peek(), byte == 0x7B || byte == 0x5B {
        guard !row.isEmpty else { return nil }
        try cursor.skip()
        row.append(nil)
        continue
      }
      row.append(NumberParser.parse(cursor.slice(try cursor.scalar().range)))
    }
    return row
  }

  /// What a place in a row is.
  func field(_ index: Int) -> JSONField? { index < fields.count ? fields[index] : nil }
}

/// Bars written as one array a column: Yahoo's chart, Finnhub's and TradingView's candles.
struct JSONColumns {
  private let places: [JSONField: Int]

  /// The columns; nil unless there are times and four prices.
  init?(_ places: [JSONField: Int]) {
    for field in [JSONField.time, .open, .high, .low, .close] where places[field] == nil {
      return nil
    }
    self.places = places
  }

  /// Reads all columns side by side and adds a row a time.
  func read(_ walker: inout JSONWalker, _ scope: inout JSONWalker.Scope) throws(SessError) {
    var cursors: [(field: JSONField, cursor: JSONCursor)] = []
    for (field, place) in places.sorted(by: { $0.value < $1.value }) {
      var cursor = walker.cursor
      cursor.position = place
      try cursor.open(0x5B)
      cursors.append((field, cursor))
    }
    var record = JSONRecord()
    var isFirst = true
    while true {
      record.reset(start: 0)
      var ended = 0
      for index in cursors.indices {
        var first = isFirst
        guard try cursors[index].cursor.nextElement(isFirst: &first) else {
          ended += 1
          continue
        }
        if let byte = cursors[index].cursor.peek(), byte == 0x7B || byte == 0x5B {
          try cursors[index].cursor.skip()
          continue
        }
        let value = try cursors[index].cursor.scalar()
        let field = cursors[index].field
        if field == .time { record.start = value.range.lowerBound }
        if value.isString || walker.cursor.bytes[value.range.lowerBound] != 0x6E {
          record.set(field, value.range)
        }
      }
      isFirst = false
      if ended == cursors.count { return }
      guard ended == 0 else {
        throw walker.cursor.failure("the columns of an object differ in length")
      }
      guard record.isBar else {
        walker.reject(record, "a price is null", in: &scope)
        continue
      }
      walker.addRow(record, named: scope.symbol, in: &scope)
    }
  }
}
