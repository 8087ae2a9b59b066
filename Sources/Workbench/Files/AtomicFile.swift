import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes a file under a temporary name and renames it when it is complete.
///
/// A failed or abandoned write leaves the old file as it was and no temporary one. Links are followed; a device
/// or pipe, which no file may take the place of, is written as it is.
final class AtomicFile {
  private let path: String
  private let target: String
  /// Nil for a device or pipe.
  private let temporaryPath: String?
  private var descriptor: Int32

  /// Creates the temporary file beside the wanted one.
  ///
  /// - Throws: `file-not-found` for a missing folder, `not-writable`, `disk-full`, `is-a-directory`.
  init(path: String) throws(SessError) {
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw SessError("is-a-directory", "\(path) is a folder, so it cannot be written as a file")
    }
    target = exists ? AtomicFile.resolved(path) : path
    guard !exists || status.st_mode & S_IFMT == S_IFREG else {
      temporaryPath = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw AtomicFile.failure(path, errno) }
      return
    }
    let temporary = "\(target).\(getpid()).tmp"
    temporaryPath = temporary
    let mode = exists ? status.st_mode & 0o777 : 0o666
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw AtomicFile.failure(path, errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    removeTemporary()
  }

  /// The path behind any links.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private func removeTemporary() {
    if let temporaryPath { unlink(temporaryPath) }
  }

  /// Adds bytes to the end.
  ///
  /// - Throws: `disk-full`, `file-error`.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SessError) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      #if canImport(Glibc)
        let written = Glibc.write(descriptor, base, rest.count)
      #else
        let written = Darwin.write(descriptor, base, rest.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        throw AtomicFile.failure(path, errno)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Adds a text to the end.
  func write(_ text: String) throws(SessError) {
    let bytes = Array(text.utf8)
    var failure: SessError?
    bytes.withUnsafeBytes { buffer in
      do throws(SessError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Puts the complete file in its place.
  ///
  /// - Throws: `disk-full`, `not-writable`, `file-error`.
  func commit() throws(SessError) {
    let isClosed = close(descriptor) == 0
    let closeError = errno
    descriptor = -1
    guard isClosed else {
      removeTemporary()
      throw AtomicFile.failure(path, closeError)
    }
    guard let temporaryPath, rename(temporaryPath, target) != 0 else { return }
    let code = errno
    removeTemporary()
    throw AtomicFile.failure(path, code)
  }

  private static func failure(_ path: String, _ code: Int32) -> SessError {
    switch code {
    case ENOENT, ENOTDIR:
      SessError("file-not-found", "\(path) cannot be written: its folder does not exist")
    case EACCES, EPERM:
      SessError("not-writable", "\(path) cannot be written: permission denied")
    default: OpenFile.failure(path, code)
    }
  }
}
