import Diagnostics
import MarketModel

extension CommandSpec {
  static let reconcile = CommandSpec(
    name: "reconcile", summary: "compare a series with another source", group: .quality,
    parameters: [
      .word("address", .address, "SYMBOL/INTERVAL; a date scope narrows it"),
      .word("other", .source, "a file, or the address of another loaded series"),
      .flag(
        "tolerance", .number, "differences up to so many per cent are none; default 0"),
      .flag("calendar", .calendar, "the calendar of the file; default that of the address"),
    ] + ParameterSpec.reading + [.first, .last, .filter, .columns],
    discussion: """
      Finer bars are made into the coarser interval first, so that 1m can be held \
      against a vendor's 15m or 1d. The answer lists the slots that differ, by how \
      much, and the likely reason. Nothing is stored.
      """,
    examples: [
      Example(input: "reconcile ACME/1m Scripts/samples/acme_1m.csv", note: "against its file"),
      Example(input: "reconcile ACME/1m ACME_b/5m", note: "feed A against feed B"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let address = try arguments.address("SYMBOL/INTERVAL", .series)
      let other = try arguments.required("a file or an address")
      var reconcile = ReconcileCommand(
        address: address, other: other, query: try arguments.selection(), span: span)
      reconcile.tolerance = try arguments.number("tolerance", in: 0...1e6) ?? 0
      reconcile.load = try arguments.reading()
      reconcile.load.calendar = arguments.value("calendar")
      return .reconcile(reconcile)
    })

  static let adjust = CommandSpec(
    name: "adjust", summary: "see a symbol through splits and dividends", group: .quality,
    parameters: [
      .word("symbol", .address, "the symbol"),
      .flag("split", .text, "NEW:OLD@DATE: 7:1@2014-06-09 gives seven shares for one that day"),
      .flag("dividend", .text, "AMOUNT@DATE, in quote currency a share, on the day without it"),
      .flag("factors", .path, "a factor file: LEAN's, or date,price_factor[,volume_factor]"),
      .flag("clear", .presence, "see the bars as received again"),
    ],
    discussion: """
      Bars are never changed: the adjustment is a view. Prices of the days before are \
      multiplied, volumes the other way for splits, and bars, derived bars, metrics and \
      studies show it; in a replay from that day on. Without flags the adjustments are \
      listed. `undo` takes one back.
      """,
    examples: [
      Example(input: "adjust ACME --split 2:1@2025-07-02", note: "two shares for one"),
      Example(input: "adjust ACME", note: "what it is adjusted for"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      var adjust = AdjustCommand(
        address: try arguments.address("a symbol", []), span: span)
      if let word = arguments.value("split") { adjust.split = try CommandSpec.split(word) }
      if let word = arguments.value("dividend") {
        let (text, date) = try CommandSpec.dated(word, "0.47@2014-05-08")
        guard let amount = Double(text), amount.isFinite, amount > 0 else {
          throw word.failure("bad-number", "\(text) is not an amount above 0")
        }
        adjust.dividend = (amount, date)
      }
      adjust.factors = arguments.value("factors")
      adjust.clears = arguments.has("clear")
      if adjust.clears, adjust.split != nil || adjust.dividend != nil || adjust.factors != nil {
        throw SessError(
          "conflicting-flags", "--clear goes with no other flag", span: arguments.verb,
          hint: "clear first, then adjust")
      }
      return .adjust(adjust)
    })

  private static func split(_ word: ExpandedWord) throws(SessError) -> Adjustment {
    let (text, date) = try dated(word, "7:1@2014-06-09")
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let new = parts[0], let old = parts[1], new > 0, old > 0,
      (1e-6...1e6).contains(new / old)
    else {
      throw word.failure(
        "bad-split", "\(text) is not NEW:OLD", hint: "for example 7:1, or 1:10 for a reverse split")
    }
    return Adjustment(
      through: date.advanced(by: -1), price: old / new, volume: new / old,
      reason: "split \(text) on \(date)")
  }

  /// What stands before and after the `@` of a word.
  private static func dated(_ word: ExpandedWord, _ example: String) throws(SessError)
    -> (text: String, date: CivilDate)
  {
    let parts = word.text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let date = CivilDate(iso: parts[1]) else {
      throw word.failure(
        "bad-date", "\(word.text) does not end in @ and a date", hint: "for example \(example)")
    }
    return (String(parts[0]), date)
  }
}
