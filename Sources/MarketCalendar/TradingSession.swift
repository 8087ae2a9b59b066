public import MarketModel

/// The part of a trading day a segment is.
public enum SegmentKind: String, Sendable {
  case pre
  case regular
  case post
}

/// An unbroken stretch of trading, `[start, end)`.
///
/// - Units: UTC nanoseconds.
public struct Segment: Sendable, Equatable {
  /// Pre-market, regular or post-market.
  public var kind: SegmentKind
  /// The first moment.
  public var start: Int64
  /// The first moment after it.
  public var end: Int64
}

/// One trading day of an exchange with its segments in time order.
public struct TradingSession: Sendable, Equatable {
  /// The exchange's date, which names the session.
  public var date: CivilDate
  /// Pre-market if any, regular hours split by breaks, post-market if any; never empty.
  public var segments: [Segment]
  /// True when it closes before the usual time.
  public var isEarlyClose: Bool
  /// True when it opens after the usual time.
  public var isLateOpen: Bool

  /// The start of regular hours.
  public var open: Int64 {
    for segment in segments where segment.kind == .regular { return segment.start }
    return start
  }

  /// The end of regular hours.
  public var close: Int64 {
    var last = end
    for segment in segments where segment.kind == .regular { last = segment.end }
    return last
  }

  /// The first moment, pre-market included.
  public var start: Int64 { segments.first?.start ?? 0 }

  /// The first moment after everything, post-market included.
  public var end: Int64 { segments.last?.end ?? 0 }

  /// The segments that are expected: the regular ones, or all.
  public func segments(extended: Bool) -> [Segment] {
    extended ? segments : segments.filter { $0.kind == .regular }
  }
}
