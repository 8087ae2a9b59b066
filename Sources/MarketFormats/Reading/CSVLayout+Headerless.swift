import Diagnostics
import MarketModel

extension CSVLayout {
  /// What a field of a row looks like.
  enum FieldKind: Equatable {
    /// A moment or a date with a time of day.
    case time
    /// A date alone.
    case date
    /// A time of day alone: `09:30`, `093000`.
    case clock
    case number
    case text
    case empty
  }

  /// The layout of a file whose first line is already a row; nil when it is a header.
  ///
  /// The columns are time, open, high, low, close and volume, as nearly everyone writes them.
  static func headerless(_ head: FileHead) -> CSVLayout? {
    guard let first = head.lines.first else { return nil }
    let delimiter = delimiter(of: first.text)
    let rows = head.lines.map { split($0.text, delimiter) }
    guard let roles = positionalRoles(rows) else { return nil }
    var layout = CSVLayout(
      dialect: Dialect("csv without header, \(name(of: delimiter))"), delimiter: delimiter,
      roles: roles, end: first.start, lineCount: first.number - 1)
    layout.hasHeader = false
    return layout
  }

  /// Time, perhaps in two columns, perhaps after a symbol; four prices; a volume; a count.
  private static func positionalRoles(_ rows: [[String]]) -> [Role?]? {
    guard let first = rows.first else { return nil }
    let kinds = first.map(kind)
    var roles: [Role?] = []
    if kinds.first == .text { roles.append(.symbol) }
    guard roles.count < kinds.count else { return nil }
    switch kinds[roles.count] {
    case .time: roles.append(.time)
    case .date:
      let next = roles.count + 1
      guard next < kinds.count else { return nil }
      let isClock = kinds[next] == .clock || (kinds.count - next >= 6 && isClockColumn(rows, next))
      roles += isClock ? [.date, .clock] : [.time]
    default: return nil
    }
    let rest = kinds.count - roles.count
    guard rest >= 4 else { return nil }
    guard kinds[roles.count...].prefix(4).allSatisfy({ $0 == .number || $0 == .empty }) else {
      return nil
    }
    roles += [.open, .high, .low, .close]
    if rest > 4 { roles.append(.volume) }
    while roles.count < kinds.count { roles.append(nil) }
    return roles
  }

  /// `930`, `093000`: whole numbers that are times of day in every row.
  private static func isClockColumn(_ rows: [[String]], _ column: Int) -> Bool {
    for row in rows {
      guard column < row.count, (3...6).contains(row[column].utf8.count),
        let number = Int(row[column])
      else { return false }
      let clock = row[column].utf8.count <= 4 ? number * 100 : number
      guard clock / 10_000 < 24, clock / 100 % 100 < 60, clock % 100 < 60 else { return false }
    }
    return true
  }

  static func kind(_ field: String) -> FieldKind {
    if field.isEmpty || ["null", "nan", "none", "n/a"].contains(field.lowercased()) {
      return .empty
    }
    let isDecimal = NumberParser.parse(field) != nil
    let isClock = field.utf8.count <= 12 && field.contains(":") && !field.contains("-")
    if isClock, !field.contains(" "), !field.contains("/") { return .clock }
    var parser = TimestampParser(ignoresOffset: false, readsCompactDates: true)
    let bytes = Array(field.utf8)
    if !isDecimal, let date = SeparatedDate(field) {
      parser.dateOrder = date.shownOrder ?? .mdy
    }
    if let time = bytes.withUnsafeBytes({ parser.parse($0) }) {
      // Numbers are times from 1973 on; smaller ones are prices and volumes.
      if time.kind == .absolute, isDecimal {
        return bytes.count >= 9 && !field.contains(".") ? .time : .number
      }
      return time.kind == .dateOnly ? .date : .time
    }
    return isDecimal || NumberStyle.mayBeNumber(field) ? .number : .text
  }

  /// Refuses an order of columns that puts highs below lows.
  ///
  /// - Throws: `unclear-columns`.
  func checkOrder(_ head: FileHead) throws(SessError) {
    let rows = head.lines.map { CSVLayout.split($0.text, delimiter) }
    let columns = [Role.open, .high, .low, .close].compactMap { roles.firstIndex(of: $0) }
    guard columns.count == 4 else { return }
    var (sound, total) = (0, 0)
    for row in rows where row.count == roles.count {
      var prices: [Double] = []
      for column in columns {
        if let value = NumberParser.parse(row[column]) { prices.append(value) }
      }
      guard prices.count == 4 else { continue }
      total += 1
      let fault = BarFault.judge(
        open: prices[0], high: prices[1], low: prices[2], close: prices[3], volume: 0)
      if case .fault = fault { continue }
      sound += 1
    }
    guard total > 0, sound * 2 < total else { return }
    throw SessError(
      "unclear-columns",
      "\(head.name) names no columns, and read as open, high, low, close "
        + "\(total - sound) of \(total) rows have a high or low out of range", span: head.span(0),
      hint: "name them, for example --columns time,open,close,high,low,volume")
  }
}
