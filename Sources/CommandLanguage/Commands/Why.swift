import Diagnostics
import MarketModel

extension CommandSpec {
  static let why = CommandSpec(
    name: "why", summary: "why a bar is missing, thin, or as it is", group: .quality,
    parameters: [
      .word("address", .address, "SYMBOL or SYMBOL/INTERVAL; the base interval without one"),
      .word(
        "time", .time,
        "10:17 or 2025-07-02T10:17, on the exchange's clock; default the whole scope",
        required: false),
    ],
    discussion: """
      With a time, or a scope of a few slots, it says of each slot what is there: the bar with \
      its row in its file, the bars a derived one was made of and those it lacks, or the gap \
      with its verdict, the rows that were rejected for it, and when the exchange was closed.

      Without one it says how the quality of the session, or of the dates of the address, \
      comes about: what is expected by which calendar, what was received, and what is missing.
      """,
    examples: [
      Example(input: "why ACME 09:45", note: "one minute of the session"),
      Example(input: "why ACME/5m@2025-07-02T10:15..10:20", note: "one derived bar"),
      Example(input: "why ACME", note: "the quality of the session"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let address = try arguments.address("an address", .series)
      guard address.symbol != nil else {
        throw SessError(
          "bad-address", "why takes a symbol or an interval of one, not \(address)",
          span: span, hint: "for example why ACME/1m 10:17")
      }
      return .why(WhyCommand(address: address, time: arguments.next(), span: span))
    })
}
