import CEdit
import Synchronization

/// Ctrl-C while a command runs: the first press asks it to stop, a later one ends the program.
public enum Cancellation {
  /// Begins to listen.
  public static func install() { cedit_cancel_install() }

  /// Whether the user wants the running command to stop.
  public static var isRequested: Bool { cedit_cancel_requested() }

  /// Forgets a request, before the next command.
  public static func clear() { cedit_cancel_clear() }

  /// Gives Ctrl-C its usual meaning back.
  public static func disarm() { cedit_cancel_disarm() }
}

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
