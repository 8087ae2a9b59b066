import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a command of the user's shell.
enum ShellCommand {
  /// Everything a command prints.
  ///
  /// - Throws: `shell-failed` when it cannot be started or fails; `interrupted`; `file-too-large`.
  static func output(
    of command: String, limit: Int, isCancelled: () -> Bool
  ) throws(SessError) -> [UInt8] {
    guard let stream = popen(command, "r") else { throw failure(command, -1, isCancelled) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var isTooLarge = false
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      if count == 0 { break }
      bytes += buffer[..<count]
      isTooLarge = bytes.count > limit
      if isTooLarge { break }
    }
    let status = pclose(stream)
    guard !isTooLarge else {
      throw SessError("file-too-large", "the command prints more than memory can hold")
    }
    guard status == 0 else { throw failure(command, status, isCancelled) }
    return bytes
  }

  /// Gives a text to a command's input; what it prints goes to the terminal.
  ///
  /// - Throws: `shell-failed`, `interrupted`.
  static func feed(
    _ text: String, to command: String, isCancelled: () -> Bool
  ) throws(SessError) {
    fflush(nil)
    let previous = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, previous) }
    guard let stream = popen(command, "w") else { throw failure(command, -1, isCancelled) }
    // A command may end before it has read everything; what is left in a buffer would fail `pclose`.
    setvbuf(stream, nil, _IONBF, 0)
    let bytes = Array(text.utf8)
    fwrite(bytes, 1, bytes.count, stream)
    let status = pclose(stream)
    guard status == 0 else { throw failure(command, status, isCancelled) }
  }

  private static func failure(
    _ command: String, _ status: Int32, _ isCancelled: () -> Bool
  ) -> SessError {
    if isCancelled() {
      return SessError("interrupted", "the shell command was interrupted", notes: [command])
    }
    let outcome =
      if status < 0 {
        "it cannot be started"
      } else if status & 0x7F != 0 {
        "signal \(status & 0x7F)"
      } else {
        "exit code \((status >> 8) & 0xFF)"
      }
    return SessError("shell-failed", "the shell command failed: \(outcome)", notes: [command])
  }
}
