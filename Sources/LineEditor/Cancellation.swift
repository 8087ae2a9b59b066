import CEdit

/// Ctrl-C while a command runs: the first press asks it to stop, a later one ends the program.
public enum Cancellation {
  /// Begins to listen.
  public static func install() { cedit_cancel_install() }

  /// Whether the user wants the running command to stop.
  public static var isRequested: Bool { cedit_cancel_requested() }

  /// Gives Ctrl-C its usual meaning back.
  public static func disarm() { cedit_cancel_disarm() }
}
