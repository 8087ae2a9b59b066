/// A `load` command that reproduces what was read: its words and its flags.
public struct LoadRecipe: Sendable, Equatable {
  /// The files and patterns, as typed.
  public var paths: [String]
  /// The flags by name; flags without a value have an empty one.
  public var flags: [String: String]
  /// True when the files state wall clock readings without a zone.
  public var isNaive: Bool

  /// Creates a recipe.
  public init(paths: [String], flags: [String: String] = [:], isNaive: Bool = false) {
    self.paths = paths
    self.flags = flags
    self.isNaive = isNaive
  }

  /// The same recipe with a flag set, or left out for nil.
  public func with(_ flag: String, _ value: String?) -> LoadRecipe {
    var copy = self
    copy.flags[flag] = value
    return copy
  }
}

extension LoadRecipe: CustomStringConvertible {
  /// The command as it is typed, the symbol first among its flags.
  public var description: String {
    var words = ["load"] + paths.map(LoadRecipe.quoted)
    for name in flags.keys.sorted(by: {
      ($0 == "symbol") == ($1 == "symbol") ? $0 < $1 : $0 == "symbol"
    }) {
      words.append("--" + name)
      if let value = flags[name], !value.isEmpty { words.append(LoadRecipe.quoted(value)) }
    }
    return words.joined(separator: " ")
  }

  /// A word as the command language reads it back: quoted where a plain one would mean something else.
  public static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      let letter = byte | 0x20
      return byte >= 0x80 || (letter >= 0x61 && letter <= 0x7A)
        || (byte >= 0x30 && byte <= 0x39) || "-_./:+,%=@".utf8.contains(byte)
    }
    if isPlain, !text.isEmpty, !text.hasPrefix("--") { return text }
    if !text.utf8.contains(where: { $0 == 0x27 || $0 < 0x20 }) { return "'\(text)'" }
    var quoted = "\""
    for character in text {
      switch character {
      case "\"", "\\", "$": quoted += "\\" + String(character)
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default: quoted.append(character)
      }
    }
    return quoted + "\""
  }
}
