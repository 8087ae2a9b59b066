import Diagnostics

/// A source as bytes, with the lines its places lie in.
struct SourceText {
  let file: String?
  let bytes: [UInt8]
  private let lineStarts: [Int]
  private let latest = LatestLine()

  /// The line asked for last: many places of one long line share its text.
  private final class LatestLine {
    var number = 0
    var text = ""
  }

  init(_ text: String, file: String?) {
    self.file = file
    bytes = Array(text.utf8)
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A { starts.append(index + 1) }
    lineStarts = starts
  }

  /// The number of the line a byte lies in, from 1.
  func line(at position: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while low < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= position { low = middle + 1 } else { high = middle }
    }
    return max(low, 1)
  }

  /// The text of a line without its end.
  func lineText(_ number: Int) -> String {
    if latest.number == number { return latest.text }
    let start = lineStarts[number - 1]
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    (latest.number, latest.text) = (number, text(start..<end))
    return latest.text
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// A span over a range of bytes, within its first line.
  func span(_ range: Range<Int>) -> SourceSpan {
    let number = line(at: range.lowerBound)
    let text = lineText(number)
    let offset = min(range.lowerBound - lineStarts[number - 1], text.utf8.count)
    let length = min(range.count, text.utf8.count - offset)
    return SourceSpan(file: file, line: number, offset: offset, length: length, text: text)
  }
}
