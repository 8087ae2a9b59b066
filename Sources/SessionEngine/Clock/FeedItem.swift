public import MarketModel

/// One thing a live source says.
public struct FeedItem: Sendable {
  /// What it says.
  public enum Kind: Sendable {
    case bar(Bar, Interval)
    case tick(Tick)
    case quote(Quote)
  }

  /// The symbol it is about.
  public var symbol: String
  /// What it says.
  public var kind: Kind

  /// Creates an item.
  public init(symbol: String, kind: Kind) {
    self.symbol = symbol
    self.kind = kind
  }
}

/// What became of an item of a feed.
public enum FeedOutcome: Sendable, Equatable {
  /// Stored in time.
  case stored
  /// Stored after the clock had passed its end.
  case late
  /// It took the place of another bar, which stays among the revisions.
  case corrected
  /// The slot holds the same bar already.
  case duplicate
}
