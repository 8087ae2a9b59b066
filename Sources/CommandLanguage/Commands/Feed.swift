import Diagnostics
import MarketModel

extension CommandSpec {
  static let feed = CommandSpec(
    name: "feed", summary: "take in bars, trades and quotes as they come", group: .data,
    parameters: [
      .word("source", .path, "a file of CSV or JSON lines, - for standard input, or `stop`"),
      .flag("symbol", .symbol, "the symbol of lines that name none"),
      .flag(
        "interval", .interval, "the interval of bars that name none; default the base, else 1m"),
      .flag("calendar", .calendar, "the calendar of symbols that are new; default XNYS"),
      .zone, .label,
      .flag("follow", .presence, "go on with what is added to the file, while you work"),
    ],
    discussion: """
      Lines are taken in file order, and the clock follows them: the latest bar end or \
      tick time seen. A late bar is stored with its arrival, a bar for a taken slot \
      corrects it and the old one stays in SYMBOL/revisions. Trades and quotes of a \
      new symbol make bars. `{"clock":"2025-07-02T10:00-04:00"}` moves the clock alone. \
      `feed stop` ends the feed: loaded days are judged whole again.
      """,
    examples: [
      Example(input: "feed Scripts/samples/acme_feed.csv --symbol ACME", note: "bars, one by one"),
      Example(input: "feed stop", note: "no clock any more"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      var feed = FeedCommand(source: try arguments.required("a file, - or stop"), span: span)
      if feed.source.text == "stop" { return .feed(feed) }
      feed.symbol = try arguments.symbol("symbol")
      feed.interval = try arguments.interval("interval")
      feed.calendar = arguments.value("calendar")
      feed.zone = arguments.value("zone")
      feed.labelsEnd = try arguments.labelsEnd() ?? false
      feed.follows = arguments.has("follow")
      return .feed(feed)
    })
}
