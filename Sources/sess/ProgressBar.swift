/// A bar on the terminal while a long load goes on; short ones never show it.
final class ProgressBar: Sendable {
  /// The one bar there can be on a terminal.
  static let shared = ProgressBar()

  private struct State {
    var done = 0
    var total = 0
    var shown = -1
  }

  private let state = Shared(State())
  private static let threshold = 32 << 20
  private static let width = 40

  /// Called with the bytes just read and the bytes in all, from any thread.
  var callback: @Sendable (Int, Int) -> Void {
    { done, total in self.advance(done, total) }
  }

  /// Takes the bar off the screen, before something else is written.
  func erase() {
    let isShown = state.change { state -> Bool in
      defer { state = State() }
      return state.shown >= 0
    }
    if isShown { Terminal.put("\r\u{1B}[K", to: 2) }
  }

  private func advance(_ done: Int, _ total: Int) {
    guard total >= ProgressBar.threshold else { return }
    let text = state.change { state -> String? in
      if state.total != total { state = State(done: 0, total: total) }
      state.done += done
      let filled = min(ProgressBar.width, state.done * ProgressBar.width / total)
      guard filled != state.shown else { return nil }
      state.shown = filled
      guard filled < ProgressBar.width else {
        state = State()
        return "\r\u{1B}[K"
      }
      let bar =
        String(repeating: "█", count: filled)
        + String(repeating: "░", count: ProgressBar.width - filled)
      return "\r\(bar) \(state.done >> 20) of \(total >> 20) MB"
    }
    if let text { Terminal.put(text, to: 2) }
  }
}
