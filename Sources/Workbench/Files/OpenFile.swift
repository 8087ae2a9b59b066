import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file descriptor that is closed with its last owner.
final class OpenFile: Sendable {
  let descriptor: Int32

  /// Opens a regular file for reading, or says why it cannot be read.
  ///
  /// - Throws: `file-not-found`, `not-readable`, `is-a-directory`, `not-a-file`.
  init(reading path: String) throws(SessError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw OpenFile.failure(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw OpenFile.failure(path, errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR:
      throw SessError(
        "is-a-directory", "\(path) is a folder",
        hint: "name its files, for example '\(path.hasSuffix("/") ? path : path + "/")*.csv'")
    default: throw SessError("not-a-file", "\(path) is not a regular file")
    }
  }

  /// Takes over a descriptor.
  init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// How many bytes the file holds now.
  var byteCount: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The error for a failed system call on a path.
  static func failure(_ path: String, _ code: Int32) -> SessError {
    switch code {
    case ENOENT, ENOTDIR:
      SessError("file-not-found", "\(path) does not exist")
    case EACCES, EPERM:
      SessError("not-readable", "\(path) may not be opened: permission denied")
    case EISDIR: SessError("is-a-directory", "\(path) is a folder")
    case ENOSPC, EDQUOT: SessError("disk-full", "\(path) cannot be written: no space is left")
    case EFBIG: SessError("disk-full", "\(path) cannot be written: the file size limit is reached")
    case EROFS: SessError("not-writable", "\(path) cannot be written: the file system is read-only")
    case ENAMETOOLONG: SessError("bad-path", "the path is too long")
    default:
      SessError("file-error", "\(path): \(String(cString: strerror(code)))")
    }
  }
}
