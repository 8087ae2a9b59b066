import Diagnostics
import MarketModel

/// Compares values of the kinds that can be compared.
enum ValueOrder {
  /// Negative, zero or positive; nil for kinds that cannot be compared.
  static func compare(_ a: Value, _ b: Value) -> Int? {
    if let x = a.asNumber, let y = b.asNumber { return order(x, y) }
    switch (a, b) {
    case (.flag(let x), .flag(let y)): return order(x ? 1 : 0, y ? 1 : 0)
    case (.date(let x), .date(let y)): return order(x, y)
    case (.time(let x), .time(let y)), (.duration(let x), .duration(let y)): return order(x, y)
    case (.interval(let x), .interval(let y)): return order(x, y)
    case (.instant(let x, _), .instant(let y, _)): return order(x, y)
    case (.instant(let x, let offset), .date(let y)):
      return order(x.wallClock(offsetSeconds: offset).date, y)
    case (.instant(let x, let offset), .time(let y)):
      return order(x.wallClock(offsetSeconds: offset).sinceMidnight, y)
    case (.instant(let x, let offset), .text(let text)): return compare(x, offset, text)
    case (.interval(let x), .duration(let y)):
      return x.isIntraday ? order(x.nanoseconds, y) : nil
    case (.text(let x), .text(let y)): return order(x, y)
    case (.date, .instant), (.time, .instant), (.duration, .interval), (.text, .instant):
      return compare(b, a).map { -$0 }
    case (.text(let x), _): return order(x, ValueText.text(b))
    case (_, .text(let y)): return order(ValueText.text(a), y)
    default: return nil
    }
  }

  /// An instant against a wall clock reading in text.
  private static func compare(_ instant: Instant, _ offset: Int, _ text: String) -> Int? {
    switch TimeWord(text) {
    case .instant(let other, _): return order(instant, other)
    case .local(let date, let time):
      let wall = instant.wallClock(offsetSeconds: offset)
      return wall.date == date ? order(wall.sinceMidnight, time) : order(wall.date, date)
    case nil: return order(instant.iso8601(offsetSeconds: offset), text)
    }
  }

  private static func order<Item: Comparable>(_ a: Item, _ b: Item) -> Int? {
    if a < b { return -1 }
    if a > b { return 1 }
    return a == b ? 0 : nil
  }

  /// The sum or difference, for the kinds that have one.
  ///
  /// - Throws: `out-of-range` for moments and lengths of time beyond what can be told.
  static func add(_ a: Value, _ b: Value, sign: Int64) throws(SessError) -> Value? {
    switch (a, b) {
    case (.integer(let x), .integer(let y)):
      let (sum, overflow) =
        sign > 0 ? x.addingReportingOverflow(y) : x.subtractingReportingOverflow(y)
      return overflow ? .number(Double(x) + Double(sign) * Double(y)) : .integer(sum)
    case (.instant(let x, let offset), .duration(let y)):
      let moment = try added(x.nanoseconds, y, sign)
      return .instant(Instant(nanoseconds: moment), offsetSeconds: offset)
    case (.instant(let x, _), .instant(let y, _)) where sign < 0:
      return .duration(try added(x.nanoseconds, y.nanoseconds, sign))
    case (.time(let x), .duration(let y)): return .time(try added(x, y, sign))
    case (.time(let x), .time(let y)) where sign < 0: return .duration(try added(x, y, sign))
    case (.duration(let x), .duration(let y)): return .duration(try added(x, y, sign))
    case (.date(let x), .duration(let y)) where y % Instant.day == 0:
      return .date(x.advanced(by: Int(sign) * Int(y / Instant.day)))
    default:
      guard let x = a.asNumber, let y = b.asNumber else { return nil }
      return .number(x + Double(sign) * y)
    }
  }

  /// A sum of nanoseconds that is still a moment, or a length of time between two.
  private static func added(_ x: Int64, _ y: Int64, _ sign: Int64) throws(SessError) -> Int64 {
    let (sum, overflow) =
      sign > 0 ? x.addingReportingOverflow(y) : x.subtractingReportingOverflow(y)
    guard !overflow, Instant.range.contains(sum) else {
      throw SessError("out-of-range", "the result lies outside the times that can be told")
    }
    return sum
  }
}
