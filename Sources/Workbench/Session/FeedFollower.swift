import Diagnostics
import Dispatch
import MarketFormats
import Synchronization

/// Follows a growing file from a thread of its own and tells what it brought.
final class FeedFollower: Sendable {
  private struct State {
    var intake: FeedIntake
    var position: Int
    var isStopped = false
  }

  private static let interval = DispatchTimeInterval.milliseconds(200)

  private let state: Mutex<State>
  private let notify: @Sendable (String) -> Void
  private let queue = DispatchQueue(label: "feed")
  /// Held while something is taken in, or nothing may be.
  private let pause = DispatchSemaphore(value: 1)

  init(_ intake: FeedIntake, position: Int, notify: @escaping @Sendable (String) -> Void) {
    state = Mutex(State(intake: intake, position: position))
    self.notify = notify
  }

  /// Looks again and again, until stopped.
  func start() {
    queue.asyncAfter(deadline: .now() + FeedFollower.interval) { [self] in
      pause.wait()
      let goesOn = look()
      pause.signal()
      guard goesOn else { return }
      start()
    }
  }

  /// The file that is followed.
  var name: String { state.withLock { $0.intake.name } }

  /// Whether it still looks.
  var isRunning: Bool { state.withLock { !$0.isStopped } }

  /// Stops at the next look.
  func stop() { state.withLock { $0.isStopped = true } }

  /// Does something while nothing is taken in.
  func pausing<Result>(_ body: () throws(SessError) -> Result) throws(SessError) -> Result {
    pause.wait()
    defer { pause.signal() }
    return try body()
  }

  /// Takes in what was added; false when nothing more is to come.
  private func look() -> Bool {
    let note: String? = state.withLock { state in
      if state.isStopped { return "" }
      let before = state.intake.tally
      do throws(SessError) {
        let name = state.intake.name
        let source = FileSource(file: try OpenFile(reading: name), name: name)
        guard source.byteCount >= state.position else { throw source.shrunk() }
        guard source.byteCount > state.position else { return nil }
        let count = min(source.byteCount - state.position, 1 << 20)
        let bytes = try source.bytes(at: state.position, count: count)
        state.position += bytes.count
        try state.intake.take(bytes, isEnd: false)
      } catch {
        state.isStopped = true
        return "feed \(state.intake.name) ended: \(error.message)"
      }
      let added = state.intake.tally.since(before)
      return added.taken + added.rejected == 0
        ? nil : "feed \(state.intake.name): \(FeedIntake.words(added))"
    }
    if let note, !note.isEmpty { notify(note) }
    return state.withLock { !$0.isStopped }
  }
}

extension FeedIntake.Tally {
  /// What was counted since an earlier tally.
  fileprivate func since(_ earlier: FeedIntake.Tally) -> FeedIntake.Tally {
    FeedIntake.Tally(
      bars: bars - earlier.bars, ticks: ticks - earlier.ticks, quotes: quotes - earlier.quotes,
      late: late - earlier.late, corrected: corrected - earlier.corrected,
      duplicates: duplicates - earlier.duplicates, rejected: rejected - earlier.rejected)
  }
}
