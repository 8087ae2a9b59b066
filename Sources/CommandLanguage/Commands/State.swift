import Diagnostics
import MarketModel

extension CommandSpec {
  static let changes = CommandSpec(
    name: "changes", summary: "the change log", group: .state,
    parameters: [
      .word(
        "address", .address, "only changes of these symbols, intervals or fields", repeats: true,
        required: false),
      .flag("since", .count, "only changes after this number"), .first, .last,
    ],
    discussion: """
      Every mutation has a number, and numbers never repeat. Entries name what was \
      touched, not its values; undo and redo add entries of their own.
      """,
    examples: [
      Example(input: "changes --last 5", note: "the latest"),
      Example(input: "changes ACME/1m/quality", note: "when the quality of one series changed"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let limit = RowLimit(first: try arguments.count("first"), last: try arguments.count("last"))
      let since = try arguments.count("since") ?? 0
      return .changes(
        ChangesCommand(
          addresses: try arguments.addresses(), since: since, limit: limit, span: span))
    })
}
