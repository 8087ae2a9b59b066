import Diagnostics
import MarketModel

extension CommandSpec {
  static let calendar = CommandSpec(
    name: "calendar", summary: "the sessions of an exchange or a symbol", group: .look,
    parameters: [
      .word(
        "action", .choice(["show", "diff", "load"]), "what to do; default show", required: false),
      .word(
        "name", .calendar,
        "calendars or symbols with a date scope, or a file; default all calendars",
        repeats: true, required: false),
      .flag("days", .dates, "the days to show or compare; default all both calendars know"),
      .flag(
        "only", .choice(CalendarCommand.Difference.allCases.map(\.rawValue)),
        "one kind of difference: closed on one, or other hours; default both"),
    ],
    discussion: """
      Times are on the exchange's clock. Without dates the known range is shown; \
      `calendar show DATE` shows one date on every calendar. Other names of an \
      exchange work, too: NYSE is XNYS. `source` says who states what holds on a \
      date. `calendar diff A B` lists the dates on which one trades and the other \
      does not, or on which the moments of their regular hours differ. \
      `calendar load FILE` adds a calendar of your own, which is exported with the \
      session; `help calendars` describes its file.
      """,
    examples: [
      Example(
        input: "calendar XNYS@2025-07-02..2025-07-07", note: "an early close, a holiday, a weekend"),
      Example(input: "calendar diff XNYS XTSE@2025-07", note: "holidays of one but not the other"),
    ],
    build: { (arguments) throws(SessError) in .calendar(try CommandSpec.calendar(&arguments)) })

  private static func calendar(_ arguments: inout ParsedArguments) throws(SessError)
    -> CalendarCommand
  {
    var action = "show"
    if let word = arguments.words.first, word.isQuoted.first == false,
      ["show", "diff", "load"].contains(word.text)
    {
      action = word.text
      _ = arguments.next()
    }
    if action == "load" { return .load(try arguments.required("a file")) }
    var days = try arguments.dates("days")
    guard action == "show" else {
      let only = try arguments.choice("only", as: CalendarCommand.Difference.self)
      let first = try split(try arguments.required("two calendars"), &days)
      let second = try split(try arguments.required("a second calendar"), &days)
      return .difference(first, second, days: days, only: only)
    }
    var name: ExpandedWord?
    if let word = arguments.words.first, Scope.dates(word.text) == nil {
      name = try split(word, &days)
      _ = arguments.next()
    }
    if let word = arguments.next() {
      guard let dates = Scope.dates(word.text) else { throw badDates(word, word.text) }
      try give(dates, word, &days)
    }
    return .show(name: name, days: days)
  }

  private static func give(
    _ dates: ClosedRange<CivilDate>, _ word: ExpandedWord, _ days: inout ClosedRange<CivilDate>?
  ) throws(SessError) {
    guard days == nil || days == dates else {
      throw word.failure("bad-scope", "the days are given twice", hint: "leave out --days")
    }
    days = dates
  }

  /// Takes the dates off a name: `XNYS@2025-07`.
  private static func split(_ word: ExpandedWord, _ days: inout ClosedRange<CivilDate>?)
    throws(SessError) -> ExpandedWord
  {
    guard let at = word.text.lastIndex(of: "@") else { return word }
    let text = String(word.text[word.text.index(after: at)...])
    guard let dates = Scope.dates(text) else { throw badDates(word, text) }
    try give(dates, word, &days)
    return ExpandedWord(String(word.text[..<at]), span: word.span)
  }

  private static func badDates(_ word: ExpandedWord, _ text: String) -> SessError {
    word.failure(
      "bad-scope", "\(text) is not a date or a range of dates", hint: "for example XNYS@2025-07")
  }
}
