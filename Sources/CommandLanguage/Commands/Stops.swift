import Diagnostics
import MarketModel

/// Where a replay stops, and what is looked at there.
extension CommandSpec {
  static let break_ = CommandSpec(
    name: "break", aliases: ["b"], summary: "stop a replay where something happens", group: .stops,
    parameters: [
      .word(
        "kind", .choice(["gap", "quality", "time", "phase", "event", "if"]),
        "what to stop at; without it the stops are listed", required: false),
      .word(
        "value", .text, "a percentage, a time, a phase, late or corrected, an expression",
        required: false),
      .flag("on", .address, "the series that are watched; default every base"),
      .flag("min", .count, "gaps of at least so many slots; default 1"),
      .flag("if", .expression, "stop only where the expression holds as well"),
      .flag("after", .count, "pass over so many hits first"),
      .flag("once", .presence, "forget the stop when it is hit"),
    ],
    discussion: """
      `continue`, `step`, `next`, `until` and `finish` end at a stop, `rcontinue` goes \
      back to the one before. A quality is that of the session and stops where it falls \
      below; `break if EXPRESSION` stops where the expression begins to hold.
      """,
    examples: [
      Example(input: "break gap --min 3", note: "gaps of three slots or more"),
      Example(input: "break quality 98 --on ACME/1m", note: "where it falls below 98 %"),
      Example(input: "break if ACME/metrics/high > 101", note: "an expression to the line's end"),
    ],
    build: { (arguments) throws(SessError) in
      guard let kind = arguments.next() else { return .stops }
      return .stop(try stop(kind, &arguments))
    })

  private static func stop(_ kind: ExpandedWord, _ arguments: inout ParsedArguments)
    throws(SessError) -> StopRequest
  {
    let value = arguments.next()
    let trigger = try trigger(kind, value, arguments)
    var label = kind.text
    if let value { label += " \(value.text)" }
    var request = StopRequest(trigger: trigger, label: label)
    if let word = arguments.value("on") {
      request.address = try arguments.address(word, .interval)
      request.label += " on \(word.text)"
    }
    if case .gap(let minimum) = trigger, minimum > 1 { request.label += " of \(minimum) or more" }
    request.condition = try arguments.filter("if")
    if let condition = request.condition { request.label += " if \(condition.text)" }
    request.isOnce = arguments.has("once")
    request.ignored = try arguments.count("after") ?? 0
    return request
  }

  private static func trigger(
    _ kind: ExpandedWord, _ value: ExpandedWord?, _ arguments: ParsedArguments
  ) throws(SessError) -> StopRequest.Trigger {
    switch kind.text {
    case "gap":
      if let value { throw value.failure("too-many-arguments", "a gap takes --min, no word") }
      return .gap(minimum: try arguments.count("min", in: 1...1_000_000_000) ?? 1)
    case "quality":
      guard let value, let below = Double(value.text), (0...100).contains(below) else {
        throw (value ?? kind).failure(
          "bad-number", "a quality is a number from 0 to 100", hint: "for example break quality 95")
      }
      return .quality(below: below)
    case "time":
      guard let value else {
        throw kind.failure("missing-argument", "break time needs a time", hint: "break time 10:15")
      }
      return .time(try moment(value))
    case "phase":
      let phases = ["pre-market", "regular", "break", "post-market", "closed"]
      if let value, !phases.contains(value.text) { throw ParsedArguments.badChoice(value, phases) }
      return .phase(value?.text)
    case "event":
      guard let value, ["late", "corrected"].contains(value.text) else {
        throw ParsedArguments.badChoice(value ?? kind, ["late", "corrected"])
      }
      return value.text == "late" ? .late : .corrected
    default:
      throw ParsedArguments.badChoice(
        kind, ["gap", "quality", "time", "phase", "event", "if EXPRESSION"])
    }
  }

  static let watch = CommandSpec(
    name: "watch", summary: "stop a replay where a value changes", group: .stops,
    parameters: [.word("expression", .expression, "see `help expressions`")],
    discussion: "The stop shows the value before and after.",
    examples: [Example(input: "watch ACME/metrics/high", note: "every new high")])

  static let delete = CommandSpec(
    name: "delete", summary: "forget stops and displays", group: .stops,
    parameters: [
      .word("number", .count, "which; default all", repeats: true, required: false)
    ],
    examples: [Example(input: "delete 2", note: "as `break` numbers them")],
    build: { (arguments) throws(SessError) in
      var numbers: [ExpandedWord] = []
      while let word = arguments.next() { numbers.append(word) }
      return .deleteStops(numbers)
    })

  static let display = CommandSpec(
    name: "display", summary: "show a value after every move of the clock", group: .stops,
    parameters: [
      .word(
        "expression", .expression, "see `help expressions`; without it all are shown now",
        required: false)
    ],
    examples: [Example(input: "display ACME/metrics/vwap", note: "until `delete` forgets it")],
    build: { (_) throws(SessError) in .displays })

  static let print = CommandSpec(
    name: "print", aliases: ["p"], summary: "say what an expression is worth", group: .look,
    parameters: [.word("expression", .expression, "see `help expressions`")],
    examples: [
      Example(input: "print ACME/1m/bars", note: "how many"),
      Example(input: "print count(ACME/1m/gaps)", note: "a function"),
    ])

  static let when = CommandSpec(
    name: "when", summary: "where the clock stands, and the marks", group: .replay,
    examples: [Example(input: "when", note: "the clock on each exchange, and the marks")],
    build: { (_) throws(SessError) in .when })

  static let mark = CommandSpec(
    name: "mark", summary: "name the clock's place for goto", group: .replay,
    parameters: [
      .word("name", .text, "letters, digits, `_` and `-`; default m1, m2, …", required: false)
    ],
    examples: [Example(input: "mark before", note: "`goto before` comes back")],
    build: { (arguments) throws(SessError) in
      let name = arguments.next()
      if let name, !isMarkName(name.text) {
        throw name.failure(
          "bad-name", "a mark's name begins with a letter and has letters, digits, `_` and `-`")
      }
      return .mark(name)
    })

  static func isMarkName(_ text: String) -> Bool {
    text.first?.isLetter == true
      && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
  }

  static let list = CommandSpec(
    name: "list", aliases: ["l"], summary: "the bars before the clock of one series",
    group: .replay,
    parameters: [
      .word("series", .address, "SYMBOL/INTERVAL; default the series at hand", required: false),
      .flag("last", .count, "how many; default 10"),
    ],
    discussion: """
      The series at hand is the first symbol's base until another is listed. `up` takes \
      the next coarser interval that is made of it, `down` what it is made of.
      """,
    examples: [Example(input: "list ACME/1m --last 3", note: "the last three bars that are seen")],
    build: { (arguments) throws(SessError) in
      let word = arguments.next()
      return .list(
        try word.map { (word) throws(SessError) in try arguments.address(word, .series) },
        try arguments.count("last", in: 1...1_000_000_000) ?? 10)
    })

  static let up = CommandSpec(
    name: "up", summary: "list the coarser bars made of the series at hand", group: .replay,
    examples: [Example(input: "up", note: "from 1m to 5m")],
    build: { (_) throws(SessError) in .focus(up: true) })

  static let down = CommandSpec(
    name: "down", summary: "list the bars the series at hand is made of", group: .replay,
    examples: [Example(input: "down", note: "from 5m to 1m")],
    build: { (_) throws(SessError) in .focus(up: false) })
}
