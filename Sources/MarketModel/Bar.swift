/// One bar over `[start, end)`, labelled by its start.
///
/// - Units: prices in quote currency; volume in shares, contracts or coins, possibly fractional.
public struct Bar: Sendable, Equatable {
  /// The first instant the bar covers.
  public var start: Instant
  /// The first price.
  public var open: Double
  /// The highest price.
  public var high: Double
  /// The lowest price.
  public var low: Double
  /// The last price.
  public var close: Double
  /// What was traded.
  public var volume: Double
  /// How many trades, where the source says.
  public var trades: Int?
  /// The volume-weighted average price, where the source says.
  public var vwap: Double?
  /// Base bars behind a derived bar, and how many there should be; nil for received bars.
  public var coverage: Coverage?
  /// When it arrived, if later than its end or as a correction or fill.
  public var received: Instant?
  /// How it came to stand in a slot that was missing.
  public var fill: BarFill?

  /// Creates a bar without checking it; `BarFault.find` checks.
  public init(
    start: Instant, open: Double, high: Double, low: Double, close: Double, volume: Double,
    trades: Int? = nil, vwap: Double? = nil, coverage: Coverage? = nil
  ) {
    self.start = start
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.trades = trades
    self.vwap = vwap
    self.coverage = coverage
  }
}

/// How many of the expected base bars a derived bar was folded from.
public struct Coverage: Sendable, Equatable {
  /// Base bars, or events, found.
  public var present: Int
  /// Base bars the calendar requires; nil for bars of events, which nothing requires.
  public var expected: Int?

  /// Creates a coverage of two counts.
  public init(present: Int, expected: Int?) {
    self.present = present
    self.expected = expected
  }
}

/// What is wrong with the five numbers of a bar.
public enum BarFault: Sendable, Equatable {
  case notFinite
  case highTooLow
  case lowTooHigh
  case negativeVolume

  /// The reason in words.
  public var reason: String {
    switch self {
    case .notFinite: "a price or the volume is not a finite number"
    case .highTooLow: "high is below open or close"
    case .lowTooHigh: "low is above open or close"
    case .negativeVolume: "volume is negative"
    }
  }

  /// The result of looking at five numbers: fine, fine but for rounding, or a fault.
  public enum Verdict: Sendable, Equatable {
    case sound
    case rounding
    case fault(BarFault)
  }

  /// Judges the five numbers; a high or low off by at most 1e-9 relative is rounding.
  public static func judge(
    open: Double, high: Double, low: Double, close: Double, volume: Double
  ) -> Verdict {
    // A number that is none fails every comparison.
    if high >= open, high >= close, low <= open, low <= close, volume >= 0, high < .infinity,
      low > -.infinity, volume < .infinity
    {
      return .sound
    }
    guard open.isFinite, high.isFinite, low.isFinite, close.isFinite, volume.isFinite else {
      return .fault(.notFinite)
    }
    if volume < 0 { return .fault(.negativeVolume) }
    let top = max(open, close)
    let bottom = min(open, close)
    let slack = 1e-9 * max(abs(top), abs(bottom), abs(high), abs(low))
    if high < top - slack { return .fault(.highTooLow) }
    if low > bottom + slack { return .fault(.lowTooHigh) }
    return .rounding
  }
}
