/// What completion may offer besides the language itself: live data and files.
public protocol CompletionSource {
  /// Symbols that begin with a text, sorted.
  func symbols(beginning prefix: String) -> [String]
  /// The intervals of a symbol, base first.
  func intervals(of symbol: String) -> [String]
  /// The fields of a symbol, or of its intervals.
  func fields(ofInterval: Bool) -> [String]
  /// The keys of a symbol's indicators, or of all symbols for a pattern.
  func indicators(of symbol: String) -> [String]
  /// The loaded dates of a symbol.
  func dates(of symbol: String) -> [String]
  /// Paths that begin with a text, folders with a slash.
  func files(beginning prefix: String) -> [String]
  /// The commands that undo, or redo, goes over, the nearest first.
  func steps(isUndo: Bool) -> [String]
  /// Studies, calendars, zones, settings, variables, snapshots and marks by name.
  var studies: [String] { get }
  var calendars: [String] { get }
  var settings: [String] { get }
  var variables: [String] { get }
  var snapshots: [String] { get }
  var marks: [String] { get }
}

/// Something that may be typed next.
public struct Candidate: Sendable, Equatable {
  /// What takes the place of the word.
  public var text: String
  /// What it is, in a few words.
  public var summary: String
  /// Whether a blank follows it.
  public var endsWord: Bool
}

/// What may be typed at a place in a line.
public struct Completion: Sendable, Equatable {
  /// The bytes that are replaced.
  public var range: Range<Int>
  /// The candidates, sorted.
  public var candidates: [Candidate]
}

/// Completes verbs, flags, values, addresses, paths and variables.
public struct Completer<Source: CompletionSource> {
  private let source: Source

  /// Creates a completer over live data.
  public init(_ source: Source) { self.source = source }

  /// The candidates for the word that ends at a byte of a line.
  public func complete(_ text: String, cursor: Int) -> Completion {
    let bytes = Array(text.utf8.prefix(cursor))
    var start = bytes.count
    var statement = 0
    var quote: UInt8?
    for (index, byte) in bytes.enumerated() {
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == 0x27 || byte == 0x22 {
        quote = byte
        if index == 0 || bytes[index - 1] <= 0x20 { start = index }
      } else if byte == 0x3B || byte == 0x0A || byte == 0x7B {
        statement = index + 1
      }
    }
    if quote == nil {
      start = bytes.count
      while start > statement, bytes[start - 1] > 0x20 { start -= 1 }
    }
    start = max(start, statement)
    let word = String(decoding: bytes[start...], as: UTF8.self)
    let before = String(decoding: bytes[statement..<start], as: UTF8.self)
      .split(separator: " ").map(String.init)
    let found = candidates(word, after: before)
    return Completion(range: start..<bytes.count, candidates: found)
  }

  private func candidates(_ word: String, after words: [String]) -> [Candidate] {
    guard let verb = words.first else { return verbs(word) }
    if word.hasPrefix("$") { return matching(source.variables.map { "$" + $0 }, word, "variable") }
    guard let spec = CommandTable.spec(verb) else { return [] }
    if word.hasPrefix("--") { return flags(word, spec) }
    if let flag = words.last, flag.hasPrefix("--"), words.count > 1 || word.isEmpty,
      let parameter = parameter(flag, spec), parameter.kind != .presence
    {
      return values(of: parameter, word)
    }
    let position = words.dropFirst().filter { !$0.hasPrefix("--") }.count
    return values(spec, position, word)
  }

  private func parameter(_ flag: String, _ spec: CommandSpec) -> ParameterSpec? {
    let name = flag.dropFirst(2)
    return name == "as" ? CommandTable.formatFlag : spec.flags.first { $0.name == name }
  }

  private func verbs(_ word: String) -> [Candidate] {
    var found: [Candidate] = []
    for spec in CommandTable.commands where spec.name.hasPrefix(word) {
      found.append(Candidate(text: spec.name, summary: spec.summary, endsWord: true))
    }
    for view in CommandTable.views where view.hasPrefix(word) && !word.isEmpty {
      found.append(Candidate(text: view, summary: "a view of show", endsWord: true))
    }
    return found
  }

  private func flags(_ word: String, _ spec: CommandSpec) -> [Candidate] {
    if let equals = word.firstIndex(of: "="),
      let parameter = parameter(String(word[..<equals]), spec)
    {
      let prefix = String(word[...equals])
      let rest = String(word[word.index(after: equals)...])
      return values(of: parameter, rest).map { candidate in
        Candidate(
          text: prefix + candidate.text, summary: candidate.summary, endsWord: candidate.endsWord)
      }
    }
    var found: [Candidate] = []
    for flag in spec.flags + [CommandTable.formatFlag] where "--\(flag.name)".hasPrefix(word) {
      found.append(Candidate(text: "--\(flag.name)", summary: flag.help, endsWord: true))
    }
    return found
  }

