/// Names as words of an address.
public enum AddressText {
  /// Characters that mean something in a word of the language.
  public static let special: Set<Character> = [
    " ", "\t", "/", "@", "*", "?", "'", "\"", ";", "|", ">", "<", "{", "}", "$", "\\", "#", "=",
    "(", ")", ",", "\n", "\r", "\r\n",
  ]

  /// A name between single quotes, where one of its characters means something or it is `session`, the root.
  public static func word(_ name: String) -> String {
    let needsQuotes = name.isEmpty || name == "session" || name.contains { special.contains($0) }
    return needsQuotes ? quoted(name) : name
  }

  /// The names between the slashes of an address; nil for an open quote or an empty name.
  public static func parts(_ address: String) -> [String]? {
    var parts: [String] = [""]
    var isQuoted = false
    var isEscaped = false
    for character in address {
      if isEscaped {
        parts[parts.count - 1].append(character)
        isEscaped = false
      } else if character == "'" {
        isQuoted.toggle()
      } else if character == "\\", !isQuoted {
        isEscaped = true
      } else if character == "/", !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return isQuoted || isEscaped || parts.contains("") ? nil : parts
  }

  /// A text between single quotes, as one word.
  public static func quoted(_ text: String) -> String {
    let parts = text.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: #"'\''"#) + "'"
  }
}

extension Change {
  /// What was touched, as it would be typed: `AAPL`, `AAPL/1m`, `AAPL/1m/quality`, `session/clock`.
  public var address: String {
    let root = symbol.map { AddressText.word($0) } ?? "session"
    return part.path.map { "\(root)/\($0)" } ?? root
  }
}
