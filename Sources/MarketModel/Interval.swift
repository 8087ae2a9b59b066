/// A bar length: `30s`, `1m`, `5m`, `1h`, `1d`, `1w`, `1mo`, always in canonical form.
///
/// `60m` is `1h` and `60s` is `1m`, but `24h` is not `1d`: a day is a trading day, whatever its hours.
public struct Interval: Sendable, Hashable {
  /// What the count counts.
  public enum Unit: String, Sendable, Hashable {
    case second = "s"
    case minute = "m"
    case hour = "h"
    case day = "d"
    case week = "w"
    case month = "mo"
  }

  /// How many units, at least 1; days, weeks and months take 1 only.
  public let count: Int
  /// The largest unit that divides the length.
  public let unit: Unit

  /// Creates the canonical form of a length, or nil for zero, more than a year, or several days.
  public init?(count: Int, unit: Unit) {
    guard count > 0 else { return nil }
    switch unit {
    case .day, .week, .month:
      guard count == 1 else { return nil }
      self.init(checkedCount: count, unit: unit)
    case .second, .minute, .hour:
      let seconds = count.multipliedReportingOverflow(by: Interval.secondsPerUnit(unit))
      guard !seconds.overflow, seconds.partialValue <= 366 * 86_400 else { return nil }
      self.init(canonicalSeconds: seconds.partialValue)
    }
  }

  private init(canonicalSeconds seconds: Int) {
    if seconds % 3600 == 0 {
      self.init(checkedCount: seconds / 3600, unit: .hour)
    } else if seconds % 60 == 0 {
      self.init(checkedCount: seconds / 60, unit: .minute)
    } else {
      self.init(checkedCount: seconds, unit: .second)
    }
  }

  private init(checkedCount: Int, unit: Unit) {
    count = checkedCount
    self.unit = unit
  }

  /// Parses `5m`, `60m` (which becomes `1h`), `1d`, `1mo`; nil for zero and nonsense.
  public init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, digits.count <= 9, let count = Int(digits) else { return nil }
    guard let unit = Unit(rawValue: String(text.dropFirst(digits.count))) else { return nil }
    self.init(count: count, unit: unit)
  }

  private static func secondsPerUnit(_ unit: Unit) -> Int {
    switch unit {
    case .second: 1
    case .minute: 60
    case .hour: 3600
    case .day: 86_400
    case .week: 7 * 86_400
    case .month: 30 * 86_400
    }
  }

  /// One second, the finest grid.
  public static let second = Interval(canonicalSeconds: 1)

  /// One trading day.
  public static let day = Interval(checkedCount: 1, unit: .day)

  /// One minute, the usual base.
  public static let minute = Interval(canonicalSeconds: 60)
}

extension Interval {
  /// True for lengths cut from a session; false for days, weeks and months.
  public var isIntraday: Bool { unit == .second || unit == .minute || unit == .hour }

  /// The length in nanoseconds; for days, weeks and months only an order of magnitude.
  public var nanoseconds: Int64 {
    Int64(count) * Int64(Interval.secondsPerUnit(unit)) * Instant.second
  }

  /// True when whole bars of `finer` tile a bar of this length.
  public func isMultiple(of finer: Interval) -> Bool {
    guard finer < self else { return false }
    guard isIntraday else { return finer.isIntraday || finer.unit == .day }
    return finer.isIntraday && nanoseconds % finer.nanoseconds == 0
  }
}

extension Interval: Comparable {
  /// The shorter of two intervals is the smaller; `24h` sorts before `1d`.
  public static func < (a: Interval, b: Interval) -> Bool {
    if a.isIntraday != b.isIntraday { return a.isIntraday }
    return a.nanoseconds < b.nanoseconds
  }
}

extension Interval: CustomStringConvertible {
  /// The canonical text: `5m`, `1h`, `1mo`.
  public var description: String { "\(count)\(unit.rawValue)" }
}

extension Interval {
  /// Feeds the hasher one number, as intervals are what bars are looked up by.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(nanoseconds)
  }
}
