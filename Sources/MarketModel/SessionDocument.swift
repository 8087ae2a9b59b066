/// The root of the tree: what an export holds and a load brings back.
public struct SessionDocument: Sendable, Equatable {
  /// The moment up to which the session is known; nil judges every loaded day whole.
  public var clock: Instant?
  /// True while a replay or feed drives the clock.
  public var active = false
  /// The symbols by their exact code.
  public var symbols: [String: SymbolSessionData] = [:]
  /// The texts of user calendars by name.
  public var calendars: [String: String] = [:]
  /// The sequence number of the latest change.
  public var changeSequence = 0

  /// Creates an empty session.
  public init() {}

  /// The codes of all symbols, sorted.
  public var symbolNames: [String] { symbols.keys.sorted() }
}
