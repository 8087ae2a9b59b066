import Diagnostics
import MarketModel

extension ParameterSpec {
  static let first = flag("first", .count, "only the first so many records")
  static let last = flag("last", .count, "only the last so many records")
  static let filter = flag("where", .expression, "only records for which the expression holds")
  static let columns = flag("columns", .text, "only these columns, separated by commas")
  static let total = flag("total", .presence, "one record a series")
  static let queried = word(
    "address", .address, "what is asked about; default everything", repeats: true, required: false)
}

extension CommandSpec {
  static let show = CommandSpec(
    name: "show", summary: "show symbols, bars, or any part of the structure", group: .look,
    parameters: [
      .word("view", .choice(CommandTable.views), "a view of the structure", required: false),
      .queried, .first, .last, .filter, .columns,
    ],
    discussion: """
      `show` alone shows the whole session, `show SYMBOL` the symbol as a tree, \
      `show SYMBOL/INTERVAL` its bars, `show SYMBOL/metrics` and other fields their \
      records. The views are commands of their own, too: `metrics ACME`.
      """,
    examples: [
      Example(input: "show ACME", note: "the symbol as a tree"),
      Example(input: "show ACME/5m --last 10", note: "the last ten bars"),
      Example(input: "show rejected ACME", note: "rows that did not become bars"),
    ],
    build: { (arguments) throws(SessError) in
      var view: ShowCommand.View?
      if let word = arguments.words.first, word.isQuoted.first == false {
        view = ShowCommand.View(rawValue: word.text)
        if view != nil { _ = arguments.next() }
      }
      if let view { arguments.name = view.rawValue }
      return .show(ShowCommand(view: view, query: try arguments.query(view?.parts ?? .all)))
    })

  static let status = CommandSpec(
    name: "status", summary: "the clock, the hours and what is loaded", group: .look,
    parameters: [
      .word("address", .address, "the symbols; default all", repeats: true, required: false)
    ],
    discussion: """
      A record a symbol, and of up to four symbols every interval: the session apart \
      from the days before it. Symbols whose last bar is late by more than a minute and \
      an interval are lagging.
      """,
    examples: [
      Example(input: "status", note: "everything"),
      Example(input: "status ACME", note: "one symbol with its intervals"),
    ],
    build: { (arguments) throws(SessError) in .status(try arguments.addresses([])) })

  static let quality = CommandSpec(
    name: "quality", summary: "present and expected slots, a record a day", group: .quality,
    parameters: [.queried, .total, .first, .last, .filter, .columns],
    discussion: """
      Quality is 100·present/expected by the exchange calendar: early closes are \
      short, holidays expect nothing. Dates in the address are the expectation \
      themselves, so missing first and last days are found.
      """,
    examples: [
      Example(input: "quality ACME", note: "every interval, every day"),
      Example(input: "quality ACME/1m --total", note: "one record"),
    ],
    build: { (arguments) throws(SessError) in
      var query = try arguments.query()
      query.isTotal = arguments.has("total")
      return .quality(query)
    })

  static let gaps = CommandSpec(
    name: "gaps", summary: "runs of missing slots", group: .quality,
    parameters: [
      .queried, .total, .flag("min", .count, "only gaps of at least so many slots"),
      .flag(
        "state", .choice(["all"] + GapState.allCases.map(\.rawValue)),
        "with what was tried, only gaps in that state"),
      .first, .last, .filter, .columns,
    ],
    discussion: """
      A gap is a maximal run of missing slots within one segment of one day: \
      [start, end). Its verdict says why it may be there, from the bars around it and \
      from other symbols: feed-outage, truncated, halt-like, no-trade-plausible, \
      symbol-loss or undetermined. With --state, gaps that were tried and are filled by now are \
      listed too; what is left of a partially filled one is a gap of its own.
      """,
    examples: [
      Example(input: "gaps ACME/1m", note: "every gap"),
      Example(input: "gaps ACME/1m --where 'missing > 5'", note: "the long ones"),
      Example(
        input: "gaps ACME --where \"verdict == 'symbol-loss'\"", note: "what was surely lost"),
    ],
    build: { (arguments) throws(SessError) in
      let names = ["all"] + GapState.allCases.map(\.rawValue)
      let name = try arguments.oneOf("state", names)
      var query = try arguments.query()
      query.isTotal = arguments.has("total")
      query.minimum = try arguments.count("min")
      query.states = GapState.allCases.filter { name == "all" || name == $0.rawValue }
      return .gaps(query)
    })

  static let missing = CommandSpec(
    name: "missing", summary: "every missing slot, a record each", group: .quality,
    parameters: [.queried, .first, .last, .filter, .columns],
    examples: [Example(input: "missing ACME/1m --first 5", note: "the first five")],
    build: { (arguments) throws(SessError) in .missing(try arguments.query()) })
}

extension ShowCommand.View {
  /// What the addresses of the view may name.
  fileprivate var parts: ParsedArguments.AddressParts {
    switch self {
    case .symbols, .metrics, .ticks, .quotes, .rejected: .scope
    case .intervals, .historical, .revisions: .series
    }
  }
}
