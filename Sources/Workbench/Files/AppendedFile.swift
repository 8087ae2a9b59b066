import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that a text is to be added to; nothing is left of it when none is.
final class AppendedFile {
  private let path: String
  private let descriptor: Int32
  private let isNew: Bool
  private var isWritten = false

  /// Opens the file, or makes it when it is not there.
  ///
  /// - Throws: `not-writable`, `file-not-found` for a missing folder, `is-a-directory`.
  init(path: String) throws(SessError) {
    self.path = path
    isNew = !PathPattern.exists(path)
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw OpenFile.failure(path, errno) }
  }

  deinit {
    close(descriptor)
    if isNew, !isWritten { unlink(path) }
  }

  /// Adds a text to the end, all of it or nothing.
  ///
  /// - Throws: `disk-full`, `file-error`.
  func write(_ text: String) throws(SessError) {
    let end = lseek(descriptor, 0, SEEK_END)
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        if end >= 0 { _ = ftruncate(descriptor, end) }
        throw OpenFile.failure(path, code)
      }
      bytes = bytes.dropFirst(count)
    }
    isWritten = true
  }
}

#if canImport(Glibc)
  private let systemWrite = Glibc.write
#else
  private let systemWrite = Darwin.write
#endif
