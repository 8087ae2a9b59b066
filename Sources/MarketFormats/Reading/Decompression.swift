private import CArchive
public import Diagnostics

/// Unpacks gz, zip, zst, xz, bz2 and tar into memory.
public enum Decompression {
  /// Whether the first bytes are those of a compressed file.
  public static func recognizes(_ head: [UInt8]) -> Bool {
    let marks: [[UInt8]] = [
      [0x1F, 0x8B], [0x50, 0x4B, 0x03, 0x04], [0x28, 0xB5, 0x2F, 0xFD],
      [0xFD, 0x37, 0x7A, 0x58, 0x5A],
      [0x42, 0x5A, 0x68],
    ]
    let isTar = head.count >= 262 && head[257..<262].elementsEqual("ustar".utf8)
    return isTar || marks.contains { head.starts(with: $0) }
  }

  /// The files in a compressed one; members of an archive are named `file.zip:member`.
  ///
  /// Folders, hidden files and empty ones are passed over.
  ///
  /// - Throws: `archive-library-missing`, `bad-archive`, `file-too-large`, `file-shrunk`.
  public static func unpack(_ source: any ByteSource, memoryLimit: Int) throws(SessError)
    -> [MemorySource]
  {
    guard sess_archive_available() else {
      throw SessError(
        "archive-library-missing", "\(source.name) is compressed, and libarchive is not installed",
        hint: "install it: apt-get install libarchive13, or brew install libarchive")
    }
    let packed = try source.bytes(at: 0, count: source.byteCount)
    var members: [MemorySource] = []
    var failure: SessError?
    var total = 0
    packed.withUnsafeBytes { bytes in
      guard let archive = sess_archive_open(bytes.baseAddress, bytes.count) else { return }
      defer { sess_archive_close(archive) }
      do throws(SessError) {
        while let path = sess_archive_next(archive) {
          let member = String(cString: path)
          let isRaw = sess_archive_is_raw(archive)
          let content = try read(archive, source.name, total, memoryLimit)
          if !isRaw, content.isEmpty || isHidden(member) { continue }
          if isRaw, content.starts(with: packed.prefix(4)) { throw damaged(source.name) }
          total += content.count
          let name = isRaw ? source.name : "\(source.name):\(member)"
          members.append(MemorySource(name: name, bytes: content))
        }
        if sess_archive_failed(archive) { throw damaged(source.name) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard !members.isEmpty else { throw damaged(source.name) }
    return members
  }

  /// `.DS_Store`, `__MACOSX/._a.csv`: what systems put into archives beside the data.
  private static func isHidden(_ member: String) -> Bool {
    member.split(separator: "/").contains { $0.hasPrefix(".") && $0 != "." || $0 == "__MACOSX" }
  }

  private static func read(
    _ archive: OpaquePointer, _ name: String, _ total: Int, _ limit: Int
  ) throws(SessError) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = sess_archive_read(archive, &buffer, buffer.count)
      guard count >= 0 else { throw damaged(name) }
      if count == 0 { return content }
      content += buffer[..<count]
      guard content.count < (limit - total) / 8 * 3 else {
        throw SessError(
          "file-too-large", "\(name) unpacks to more than the \(limit >> 20) MB of memory can hold")
      }
    }
  }

  private static func damaged(_ name: String) -> SessError {
    SessError("bad-archive", "\(name) is damaged or cut short, so it cannot be unpacked")
  }
}
