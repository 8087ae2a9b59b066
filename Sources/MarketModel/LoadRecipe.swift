/// Something odd about the order or the times of a file's rows that reading put right.
public struct RowFault: Sendable, Equatable {
  /// What is odd.
  public enum Kind: String, Sendable {
    /// Rows that start before one that stands above them.
    case outOfOrder = "out-of-order"
    /// Epoch numbers in two units: seconds among milliseconds.
    case mixedUnits = "mixed-units"
  }

  /// What is odd.
  public var kind: Kind
  /// How many rows; for mixed units how many were known when the unit changed, which is one.
  public var count: Int
  /// The file of the first of them.
  public var file: String
  /// Its line, from 1.
  public var line: Int

  /// Creates the record of a fault.
  public init(kind: Kind, count: Int, file: String, line: Int) {
    self.kind = kind
    self.count = count
    self.file = file
    self.line = line
  }
}

/// A `load` command that reproduces what was read: its words and its flags.
public struct LoadRecipe: Sendable, Equatable {
  /// The files and patterns, as typed.
  public var paths: [String]
  /// The flags by name; flags without a value have an empty one.
  public var flags: [String: String]
  /// True when the files state wall clock readings without a zone.
  public var isNaive: Bool
  /// What was odd about the rows, in file order.
  public var faults: [RowFault] = []

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
  /// The command as it is typed, the symbol first among its flags, those without a value last.
  public var description: String {
    var words = ["load"] + paths.map(LoadRecipe.quoted)
    func rank(_ name: String) -> Int { name == "symbol" ? 0 : flags[name] == "" ? 2 : 1 }
    for name in flags.keys.sorted(by: { (rank($0), $0) < (rank($1), $1) }) {
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
