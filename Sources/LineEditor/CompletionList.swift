import CEdit

/// Something that may stand in the place of a word.
public struct CompletionCandidate: Sendable, Equatable {
  /// What takes the word's place.
  public var text: String
  /// What it is, in a few words.
  public var summary: String
  /// Whether a blank follows it.
  public var appendsBlank: Bool

  /// Creates a candidate.
  public init(text: String, summary: String, appendsBlank: Bool) {
    self.text = text
    self.summary = summary
    self.appendsBlank = appendsBlank
  }
}

/// The candidates for a word.
public struct CompletionResult: Sendable {
  /// The bytes of the line they replace.
  public var replacing: Range<Int>
  /// The candidates.
  public var candidates: [CompletionCandidate]

  /// Creates a result.
  public init(replacing: Range<Int>, candidates: [CompletionCandidate]) {
    self.replacing = replacing
    self.candidates = candidates
  }
}

/// The list of candidates as it is shown above the prompt.
enum CompletionList {
  private static let shownCount = 100

  /// What all candidates begin with.
  static func commonPrefix(_ candidates: [CompletionCandidate]) -> String {
    guard var prefix = candidates.first?.text[...] else { return "" }
    for candidate in candidates.dropFirst() {
      while !candidate.text.hasPrefix(prefix) { prefix = prefix.dropLast() }
    }
    return String(prefix)
  }

  /// The lines of a list: with summaries when there are few, else in columns.
  static func lines(_ candidates: [CompletionCandidate], columns: Int) -> [String] {
    let shown = candidates.prefix(shownCount).map { $0 }
    let longest = shown.map { width($0.text) }.max() ?? 0
    var lines: [String] = []
    if shown.count <= 12, shown.contains(where: { !$0.summary.isEmpty }) {
      for candidate in shown {
        lines.append(cut(padded(candidate.text, longest + 2) + candidate.summary, to: columns - 1))
      }
    } else {
      let perLine = max(1, columns / (longest + 2))
      let rows = (shown.count + perLine - 1) / perLine
      for row in 0..<rows {
        var line = ""
        for column in 0..<perLine where column * rows + row < shown.count {
          line += padded(shown[column * rows + row].text, longest + 2)
        }
        while line.hasSuffix(" ") { line.removeLast() }
        lines.append(line)
      }
    }
    let hidden = candidates.count - min(candidates.count, shownCount)
    if hidden > 0 { lines.append("… and \(hidden) more") }
    return lines
  }

  private static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + Int(cedit_width($1.value)) }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - self.width(text)))
  }

  private static func cut(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    var kept = ""
    for character in text {
      if width(kept) + width(String(character)) >= columns { break }
      kept.append(character)
    }
    return kept + "…"
  }
}
