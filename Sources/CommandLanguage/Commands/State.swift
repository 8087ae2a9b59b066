import Diagnostics
import MarketModel

extension CommandSpec {
  static let changes = CommandSpec(
    name: "changes", summary: "the change log", group: .state,
    parameters: [
      .word(
        "address", .address, "only changes of these symbols, intervals or fields", repeats: true,
        required: false),
      .flag("since", .count, "only changes after this number"), .first, .last, .filter,
      .columns,
    ],
    discussion: """
      Every mutation has a number, and numbers never repeat. Entries name what was \
      touched, not its values; undo and redo add entries of their own. Of more than \
      30,000 the oldest are joined, one an address.
      """,
    examples: [
      Example(input: "changes --last 5", note: "the latest"),
      Example(input: "changes ACME/1m/quality", note: "when the quality of one series changed"),
    ],
    build: { (arguments) throws(SessError) in
      let since = try arguments.count("since") ?? 0
      return .changes(
        ChangesCommand(query: try arguments.query([.interval, .field]), since: since))
    })

  static let undo = CommandSpec(
    name: "undo", summary: "go back before the last change", group: .state,
    parameters: [.word("count", .steps, "how many commands; default 1", required: false)],
    discussion: """
      One step a command that changed the session. What differs is logged under new \
      numbers. A hundred steps are kept, fewer when they hold many bars.
      """,
    examples: [Example(input: "undo", note: "as if the last command had not been")],
    build: { (arguments) throws(SessError) in .undo(try arguments.nextCount(in: 1...1000) ?? 1) })

  static let redo = CommandSpec(
    name: "redo", summary: "do again what was undone", group: .state,
    parameters: [.word("count", .steps, "how many commands; default 1", required: false)],
    examples: [Example(input: "redo", note: "after an undo too many")],
    build: { (arguments) throws(SessError) in .redo(try arguments.nextCount(in: 1...1000) ?? 1) })

  static let snapshot = CommandSpec(
    name: "snapshot", summary: "name the present state, or list names", group: .state,
    parameters: [
      .word("name", .snapshot, "the name; without it the named states are listed", required: false),
      .flag("restore", .presence, "go back to the named state"),
      .flag("delete", .presence, "forget the name"),
    ],
    discussion: """
      A snapshot costs nothing until the session changes. `diff NAME` compares it with \
      now; `--restore` can be undone.
      """,
    examples: [
      Example(input: "snapshot clean", note: "before an experiment"),
      Example(input: "snapshot clean --restore", note: "after it"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let name = arguments.next()
      let (restores, deletes) = (arguments.has("restore"), arguments.has("delete"))
      if let name { try checkSnapshotName(name) }
      guard name != nil || !(restores || deletes) else {
        throw SessError("missing-argument", "snapshot needs a name for this", span: span)
      }
      guard !(restores && deletes) else {
        throw SessError("bad-choice", "--restore and --delete exclude each other", span: span)
      }
      let action: SnapshotCommand.Action = restores ? .restore : deletes ? .delete : .name
      return .snapshot(SnapshotCommand(name: name, action: action))
    })

  static let diff = CommandSpec(
    name: "diff", summary: "what differs between two states", group: .state,
    parameters: [
      .word("from", .snapshot, "the name of a snapshot"),
      .word("to", .snapshot, "the name of another; default the present state", required: false),
    ],
    discussion: """
      Bars, gaps and days of quality are counted one by one. `before` and `after` are \
      the bars held, the number of gaps, and for quality the slots missing (of derived \
      bars the base bars missing behind them).
      """,
    examples: [Example(input: "diff clean", note: "what the experiment changed")],
    build: { (arguments) throws(SessError) in
      .diff(DiffCommand(from: try arguments.required("a snapshot"), to: arguments.next()))
    })

  private static func checkSnapshotName(_ name: ExpandedWord) throws(SessError) {
    let isPlain = name.text.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    guard isPlain, !name.text.isEmpty else {
      throw name.failure(
        "bad-name", "a snapshot's name has letters, digits, `_`, `-` and `.` only")
    }
  }
}
