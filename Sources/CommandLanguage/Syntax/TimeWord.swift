public import MarketModel

/// A moment as typed: with an offset, or a wall clock reading on the exchange's clock.
public enum TimeWord: Sendable, Hashable {
  case instant(Instant, offsetSeconds: Int)
  case local(CivilDate, nanosecondsOfDay: Int64)

  /// Parses `2025-07-02T09:30`, with seconds and an offset or `Z` where there are any.
  public init?(_ text: String) {
    guard text.utf8.count >= 16, let date = CivilDate(iso: text.prefix(10)) else { return nil }
    let mark = text[text.index(text.startIndex, offsetBy: 10)]
    guard mark == "T" || mark == " " else { return nil }
    var clock = text.dropFirst(11)
    var offset: Int?
    if clock.hasSuffix("Z") {
      offset = 0
      clock = clock.dropLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let parsed = ClockText.nanoseconds(clock[clock.index(after: sign)...]) else {
        return nil
      }
      offset = Int(parsed / Instant.second) * (clock[sign] == "-" ? -1 : 1)
      clock = clock[..<sign]
    }
    guard let time = ClockText.nanoseconds(clock), time < Instant.day else { return nil }
    guard let offset else {
      self = .local(date, nanosecondsOfDay: time)
      return
    }
    guard abs(date.midnightNanoseconds.distance(to: 0)) < Int64.max / 2 else { return nil }
    let moment = date.midnightNanoseconds + time - Int64(offset) * Instant.second
    self = .instant(Instant(nanoseconds: moment), offsetSeconds: offset)
  }

  /// Whether it comes before another; true where only a time zone can tell.
  func isBefore(_ other: TimeWord) -> Bool {
    switch (self, other) {
    case (.instant(let mine, _), .instant(let its, _)): mine < its
    case (.local(let date, let time), .local(let otherDate, let otherTime)):
      (date, time) < (otherDate, otherTime)
    default: true
    }
  }

  /// The value of a moment with an offset; nil for wall clock readings.
  var instant: Value? {
    guard case .instant(let instant, let offset) = self else { return nil }
    return .instant(instant, offsetSeconds: offset)
  }
}

extension TimeWord: CustomStringConvertible {
  /// The text `init(_:)` reads.
  public var description: String {
    switch self {
    case .instant(let instant, let offset): instant.iso8601(offsetSeconds: offset)
    case .local(let date, let time): "\(date)T\(ClockText.text(time))"
    }
  }
}
