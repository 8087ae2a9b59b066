public import MarketModel

/// The part of the expectation a question is about: slots starting in `[from, until)` and over by `clock`.
public struct JudgeSpan: Sendable, Equatable {
  /// The first slot start considered, in UTC nanoseconds.
  public var from = Int64.min
  /// Slot starts at or after this are not considered.
  public var until = Int64.max
  /// Slots ending after this are not expected yet; nil judges whole days.
  public var clock: Int64?

  /// Creates a span; by default all of time without a clock.
  public init(from: Int64 = .min, until: Int64 = .max, clock: Instant? = nil) {
    self.from = from
    self.until = until
    self.clock = clock?.nanoseconds
  }

  /// Whole days, judged whole.
  public static let whole = JudgeSpan()

  /// True when nothing is cut off.
  var isWhole: Bool { self == .whole }
}
