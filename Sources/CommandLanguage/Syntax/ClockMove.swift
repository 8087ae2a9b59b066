public import MarketModel

/// What `replay [start|stop]` was asked to do.
public struct ReplayCommand: Sendable {
  /// True for `replay stop`.
  public var stops: Bool
  /// The first session.
  public var from: CivilDate?
  /// How many trading days before the session stay visible.
  public var trailing: Int?
}

/// A moment as `until` and `goto` take it.
public enum ClockTarget: Sendable {
  /// On the session's day, in nanoseconds since the exchange's midnight.
  case timeOfDay(Int64)
  case time(TimeWord)
  /// The regular open of a date, or of the next trading day after it.
  case date(CivilDate)
}

/// A move of a replay's clock.
public enum ClockMove: Sendable {
  case step(Int)
  case back(Int)
  /// To the next bar of a series, or of every base.
  case next(Address?, Int)
  case rnext(Address?)
  case nextDay
  case until(ClockTarget)
  case goto(ClockTarget)
  case finish
  case end
  case start
}
