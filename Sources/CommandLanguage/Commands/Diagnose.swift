import Diagnostics
import MarketModel

extension CommandSpec {
  /// From mild to grave.
  static let severities = ["info", "warning", "error"]

  static let doctor = CommandSpec(
    name: "doctor", summary: "find what is wrong with the data, and say why", group: .quality,
    parameters: [
      .queried,
      .flag("min-severity", .choice(severities), "the mildest findings shown; default info"),
      .flag("fix", .presence, "print the commands that mend, and nothing else"),
      .flag("list", .presence, "list the defects, and what the data must have to show each"),
      .first, .last, .filter, .columns,
    ],
    discussion: """
      Every finding says what was seen, how sure that is, where it shows first, and what \
      to type. Nothing is changed. Causes come first: rows that only lie wrong because a \
      clock is off are not reported one by one.

      Places are the instant, and where the bar was read from a file its row; of a missing \
      bar the row before it. `doctor --list` names the defects D01 to D38.
      """,
    examples: [
      Example(input: "doctor ACME", note: "everything, the gravest first"),
      Example(input: "doctor ACME --fix", note: "only what to type"),
      Example(input: "doctor --list", note: "what it looks for"),
    ],
    build: { (arguments) throws(SessError) in
      let listsDefects = arguments.has("list")
      var doctor = DoctorCommand(
        query: listsDefects ? try arguments.selection() : try arguments.query())
      doctor.listsDefects = listsDefects
      if listsDefects { return .doctor(doctor) }
      doctor.printsFix = arguments.has("fix")
      doctor.severity = try arguments.oneOf("min-severity", severities) ?? "info"
      return .doctor(doctor)
    })
}
