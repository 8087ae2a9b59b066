/// The statements of the language itself; the parser understands them, the table documents them.
extension CommandSpec {
  static let let_ = CommandSpec(
    name: "let", summary: "name a word or a value", group: .script,
    parameters: [
      .word("name", .text, "letters, digits and _"),
      .word("= value", .text, "a word, or an expression that begins with $_ or a call"),
    ],
    discussion: "`$name` stands for it from then on, always as one word.",
    examples: [Example(input: "let days = 2025-07-01..2025-07-03", note: "used as $days")])

  static let assert = CommandSpec(
    name: "assert", summary: "fail unless an expression holds", group: .script,
    parameters: [.word("expression", .expression, "see `help expressions`")],
    discussion: "A failing assertion prints both sides. Unknown values are an error here.",
    examples: [Example(input: "assert ACME/1m/quality >= 95", note: "a check in a script")])

  static let section = CommandSpec(
    name: "section", summary: "name a part of a script", group: .script,
    parameters: [.word("name", .text, "what the part shows; a block in { } or all up to the next")],
    discussion: "`sess test` reports each section on its own; a failure ends only its section.",
    examples: [Example(input: "section \"half days\"", note: "up to the next section")])

  static let foreach = CommandSpec(
    name: "foreach", summary: "run a block for each of some words", group: .script,
    parameters: [
      .word("name", .text, "the variable"),
      .word("in words", .address, "words; address patterns become their symbols", repeats: true),
      .word("{ block }", .text, "what is run"),
    ],
    examples: [Example(input: "foreach s in * { quality $s --total }", note: "every symbol")])

  static let if_ = CommandSpec(
    name: "if", summary: "run a block when an expression holds", group: .script,
    parameters: [
      .word("expression", .expression, "see `help expressions`"),
      .word("{ block }", .text, "what is run"),
      .word("else { block }", .text, "what is run otherwise", required: false),
    ],
    examples: [
      Example(
        input: "if count(ACME/1m/gaps) > 0 { gaps ACME/1m }", note: "only when there is something")
    ])

  static let include = CommandSpec(
    name: "include", summary: "run another script here", group: .script,
    parameters: [.word("file", .path, "relative to the script that includes it")],
    examples: [Example(input: "include setup.sess", note: "shared beginnings")])
}
