#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Typed lines on disk: a JSON string a line, only ever added to, readable by the owner alone.
///
/// Several sessions may write at once; each adds whole lines under a lock.
public struct HistoryFile: Sendable {
  private let path: String
  private static let loadedCount = 10_000
  private static let sizeLimit = 64 << 20

  /// Creates a history in a file, which need not exist yet.
  public init(path: String) { self.path = path }

  /// The latest lines, oldest first; lines that cannot be read are left out.
  public func load() -> [String] {
    guard let bytes = read() else { return [] }
    var lines: [String] = []
    for line in bytes.split(separator: 0x0A).suffix(HistoryFile.loadedCount) {
      guard let text = HistoryFile.decoded(line), text != lines.last else { continue }
      lines.append(text)
    }
    return lines
  }

  /// Adds a line; one that begins with a blank is private and left out.
  ///
  /// - Returns: what went wrong, for a warning; the session goes on without.
  public func append(_ line: String) -> String? {
    guard !line.hasPrefix(" "), line.contains(where: { !$0.isWhitespace }) else { return nil }
    makeFolder()
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return problem() }
    defer { close(descriptor) }
    flock(descriptor, LOCK_EX)
    defer { flock(descriptor, LOCK_UN) }
    let bytes = HistoryFile.encoded(line)
    let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
    return count == bytes.count ? nil : problem()
  }

  private func problem() -> String {
    "the history cannot be written to \(path): \(String(cString: strerror(errno)))"
  }

  private func makeFolder() {
    var position = path.startIndex
    while let slash = path[position...].dropFirst().firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      position = slash
    }
  }

  private func read() -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    lseek(descriptor, max(0, size - off_t(HistoryFile.sizeLimit)), SEEK_SET)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < HistoryFile.sizeLimit {
      let count = systemRead(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}

extension HistoryFile {
  /// A line as a JSON string with a line feed after it.
  static func encoded(_ line: String) -> [UInt8] {
    var bytes: [UInt8] = [0x22]
    for byte in line.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x0A: bytes += [0x5C, 0x6E]
      case 0x09: bytes += [0x5C, 0x74]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    return bytes + [0x22, 0x0A]
  }

  /// The line a JSON string holds, or nil for anything else.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count >= 2, bytes.first == 0x22, bytes.last == 0x22 else { return nil }
    var text: [UInt8] = []
    var rest = bytes.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == 0x5C else {
        text.append(byte)
        continue
      }
      switch rest.popFirst() {
      case 0x6E: text.append(0x0A)
      case 0x74: text.append(0x09)
      case 0x75:
        let digits = String(decoding: rest.prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, let code = UInt8(digits, radix: 16) else { return nil }
        text.append(code)
        rest = rest.dropFirst(4)
      case let mark?: text.append(mark)
      case nil: return nil
      }
    }
    return String(validating: text, as: UTF8.self)
  }
}

#if canImport(Glibc)
  private let systemRead = Glibc.read
  private let systemWrite = Glibc.write
#else
  private let systemRead = Darwin.read
  private let systemWrite = Darwin.write
#endif
