import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs another program to its end, never through a shell: files are its input and outputs.
struct ChildProgram {
  let arguments: [String]
  let isCancelled: @Sendable () -> Bool

  /// The exit code; what the program wrote goes to the files.
  ///
  /// - Throws: `missing-program` when it is not installed, `program-failed` when it cannot be started or was
  ///   killed, `interrupted`.
  func run(input: String, output: String, errors: String) throws(SessError) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let fault = posix_spawnp(&process, arguments[0], &actions, &attributes, &pointers, environ)
    guard fault == 0 else { throw failure(fault) }
    return try wait(for: process)
  }

  private func failure(_ fault: Int32) -> SessError {
    guard fault == ENOENT else {
      return SessError(
        "program-failed",
        "\(arguments[0]) cannot be started: \(String(cString: strerror(fault)))")
    }
    return SessError("missing-program", "\(arguments[0]) is not installed")
  }

  private func wait(for process: pid_t) throws(SessError) -> Int32 {
    var status: Int32 = 0
    var pause: useconds_t = 500
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { break }
      if ended < 0, errno != EINTR { return -1 }
      if isCancelled() {
        kill(process, SIGTERM)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        throw SessError("interrupted", "\(arguments[0]) was interrupted")
      }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    guard status & 0x7F == 0 else {
      throw SessError("program-failed", "\(arguments[0]) was ended by signal \(status & 0x7F)")
    }
    return (status >> 8) & 0xFF
  }
}
