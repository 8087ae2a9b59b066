import Diagnostics

/// The first bytes of a file cut into lines.
struct FileHead {
  /// A line that is neither blank nor a comment.
  struct Line {
    var text: String
    /// Counted from 1.
    var number: Int
    /// The byte where it begins.
    var start: Int
    /// The byte after its line feed.
    var end: Int
  }

  let name: String
  private(set) var lines: [Line] = []

  /// The place of a line.
  func span(_ index: Int) -> SourceSpan {
    let line = lines[index]
    return SourceSpan(
      file: name, line: line.number, whole: line.text)
  }

  /// Cuts at most `limit` lines.
  init(_ bytes: [UInt8], name: String, byteCount: Int, limit: Int = 200) {
    self.name = name
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var number = 0
    while start < bytes.count, lines.count < limit {
      number += 1
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let isCut = end == bytes.count && bytes.count < byteCount
      if isCut, !lines.isEmpty { return }
      var text = String(decoding: bytes[start..<end], as: UTF8.self)
      while text.last == "\r" { text.removeLast() }
      if !text.allSatisfy({ $0 == " " || $0 == "\t" }), !text.hasPrefix("#") {
        lines.append(
          Line(text: text, number: number, start: start, end: min(end + 1, byteCount)))
      }
      start = end + 1
    }
  }
}
