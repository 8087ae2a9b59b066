public import Diagnostics
import MarketModel

extension ParameterSpec {
  /// The flags that say how a source file is read, as `load` has them.
  static let reading: [ParameterSpec] = [
    flag("symbol", .symbol, "whose rows of the file; default the symbol of the address"),
    flag(
      "interval", .interval,
      "the bar length of the file; default the distance between rows, of a few the series' own"),
    .zone, .label, .shift, .wallClock,
  ]
  static let zone = flag(
    "zone", .zone, "the zone of times without offset; default the exchange's clock")
  static let label = flag(
    "label", .choice(["start", "end", "open", "close"]),
    "which end of a bar a time names; default start")
  static let shift = flag(
    "shift", .duration, "added to every time, for example -4h; default 0s")
  static let wallClock = flag(
    "wall-clock", .presence, "ignore written offsets and take the clock reading")

  fileprivate static let filled = word(
    "address", .address, "the received series; a scope narrows it; default its whole length")
}

extension ParsedArguments {
  /// How a source file is to be read.
  func reading() throws(SessError) -> LoadCommand {
    var load = LoadCommand()
    let names = ParameterSpec.reading.map(\.name)
    load.flags = typedFlags.filter { names.contains($0.key) }
    load.flagSpan = first(of: names)
    load.symbol = try symbol("symbol")
    load.interval = try interval("interval")
    load.zone = value("zone")
    load.labelsEnd = try labelsEnd()
    load.shift = try duration("shift")
    load.ignoresOffset = has("wall-clock")
    return load
  }

  /// Whether times name bar ends, where `--label` says.
  func labelsEnd() throws(SessError) -> Bool? {
    try oneOf("label", ["start", "end", "open", "close"]).map { $0 == "end" || $0 == "close" }
  }
}

extension LoadCommand {
  /// The reading that the flags of an earlier `fill` or `retry` mean.
  ///
  /// - Throws: what the flags would throw if they were typed at a place.
  public init(readingBy flags: [String: String], at span: SourceSpan) throws(SessError) {
    let typed = flags.mapValues {
      ParsedArguments.Flag(value: ExpandedWord($0, span: span), span: span)
    }
    self = try ParsedArguments(.retry, verb: span, words: [], flags: typed).reading()
    flagSpan = nil
  }
}

extension CommandSpec {
  static let fill = CommandSpec(
    name: "fill", summary: "put bars into missing slots", group: .data,
    parameters: [
      .filled,
      .flag("from", .source, "a file read as `load` does, or a loaded series"),
      .flag("carry", .presence, "carry the last close of the trading day forward"),
      .flag("remove-carried", .presence, "take carried bars out again"),
    ] + ParameterSpec.reading,
    discussion: """
      Only missing slots are filled, so doing it twice changes nothing. Bars from a \
      source are bars like any other, marked with where they came from; of a finer \
      source only complete windows are taken. Carried bars are flat and without \
      volume, stay missing in quality, feed nothing, and give way to real ones. A \
      day's slots before its first bar are not carried into; days, weeks and months \
      carry the close of the bar before.
      """,
    examples: [
      Example(
        input: "fill ACME/1m --from Scripts/samples/acme_1m.csv", note: "from another file"),
      Example(input: "fill ACME/1m@2025-07-02 --from ACME_b", note: "from another symbol"),
      Example(input: "fill ACME --carry", note: "every received interval, flat bars"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let address = try arguments.address("SYMBOL/INTERVAL", .series)
      var sources: [FillCommand.Source] = []
      if let word = arguments.value("from") { sources.append(.from(word)) }
      if arguments.has("carry") { sources.append(.carry) }
      if arguments.has("remove-carried") { sources.append(.removeCarried) }
      guard let source = sources.first, sources.count == 1 else {
        throw SessError(
          sources.isEmpty ? "missing-argument" : "conflicting-flags",
          "fill needs exactly one of --from, --carry and --remove-carried", span: arguments.verb,
          hint: "for example --from FILE, or --carry")
      }
      var fill = FillCommand(
        address: address, source: source, reading: LoadCommand(), span: span)
      if case .from = source { fill.reading = try arguments.reading() }
      return .fill(fill)
    })

  static let retry = CommandSpec(
    name: "retry", summary: "try gaps again, with growing waits", group: .quality,
    parameters: [
      .filled,
      .flag("from", .source, "a file or a loaded series; default where it was last tried from"),
      .flag("max", .count, "attempts after which a gap is abandoned; default 5"),
      .flag("every", .duration, "the wait after the first attempt, then doubled; default 60s"),
    ] + ParameterSpec.reading,
    discussion: """
      Each gap that is due by the session's clock is tried once; without a clock all \
      are. What was tried is kept: `gaps --state all` lists it. A source that cannot \
      be read is a failed attempt. Gaps that late bars close need no retry to be \
      filled; a larger --max tries abandoned gaps again.
      """,
    examples: [
      Example(
        input: "retry ACME/1m --from Scripts/samples/acme_1m.csv --max 3", note: "one attempt"),
      Example(input: "gaps ACME/1m --state abandoned", note: "what was given up"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let address = try arguments.address("SYMBOL/INTERVAL", .series)
      var retry = RetryCommand(
        address: address, from: arguments.value("from"), reading: try arguments.reading(),
        span: span)
      retry.maximum = try arguments.count("max", in: 1...1_000_000_000) ?? retry.maximum
      if let every = try arguments.duration("every") {
        guard every > 0 else {
          throw SessError(
            "bad-duration", "a wait is longer than nothing", span: arguments.value("every")?.span,
            hint: "for example 60s or 5m")
        }
        retry.every = every
      }
      return .retry(retry)
    })
}
