import Synchronization

/// Texts from other threads that wait to be shown.
final class NoticeQueue: Sendable {
  private let lines = Mutex<[String]>([])

  func add(_ text: String) { lines.withLock { $0.append(text) } }

  func take() -> String {
    lines.withLock { lines in
      defer { lines = [] }
      return lines.joined(separator: "\n")
    }
  }
}
