import Diagnostics
import MarketModel

extension CommandSpec {
  static let generate = CommandSpec(
    name: "generate", summary: "make synthetic sessions from a seed", group: .data,
    parameters: [
      .word("symbol", .symbol, "the symbol to make"),
      .flag("days", .dates, "the dates, both included"),
      .flag("seed", .count, "the same seed gives the same bars everywhere; default 1"),
      .flag("calendar", .calendar, "the exchange calendar; default XNYS"),
      .flag("interval", .interval, "the bar length; default 1m"),
      .flag(
        "hours", .choice(Hours.allCases.map(\.rawValue)),
        "extended adds pre- and post-market bars; default regular"),
      .flag("price", .number, "where the price starts, in quote currency; default 100"),
      .flag("tick-size", .number, "the smallest price step, in quote currency; default 0.01"),
      .flag("volume", .number, "the mean volume of a bar, in shares; default 10000"),
    ],
    discussion:
      "Volume is U-shaped over the session, prices walk on the tick grid, half days are short.",
    examples: [
      Example(
        input: "generate ACME --days 2025-07-01..2025-07-03 --seed 7",
        note: "two days and a half day")
    ],
    build: { (arguments) throws(SessError) in
      let word = try arguments.required("a symbol")
      guard let days = try arguments.dates("days") else {
        throw SessError(
          "missing-argument", "generate needs --days", span: arguments.verb,
          hint: "for example --days 2025-07-01..2025-07-03")
      }
      var generate = GenerateCommand(symbol: try ParsedArguments.symbol(word), days: days)
      generate.seed = try arguments.count("seed") ?? 1
      generate.calendar = arguments.value("calendar")
      generate.interval = try arguments.interval("interval") ?? .minute
      guard generate.interval.isIntraday else {
        throw SessError(
          "bad-interval", "generate makes intraday bars; derive makes longer ones",
          span: arguments.value("interval")?.span)
      }
      generate.hours = try arguments.choice("hours", as: Hours.self) ?? .regular
      let positive = 1e-12...1e12
      generate.price = try arguments.number("price", in: positive) ?? 100
      generate.tickSize = try arguments.number("tick-size", in: positive) ?? 0.01
      generate.volume = try arguments.number("volume", in: positive) ?? 10_000
      guard generate.price / generate.tickSize <= 1e9 else {
        throw SessError(
          "bad-number", "the price is more than 1000000000 ticks",
          span: arguments.place(of: arguments.has("tick-size") ? "tick-size" : "price"),
          hint: "a larger --tick-size, or a lower --price")
      }
      return .generate(generate)
    })

  /// The defects `inject` knows.
  public static let defects = [
    "missing", "outage", "missing-day", "truncated", "spike", "close-spike", "zero-volume",
    "filler", "stale", "repeated-block", "duplicate-day", "split", "unit", "volume-scale", "shift",
    "end-labels", "dst-hour", "half-day-ignored", "duplicate", "conflicting", "off-grid",
    "bad-ohlc", "unparsable", "outside-hours",
  ]

  static let inject = CommandSpec(
    name: "inject", summary: "put chosen defects into a series", group: .data,
    parameters: [
      .word("defect", .choice(defects), "what goes wrong"),
      .word("address", .address, "SYMBOL/INTERVAL, a date scope narrows it"),
      .flag("count", .count, "how many bars, runs or days; default 1"),
      .flag("length", .count, "bars in a run; default 10"),
      .flag(
        "size", .number,
        "a factor for prices and volumes, hours for shift (below 0: too early); default the defect's"
      ),
      .flag("seed", .count, "the same seed hits the same bars; default 1"),
    ],
    discussion: """
      Rows that cannot become bars end under SYMBOL/rejected, as those of a file do. \
      `doctor` should find each of these defects; that is what they are for.
      """,
    examples: [
      Example(input: "inject outage ACME/1m --length 12 --seed 3", note: "twelve minutes are gone")
    ],
    build: { (arguments) throws(SessError) in
      let word = try arguments.required("a defect")
      guard defects.contains(word.text) else { throw ParsedArguments.badChoice(word, defects) }
      let span = arguments.span
      let address = try arguments.address("SYMBOL/INTERVAL", .series)
      var inject = InjectCommand(defect: word.text, address: address, span: span)
      inject.count = try arguments.count("count", in: 1...1_000_000_000) ?? 1
      inject.length = try arguments.count("length", in: 1...1_000_000_000) ?? 10
      inject.size = try arguments.number("size", in: -1e6...1e6)
      if let size = inject.size, word.text == "shift", abs(size) > 8784 {
        throw SessError(
          "bad-number", "a clock is not off by more than a year, which is 8784 hours",
          span: arguments.value("size")?.span)
      }
      inject.seed = try arguments.count("seed") ?? 1
      return .inject(inject)
    })
}
