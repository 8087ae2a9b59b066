public import Diagnostics
public import MarketCalendar
import Synchronization

/// The one mutable thing: a session behind one lock.
///
/// Readers take snapshots, which are O(1) and never change. Single bars are appended in place under the lock;
/// batch writers compute on a snapshot and commit it against the version they read.
public final class SessionEngine: Sendable {
  private let state: Mutex<SessionData>

  /// Creates an engine around an empty session.
  public init(catalog: CalendarCatalog) { state = Mutex(SessionData(catalog: catalog)) }

  /// The session as it is now.
  ///
  /// - Complexity: O(1).
  public func snapshot() -> SessionData { state.withLock { $0 } }

  /// Changes the session in place, under the lock; a throwing change must leave it as it was.
  ///
  /// The change logs itself: the live path does so bar by bar.
  public func mutate<Result: Sendable>(
    _ change: @Sendable (inout SessionData) throws(SessError) -> Result
  ) throws(SessError) -> Result {
    try state.withLock { (data: inout sending SessionData) throws(SessError) -> Result in
      try change(&data)
    }
  }

  /// Puts a changed snapshot in place of the session it was taken from, and logs what differs.
  ///
  /// - Throws: `stale-version` when the session has changed since.
  public func commit(_ changed: SessionData, from version: Int) throws(SessError) {
    try state.withLock { (data: inout sending SessionData) throws(SessError) in
      guard data.changes.sequence == version else {
        throw SessError(
          "stale-version",
          "the session is at change \(data.changes.sequence), but this was computed at \(version)",
          hint: "run the command again")
      }
      var next = changed
      next.log(changesFrom: data)
      data = next
    }
  }
}
