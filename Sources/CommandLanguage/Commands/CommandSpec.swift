import Diagnostics

/// What a command is called, takes and does: the one source of parsing, help and completion.
public struct CommandSpec: Sendable {
  /// The heading a command is listed under.
  public enum Group: String, Sendable, CaseIterable {
    case data, look, quality, indicators, replay, stops, state, script, shell
  }

  /// A command line to try, and what it shows.
  public struct Example: Sendable {
    /// What to type.
    public var input: String
    /// What it does, in words.
    public var note: String
  }

  /// The name.
  public var name: String
  /// Other names for it.
  public var aliases: [String] = []
  /// One line, up to 60 characters.
  public var summary: String
  /// The heading.
  public var group: Group
  /// Words in order, then flags.
  public var parameters: [ParameterSpec] = []
  /// Paragraphs for its help page.
  public var discussion: String = ""
  /// Lines to try.
  public var examples: [Example]
  /// Builds the typed command; nil for what the parser itself understands.
  var build: (@Sendable (inout ParsedArguments) throws(SessError) -> Command)?

  /// The words it takes.
  public var positionals: [ParameterSpec] { parameters.filter { !$0.isFlag } }
  /// The flags it takes.
  public var flags: [ParameterSpec] { parameters.filter(\.isFlag) }

  /// How it is typed: `load PATH… [--symbol SYMBOL] …`.
  public var usage: String {
    var parts = [name]
    for parameter in parameters { parts.append(parameter.usage) }
    return parts.joined(separator: " ")
  }
}

/// A word or flag of a command.
public struct ParameterSpec: Sendable {
  /// What a word is, for checking, help and completion.
  public enum Kind: Sendable, Equatable {
    case address
    case path
    /// A path or an address.
    case source
    case symbol
    case interval
    case calendar
    case zone
    case date
    case dates
    case duration
    case time
    case number
    case count
    case text
    case expression
    case policy
    case choice([String])
    /// A flag without a value.
    case presence
    case topic
    case setting
    case indicator
    /// A time, or the name of a mark.
    case mark
    /// The name of a snapshot.
    case snapshot
    /// How many commands to go back, or forth.
    case steps
  }

  /// The name, without dashes.
  public var name: String
  /// What it is.
  public var kind: Kind
  /// True for `--name`.
  public var isFlag = false
  /// True when it may be given several times.
  public var repeats = false
  /// True when it must be given.
  public var isRequired = false
  /// What it means, with its unit and default.
  public var help: String

  /// How it is typed in a usage line.
  public var usage: String {
    var text = isFlag ? "--\(name)" : name.uppercased()
    if isFlag, kind != .presence { text += " \(placeholder)" }
    if case .choice(let choices) = kind, !isFlag { text = choices.joined(separator: "|") }
    if repeats { text += "…" }
    return isRequired ? text : "[\(text)]"
  }

  private var placeholder: String {
    switch kind {
    case .address: "ADDRESS"
    case .path: "PATH"
    case .source: "FILE|ADDRESS"
    case .symbol: "SYMBOL"
    case .interval: "INTERVAL"
    case .calendar: "CALENDAR"
    case .zone: "ZONE"
    case .date: "DATE"
    case .dates: "DATE..DATE"
    case .duration: "DURATION"
    case .time, .mark: "TIME"
    case .number: "NUMBER"
    case .count, .steps: "COUNT"
    case .expression: "'EXPRESSION'"
    case .policy: "partial|strict|N%"
    case .choice(let choices): choices.joined(separator: "|")
    case .text, .presence, .topic, .setting, .indicator, .snapshot: name.uppercased()
    }
  }

  static func word(
    _ name: String, _ kind: Kind, _ help: String, repeats: Bool = false, required: Bool = true
  ) -> ParameterSpec {
    ParameterSpec(name: name, kind: kind, repeats: repeats, isRequired: required, help: help)
  }

  static func flag(_ name: String, _ kind: Kind, _ help: String) -> ParameterSpec {
    ParameterSpec(name: name, kind: kind, isFlag: true, help: help)
  }
}
