import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `load`.
  func load(_ command: LoadCommand) throws(SessError) -> Output {
    let choices = try choices(of: command)
    var pending = PendingLoad()
    var documents: [SessionDocument] = []
    for (source, span) in try sources(of: command) {
      try checkCancelled()
      do throws(SessError) {
        if SessionDecoder.recognizes(try source.bytes(at: 0, count: min(4096, source.byteCount))) {
          documents.append(try decodeSession(source))
        } else {
          try read(source, command, choices, into: &pending)
        }
      } catch {
        throw error.located(at: span)
      }
    }
    try checkCancelled()
    try check(pending.series, command)
    let symbols = try symbols(of: &pending.series, command)
    try commit { (session) throws(SessError) in
      for document in documents { try session.adopt(document) }
      try session.register(symbols)
    }
    return loadReport(pending.series, documents)
  }

  private func choices(of command: LoadCommand) throws(SessError) -> LoadChoices {
    var choices = LoadChoices()
    choices.interval = command.interval
    if let word = command.calendar {
      do throws(SessError) {
        choices.calendar = try catalog.calendar(named: word.text)
      } catch {
        throw error.located(at: word.span)
      }
    }
    if let word = command.zone {
      do throws(SessError) {
        choices.zone = try catalog.zones.zone(named: word.text)
      } catch {
        throw error.located(at: word.span)
      }
    }
    choices.label = command.labelsEnd.map { $0 ? .end : .start }
    choices.shift = command.shift ?? 0
    choices.trustsClock = command.ignoresOffset || command.shift != nil || command.zone != nil
    return choices
  }

  private func read(
    _ source: any ByteSource, _ command: LoadCommand, _ choices: LoadChoices,
    into pending: inout PendingLoad
  ) throws(SessError) {
    var options = ReadOptions()
    options.ignoresOffset = command.ignoresOffset
    options.memoryLimit = MemoryLimit.bytes
    if let progress = environment.progress {
      let total = source.byteCount
      options.progress = { progress($0, total) }
    }
    let file = try CSVReader.read(source, options: options)
    let names = try names(of: file, command, source)
    let decisions = try LoadPlanner(catalog: catalog, choices: choices).decide(file)
    let policy = FileDuplicatePolicy(rawValue: command.onDuplicate ?? "keep") ?? .keep
    let placed = try file.place(decisions, policy: policy)
    for (index, name) in names.enumerated() {
      guard let name else { continue }
      let position = try add(
        placed[index], name, decisions[index], file, index, policy, to: &pending)
      guard command.merges else { continue }
      pending.series[position].files.append((file, index, decisions[index]))
    }
  }

  /// The symbol of every series of a file; nil for series that were not asked for.
  private func names(
    of file: RawFile, _ command: LoadCommand, _ source: any ByteSource
  ) throws(SessError) -> [String?] {
    let held = file.series.map(\.symbol)
    guard let wanted = command.symbol else {
      guard file.hasSymbolColumn else {
        throw SessError(
          "no-symbol", "\(source.name) does not say which symbol its rows are",
          hint: "say it, for example --symbol \(Workbench.symbolGuess(source.name))")
      }
      return held
    }
    guard file.hasSymbolColumn, held.count > 1 else { return held.map { _ in wanted } }
    guard held.contains(wanted) else {
      throw SessError(
        "unknown-symbol", "\(source.name) has no rows of \(wanted)",
        hint: "its symbols: " + held.prefix(8).compactMap { $0 }.joined(separator: ", "))
    }
    return held.map { $0 == wanted ? wanted : nil }
  }

  /// The first word of a file's name, in capitals.
  private static func symbolGuess(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    let word = name.prefix { $0.isLetter || $0.isNumber }
    return word.isEmpty ? "AAPL" : word.uppercased()
  }

  /// Adds a series, to what an earlier file gave of the same symbol and interval; where it stands.
  private func add(
    _ placed: PlacedSeries, _ name: String, _ decision: LoadDecision, _ file: RawFile, _ index: Int,
    _ policy: FileDuplicatePolicy, to pending: inout PendingLoad
  ) throws(SessError) -> Int {
    guard let position = pending.position(name, decision.interval) else {
      pending.append(
        PendingSeries(
          symbol: name, decision: decision, series: placed.series, rejected: placed.rejected,
          order: placed.order, dialect: file.dialect, sources: [file.source.name]))
      return pending.series.count - 1
    }
    let merged = try SeriesMerge.merge(
      placed.series, into: pending.series[position].series, policy: policy, name: file.source.name)
    pending.series[position].series = merged.series
    pending.series[position].rejected += placed.rejected
    pending.series[position].rejected += try file.duplicateRows(
      merged.duplicates, series: index, decision, reason: "an earlier file has the same slot")
    pending.series[position].sources.append(file.source.name)
    return position
  }
}
