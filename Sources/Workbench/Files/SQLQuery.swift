import Diagnostics

/// Makes sure that a query only reads: one statement, and one that answers rows.
enum SQLQuery {
  private static let verbs: Set<String> = [
    "select", "from", "with", "values", "table", "describe", "show", "summarize", "pivot",
    "unpivot",
  ]

  /// Refuses everything but one statement that reads.
  ///
  /// Quotes and comments are told apart as SQL has them; where another reading is possible, the query is refused.
  ///
  /// - Throws: `bad-query`.
  static func check(_ query: String) throws(SessError) {
    for line in query.split(separator: "\n") where line.first(where: { $0 != " " }) == "." {
      throw SessError(
        "bad-query", "a query is SQL; commands of duckdb's own such as \(line) are not run")
    }
    let bare = try bareText(query)
    let statements = bare.split(separator: ";").filter { $0.contains { !$0.isWhitespace } }
    guard statements.count < 2 else { throw refusal("a query is one statement") }
    let start = (statements.first ?? "").drop { $0.isWhitespace || $0 == "(" }
    let verb = start.prefix { $0.isLetter }.lowercased()
    guard verbs.contains(verb) else {
      throw refusal("a query reads, and \(verb.isEmpty ? "this" : verb) is no word to begin one")
    }
  }

  private static func refusal(_ message: String) -> SessError {
    SessError("bad-query", message, hint: "for example --query 'select * from data'")
  }

  /// The query with a blank for every comment and an empty pair of quotes for every quoted text.
  private static func bareText(_ query: String) throws(SessError) -> String {
    var bare = ""
    var rest = query[...]
    while let character = rest.popFirst() {
      switch character {
      case "'", "\"":
        guard character == "\"" || bare.last?.lowercased() != "e" else {
          throw refusal("texts with escapes, as e'…', are not read here")
        }
        skip(character, &rest)
        bare += "\(character)\(character)"
      case "-" where rest.first == "-":
        rest = rest.drop { !$0.isNewline }
        bare += " "
      case "/" where rest.first == "*":
        try skipComment(&rest)
        bare += " "
      case "$": throw refusal("texts between dollar signs are not read here")
      default: bare.append(character)
      }
    }
    return bare
  }

  /// Moves past the end of a quoted text; a quote within is written twice.
  private static func skip(_ quote: Character, _ rest: inout Substring) {
    while let next = rest.popFirst() {
      guard next == quote else { continue }
      guard rest.first == quote else { return }
      rest.removeFirst()
    }
  }

  private static func skipComment(_ rest: inout Substring) throws(SessError) {
    rest.removeFirst()
    while !rest.hasPrefix("*/") {
      guard !rest.hasPrefix("/*") else { throw refusal("a comment lies within a comment") }
      guard rest.popFirst() != nil else { return }
    }
    rest = rest.dropFirst(2)
  }
}
