import Diagnostics
import MarketModel

extension CommandSpec {
  static let indicator = CommandSpec(
    name: "indicator", summary: "studies over bars: add, list, show, remove", group: .indicators,
    parameters: [
      .word("action", .choice(IndicatorCommand.Action.allCases.map(\.rawValue)), "what to do"),
      .word(
        "address", .address, "SYMBOL/INTERVAL to add to, SYMBOL else; list without it takes all",
        required: false),
      .word("name", .indicator, "the study to add, or the key to show or remove", required: false),
      .word(
        "parameter", .text, "PARAMETER=VALUE, or values in order; a study has defaults",
        repeats: true, required: false),
      .flag(
        "on-gap", .choice(["carry", "reset"]),
        "what a missing regular slot does: nothing, or a new warm-up; default carry"),
      .flag(
        "anchor", .choice(["session", "continuous"]),
        "where vwap, twap, obv and pvt begin; default session"),
      .flag("studies", .presence, "list the studies there are, with parameters and formula"),
      .filter, .columns, .first, .last,
    ],
    discussion: """
      `list` has a record a figure. A key such as sma_20_5m names the study, every parameter and the interval; \
      AAPL/indicators/sma_20_5m is its latest value, with a scope its records. Studies \
      follow every change of their bars, late ones included, and are warmed up by \
      history. `unload SYMBOL/INTERVAL` takes the studies of the interval along.
      """,
    examples: [
      Example(input: "indicator add ACME/1m sma period=20", note: "ACME/indicators/sma_20_1m"),
      Example(input: "indicator show ACME macd_12_26_9_1m@session --last 3", note: "its records"),
      Example(input: "indicator list --studies", note: "what there is"),
    ],
    build: { (arguments) throws(SessError) in
      let action = try ParsedArguments.choice(
        try arguments.required("add, list, show or remove"), as: IndicatorCommand.Action.self)
      return .indicator(try indicatorCommand(action, &arguments))
    })

  private static func indicatorCommand(
    _ action: IndicatorCommand.Action, _ arguments: inout ParsedArguments
  ) throws(SessError) -> IndicatorCommand {
    var command = IndicatorCommand(action: action, query: QueryCommand(span: arguments.span))
    if action == .list || action == .show { command.query = try arguments.selection() }
    if action == .list {
      command.listsStudies = arguments.has("studies")
      if !command.listsStudies { command.query.addresses = try arguments.addresses(.interval) }
      return command
    }
    if action == .add {
      command.onGap = try arguments.oneOf("on-gap", ["carry", "reset"])
      command.anchor = try arguments.oneOf("anchor", ["session", "continuous"])
    }
    let what = action == .add ? "SYMBOL/INTERVAL" : "a symbol"
    let parts: ParsedArguments.AddressParts =
      action == .add ? .interval : action == .show ? .scope : []
    command.query.addresses = [try arguments.address(what, parts)]
    command.name = try arguments.required(
      action == .add ? "a study; `indicator list --studies` lists them" : "a key")
    while let word = arguments.next() {
      guard action == .add else {
        throw word.failure("too-many-arguments", "\(word.text) is one word too many")
      }
      command.arguments.append(word)
    }
    return command
  }
}
