/// Turns a Markdown notebook into a script of the same number of lines.
///
/// The lines of `sess` fences stay where they are, headings become sections, and all else becomes empty, so
/// that every place in the script is the same place in the notebook.
enum Notebook {
  static func script(_ markdown: String) -> String {
    var lines: [String] = []
    var fence: (mark: String, runs: Bool)?
    for text in markdown.fileLines {
      if let open = fence {
        if text.hasPrefix(open.mark), text.drop(while: { $0 == "`" }).allSatisfy({ $0 == " " }) {
          fence = nil
          lines.append("")
        } else {
          lines.append(open.runs ? text : "")
        }
      } else if text.hasPrefix("```") {
        let mark = String(text.prefix { $0 == "`" })
        let words = text.dropFirst(mark.count).split(separator: " ")
        fence = (mark, words.first == "sess" && !words.contains("norun"))
        lines.append("")
      } else {
        lines.append(heading(text) ?? (text.hasPrefix("@") ? text : ""))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A heading as a section.
  private static func heading(_ line: String) -> String? {
    let marks = line.prefix { $0 == "#" }.count
    guard (1...6).contains(marks), line.dropFirst(marks).hasPrefix(" ") else { return nil }
    let title = line.dropFirst(marks + 1).filter { $0 != "'" }
    return "section '\(title)'"
  }
}
