import CommandLanguage
import Diagnostics
import LineEditor
import Workbench

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output and error.
enum Terminal {
  /// Whether colours are welcome: a terminal that is not dumb, and no NO_COLOR.
  static let hasColour: Bool = {
    guard isatty(1) == 1, environment("NO_COLOR") == nil else { return false }
    let term = environment("TERM") ?? ""
    return !term.isEmpty && term != "dumb"
  }()

  /// The columns of the terminal, or nil where output is none.
  static var columns: Int? {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// What the workbench may use of this machine.
  static var workbenchEnvironment: WorkbenchEnvironment {
    var environment = WorkbenchEnvironment()
    environment.isCancelled = { Cancellation.isRequested || isClosed }
    if isatty(2) == 1 { environment.progress = ProgressBar.shared.callback }
    if let folder = self.environment("TMPDIR"), folder.count > 1 {
      environment.temporaryRoot = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }
    return environment
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// What went wrong with standard output, once something has.
  static var outputFailure: SessError? { failure.value }

  private static let failure = Shared<SessError?>(nil)
  private static let closed = Shared(false)

  /// True once whoever read standard output has gone.
  static var isClosed: Bool { closed.value }

  /// Lets a write to a pipe that nobody reads fail, so that the program can clean up before it ends of it.
  static func noticeClosedPipes() {
    // A handler, since what is ignored stays so in programs that are started.
    signal(SIGPIPE) { _ in }
  }

  /// Ends as a program does that writes to a pipe nobody reads.
  static func endOfClosedPipe() {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
  }

  /// Writes a text to standard output or error at once, so that their order is kept.
  static func write(_ text: String, to descriptor: Int32) {
    ProgressBar.shared.erase()
    put(text, to: descriptor)
  }

  /// Writes a text over whatever is on the screen.
  static func put(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EPIPE, descriptor == 1 {
        closed.value = true
        return
      }
      guard count > 0 else {
        let reason = String(cString: strerror(errno))
        let error = SessError("output-failed", "standard output cannot be written: \(reason)")
        if descriptor == 1 { failure.value = error }
        return
      }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Says on standard error how long a command took, when `set timing on` asks for it.
  static func writeTiming(_ statement: Statement, _ time: Duration, _ workbench: Workbench) {
    guard workbench.settings.showsTiming, case .command(let line) = statement.kind else { return }
    let (seconds, attoseconds) = time.components
    let digits = String(attoseconds / 100_000_000_000_000 + 10_000).dropFirst()
    write("\(line.verb): \(seconds).\(digits) s\n", to: 2)
  }

  static func printError(_ error: SessError) {
    guard !isClosed else { return }
    var text = error.rendered()
    if hasColour, isatty(2) == 1, let colon = text.firstIndex(of: ":") {
      text = "\u{1B}[1;31m\(text[..<colon])\u{1B}[0m\(text[colon...])"
    }
    write(text + "\n", to: 2)
  }
}

#if canImport(Glibc)
  private let systemWrite = Glibc.write
#else
  private let systemWrite = Darwin.write
#endif
