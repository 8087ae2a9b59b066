public import MarketModel

/// A session that is replayed: everything known, of which the clock shows a part.
///
/// The visible document is always `ClockView` of this at the clock, so the two cannot disagree.
public struct Replay: Sendable {
  /// Every symbol with all its bars, judged whole.
  public internal(set) var known: [String: SymbolSessionData]
  /// The clock before the first event.
  public let start: Instant
  /// How many trading days before the session stay visible; nil keeps all.
  public let trailing: Int?
  /// Symbols with adjustments of days after the clock's session, made anew without these.
  var unadjusted: [String: SymbolSessionData] = [:]

  /// What the clock shows a part of.
  var shown: [String: SymbolSessionData] {
    unadjusted.isEmpty ? known : known.merging(unadjusted) { $1 }
  }
}

extension SessionData {
  /// Every symbol with all that is known of it, bars after the clock included.
  public var knownSymbols: [String: SymbolSessionData] { replay?.known ?? document.symbols }
}
