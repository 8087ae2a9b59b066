public import Foundation

/// The real program on a real screen: a tmux server of its own.
///
/// What is typed goes in as keys; what is checked is what the screen shows, polled up to a deadline.
public final class TerminalScreen {
  private let socket: String
  /// The home folder of the program, empty at first.
  public let home: URL

  /// Whether there is a tmux to run.
  public static let isAvailable = (try? ChildProcess.run(["tmux", "-V"]).status) == 0

  /// Starts a command in a screen of some size, in the package's folder.
  public init(_ command: String, columns: Int = 100, rows: Int = 30, home: URL? = nil) throws {
    self.home = try home ?? TestEnvironment.temporaryFolder()
    socket = self.home.appending(path: "tmux-\(UUID().uuidString.prefix(8))").path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let line =
      "cd '\(TestEnvironment.package.path)' && env -i LANG=C.UTF-8 TERM=tmux-256color "
      + "HOME='\(self.home.path)' PATH='\(path)' \(command); "
      + "echo \"[exit $?]\""
    try tmux(
      "-u", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", line, ";",
      "set-option", "-g", "remain-on-exit", "on")
  }

  deinit { _ = try? ChildProcess.run(["tmux", "-S", socket, "kill-server"]) }

  /// Types text as it stands.
  public func type(_ text: String) throws { try tmux("send-keys", "-l", "--", text) }

  /// Presses keys by name: `Enter`, `Tab`, `C-c`.
  public func press(_ keys: String...) throws {
    for key in keys { try tmux("send-keys", key) }
  }

  /// Types a line and presses Enter.
  public func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Pastes text as a terminal does.
  public func paste(_ text: String) throws {
    let file = home.appending(path: "paste-\(UUID().uuidString)")
    try text.write(to: file, atomically: true, encoding: .utf8)
    try tmux("load-buffer", file.path)
    try tmux("paste-buffer", "-p")
  }

  /// What the screen shows, without empty lines at its end.
  public func text() throws -> String {
    var text = try ChildProcess.run(["tmux", "-S", socket, "capture-pane", "-p"]).output
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  /// The last line shown.
  public func lastLine() throws -> String {
    String(try text().split(separator: "\n", omittingEmptySubsequences: false).last ?? "")
  }

  /// Waits until the screen passes a test; the screen as it was last seen, and whether it passed.
  public func waits(seconds: Double = 10, until passes: (String) -> Bool) throws -> (Bool, String) {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while true {
      let text = try text()
      if passes(text) { return (true, text) }
      if Date() > deadline { return (false, text) }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  /// The exit code, once the program has ended: the shell around it prints it.
  public func exitCode() throws -> Int? {
    let (_, shown) = try waits { $0.contains("[exit ") }
    guard let mark = shown.range(of: "[exit ") else { return nil }
    return Int(shown[mark.upperBound...].prefix { $0.isNumber })
  }

  private func tmux(_ arguments: String...) throws {
    let result = try ChildProcess.run(["tmux", "-S", socket, "-f", "/dev/null"] + arguments)
    guard result.status == 0 else {
      throw NSError(domain: result.output, code: Int(result.status))
    }
  }
}
