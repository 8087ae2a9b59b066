import Diagnostics
import MarketModel

/// Decides whether `03/04/2024` is in March or in April: by proof, by how dates follow each other, or by the user.
struct DateOrderInference {
  private let layout: CSVLayout
  private let source: any ByteSource
  private let column: Int
  /// The dates as written, each once for every run of rows.
  private var dates: [SeparatedDate] = []
  private var rows = 0
  private var dayFirst = 0
  private var monthFirst = 0
  private var proof: (text: String, line: Int)?

  /// Sets the order of a layout whose first row writes a date between separators.
  ///
  /// - Throws: `ambiguous-date` naming `--date-order`.
  static func decide(
    _ layout: inout CSVLayout, _ source: any ByteSource, _ rows: [[String]], given: DateOrder?
  ) throws(SessError) {
    guard let column = layout.roles.firstIndex(where: { $0 == .time || $0 == .date }) else {
      return
    }
    guard let first = rows.first(where: { column < $0.count && !$0[column].isEmpty }),
      let sample = SeparatedDate(first[column])
    else { return }
    if let given {
      layout.dateOrder = given
      layout.dialect.remarks.append("dates as \(given.rawValue) (given)")
      return
    }
    if let shown = sample.shownOrder, shown == .ymd || sample.namesMonth {
      layout.dateOrder = shown
      return
    }
    var inference = DateOrderInference(layout: layout, source: source, column: column)
    try inference.scan()
    let (order, reason) = try inference.verdict()
    layout.dateOrder = order
    layout.dialect.flags.append(DialectFlag("--date-order", order.rawValue))
    layout.dialect.remarks.append("dates as \(order.rawValue) (\(reason))")
  }

  private init(layout: CSVLayout, source: any ByteSource, column: Int) {
    self.layout = layout
    self.source = source
    self.column = column
  }

  /// Reads the date column until a part above twelve decides, at most the whole file.
  private mutating func scan() throws(SessError) {
    var position = layout.end
    var line = layout.lineCount
    while position < source.byteCount, proof == nil {
      let bytes = try source.bytes(at: position, count: 1 << 20)
      let isLast = position + bytes.count >= source.byteCount
      guard let end = isLast ? bytes.count : bytes.lastIndex(of: 0x0A).map({ $0 + 1 }) else {
        return
      }
      bytes[..<end].withUnsafeBytes { note($0, &line) }
      position += end
    }
  }

  private mutating func note(_ bytes: UnsafeRawBufferPointer, _ line: inout Int) {
    var position = 0
    while position < bytes.count {
      line += 1
      var (field, start) = (0, position)
      while position < bytes.count, bytes[position] != 0x0A {
        if bytes[position] == layout.delimiter {
          if field == column { break }
          field += 1
          start = position + 1
        }
        position += 1
      }
      if field == column { note(bytes, start, line) }
      while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      position += 1
    }
  }

  private mutating func note(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ line: Int) {
    var start = start
    while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x22 { start += 1 }
    let field = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + 12)])
    guard var date = SeparatedDate(field) else { return }
    let text = String(decoding: field[..<date.end], as: UTF8.self)
    date.end = 0
    rows += 1
    switch date.shownOrder {
    case .dmy: dayFirst += 1
    case .mdy: monthFirst += 1
    default:
      if dates.last != date, dates.count < 10_000 { dates.append(date) }
      return
    }
    if proof == nil { proof = (text, line) }
  }

  private func verdict() throws(SessError) -> (DateOrder, String) {
    if let proof, dayFirst > 0 || monthFirst > 0 {
      if dayFirst >= 20 * monthFirst { return (.dmy, "\(proof.text) on line \(proof.line)") }
      if monthFirst >= 20 * dayFirst { return (.mdy, "\(proof.text) on line \(proof.line)") }
      throw refusal("\(dayFirst) rows have the day first and \(monthFirst) the month")
    }
    if let known = layout.dateOrder { return (known, "as \(layout.dialect.name) writes them") }
    let spacings = orders.map { ($0, Spacing(dates, $0)) }
    for (order, own) in spacings where own.isConsecutive {
      let others = spacings.filter { $0.0 != order }
      guard !others.contains(where: { $0.1.isConsecutive }) else { continue }
      // Months apart may be months; years apart are no bars.
      let isPlain = rows >= 2 * dates.count || others.allSatisfy { $0.1.step >= 300 }
      guard isPlain || (own.count >= 6 && own.weekendCount == 0) else { continue }
      let names = others.map(\.0.rawValue).joined(separator: " or ")
      return (order, "so the dates follow day by day, and as \(names) they do not")
    }
    throw refusal("\(orders.count == 2 ? "both" : "all") orders make sense of every row")
  }

  /// The orders the dates may have; one with the year first only where no year has four digits.
  private var orders: [DateOrder] {
    guard let first = dates.first, first.isShort else { return [.mdy, .dmy] }
    return first.first > 12 ? [.dmy, .ymd] : [.mdy, .dmy, .ymd]
  }

  private func refusal(_ reason: String) -> SessError {
    let example = dates.first.map { "\($0.first)/\($0.second)/\($0.third)" } ?? "a date"
    let parts: [(DateOrder, String)] = [
      (.dmy, "the day"), (.mdy, "the month"), (.ymd, "the year"),
    ]
    let names = parts.filter { orders.contains($0.0) }.map(\.1)
    let first = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    return SessError(
      "ambiguous-date",
      "whether \(example) in \(source.name) has \(first) first is not clear: \(reason)",
      answers: orders.map { "--date-order \($0.rawValue)" })
  }
}

/// How the dates of a file follow each other under an order.
private struct Spacing {
  var count = 0
  var weekendCount = 0
  /// The days between neighbouring dates, mostly; far where a date does not exist.
  var step = Int32.max
  /// True when neighbouring dates are mostly days, not months, apart.
  var isConsecutive: Bool { step <= 5 }

  init(_ dates: [SeparatedDate], _ order: DateOrder) {
    var steps: [Int32] = []
    var previous: CivilDate?
    for parts in dates {
      guard let day = parts.date(order),
        let date = CivilDate(year: day.year, month: day.month, day: day.day)
      else { return }
      count += 1
      if date.isoWeekday > 5 { weekendCount += 1 }
      if let previous { steps.append(abs(date.daysSinceEpoch - previous.daysSinceEpoch)) }
      previous = date
    }
    steps.sort()
    guard !steps.isEmpty else { return }
    step = steps[steps.count / 2]
  }
}

extension SeparatedDate {
  /// Reads the date at the beginning of a text.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let date = bytes.withUnsafeBytes({ SeparatedDate($0) }) else { return nil }
    self = date
  }
}
