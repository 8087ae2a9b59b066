import Diagnostics
import MarketModel

extension CommandSpec {
  static let load = CommandSpec(
    name: "load", summary: "read bars from files", group: .data,
    parameters: [
      .word(
        "path", .path, "files, packed ones too, or an exported session; * and ? match",
        repeats: true,
        required: false),
      .flag("symbol", .symbol, "the symbol of the rows; default the symbol column"),
      .flag("interval", .interval, "the bar length; default the distance between rows"),
      .flag("calendar", .calendar, "the exchange calendar; default by the hours of the rows"),
      .flag(
        "hours", .choice(Hours.allCases.map(\.rawValue)),
        "the hours that are expected; default regular"),
      .zone, .label, .shift, .wallClock,
      .flag("dialect", .text, "the vendor whose file it is; default by its content and name"),
      .flag(
        "date-order", .choice(["mdy", "dmy", "ymd"]),
        "what comes first in 03/04/2024; default by the rows"),
      .flag(
        "decimal", .choice(["point", "comma"]),
        "what divides the fraction of numbers; default by the rows"),
      .flag("scale", .number, "what prices are divided by; default the dialect's, else 1"),
      .flag(
        "columns", .text, "what the columns are, as time,open,high,low,close; - passes one over"),
      .flag(
        "side", .choice(["bid", "ask", "mid"]), "what of quote bars becomes the bar; default mid"),
      .flag("days", .dates, "only the bars of these trading days; default all"),
      .flag("expect", .dates, "the days that must be there; default first to last loaded day"),
      .flag("strict", .presence, "fail when any row is rejected"),
      .flag(
        "on-duplicate", .choice(["keep", "replace", "error"]),
        "which of two rows for a slot stays; default keep, the first"),
      .flag(
        "fillers", .choice(["keep", "missing"]),
        "rows without volume that repeat the close before: bars, or missing; default keep"),
      .flag(
        "adhoc", .presence, "for one question; a later load of the symbol takes its place"),
      .flag("merge", .presence, "add to a series that is already loaded"),
      .flag("query", .text, "the rows of a database or Parquet file, in SQL; read by duckdb"),
      .flag("delta", .presence, "apply deltas that export wrote to this session"),
      .flag("command", .text, "read the output of a shell command instead of files"),
    ],
    discussion: """
      Every row finds its place: on a slot of the calendar it becomes a bar, else it \
      is kept under SYMBOL/rejected with file, line and reason. What was decided \
      about zone, label, interval and calendar is reported, and what was only \
      assumed is marked so.
      """,
    examples: [
      Example(
        input: "load Scripts/samples/acme_1m.csv --symbol ACME", note: "one file, one symbol"),
      Example(
        input: "load 'Scripts/samples/*.csv' --symbol ACME --zone UTC", note: "naive times in UTC"),
    ],
    build: { (arguments) throws(SessError) in
      var load = LoadCommand()
      while let word = arguments.next() { load.paths.append(word) }
      let isDelta = arguments.has("delta")
      if !isDelta { load.shellCommand = arguments.value("command") }
      guard !load.paths.isEmpty || load.shellCommand != nil else {
        throw SessError(
          "missing-argument", "load needs a file", span: arguments.verb,
          hint: "for example: load bars.csv --symbol AAPL")
      }
      if isDelta { return .loadDelta(load.paths) }
      load.query = arguments.value("query")
      load.symbol = try arguments.symbol("symbol")
      load.interval = try arguments.interval("interval")
      load.calendar = arguments.value("calendar")
      load.hours = try arguments.choice("hours", as: Hours.self)
      load.zone = arguments.value("zone")
      load.labelsEnd = try arguments.labelsEnd()
      load.shift = try arguments.duration("shift")
      load.ignoresOffset = arguments.has("wall-clock")
      load.dialect = arguments.value("dialect")
      load.dateOrder = try arguments.oneOf("date-order", ["mdy", "dmy", "ymd"])
      load.decimal = try arguments.oneOf("decimal", ["point", "comma"])
      load.priceScale = try CommandSpec.scale(arguments)
      load.columns = arguments.text("columns")?.split(
        separator: ",", omittingEmptySubsequences: false
      )
      .map { String($0.drop { $0 == " " }) }
      load.side = try arguments.oneOf("side", ["bid", "ask", "mid"])
      load.days = try arguments.dates("days")
      load.expected = try arguments.dates("expect")
      load.isStrict = arguments.has("strict")
      load.onDuplicate = try arguments.oneOf("on-duplicate", ["keep", "replace", "error"])
      load.merges = arguments.has("merge")
      load.isAdHoc = arguments.has("adhoc")
      load.dropsFillers =
        try arguments.oneOf("fillers", ["keep", "missing"]) == "missing"
      load.flags = arguments.typedFlags
      load.flagSpan = arguments.first(of: load.flags.keys.filter { $0 != "command" })
      return .load(load)
    })

  private static func scale(_ arguments: ParsedArguments) throws(SessError) -> Double? {
    guard let word = arguments.value("scale") else { return nil }
    guard let scale = Double(word.text), scale.isFinite, scale > 0 else {
      throw word.failure(
        "bad-number", "\(word.text) is not what prices can be divided by",
        hint: "for example --scale 10000")
    }
    return scale
  }

  static let unload = CommandSpec(
    name: "unload", summary: "forget a symbol, an interval, or some days", group: .data,
    parameters: [
      .word(
        "address", .address, "a symbol, SYMBOL/INTERVAL, SYMBOL/ticks, or days of them",
        repeats: true)
    ],
    discussion: """
      An interval that others are derived from goes only together with them. \
      SYMBOL/ticks and SYMBOL/quotes forget a symbol's events. With a scope only the \
      received bars within it go, and what is derived from them follows.
      """,
    examples: [
      Example(input: "unload ACME/5m", note: "the interval goes, the symbol stays"),
      Example(input: "unload ACME/1m@2025-07-02", note: "one day, to load it anew"),
    ],
    build: { (arguments) throws(SessError) in
      let first = try arguments.address("a symbol", .all)
      return .unload([first] + (try arguments.addresses(.all)))
    })
}
