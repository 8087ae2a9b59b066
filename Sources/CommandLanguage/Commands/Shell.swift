import Diagnostics
import MarketModel

extension CommandSpec {
  static let check = CommandSpec(
    name: "check", summary: "verify every rule the session must keep", group: .state,
    discussion: "Derives, judges and folds everything afresh and compares it with what is stored.",
    examples: [Example(input: "check", note: "silent unless something is wrong")],
    build: { (_) throws(SessError) in .check })

  static let help = CommandSpec(
    name: "help", summary: "the commands, or one of them", group: .shell,
    parameters: [.word("topic", .topic, "a command or a topic", required: false)],
    examples: [Example(input: "help gaps", note: "one command")],
    build: { (arguments) throws(SessError) in .help(arguments.next()?.text) })

  static let set = CommandSpec(
    name: "set", summary: "show or change a setting", group: .shell,
    parameters: [
      .word("name", .setting, "the setting; default all are shown", required: false),
      .word("value", .text, "its new value", required: false),
    ],
    discussion: """
      mode: table box csv json jsonl md line. width: columns, for tables. \
      rows: the most rows a table shows. color: on off. timing: on off, how long each \
      command takes, on standard error.
      """,
    examples: [Example(input: "set mode box", note: "tables in boxes from now on")],
    build: { (arguments) throws(SessError) in
      .set(SetCommand(name: arguments.next()?.text, value: arguments.next()?.text))
    })

  static let history = CommandSpec(
    name: "history", summary: "what was typed", group: .shell,
    parameters: [.word("count", .count, "the latest so many; default 20", required: false)],
    examples: [Example(input: "history 5", note: "the latest five")],
    build: { (arguments) throws(SessError) in
      .history(try arguments.nextCount(in: 0...1_000_000_000))
    })

  static let quit = CommandSpec(
    name: "quit", aliases: ["exit", "q"], summary: "leave, with an exit code", group: .shell,
    parameters: [.word("code", .count, "the exit code, 0 to 255; default 0", required: false)],
    examples: [Example(input: "quit", note: "Ctrl-D does the same")],
    build: { (arguments) throws(SessError) in
      .quit(Int32(try arguments.nextCount(in: 0...255) ?? 0))
    })
}
