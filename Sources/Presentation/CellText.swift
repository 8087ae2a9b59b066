import Diagnostics
import MarketFormats
import MarketModel

/// The text of cells in tables, where a column's numbers share their decimals.
struct ColumnText {
  private let name: String
  private let decimals: Int
  private let showsTimeOnly: Bool
  /// Whether the column's cells stand at the right.
  let isRight: Bool
  /// Whether cells may be cut when the line is too long: texts only.
  let isCuttable: Bool

  /// Looks at a column to decide how its cells are written.
  ///
  /// Instants on the date that stands in the same record show their time of day only.
  init(_ name: String, _ values: [Value], dates: [Value]?) {
    self.name = name
    var decimals = 0
    var isRight = false
    var isCuttable = true
    var isOnDate = dates != nil
    for (index, value) in values.enumerated() {
      switch value {
      case .instant(let instant, let offset):
        isCuttable = false
        let date = instant.wallClock(offsetSeconds: offset).date
        if let dates, dates[index] != .date(date) { isOnDate = false }
      case .date, .interval: isCuttable = false
      case .integer, .duration: isRight = true
      case .number(let number):
        isRight = true
        decimals = max(decimals, ColumnText.decimals(of: number))
      default: break
      }
    }
    self.decimals = ColumnText.isPercent(name) ? 2 : decimals
    self.isRight = isRight
    self.isCuttable = isCuttable && !isRight
    showsTimeOnly = isOnDate
  }

  /// Columns of percentages are rounded down, so that 100 means complete.
  static func isPercent(_ name: String) -> Bool { name == "quality" || name == "coverage" }

  private static func decimals(of number: Double) -> Int {
    let text = NumberText.string(number)
    guard !text.contains("e"), let point = text.firstIndex(of: ".") else { return 0 }
    return min(6, text.distance(from: point, to: text.endIndex) - 1)
  }

  /// The text of a cell.
  func text(_ value: Value) -> String {
    switch value {
    case .unknown: return "-"
    case .flag(let flag): return flag ? "yes" : "no"
    case .integer(let count): return ColumnText.grouped("\(count)", isGrouped)
    case .number(let number): return numberText(number)
    case .text(let text): return PrintableText.escaped(text)
    case .date(let date): return "\(date)"
    case .instant(let instant, let offset):
      let time = instant.timeOfDay(offsetSeconds: offset)
      if showsTimeOnly { return time }
      return "\(instant.wallClock(offsetSeconds: offset).date) \(time)"
    case .time(let time): return Instant(nanoseconds: time).timeOfDay(offsetSeconds: 0)
    case .duration(let length): return ColumnText.duration(length)
    case .interval(let interval): return "\(interval)"
    case .list(let values): return values.map(text).joined(separator: ", ")
    }
  }

  private var isGrouped: Bool { name.hasPrefix("volume") || name == "bars" || name == "count" }

  private func numberText(_ number: Double) -> String {
    guard number.magnitude < 1e15 else { return NumberText.string(number) }
    if ColumnText.isPercent(name) { return DecimalText.percent(number) }
    return ColumnText.grouped(DecimalText.fixed(number, decimals), isGrouped)
  }

  /// Thousands set apart by commas.
  private static func grouped(_ text: String, _ isGrouped: Bool) -> String {
    guard isGrouped else { return text }
    let end = text.firstIndex(of: ".") ?? text.endIndex
    let start = text.hasPrefix("-") ? text.index(after: text.startIndex) : text.startIndex
    var result = String(text[..<start])
    let digits = text[start..<end]
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result + text[end...]
  }

  private static func duration(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds.magnitude / 1_000_000_000
    let sign = nanoseconds < 0 ? "-" : ""
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    var text = sign
    if hours > 0 { text += "\(hours)h" }
    if minutes > 0 { text += "\(minutes)m" }
    if rest > 0 || text == sign { text += "\(rest)s" }
    return text
  }
}
