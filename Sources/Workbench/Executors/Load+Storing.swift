import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionEngine

/// How what was read joins what is held.
extension Workbench {
  func check(_ pending: [PendingSeries], _ command: LoadCommand) throws(SessError) {
    for item in pending {
      if item.series.isEmpty { throw noBars(item, command) }
      guard command.isStrict, let row = item.rejected.first else { continue }
      throw SessError(
        "rows-rejected",
        "\(item.rejected.count) rows of \(item.symbol) were rejected: \(row.reason)",
        span: SourceSpan(
          file: row.file, line: row.line, whole: row.text),
        hint: "leave out --strict to load the others")
    }
  }

  private func noBars(_ item: PendingSeries, _ command: LoadCommand) -> SessError {
    guard let row = item.rejected.first else {
      let days = command.days == nil ? "" : " on the days asked for"
      return SessError("no-bars", "\(item.sources[0]) holds no bars of \(item.symbol)\(days)")
    }
    return SessError(
      "no-bars", "no row of \(item.symbol) became a bar: \(row.reason)",
      span: SourceSpan(
        file: row.file, line: row.line, whole: row.text),
      hint: "check --calendar, --zone and --interval")
  }

  func symbols(of pending: inout [PendingSeries], _ command: LoadCommand) throws(SessError)
    -> [SymbolSessionData]
  {
    let session = engine.snapshot()
    var result: [String: SymbolSessionData] = [:]
    var order: [String] = []
    var upgrades: [String: SymbolUpgrade] = [:]
    for position in pending.indices {
      let item = pending[position]
      let isNew = result[item.symbol] == nil
      var symbol =
        result[item.symbol]
        ?? session.knownSymbols[item.symbol].map { held in
          guard held.metadata.adHoc, !command.isAdHoc else { return held }
          let upgrade = SymbolUpgrade(held)
          upgrades[item.symbol] = upgrade
          return upgrade.emptied(source: command.paths.map(\.text).joined(separator: ", "))
        }
        ?? SymbolSessionData(
          symbol: item.symbol, calendar: item.decision.calendar.name,
          hours: command.hours ?? .regular,
          metadata: SymbolMetadata(
            source: item.sources.joined(separator: ", "), addedBy: "load",
            addedAt: session.document.clock, adHoc: command.isAdHoc))
      try store(&pending[position], command, in: &symbol)
      symbol.metadata.recipes.append(recipe(of: item, command))
      if isNew { order.append(item.symbol) }
      result[item.symbol] = symbol
    }
    for (name, upgrade) in upgrades {
      let calendar = try session.catalog.calendar(named: upgrade.held.calendar)
      try upgrade.provision(&result[name, default: upgrade.held], calendar)
    }
    return order.compactMap { result[$0] }
  }

  /// The command that reads a series again.
  private func recipe(of item: PendingSeries, _ command: LoadCommand) -> LoadRecipe {
    var recipe = LoadRecipe(
      paths: command.paths.map(\.text), flags: command.flags, isNaive: item.isNaive)
    recipe.faults = item.faults
    return recipe.with("symbol", item.symbol)
  }

  private func store(
    _ item: inout PendingSeries, _ command: LoadCommand, in symbol: inout SymbolSessionData
  ) throws(SessError) {
    let interval = item.decision.interval
    guard symbol.calendar == item.decision.calendar.name else {
      throw SessError(
        "other-calendar",
        "\(item.symbol) is loaded with \(symbol.calendar), but this file reads as "
          + item.decision.calendar.name,
        hint: "--calendar \(symbol.calendar), or another --symbol")
    }
    if let hours = command.hours, hours != symbol.hours {
      throw SessError(
        "other-hours", "\(item.symbol) is loaded with \(symbol.hours.rawValue) hours",
        hint: "leave out --hours, or `unload \(AddressText.word(item.symbol))` first")
    }
    if let held = symbol.bars[interval], held.derived || !held.data.isEmpty {
      symbol.bars[interval]?.data = try merged(&item, into: held, command)
    } else {
      symbol.bars[interval] = BarIntervalData(
        interval: interval, alignment: item.decision.alignment)
      symbol.bars[interval]?.data = item.series
    }
    if let expected = command.expected {
      try item.decision.calendar.verifyKnown(expected)
      symbol.bars[interval]?.expectedDates = expected
    }
    symbol.rejected += item.rejected
    symbol.chooseBaseInterval()
  }

  /// The bars of a loaded series and those of a second source; taken slots become rejected rows.
  private func merged(
    _ item: inout PendingSeries, into held: BarIntervalData, _ command: LoadCommand
  ) throws(SessError) -> BarSeries {
    guard command.merges, !held.derived else {
      throw SessError(
        "already-loaded",
        "\(item.symbol)/\(held.interval) is already \(held.derived ? "derived" : "loaded")",
        hint: held.derived
          ? "`unload \(item.symbol)/\(held.interval)` makes room, `reconcile` compares"
          : "--merge adds to it, or load it as --symbol \(item.symbol)_b")
    }
    try item.check(held.alignment, of: "\(item.symbol)/\(held.interval)")
    let policy = FileDuplicatePolicy(rawValue: command.onDuplicate ?? "keep") ?? .keep
    let merged = try SeriesMerge.merge(
      item.series, into: held.data, policy: policy, name: item.sources[0])
    for (file, index, decision) in item.files {
      item.rejected += try file.rejectedRows(
        merged.duplicates, series: index, decision, reason: "the loaded series has the same slot")
    }
    return merged.series
  }
}

extension PendingSeries {
  /// Refuses to join bars of one length whose grids differ.
  func check(_ other: Alignment, of name: String) throws(SessError) {
    guard decision.alignment != other else { return }
    throw SessError(
      "other-alignment",
      "\(symbol)/\(decision.interval) of \(sources[0]) is aligned to the "
        + "\(decision.alignment.rawValue), that of \(name) to the \(other.rawValue)",
      hint: "load it as --symbol \(symbol)_b")
  }
}
