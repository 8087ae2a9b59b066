public import Diagnostics
import MarketFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole text files and folders, for scripts and notebooks.
public enum TextFile {
  /// The text of a file.
  ///
  /// - Throws: `file-not-found`, `not-readable`, `is-a-directory`, `file-too-large`, `binary-file`,
  ///   `bad-encoding`.
  public static func read(_ path: String) throws(SessError) -> String {
    let source = FileSource(file: try OpenFile(reading: path), name: path)
    guard source.byteCount < 64 << 20 else {
      throw SessError("file-too-large", "\(path) is too large for a script")
    }
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    try CSVReader.checkText(bytes, path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SessError("bad-encoding", "\(path) is not UTF-8 text")
    }
    return text
  }

  /// Everything standard input gives.
  ///
  /// - Throws: `bad-encoding`, `file-too-large`.
  public static func readStandardInput() throws(SessError) -> String {
    let bytes = try standardInputBytes(limit: 64 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SessError("bad-encoding", "the input is not UTF-8 text")
    }
    return text
  }

  /// The data that standard input gives, where it is not a terminal.
  ///
  /// - Throws: `no-input` at a terminal, `file-too-large` past the limit, `interrupted`.
  static func standardInputData(limit: Int, isCancelled: () -> Bool) throws(SessError) -> [UInt8] {
    try verifyInput("load - --symbol A")
    return try standardInputBytes(limit: limit, isCancelled: isCancelled)
  }

  /// Hands on what standard input gives as it comes, and nothing at its end.
  ///
  /// - Throws: `no-input` at a terminal, `interrupted`, and what `take` throws.
  static func readStandardInput(
    isCancelled: () -> Bool, _ take: ([UInt8]) throws(SessError) -> Void
  ) throws(SessError) {
    try verifyInput("feed - --symbol A")
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while let count = try readPiece(&buffer, isCancelled) { try take(Array(buffer[..<count])) }
    try take([])
  }

  private static func verifyInput(_ command: String) throws(SessError) {
    guard isatty(0) != 0 else { return }
    throw SessError(
      "no-input", "standard input is the terminal",
      hint: "give it a file: sess -c '\(command)' < bars.csv")
  }

  private static func standardInputBytes(limit: Int, isCancelled: () -> Bool = { false })
    throws(SessError) -> [UInt8]
  {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while let count = try readPiece(&buffer, isCancelled) {
      bytes += buffer[..<count]
      guard bytes.count < limit else {
        throw SessError("file-too-large", "standard input is more than memory can hold")
      }
    }
    return bytes
  }

  /// Waits for more of standard input; nil at its end.
  private static func readPiece(_ buffer: inout [UInt8], _ isCancelled: () -> Bool)
    throws(SessError) -> Int?
  {
    while true {
      let count = systemRead(0, &buffer, buffer.count)
      if isCancelled() {
        throw SessError("interrupted", "the command was interrupted; nothing has changed")
      }
      if count < 0, errno == EINTR { continue }
      return count > 0 ? count : nil
    }
  }

  /// Replaces a file by a text, under a temporary name first.
  ///
  /// - Throws: `not-writable`, `disk-full`.
  public static func write(_ text: String, to path: String) throws(SessError) {
    let file = try AtomicFile(path: path)
    try file.write(text)
    try file.commit()
  }

  /// The files of a folder and its folders with one of some endings, in byte order; a file is itself.
  ///
  /// - Throws: `file-not-found`.
  public static func list(_ path: String, endings: [String]) throws(SessError) -> [String] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw OpenFile.failure(path, errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
    var files: [String] = []
    let folder = path.hasSuffix("/") ? path : path + "/"
    for entry in PathPattern.entries(beginning: folder) {
      if entry.hasSuffix("/") {
        files += try list(String(entry.dropLast()), endings: endings)
      } else if endings.contains(where: { entry.hasSuffix($0) }) {
        files.append(entry)
      }
    }
    return files
  }

  /// Whether something has this path.
  public static func exists(_ path: String) -> Bool { PathPattern.exists(path) }

  /// Removes a file that may not be there.
  static func remove(_ path: String) { unlink(path) }

  /// Names that complete a path, folders with a slash.
  public static func completions(of prefix: String) -> [String] {
    PathPattern.entries(beginning: prefix)
  }

  /// A new empty folder in another.
  ///
  /// - Throws: `file-error`.
  public static func makeTemporaryFolder(in root: String) throws(SessError) -> String {
    let unique = String(repeating: "X", count: 6)  // What mkdtemp replaces.
    var template = Array("\(root)/sess.\(unique)".utf8CString)
    guard mkdtemp(&template) != nil else { throw OpenFile.failure(root, errno) }
    return template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? root
    }
  }

  /// Removes a folder made by `makeTemporaryFolder` with the files in it.
  public static func removeFolder(_ path: String) {
    for entry in PathPattern.entries(beginning: path + "/")
      + PathPattern.entries(beginning: path + "/.")
    {
      // A link to a folder is a link: what lies behind it is not ours.
      let path = entry.hasSuffix("/") ? String(entry.dropLast()) : entry
      if unlink(path) != 0 { removeFolder(path) }
    }
    rmdir(path)
  }
}

#if canImport(Glibc)
  private let systemRead = Glibc.read
#else
  private let systemRead = Darwin.read
#endif
