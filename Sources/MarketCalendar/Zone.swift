public import Diagnostics
public import MarketModel

/// A time zone: which offset the clocks of a place show at each moment.
public struct Zone: Sendable, Equatable {
  /// The name it was asked for by: `America/New_York`, `UTC`, `+05:30`.
  public let name: String
  private let transitions: [Int64]
  private let offsets: [Int]
  private let firstOffset: Int
  private let rule: PosixZoneRule?

  /// Reads a zone from the bytes of a TZif file.
  ///
  /// - Throws: `bad-zone-data`.
  public init(name: String, tzif bytes: [UInt8]) throws(SessError) {
    let reader = try TZifReader(bytes, name: name)
    self.name = name
    transitions = reader.transitions
    offsets = reader.offsets
    firstOffset = reader.firstOffset
    rule = reader.rule
  }

  /// Creates a zone whose clocks never change.
  public init(fixedOffsetSeconds seconds: Int) {
    name = seconds == 0 ? "UTC" : Instant.offsetText(seconds)
    transitions = []
    offsets = []
    firstOffset = seconds
    rule = nil
  }

  /// Coordinated Universal Time.
  public static let utc = Zone(fixedOffsetSeconds: 0)

  /// Seconds east of Greenwich at a moment.
  public func offsetSeconds(at instant: Instant) -> Int { offset(at: instant).seconds }

  /// Whether two zones show the same time at every moment, whatever they are called.
  public func keepsTime(of other: Zone) -> Bool {
    transitions == other.transitions && offsets == other.offsets
      && firstOffset == other.firstOffset && rule == other.rule
  }

  /// The offset at a moment, and the UTC nanoseconds `[validFrom, validUntil)` over which it holds.
  ///
  /// - Complexity: O(log transitions).
  public func offset(at instant: Instant) -> (seconds: Int, validFrom: Int64, validUntil: Int64) {
    let second = instant.nanoseconds.floored(by: Instant.second)
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= second { low = middle + 1 } else { high = middle }
    }
    let from = low == 0 ? Int64.min : transitions[low - 1]
    if low == transitions.count, let rule {
      let ruled = rule.offset(at: second)
      return (ruled.seconds, Zone.nanoseconds(max(from, ruled.from)), Zone.nanoseconds(ruled.until))
    }
    let until = low == transitions.count ? Int64.max : transitions[low]
    let seconds = low == 0 ? firstOffset : offsets[low - 1]
    return (seconds, Zone.nanoseconds(from), Zone.nanoseconds(until))
  }

  private static func nanoseconds(_ seconds: Int64) -> Int64 {
    let product = seconds.multipliedReportingOverflow(by: Instant.second)
    return product.overflow ? (seconds < 0 ? .min : .max) : product.partialValue
  }
}

extension Zone {
  /// What a wall clock time means.
  public enum LocalTime: Sendable, Equatable {
    case unique(Instant)
    /// The clock shows it twice.
    case ambiguous(earlier: Instant, later: Instant)
    /// The clock jumps over it; the moment it would be without the jump.
    case skipped(after: Instant)
  }

  /// The moments at which the clocks of this zone show a date and time of day.
  public func resolve(date: CivilDate, nanosecondsOfDay: Int64) -> LocalTime {
    let wall = date.midnightNanoseconds &+ nanosecondsOfDay
    let before = offsetSeconds(at: Instant(nanoseconds: wall &- Instant.day))
    let after = offsetSeconds(at: Instant(nanoseconds: wall &+ Instant.day))
    let first = Instant(nanoseconds: wall &- Int64(before) &* Instant.second)
    let second = Instant(nanoseconds: wall &- Int64(after) &* Instant.second)
    let isFirst = offsetSeconds(at: first) == before
    let isSecond = offsetSeconds(at: second) == after
    switch (isFirst, isSecond) {
    case (true, true):
      return first == second
        ? .unique(first) : .ambiguous(earlier: min(first, second), later: max(first, second))
    case (true, false): return .unique(first)
    case (false, true): return .unique(second)
    case (false, false): return .skipped(after: first)
    }
  }

  /// The moment of a wall clock time: the earlier of two, or past a jump of the clock by as much.
  public func instant(date: CivilDate, nanosecondsOfDay: Int64) -> Instant {
    switch resolve(date: date, nanosecondsOfDay: nanosecondsOfDay) {
    case .unique(let instant), .ambiguous(let instant, _), .skipped(let instant): instant
    }
  }
}

extension Int64 {
  /// Division rounded towards negative infinity.
  func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
