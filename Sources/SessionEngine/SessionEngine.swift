public import Diagnostics
public import MarketCalendar
public import MarketModel
import Synchronization

/// The one mutable thing: a session behind one lock.
///
/// Readers take snapshots, which are O(1) and never change. Single bars are appended in place under the lock;
/// batch writers compute on a snapshot and commit it against the version they read.
public final class SessionEngine: Sendable {
  private struct State: Sendable {
    var data: SessionData
    var history = UndoHistory()
    var named: [String: SessionData] = [:]
    /// The states before the first and after the last commit of the running command.
    var before: SessionData?
    var after: SessionData?

    /// Puts a state that a command made in place of the present one.
    mutating func take(_ next: SessionData) {
      if before == nil { before = data }
      data = next
      after = next
    }
  }

  private let state: Mutex<State>

  /// Creates an engine around an empty session.
  public init(catalog: CalendarCatalog) {
    state = Mutex(State(data: SessionData(catalog: catalog)))
  }

  /// The session as it is now.
  ///
  /// - Complexity: O(1).
  public func snapshot() -> SessionData { state.withLock { $0.data } }

  /// Changes the session in place, under the lock; a throwing change must leave it as it was.
  ///
  /// The change logs itself: the live path does so bar by bar. `isCommand` says that it is what a command
  /// does, and not what a feed brings beside it.
  public func mutate<Result: Sendable>(
    isCommand: Bool = false, _ change: @Sendable (inout SessionData) throws(SessError) -> Result
  ) throws(SessError) -> Result {
    try state.withLock { (state: inout sending State) throws(SessError) -> Result in
      guard isCommand else { return try change(&state.data) }
      let before = state.data
      let result = try change(&state.data)
      if state.before == nil { state.before = before }
      state.after = state.data
      return result
    }
  }

  /// Puts a changed snapshot in place of the session it was taken from, and logs what differs.
  ///
  /// - Throws: `stale-version` when the session has changed since.
  public func commit(_ changed: SessionData, from version: Int) throws(SessError) {
    try state.withLock { (state: inout sending State) throws(SessError) in
      try SessionEngine.check(version, state.data)
      var next = changed
      next.log(changesFrom: state.data)
      state.take(next)
    }
  }

  private static func check(_ version: Int, _ data: SessionData) throws(SessError) {
    let current = data.changes.sequence
    guard current != version else { return }
    throw SessError(
      "stale-version", "the session is at change \(current), but this was computed at \(version)",
      hint: "run the command again")
  }
}

extension SessionEngine {
  /// Puts a decoded session in place of the one it was made from, its change number included.
  ///
  /// - Throws: `stale-version` when the session has changed since; `unknown-calendar`, `bad-session`.
  public func replace(with document: SessionDocument, from version: Int) throws(SessError) {
    try state.withLock { (state: inout sending State) throws(SessError) in
      try SessionEngine.check(version, state.data)
      var next = state.data
      try next.replace(with: document)
      state.take(next)
    }
  }
}

extension SessionEngine {
  /// The session as it is before a command.
  public func beginCommand() -> SessionData {
    state.withLock { (state: inout sending State) in
      (state.before, state.after) = (nil, nil)
      return state.data
    }
  }

  /// Goes back to the state before a command that failed half way, as if nothing had come since.
  public func abandon(to earlier: SessionData) {
    state.withLock { (state: inout sending State) in
      state.data = earlier
      (state.before, state.after) = (nil, nil)
    }
  }

  /// Makes the state before a command something `undo` goes back to, if the command changed anything.
  public func remember(_ earlier: SessionData, before label: String) {
    state.withLock { (state: inout sending State) in
      let before = state.before ?? earlier
      let after = state.after ?? state.data
      (state.before, state.after) = (nil, nil)
      guard let weight = after.weight(ofChangesSince: before.changes) else { return }
      state.history.remember(
        UndoHistory.Step(
          data: before, label: label, weight: weight, result: after.isFed ? after : nil))
    }
  }

  /// Goes back before the last command that changed the session; what differs is logged as new changes.
  ///
  /// What a feed has brought since stays.
  ///
  /// - Returns: the command.
  /// - Throws: `nothing-to-undo`.
  public func undo() throws(SessError) -> String {
    try move(
      isUndo: true,
      else: SessError(
        "nothing-to-undo", "no command has changed the session, or all are undone",
        hint: "`changes` lists what has happened"))
  }

  /// Does again what was undone last; what differs is logged as new changes.
  ///
  /// - Returns: the command.
  /// - Throws: `nothing-to-redo`.
  public func redo() throws(SessError) -> String {
    try move(
      isUndo: false,
      else: SessError(
        "nothing-to-redo", "nothing was undone since the session last changed",
        hint: "`undo` goes back before the last command"))
  }

  private func move(isUndo: Bool, else error: SessError) throws(SessError) -> String {
    try state.withLock { (state: inout sending State) throws(SessError) -> String in
      let present = state.data
      guard let moved = state.history.move(from: present, isUndo: isUndo) else { throw error }
      state.data.restore(moved.state)
      return moved.label
    }
  }

  /// The commands that undo and redo would go back and forth over, the nearest first.
  public func steps(isUndo: Bool) -> [String] {
    state.withLock { state in
      (isUndo ? state.history.past : state.history.future).reversed().map(\.label)
    }
  }
}

extension SessionEngine {
  /// Names the present state; true when the name stood for another one before.
  @discardableResult
  public func nameSnapshot(_ name: String) -> Bool {
    state.withLock { (state: inout sending State) in
      state.named.updateValue(state.data, forKey: name) != nil
    }
  }

  /// The named states, by name.
  public func namedSnapshots() -> [(name: String, session: SessionData)] {
    let named = state.withLock { $0.named }
    var pairs: [(name: String, session: SessionData)] = []
    for name in named.keys.sorted() {
      if let session = named[name] { pairs.append((name, session)) }
    }
    return pairs
  }

  /// A named state.
  ///
  /// - Throws: `unknown-snapshot`.
  public func snapshot(named name: String) throws(SessError) -> SessionData {
    let named = state.withLock { $0.named }
    if let session = named[name] { return session }
    let names = named.keys.sorted()
    let near = Suggestion.nearest(to: name, in: names).map { "did you mean \($0)?" }
    let list = names.isEmpty ? nil : "snapshots: " + SessionData.shortList(names)
    throw SessError(
      "unknown-snapshot", "there is no snapshot \(name)",
      hint: near ?? list ?? "`snapshot \(name)` names the present state")
  }

  /// Forgets a named state.
  ///
  /// - Throws: `unknown-snapshot`.
  public func forgetSnapshot(_ name: String) throws(SessError) {
    _ = try snapshot(named: name)
    state.withLock { (state: inout sending State) in state.named[name] = nil }
  }

  /// Goes back to a named state; what differs is logged as new changes.
  ///
  /// - Throws: `unknown-snapshot`.
  public func restoreSnapshot(_ name: String) throws(SessError) {
    let session = try snapshot(named: name)
    state.withLock { (state: inout sending State) in state.data.restore(session) }
  }
}
