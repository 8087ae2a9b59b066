import CommandLanguage
import MarketCalendar
import MarketFormats
import MarketModel

/// The `load` line that leaves nothing open: what was given and what was decided.
struct LoadLine {
  private var words = ["load"]

  /// The line of one series of a load.
  init(_ item: PendingSeries, _ command: LoadCommand, namesSymbol: Bool = true) {
    addSources(command)
    if namesSymbol || command.symbol != nil { add("--symbol", command.symbol ?? item.symbol) }
    addReading(command, item.dialect.flags)
    let decision = item.decision
    if decision.intervalBasis != .written { add("--interval", "\(decision.interval)") }
    add("--calendar", decision.calendar.name)
    if let zone = decision.zone { add("--zone", zone.name) }
    if decision.interval.isIntraday || decision.labelBasis.isGiven {
      add("--label", decision.label.rawValue)
    }
    addPolicies(command)
  }

  /// The line itself.
  var text: String { words.joined(separator: " ") }

  /// The line of the ticks and quotes of a load.
  init(_ item: PendingEvents, _ command: LoadCommand) {
    addSources(command)
    add("--symbol", command.symbol ?? item.symbol)
    addReading(command, item.dialect.flags)
    add("--calendar", item.decision.calendar.name)
    if let zone = item.decision.zone { add("--zone", zone.name) }
    addPolicies(command)
  }

  private mutating func addSources(_ command: LoadCommand) {
    if let shell = command.shellCommand { add("--command", shell.text) }
    for path in command.paths { words.append(LoadRecipe.quoted(path.text)) }
  }

  /// How rows are read, as given or as the dialect decided.
  private mutating func addReading(_ command: LoadCommand, _ decided: [DialectFlag]) {
    for flag in decided {
      switch flag.name {
      case "--dialect" where command.dialect != nil || command.columns != nil: continue
      case "--decimal" where command.decimal != nil: continue
      case "--date-order" where command.dateOrder != nil: continue
      default: add(flag.name, flag.value)
      }
    }
    if let dialect = command.dialect { add("--dialect", dialect.text) }
    if let order = command.dateOrder { add("--date-order", order) }
    if let decimal = command.decimal { add("--decimal", decimal) }
    if let query = command.query { add("--query", query.text) }
    if let columns = command.columns { add("--columns", columns.joined(separator: ",")) }
    if let scale = command.priceScale { add("--scale", LoadLine.text(scale)) }
    if let side = command.side { add("--side", side) }
    if command.ignoresOffset { words.append("--wall-clock") }
    if let shift = command.shift, shift != 0 { add("--shift", ValueText.duration(shift)) }
  }

  private mutating func addPolicies(_ command: LoadCommand) {
    if let hours = command.hours { add("--hours", hours.rawValue) }
    if let days = command.days { add("--days", LoadLine.text(days)) }
    if let days = command.expected { add("--expect", LoadLine.text(days)) }
    if let policy = command.onDuplicate { add("--on-duplicate", policy) }
    if command.isStrict { words.append("--strict") }
    if command.dropsFillers { add("--fillers", "missing") }
    if command.merges { words.append("--merge") }
    if command.isAdHoc { words.append("--adhoc") }
  }

  private mutating func add(_ flag: String, _ value: String) {
    words += [flag, LoadRecipe.quoted(value)]
  }

  private static func text(_ days: ClosedRange<CivilDate>) -> String {
    days.lowerBound == days.upperBound
      ? "\(days.lowerBound)" : "\(days.lowerBound)..\(days.upperBound)"
  }

  private static func text(_ scale: Double) -> String {
    scale == scale.rounded() && scale < 1e15 ? "\(Int(scale))" : "\(scale)"
  }
}
