import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a command of the user's shell.
struct ShellCommand {
  let text: String
  let isCancelled: @Sendable () -> Bool

  /// Everything the command prints.
  ///
  /// - Throws: `shell-failed` when it cannot be started or fails; `file-too-large` past the limit; `interrupted`.
  func output(limit: Int) throws(SessError) -> [UInt8] {
    guard let stream = popen(text, "r") else { throw failure("it cannot be started") }
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
    try verify(status)
    return bytes
  }

  /// Gives a text to the command's input; what it prints goes to the terminal.
  ///
  /// - Throws: `shell-failed`, `interrupted`.
  func feed(_ input: String) throws(SessError) {
    fflush(nil)
    // A handler, not SIG_IGN: that would be inherited by the program, which then could not end by it.
    let previous = signal(SIGPIPE) { _ in }
    defer { signal(SIGPIPE, previous) }
    guard let stream = popen(text, "w") else { throw failure("it cannot be started") }
    // A command may end before it has read everything; what is left in a buffer would fail `pclose`.
    setvbuf(stream, nil, _IONBF, 0)
    let bytes = Array(input.utf8)
    fwrite(bytes, 1, bytes.count, stream)
    let status = pclose(stream)
    try verify(status)
  }

  /// Fails unless the command ended well, as `wait` tells of it.
  private func verify(_ status: Int32) throws(SessError) {
    if isCancelled() {
      throw SessError("interrupted", "the shell command was interrupted", notes: [text])
    }
    guard status != 0 else { return }
    let signal = status & 0x7F
    throw failure(signal == 0 ? "exit code \((status >> 8) & 0xFF)" : "ended by signal \(signal)")
  }

  private func failure(_ reason: String) -> SessError {
    SessError("shell-failed", "the shell command failed: \(reason)", notes: [text])
  }
}
