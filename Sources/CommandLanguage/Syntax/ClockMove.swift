public import Diagnostics
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
  /// A moment that `mark` named.
  case mark(ExpandedWord)
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

/// What `feed SOURCE` was asked to do.
public struct FeedCommand: Sendable {
  /// A file, `-`, or `stop`.
  public var source: ExpandedWord
  /// The symbol of lines that name none.
  public var symbol: String?
  /// The interval of bars that name none.
  public var interval: Interval?
  /// The calendar of new symbols.
  public var calendar: ExpandedWord?
  /// The zone of times without an offset.
  public var zone: ExpandedWord?
  /// True when times name bar ends.
  public var labelsEnd = false
  /// True when what is added to the file is taken in as well.
  public var follows = false
  /// The source's place.
  public var span: SourceSpan
}
