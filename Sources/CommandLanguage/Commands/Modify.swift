import Diagnostics
import MarketModel

extension CommandSpec {
  static let append = CommandSpec(
    name: "append", summary: "add one bar to a series", group: .data,
    parameters: [
      .word("address", .address, "SYMBOL/INTERVAL, or SYMBOL for its base interval"),
      .word("time", .time, "the bar's start, on the exchange's clock unless it has an offset"),
      .word("open", .number, "the first price"),
      .word("high", .number, "the highest price"),
      .word("low", .number, "the lowest price"),
      .word("close", .number, "the last price"),
      .word("volume", .number, "what was traded"),
      .flag("trades", .count, "how many trades"),
      .flag("vwap", .number, "the average price"),
      .flag(
        "on-duplicate", .choice(["reject", "replace", "keep"]),
        "what to do when the slot is taken; default reject"),
    ],
    discussion: "Derived bars, quality, gaps and metrics follow at once.",
    examples: [
      Example(input: "append ACME/1m 2025-07-02T10:15 99.1 99.4 99 99.3 12000", note: "one minute")
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let address = try arguments.address("SYMBOL/INTERVAL", .interval)
      let word = try arguments.required("a time")
      guard let time = TimeWord(word.text) else {
        throw word.failure(
          "bad-time", "\(word.text) is not a time",
          hint: "for example 2025-07-02T10:15 or 2025-07-02T10:15:00-04:00")
      }
      var figures: [Double] = []
      for name in ["open", "high", "low", "close", "volume"] {
        let word = try arguments.required("the \(name)")
        guard let number = Double(word.text), number.isFinite else {
          throw word.failure("bad-number", "\(word.text) is not a number")
        }
        figures.append(number)
      }
      let trades = try arguments.count("trades")
      let vwap = try arguments.number("vwap", in: -1e12...1e12)
      let policy = try arguments.oneOf("on-duplicate", ["reject", "replace", "keep"])
      return .append(
        AppendCommand(
          address: address, time: time, figures: figures, trades: trades, vwap: vwap,
          onDuplicate: policy, span: span))
    })

  static let clear = CommandSpec(
    name: "clear", summary: "remove the session's or the historical bars", group: .data,
    parameters: [
      .word(
        "part", .choice(["session", "historical"]),
        "the session's bars, or those of the days before"),
      .word("symbol", .address, "the symbols; default all", required: false),
    ],
    discussion: "The intervals stay registered and the session date stays where it is.",
    examples: [Example(input: "clear session ACME", note: "an empty session, ready for append")],
    build: { (arguments) throws(SessError) in
      let word = try arguments.required("session or historical")
      guard word.text == "session" || word.text == "historical" else {
        throw ParsedArguments.badChoice(word, ["session", "historical"])
      }
      let address = try arguments.next().map { (word) throws(SessError) in
        try arguments.address(word, [])
      }
      return .clear(
        ClearCommand(clearsHistorical: word.text == "historical", address: address ?? .everything))
    })

  static let derive = CommandSpec(
    name: "derive", summary: "make coarser bars from finer ones", group: .data,
    parameters: [
      .word("address", .address, "the symbols"),
      .word("interval", .interval, "the bar lengths to make", repeats: true),
      .flag(
        "policy", .policy,
        "when a window becomes a bar: with any base bar, all, or a share of them; default partial"),
      .flag(
        "align", .choice(Alignment.allCases.map(\.rawValue)),
        "where windows begin: at the session's open or at clock multiples; default session"),
      .flag(
        "base", .interval,
        "what to read: an interval, ticks or quotes; default the finest received one"),
      .flag(
        "side", .choice(["mid", "bid", "ask"]), "which side of quotes to read; default mid"),
    ],
    discussion: """
      Windows never cross a session, a break or a close, so an early close ends in a \
      short bar. Every derived bar says how many base bars it has and should have. \
      Where bars cannot serve, ticks do, then quotes; such bars count their events, \
      and nothing requires any.
      """,
    examples: [
      Example(input: "derive ACME 5m 15m 1h", note: "three intervals in one go"),
      Example(input: "derive * 5m --policy strict", note: "complete windows of every symbol"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let address = try arguments.address("a symbol", .interval)
      var intervals = [try ParsedArguments.interval(try arguments.required("an interval"))]
      while let word = arguments.next() {
        let interval = try ParsedArguments.interval(word)
        if !intervals.contains(interval) { intervals.append(interval) }
      }
      var derive = DeriveCommand(address: address, intervals: intervals, span: span)
      if let word = arguments.value("policy") {
        guard let policy = DerivationPolicy(word.text) else {
          throw word.failure(
            "bad-policy", "\(word.text) is not a policy",
            hint: "partial, strict, or a percentage such as 80%")
        }
        derive.policy = policy
      }
      derive.alignment = try arguments.choice("align", as: Alignment.self) ?? .session
      try derive.readBase(arguments)
      return .derive(derive)
    })
}

extension DeriveCommand {
  /// Reads `--base` and `--side`.
  fileprivate mutating func readBase(_ arguments: ParsedArguments) throws(SessError) {
    let side = try arguments.oneOf("side", ["mid", "bid", "ask"])
    let quotes: EventSource = side == "bid" ? .bids : side == "ask" ? .asks : .quotes
    let word = arguments.value("base")
    if word?.text == "ticks" {
      events = .ticks
    } else if word?.text == "quotes" || (word == nil && side != nil) {
      events = quotes
    } else if let word {
      base = try ParsedArguments.interval(word)
    }
    if let word = arguments.value("side"), events?.field != "quotes" {
      throw word.failure(
        "no-side", "only quotes have a bid and an ask", hint: "leave it out, or say --base quotes")
    }
  }
}
