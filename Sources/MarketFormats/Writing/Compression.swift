private import CArchive
public import Diagnostics

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Darwin)
  private import Darwin
#endif

/// Packs bytes as zst.
public enum Compression {
  /// The packed bytes; the same bytes give the same.
  ///
  /// - Throws: `archive-library-missing`.
  public static func zst(_ bytes: [UInt8]) throws(SessError) -> [UInt8] {
    var packed: UnsafeMutableRawPointer?
    var count = 0
    let isDone = bytes.withUnsafeBytes { buffer in
      sess_archive_compress(buffer.baseAddress, buffer.count, &packed, &count)
    }
    guard isDone else {
      throw SessError(
        "archive-library-missing", "nothing can be packed: libarchive with zstd is not installed",
        hint:
          "install it: apt-get install libarchive13, or brew install libarchive; or end the name in .json"
      )
    }
    defer { free(packed) }
    return [UInt8](UnsafeRawBufferPointer(start: packed, count: count))
  }
}
