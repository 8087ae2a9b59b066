public import Diagnostics

/// Bytes that can be read at any place: a file, or a text in memory.
public protocol ByteSource: Sendable {
  /// The name for messages and rejected rows.
  var name: String { get }
  /// How many bytes there are.
  var byteCount: Int { get }
  /// Fills a buffer from a place and returns how many bytes were there.
  ///
  /// - Throws: `file-shrunk`, `file-error`.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SessError) -> Int
  /// The text of the row that begins at a place.
  ///
  /// - Throws: `file-shrunk`, `file-error`.
  func rowText(at offset: Int) throws(SessError) -> String
}

extension ByteSource {
  /// The line that begins at a place, or its first 1024 bytes.
  public func rowText(at offset: Int) throws(SessError) -> String {
    var line = try bytes(at: offset, count: 1024).prefix { $0 != 0x0A }
    while line.last == 0x0D { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }

  /// The bytes of a range, fewer only at the end.
  public func bytes(at offset: Int, count: Int) throws(SessError) -> [UInt8] {
    let wanted = max(0, min(count, byteCount - offset))
    var failure: SessError?
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      do throws(SessError) {
        filled = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard bytes.count == wanted else { throw shrunk() }
    return bytes
  }

  /// The error for a file that ends before its size says.
  public func shrunk() -> SessError {
    SessError(
      "file-shrunk", "\(name) became shorter while it was read",
      hint: "load it again when nothing writes to it")
  }
}

/// Bytes in memory.
public struct MemorySource: ByteSource {
  /// The name for messages and rejected rows.
  public let name: String
  private let content: [UInt8]

  /// Creates a source.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    content = bytes
  }

  /// How many bytes there are.
  public var byteCount: Int { content.count }

  /// Fills a buffer from a place and returns how many bytes were there.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = max(0, min(buffer.count, content.count - offset))
    guard count > 0 else { return 0 }
    content[offset..<offset + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
    return count
  }
}
