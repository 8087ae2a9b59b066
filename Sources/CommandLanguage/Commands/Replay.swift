import Diagnostics
import MarketModel

/// The commands that move the clock.
extension CommandSpec {
  static let replay = CommandSpec(
    name: "replay", summary: "put the clock before the first bar, or end a replay", group: .replay,
    parameters: [
      .word("action", .choice(["start", "stop"]), "start, the default, or stop", required: false),
      .flag("from", .date, "the first session; default the first loaded day"),
      .flag("trailing", .count, "keep exactly so many trading days before the session in sight"),
    ],
    discussion: """
      In a replay a bar over [start, end) is seen from its end on, and every command \
      answers as of the clock: derived bars, quality, gaps, metrics and exports alike. \
      Rejected rows are seen when their bars would have ended; those that state no time, \
      once all else of their symbol is. \
      Steps back give what was seen before. `replay stop` shows everything again.
      """,
    examples: [
      Example(input: "replay --from 2025-07-02", note: "before the first bar of a day"),
      Example(input: "replay --trailing 2", note: "two days of history, whichever day it is"),
      Example(input: "replay stop", note: "no clock: every day is judged whole"),
    ],
    build: { (arguments) throws(SessError) in
      let action = arguments.next()
      if let action, action.text != "start", action.text != "stop" {
        throw ParsedArguments.badChoice(action, ["start", "stop"])
      }
      var command = ReplayCommand(stops: action?.text == "stop")
      if command.stops { return .replay(command) }
      command.from = try arguments.date("from")
      command.trailing = try arguments.count("trailing")
      return .replay(command)
    })

  private static func steps(_ arguments: inout ParsedArguments) throws(SessError) -> Int {
    try arguments.nextCount(in: 1...1_000_000_000) ?? 1
  }

  static let step = CommandSpec(
    name: "step", aliases: ["s"], summary: "go to the next moment something is seen",
    group: .replay,
    parameters: [.word("count", .count, "so many times; default 1", required: false)],
    examples: [
      Example(input: "step 5", note: "five moments at which bars, ticks or quotes appear")
    ],
    build: { (arguments) throws(SessError) in .move(.step(try steps(&arguments))) })

  static let rstep = CommandSpec(
    name: "rstep", aliases: ["back", "rs"], summary: "go back to the moment before", group: .replay,
    parameters: [.word("count", .count, "so many times; default 1", required: false)],
    examples: [Example(input: "rstep", note: "as if the last step had not been")],
    build: { (arguments) throws(SessError) in .move(.back(try steps(&arguments))) })

  static let next = CommandSpec(
    name: "next", aliases: ["n"], summary: "go to the next bar of a series, or the next day",
    group: .replay,
    parameters: [
      .word(
        "what", .address, "a count, `day`, or SYMBOL/INTERVAL; default the next base bar",
        repeats: true, required: false)
    ],
    discussion: "`next day` stops at the open of the next trading day with bars.",
    examples: [
      Example(input: "next day", note: "the open of the next session"),
      Example(input: "next ACME/5m", note: "until a 5m bar closes"),
    ],
    build: { (arguments) throws(SessError) in
      guard let word = arguments.words.first, Int(word.text) == nil else {
        return .move(.next(nil, try steps(&arguments)))
      }
      _ = arguments.next()
      if word.text == "day" { return .move(.nextDay) }
      let address = try arguments.address(word, .interval)
      return .move(.next(address, try steps(&arguments)))
    })

  static let rnext = CommandSpec(
    name: "rnext", aliases: ["rn"], summary: "go back to the bar before of a series",
    group: .replay,
    parameters: [
      .word("address", .address, "SYMBOL/INTERVAL; default the base bars", required: false)
    ],
    examples: [Example(input: "rnext ACME/5m", note: "the 5m bar before")],
    build: { (arguments) throws(SessError) in
      .move(
        .rnext(
          try arguments.next().map { (word) throws(SessError) in
            try arguments.address(word, .interval)
          }))
    })

  static let until = CommandSpec(
    name: "until", aliases: ["advance"], summary: "go on to a time, or until a condition holds",
    group: .replay,
    parameters: [
      .word("target", .time, "10:15, 2025-07-02T10:15, a date, or an expression")
    ],
    discussion: """
      A bare time is the exchange's, on the session's day or the next one after it. An \
      expression is looked at after every step; the clock stops where it first holds.
      """,
    examples: [
      Example(input: "until 10:15", note: "a quarter past ten"),
      Example(input: "until ACME/1m/quality < 95", note: "where quality falls"),
    ],
    build: { (arguments) throws(SessError) in
      .move(.until(try moment(try arguments.required("a time or an expression"))))
    })

  static let goto = CommandSpec(
    name: "goto", summary: "put the clock at a time, before or after", group: .replay,
    parameters: [.word("time", .mark, "10:15, 2025-07-02T10:15, a date, or a mark")],
    examples: [Example(input: "goto 2025-07-02T12:00", note: "noon of a day")],
    build: { (arguments) throws(SessError) in
      let word = try arguments.required("a time or a mark")
      return .move(.goto(isMarkName(word.text) ? .mark(word) : try moment(word)))
    })

  static func moment(_ word: ExpandedWord) throws(SessError) -> ClockTarget {
    if let time = ClockText.nanoseconds(word.text) { return .timeOfDay(time) }
    if let time = TimeWord(word.text) { return .time(time) }
    if let date = CivilDate(iso: word.text) { return .date(date) }
    throw word.failure(
      "bad-time", "\(word.text) is not a time",
      hint: "for example 10:15, 2025-07-02T10:15, or 2025-07-02")
  }

  static let finish = CommandSpec(
    name: "finish", summary: "go to the end of the session's regular hours", group: .replay,
    discussion: "After the close it goes to the end of the post-market hours.",
    examples: [Example(input: "finish", note: "the closing bell")],
    build: { (_) throws(SessError) in .move(.finish) })

  static let continue_ = CommandSpec(
    name: "continue", aliases: ["c"], summary: "go on to the end of everything known",
    group: .replay,
    examples: [Example(input: "continue", note: "the last day stays readable")],
    build: { (_) throws(SessError) in .move(.end) })

  static let rcontinue = CommandSpec(
    name: "rcontinue", aliases: ["rc"], summary: "go back to before the first bar", group: .replay,
    examples: [Example(input: "rcontinue", note: "the start of the replay")],
    build: { (_) throws(SessError) in .move(.start) })
}