  private func values(_ spec: CommandSpec, _ position: Int, _ word: String) -> [Candidate] {
    let words = spec.positionals
    var found: [Candidate] = []
    if let parameter = position < words.count ? words[position] : words.last(where: \.repeats) {
      found += parameter.kind == .steps ? steps(spec, word) : values(of: parameter, word)
    }
    if ["show", "calendar"].contains(spec.name), position == 0, words.count > 1 {
      found += values(of: words[1], word)
    }
    return found
  }

  /// Counts with the command each goes back to, or on over.
  private func steps(_ spec: CommandSpec, _ word: String) -> [Candidate] {
    var found: [Candidate] = []
    for (index, label) in source.steps(isUndo: spec.name == "undo").prefix(20).enumerated() {
      found.append(Candidate(text: "\(index + 1)", summary: label, endsWord: true))
    }
    return found.filter { $0.text.hasPrefix(word) }
  }

  private func values(of parameter: ParameterSpec, _ word: String) -> [Candidate] {
    switch parameter.kind {
    case .address: return addresses(word)
    case .path: return paths(word)
    case .source: return addresses(word) + paths(word)
    case .symbol: return symbols(word, ending: true)
    case .interval:
      return matching(["1m", "5m", "15m", "30m", "1h", "1d", "1w", "1mo"], word, "interval")
    case .calendar:
      return matching(source.calendars, word, "calendar") + symbols(word, ending: true)
    case .zone:
      return matching(
        ["UTC", "America/New_York", "America/Chicago", "Europe/London", "Asia/Tokyo"], word, "zone")
    case .policy: return matching(["partial", "strict", "80%"], word, "policy")
    case .choice(let choices): return matching(choices, word, "")
    case .topic:
      return matching(CommandTable.commands.map(\.name) + HelpTopics.names, word, "help")
    case .indicator:
      return matching(source.studies, word, "study")
        + matching(source.indicators(of: "*"), word, "indicator")
    case .mark: return matching(source.marks, word, "mark")
    case .snapshot: return matching(source.snapshots, word, "snapshot")
    case .setting: return matching(source.settings, word, "setting")
    case .date, .dates, .duration, .time, .number, .count, .text, .expression, .presence, .steps:
      return []
    }
  }

  private func matching(_ names: [String], _ word: String, _ summary: String) -> [Candidate] {
    names.filter { $0.hasPrefix(word) }.map {
      Candidate(text: $0, summary: summary, endsWord: true)
    }
  }

  private func symbols(_ word: String, ending: Bool) -> [Candidate] {
    source.symbols(beginning: word).map { Candidate(text: $0, summary: "symbol", endsWord: ending) }
  }

  /// An address step by step: the symbol, its intervals or fields, its dates.
  private func addresses(_ word: String) -> [Candidate] {
    if let at = word.lastIndex(of: "@") {
      let symbol = String(word.prefix { $0 != "/" && $0 != "@" })
      let prefix = String(word[...at])
      let rest = word[word.index(after: at)...]
      let scopes = ["session", "historical", "all"] + source.dates(of: symbol)
      return scopes.filter { $0.hasPrefix(rest) }
        .map { Candidate(text: prefix + $0, summary: "scope", endsWord: true) }
    }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, let last = parts.last else {
      var found = symbols(word, ending: true)
      if "session".hasPrefix(word) {
        found.append(Candidate(text: "session", summary: "everything", endsWord: true))
      }
      return found
    }
    let prefix = parts.dropLast().joined(separator: "/") + "/"
    if parts.count == 3, parts[1] == "indicators" {
      return source.indicators(of: parts[0]).filter { $0.hasPrefix(last) }
        .map { Candidate(text: prefix + $0, summary: "indicator", endsWord: true) }
    }
    let intervals = parts.count == 2 ? source.intervals(of: parts[0]) : []
    let names = intervals + source.fields(ofInterval: parts.count > 2)
    return names.filter { $0.hasPrefix(last) }
      .map {
        Candidate(
          text: prefix + $0, summary: intervals.contains($0) ? "interval" : "field", endsWord: true)
      }
  }

  /// Paths; one with blanks is quoted.
  private func paths(_ word: String) -> [Candidate] {
    let isQuoted = word.hasPrefix("'") || word.hasPrefix("\"")
    let plain = isQuoted ? String(word.dropFirst()) : word
    var found: [Candidate] = []
    for path in source.files(beginning: plain) {
      let isFolder = path.hasSuffix("/")
      let needsQuotes = isQuoted || path.contains { " '\"$;|<>{}\\*?".contains($0) }
      var text = path
      if needsQuotes { text = "'" + path + (isFolder ? "" : "'") }
      found.append(
        Candidate(text: text, summary: isFolder ? "folder" : "file", endsWord: !isFolder))
    }
    return found
  }
}
