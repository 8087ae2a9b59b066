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
      .first, .last, .filter, .columns,
    ],
    discussion: """
      Every finding says what was seen, how sure that is, where it shows first, and what \
      to type. Nothing is changed. Causes come first: rows that only lie wrong because a \
      clock is off are not reported one by one.

      D01 missing bars, D02 missing sessions, D03 cut-off ends, D04 and D05 duplicates, \
      D07 bad prices, D08 prices of zero or less, D09 and D10 unreadable figures, D11 no \
      volume, D12 fillers, D13 standing prices, D14 copied stretches, D15 spikes, D16 \
      splits, units and jumps, D17 the doubled hour, D18 summer time, D19 the clock, D20 \
      the label, D21 bars at the close, D22 closed hours, D23 and D24 half days, D25 off \
      the grid, D26 mixed intervals, D28 impossible times, D30 coarser bars \
      that contradict finer ones, D33 crossed quotes, D34 volumes, D35 precision, D36 \
      revisions, D37 thin derived bars, D38 adjustments that do not fit.
      """,
    examples: [
      Example(input: "doctor ACME", note: "everything, the gravest first"),
      Example(input: "doctor ACME --fix", note: "only what to type"),
    ],
    build: { (arguments) throws(SessError) in
      var doctor = DoctorCommand(query: QueryCommand(span: arguments.span))
      doctor.printsFix = arguments.has("fix")
      doctor.severity = try CommandSpec.oneOf(arguments, "min-severity", severities) ?? "info"
      doctor.query = try arguments.query()
      return .doctor(doctor)
    })
}
