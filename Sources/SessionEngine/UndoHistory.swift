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

  /// The state before the last command; the present one is kept for redo.
  mutating func undo(from present: SessionData) -> Step? {
    guard let step = past.popLast() else { return nil }
    future.append(Step(data: present, label: step.label, weight: step.weight))
    return step
  }

  /// The state after the command undone last; the present one is kept for undo.
  mutating func redo(from present: SessionData) -> Step? {
    guard let step = future.popLast() else { return nil }
    past.append(Step(data: present, label: step.label, weight: step.weight))
    return step
  }
}
