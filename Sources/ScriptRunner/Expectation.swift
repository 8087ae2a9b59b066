/// Compares what a command printed with what its `|` lines say.
enum Expectation {
  /// Whether the lines match: `...` stands for any lines, `[..]` for anything within one.
  static func matches(_ expected: [String], _ actual: [String], tolerance: Double = 0) -> Bool {
    var (e, a) = (0, 0)
    var retry: (expected: Int, actual: Int)?
    while a < actual.count {
      if e < expected.count, expected[e] == "..." {
        retry = (e, a)
        e += 1
      } else if e < expected.count, matches(expected[e], actual[a], tolerance: tolerance) {
        e += 1
        a += 1
      } else if let last = retry {
        retry = (last.expected, last.actual + 1)
        e = last.expected + 1
        a = last.actual + 1
      } else {
        return false
      }
    }
    return expected[e...].allSatisfy { $0 == "..." }
  }

  /// Whether a line matches, trailing blanks aside.
  static func matches(_ expected: String, _ actual: String, tolerance: Double = 0) -> Bool {
    let (wanted, found) = (trimmed(expected), trimmed(actual))
    if wanted == found { return true }
    if wanted.contains("[..]"), matchesWildcard(wanted, found) { return true }
    return tolerance > 0 && matchesNumbers(wanted, found, tolerance)
  }

  /// Whether an error is the expected one: by its code alone, or by code and message.
  static func matchesError(_ expected: String, _ actual: String) -> Bool {
    matches(expected, actual) || trimmed(expected) == actual.prefix { $0 != ":" }
  }

  static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let last = text.last, last == " " || last == "\t" || last == "\r" {
      text = text.dropLast()
    }
    return String(text)
  }

  private static func matchesWildcard(_ pattern: String, _ text: String) -> Bool {
    var pieces: [String] = []
    var rest = pattern[...]
    while let range = rest.firstRange(of: "[..]") {
      pieces.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    pieces.append(String(rest))
    guard let first = pieces.first, let last = pieces.last, text.hasPrefix(first) else {
      return false
    }
    var remaining = text.dropFirst(first.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let range = remaining.firstRange(of: piece) else { return false }
      remaining = remaining[range.upperBound...]
    }
    return remaining.hasSuffix(last)
  }

  /// Whether the lines differ only in numbers that lie within a relative or absolute tolerance.
  private static func matchesNumbers(_ a: String, _ b: String, _ tolerance: Double) -> Bool {
    let (first, second) = (a.split(separator: " "), b.split(separator: " "))
    guard first.count == second.count else { return false }
    for (x, y) in zip(first, second) where x != y {
      guard let p = Double(x), let q = Double(y) else { return false }
      guard abs(p - q) <= tolerance * max(1, abs(p), abs(q)) else { return false }
    }
    return true
  }
}
