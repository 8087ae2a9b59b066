public import MarketModel

/// The part of the timeline a question is about.
public enum Scope: Sendable, Hashable {
  case all
  case session
  case historical
  /// Dates, both included.
  case dates(ClosedRange<CivilDate>)
  /// Times of day of every trading day, half-open, in nanoseconds since midnight.
  case times(Range<Int64>)
  /// From one moment to another, half-open.
  case span(TimeWord, TimeWord)
  /// The bar that holds a moment, whatever its length.
  case moment(TimeWord)
}

extension Scope: CustomStringConvertible {
  /// Parses what stands after `@`.
  public init?(_ text: String) {
    switch text {
    case "all": self = .all
    case "session": self = .session
    case "historical": self = .historical
    default:
      if let dates = Scope.dates(text) {
        self = .dates(dates)
      } else if let moments = Scope.moments(text) {
        self = moments
      } else {
        return nil
      }
    }
  }

  /// `2025-07-02`, `2025-07`, `2025`, or two of them with `..` between.
  public static func dates(_ text: String) -> ClosedRange<CivilDate>? {
    let parts = split(text)
    guard let first = period(parts.0) else { return nil }
    guard let end = parts.1 else { return first }
    guard let last = period(end), first.lowerBound <= last.upperBound else { return nil }
    return first.lowerBound...last.upperBound
  }

  private static func split(_ text: String) -> (String, String?) {
    guard let dots = text.firstRange(of: "..") else { return (text, nil) }
    return (String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
  }

  private static func period(_ text: String) -> ClosedRange<CivilDate>? {
    if let date = CivilDate(iso: text) { return date...date }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts[0].count == 4, let year = Int(parts[0]), year > 0 else { return nil }
    if parts.count == 1 {
      guard let first = CivilDate(year: year, month: 1, day: 1),
        let last = CivilDate(year: year, month: 12, day: 31)
      else { return nil }
      return first...last
    }
    guard parts.count == 2, parts[1].count == 2, let month = Int(parts[1]),
      let first = CivilDate(year: year, month: month, day: 1)
    else { return nil }
    return first...first.advanced(by: CivilDate.dayCount(year: year, month: month) - 1)
  }

  /// `09:30..10:00`, `2025-07-02T09:30..10:00`, `2025-07-02T15:30..2025-07-03T10:00` or `2025-07-02T09:30`.
  private static func moments(_ text: String) -> Scope? {
    let parts = split(text)
    guard let end = parts.1 else { return TimeWord(text).map(Scope.moment) }
    if let from = ClockText.nanoseconds(parts.0) {
      guard let until = ClockText.nanoseconds(end), from < until else { return nil }
      return .times(from..<until)
    }
    guard let from = TimeWord(parts.0) else { return nil }
    if let until = TimeWord(end) { return from.isBefore(until) ? .span(from, until) : nil }
    guard case .local(let date, let time) = from, let until = ClockText.nanoseconds(end),
      time < until
    else { return nil }
    let isMidnight = until == Instant.day
    return .span(
      from,
      .local(isMidnight ? date.advanced(by: 1) : date, nanosecondsOfDay: isMidnight ? 0 : until))
  }

  /// The text `init(_:)` reads.
  public var description: String {
    switch self {
    case .all: return "all"
    case .session: return "session"
    case .historical: return "historical"
    case .dates(let range):
      return range.lowerBound == range.upperBound
        ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
    case .times(let range):
      return ClockText.text(range.lowerBound) + ".." + ClockText.text(range.upperBound)
    case .span(let from, let until):
      if case .local(let first, _) = from, case .local(let last, let time) = until {
        if first == last { return "\(from)..\(ClockText.text(time))" }
        if time == 0, last == first.advanced(by: 1) { return "\(from)..24:00" }
      }
      return "\(from)..\(until)"
    case .moment(let word): return "\(word)"
    }
  }
}

/// Times of day and lengths of time as text.
public enum ClockText {
  /// Parses `09:30`, `09:30:15` or `09:30:15.250`, up to `24:00`; nanoseconds since midnight.
  public static func nanoseconds(_ text: some StringProtocol) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts[0].count <= 2, let hours = number(parts[0]),
      parts[1].count == 2, let minutes = number(parts[1]), minutes < 60
    else { return nil }
    var total = (hours * 60 + minutes) * 60 * Instant.second
    if parts.count == 3 {
      let pieces = parts[2].split(separator: ".", omittingEmptySubsequences: false)
      guard pieces[0].count == 2, let seconds = number(pieces[0]), seconds < 60, pieces.count <= 2
      else {
        return nil
      }
      total += seconds * Instant.second
      if pieces.count == 2 {
        guard (1...9).contains(pieces[1].count), let fraction = number(pieces[1]) else {
          return nil
        }
        var scale: Int64 = 1
        for _ in pieces[1].count..<9 { scale *= 10 }
        total += fraction * scale
      }
    }
    return total <= Instant.day ? total : nil
  }

  private static func number(_ digits: some StringProtocol) -> Int64? {
    digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int64(digits) : nil
  }

  /// The time of day: `09:30`, or with seconds where there are any.
  public static func text(_ nanoseconds: Int64) -> String {
    if nanoseconds == Instant.day { return "24:00" }
    return Instant(nanoseconds: nanoseconds).timeOfDay(offsetSeconds: 0)
  }

  /// Parses `5m`, `1h30m`, `-4h`, `+90s`, `2d`; nanoseconds.
  public static func duration(_ text: some StringProtocol) -> Int64? {
    var rest = Substring(text)
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return nil }
    var total: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, digits.count <= 9, let count = Int64(String(digits)) else {
        return nil
      }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isLetter }
      guard let length = units[String(unit)] else { return nil }
      rest = rest.dropFirst(unit.count)
      let product = count.multipliedReportingOverflow(by: length)
      let sum = total.addingReportingOverflow(product.partialValue)
      guard !product.overflow, !sum.overflow else { return nil }
      total = sum.partialValue
    }
    return isNegative ? -total : total
  }

  private static let units: [String: Int64] = [
    "ns": 1, "us": 1000, "ms": 1_000_000, "s": Instant.second, "m": 60 * Instant.second,
    "h": 3600 * Instant.second, "d": Instant.day,
  ]
}
