import Diagnostics
import MarketFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file read piece by piece, so that one that shrinks is noticed rather than crashed on.
struct FileSource: ByteSource {
  private let file: OpenFile
  let name: String
  let byteCount: Int

  init(file: OpenFile, name: String) {
    self.file = file
    self.name = name
    byteCount = file.byteCount
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SessError) -> Int {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let count = pread(
        file.descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
      if count < 0 {
        if errno == EINTR { continue }
        throw OpenFile.failure(name, errno)
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}
