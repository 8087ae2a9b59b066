import MarketModel

/// The states that undo and redo go back to, one a command that changed the session.
///
/// Whole values: they share whatever did not change. Their number is bounded, and so is the room for
/// bars that only they still hold.
struct UndoHistory: Sendable {
  /// A state, and the command that led away from it.
  struct Step: Sendable {
    var data: SessionData
    var label: String
    /// About how many bars only this state holds.
    var weight = 0
    /// The state the command led to, where a feed goes on from it; what has come since is not undone.
    var result: SessionData?
  }

  private(set) var past: [Step] = []
  private(set) var future: [Step] = []

  /// How many steps are kept.
  static let stepCountMax = 100
  /// About how many bars steps may keep that the session no longer holds; the last step is always kept.
  static let weightMax = 4_000_000

  /// Notes the state before a command; what was undone before cannot be redone after it.
  mutating func remember(_ step: Step) {
    future = []
    past.append(step)
    var weight = past.reduce(0) { $0 + $1.weight }
    while past.count > 1, past.count > UndoHistory.stepCountMax || weight > UndoHistory.weightMax {
      weight -= past.removeFirst().weight
    }
  }

  /// Goes from the present to the state before the last command, or to the one after that undone last.
  ///
  /// The present one is kept for the way back.
  ///
  /// - Returns: the state with what a feed has brought meanwhile, and the command; nil without one.
  mutating func move(from present: SessionData, isUndo: Bool) -> (
    state: SessionData, label: String
  )? {
    guard let step = isUndo ? past.popLast() : future.popLast() else { return nil }
    let state = step.result.map { step.data.adding(arrivalsIn: present, since: $0) } ?? step.data
    let back = Step(
      data: present, label: step.label, weight: step.weight, result: state.isFed ? state : nil)
    if isUndo { future.append(back) } else { past.append(back) }
    return (state, step.label)
  }
}
