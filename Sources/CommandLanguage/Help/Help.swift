public import Diagnostics

/// Help texts, made from the command table.
public enum Help {
  /// The overview, a command's page, or a topic.
  ///
  /// - Throws: `unknown-topic`.
  public static func lines(_ topic: String?) throws(SessError) -> [String] {
    guard let topic else { return overview() }
    if let spec = CommandTable.spec(topic) { return page(spec) }
    if let text = HelpTopics.text(topic) { return text }
    let known = CommandTable.commands.map(\.name) + HelpTopics.names + CommandTable.views
    throw SessError(
      "unknown-topic", "there is no help on \(topic)",
      hint: Suggestion.nearest(to: topic, in: known).map { "did you mean \($0)?" }
        ?? "`help` lists commands and topics")
  }

  static func overview() -> [String] {
    var lines: [String] = []
    for group in CommandSpec.Group.allCases {
      lines.append(group.rawValue)
      for spec in CommandTable.commands where spec.group == group {
        lines.append("  " + padded(spec.name, 10) + spec.summary)
      }
    }
    lines.append("topics: " + HelpTopics.names.joined(separator: ", "))
    lines.append("`help COMMAND` shows its words, flags and examples")
    return lines
  }

  static func page(_ spec: CommandSpec) -> [String] {
    var lines = ["\(spec.name): \(spec.summary)"]
    lines += wrapped("usage: \(spec.usage)", indent: "         ")
    if !spec.aliases.isEmpty { lines.append("also: " + spec.aliases.joined(separator: ", ")) }
    if !spec.discussion.isEmpty { lines += [""] + wrapped(spec.discussion, indent: "") }
    if !spec.positionals.isEmpty { lines += [""] }
    for parameter in spec.positionals { lines += entry(parameter) }
    if spec.build != nil { lines += [""] }
    for parameter in spec.build == nil ? [] : spec.flags + [CommandTable.formatFlag] {
      lines += entry(parameter)
    }
    lines += [""]
    for example in spec.examples { lines += ["  \(example.input)", "      \(example.note)"] }
    return lines
  }

  private static func entry(_ parameter: ParameterSpec) -> [String] {
    var usage = parameter.usage
    if usage.hasPrefix("[") { usage = String(usage.dropFirst().dropLast()) }
    let help = wrapped(parameter.help, indent: "", width: 46)
    guard usage.count <= 26 else {
      return wrapped("  " + usage, indent: "    ")
        + help.map { String(repeating: " ", count: 30) + $0 }
    }
    return help.enumerated().map { index, line in
      "  " + padded(index == 0 ? usage : "", 28) + line
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  /// A text in lines of at most 79 columns, all but the first indented.
  static func wrapped(_ text: String, indent: String, width: Int = 79) -> [String] {
    var lines: [String] = []
    var line = String(text.prefix { $0 == " " })
    for word in pieces(of: text, width: width - indent.count - 2) {
      if line.count + word.count + 1 > width, line.contains(where: { $0 != " " }) {
        lines.append(line)
        line = indent
      }
      if line.contains(where: { $0 != " " }) { line += " " }
      line += word
    }
    return lines + [line]
  }

  /// The words of a text; a list of choices too long for a line is broken after a bar.
  private static func pieces(of text: String, width: Int) -> [Substring] {
    var pieces: [Substring] = []
    for var word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      while word.count > width, let bar = word.prefix(width).lastIndex(of: "|") {
        pieces.append(word[...bar])
        word = word[word.index(after: bar)...]
      }
      pieces.append(word)
    }
    return pieces
  }
}

/// Help that belongs to no single command.
enum HelpTopics {
  static let names = ["addresses", "scopes", "expressions", "scripts", "formats", "calendars"]

  static func text(_ name: String) -> [String]? {
    let text: String
    switch name {
    case "addresses": text = addresses
    case "scopes": text = scopes
    case "expressions": text = expressions
    case "scripts": text = scripts
    case "formats": text = formats
    case "calendars": text = calendars
    default: return nil
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static let addresses = """
    An address names a place: SYMBOL[/INTERVAL|FIELD[/FIELD]][@SCOPE]

      AAPL                 a symbol: all its intervals
      AAPL/5m              one interval
      */1m                 the 1m bars of every symbol; * and ? are patterns
      AAPL/*               every interval as bars
      AAPL/metrics/vwap    a figure of the session
      AAPL/5m/quality      a figure of an interval
      AAPL/1m/gaps         records
      AAPL/rejected        rows that did not become bars
      'BTC/USDT'/1m        quotes take the meaning away from / * ? @
      session              everything
    """

  private static let scopes = """
    A scope after @ narrows an address to a part of the timeline.

      @2025-07-02                      a trading day
      @2025-07  @2025                  a month, a year
      @2025-07-01..2025-07-03          dates, both included
      @2025-07-02T09:30                the bar that holds this moment
      @2025-07-02T09:30..10:00         moments, the end not included; both ends may
                                       have a date
      @09:30..10:00                    these times of every trading day
      @session  @historical  @all      the session, the days before it, everything

    Times are on the exchange's clock unless they have an offset, as tables print
    them. Dates are trading days, which may begin on the evening before. They are
    an expectation of their own: days without any bar count as missing.
    """

  private static let expressions = """
    Expressions follow assert and if, and stand in --where '…'.

      AAPL/1m/quality >= 95          an address with a field is a value
      count(AAPL/1m/gaps) = 0        count min max sum mean any all abs ratio
      all($_.quality >= 95)          $_ is the last answer, $_.name a column of it
      close > open and volume > 0    in --where, names are columns
      start in 09:30..10:00          ranges are half-open
      AAPL/metrics/vwap ~= 101.2 +- 0.01
      max($_.missing) - 1 < 5        + - * stand between blanks; / is no division

    From loose to tight: or, and, not, comparison, + -, *. An unknown value fails
    an assertion and drops a record from a filter.
    """

  private static let scripts = """
    A .sess file holds commands, one a line; ; separates, \\ at a line's end goes
    on, # after a blank begins a comment. Marks in column 1 check a command:

      | text      a line the command must print; [..] stands for anything in a line
      | ...       any number of lines
      ! code      the error it must give, for example ! unknown-symbol: [..]
      @require data:FILE   skip the script when the file is not there
      @timeout 10s         fail when the script takes longer
      @allow shell         allow pipes and load --command
      @tolerance 1e-9      numbers may differ by this much

    `sess FILE.sess` runs a script and stops at the first error; `sess test PATH`
    checks scripts and notebooks, `sess test --update PATH` rewrites their marks.
    """

  private static let formats = """
    --as decides how an answer is written: table, box, csv, json, jsonl, md, line.
    `set mode` changes what is used without it. Only table and box leave records
    out.
    `COMMAND > FILE` writes the answer to a file, `>> FILE` adds to it, and
    `COMMAND | PROGRAM` gives it to a program; everything after | is the shell's.
    """
}
