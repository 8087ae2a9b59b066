import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionEngine

/// One symbol of a running load: what its files have given so far.
private struct Pending {
  var symbol: String
  var decision: LoadDecision
  var series: BarSeries
  var rejected: [RejectedRow]
  var order: RowOrder
  var dialect: String
  var sources: [String]
  /// The files with the place of the series in each, kept when duplicates may have to be found again.
  var files: [(file: RawFile, index: Int, decision: LoadDecision)] = []
}

extension Workbench {
  /// `load`
  func load(_ command: LoadCommand) throws(SessError) -> Output {
    let choices = try choices(of: command)
    var pending: [Pending] = []
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
    try check(pending, command)
    let symbols = try symbols(of: &pending, command)
    try commit { (session) throws(SessError) in
      for document in documents { try session.adopt(document) }
      try session.register(symbols)
    }
    return loadReport(pending, documents)
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

  // MARK: sources

  private func sources(of command: LoadCommand) throws(SessError)
    -> [(source: any ByteSource, span: SourceSpan)]
  {
    var sources: [(source: any ByteSource, span: SourceSpan)] = []
    if let shell = command.shellCommand {
      guard environment.allowsShell else {
        throw shell.failure(
          "shell-not-allowed", "shell commands are off here", hint: "`@allow shell` turns them on")
      }
      let bytes = try ShellCommand.output(of: shell.text, limit: MemoryLimit.bytes / 4)
      sources.append((MemorySource(name: "command", bytes: bytes), shell.span))
    }
    for word in command.paths {
      do throws(SessError) {
        for path in try paths(word) {
          for source in try open(path) { sources.append((source, word.span)) }
        }
      } catch {
        throw error.located(at: word.span)
      }
    }
    return sources
  }

  private func paths(_ word: ExpandedWord) throws(SessError) -> [String] {
    if PathPattern.exists(word.text) { return [word.text] }
    let isPattern = word.text.contains { $0 == "*" || $0 == "?" || $0 == "[" }
    return isPattern || word.text.hasPrefix("~") ? try PathPattern.expand(word.text) : [word.text]
  }

  private func open(_ path: String) throws(SessError) -> [any ByteSource] {
    let source = FileSource(file: try OpenFile(reading: path), name: path)
    guard Decompression.recognizes(try source.bytes(at: 0, count: min(8, source.byteCount))) else {
      return [source]
    }
    return try Decompression.unpack(source, memoryLimit: MemoryLimit.bytes)
  }

  private func decodeSession(_ source: any ByteSource) throws(SessError) -> SessionDocument {
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    var decoder = SessionDecoder()
    var result: Result<SessionDocument, SessError>?
    bytes.withUnsafeBytes { buffer in
      do throws(SessError) {
        result = .success(try decoder.decode(buffer, name: source.name))
      } catch {
        result = .failure(error)
      }
    }
    guard let result else { throw SessError("empty-file", "\(source.name) is empty") }
    return try result.get()
  }

  // MARK: one file

  private func read(
    _ source: any ByteSource, _ command: LoadCommand, _ choices: LoadChoices,
    into pending: inout [Pending]
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
      let files = command.merges ? [(file, index, decisions[index])] : []
      try add(placed[index], name, decisions[index], file, index, policy, to: &pending)
      let position = pending.firstIndex {
        $0.symbol == name && $0.decision.interval == decisions[index].interval
      }
      if let position { pending[position].files += files }
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

  private func add(
    _ placed: PlacedSeries, _ name: String, _ decision: LoadDecision, _ file: RawFile, _ index: Int,
    _ policy: FileDuplicatePolicy, to pending: inout [Pending]
  ) throws(SessError) {
    let position = pending.firstIndex {
      $0.symbol == name && $0.decision.interval == decision.interval
    }
    guard let position else {
      pending.append(
        Pending(
          symbol: name, decision: decision, series: placed.series, rejected: placed.rejected,
          order: placed.order, dialect: file.dialect, sources: [file.source.name]))
      return
    }
    let merged = try SeriesMerge.merge(
      placed.series, into: pending[position].series, policy: policy, name: file.source.name)
    pending[position].series = merged.series
    pending[position].rejected += placed.rejected
    pending[position].rejected += try file.duplicateRows(
      merged.duplicates, series: index, decision, reason: "an earlier file has the same slot")
    pending[position].sources.append(file.source.name)
  }

  // MARK: what is stored

  private func check(_ pending: [Pending], _ command: LoadCommand) throws(SessError) {
    for item in pending {
      if item.series.isEmpty { throw noBars(item) }
      guard command.isStrict, let row = item.rejected.first else { continue }
      throw SessError(
        "rows-rejected",
        "\(item.rejected.count) rows of \(item.symbol) were rejected: \(row.reason)",
        span: SourceSpan(
          file: row.file, line: row.line, offset: 0, length: row.text.utf8.count, text: row.text),
        hint: "leave out --strict to load the others")
    }
  }

  private func noBars(_ item: Pending) -> SessError {
    guard let row = item.rejected.first else {
      return SessError("no-bars", "\(item.sources[0]) holds no bars of \(item.symbol)")
    }
    return SessError(
      "no-bars", "no row of \(item.symbol) became a bar: \(row.reason)",
      span: SourceSpan(
        file: row.file, line: row.line, offset: 0, length: row.text.utf8.count, text: row.text),
      hint: "check --calendar, --zone and --interval")
  }

  private func symbols(of pending: inout [Pending], _ command: LoadCommand) throws(SessError)
    -> [SymbolSessionData]
  {
    let session = engine.snapshot()
    var result: [String: SymbolSessionData] = [:]
    var order: [String] = []
    for position in pending.indices {
      let item = pending[position]
      let isNew = result[item.symbol] == nil
      var symbol =
        result[item.symbol] ?? session.document.symbols[item.symbol]
        ?? SymbolSessionData(
          symbol: item.symbol, calendar: item.decision.calendar.name,
          hours: command.hours ?? .regular,
          metadata: SymbolMetadata(
            source: item.sources.joined(separator: ", "), addedBy: "load",
            addedAt: session.document.clock))
      try store(&pending[position], command, in: &symbol)
      if isNew { order.append(item.symbol) }
      result[item.symbol] = symbol
    }
    return order.compactMap { result[$0] }
  }

  private func store(
    _ item: inout Pending, _ command: LoadCommand, in symbol: inout SymbolSessionData
  ) throws(SessError) {
    let interval = item.decision.interval
    guard symbol.calendar == item.decision.calendar.name else {
      throw SessError(
        "other-calendar",
        "\(item.symbol) is loaded with \(symbol.calendar), but this file reads as "
          + item.decision.calendar.name,
        hint: "--calendar \(symbol.calendar), or another --symbol")
    }
    if let held = symbol.bars[interval], held.derived || !held.data.isEmpty {
      symbol.bars[interval]?.data = try merged(&item, into: held, command)
    } else {
      symbol.bars[interval] = BarIntervalData(interval: interval)
      symbol.bars[interval]?.data = item.series
    }
    if let expected = command.expected { symbol.bars[interval]?.expectedDates = expected }
    symbol.rejected += item.rejected
    symbol.baseInterval = symbol.bars.values.filter { !$0.derived }.map(\.interval).min()
  }

  /// The bars of a loaded series and those of a second source; taken slots become rejected rows.
  private func merged(
    _ item: inout Pending, into held: BarIntervalData, _ command: LoadCommand
  ) throws(SessError) -> BarSeries {
    guard command.merges, !held.derived else {
      throw SessError(
        "already-loaded",
        "\(item.symbol)/\(held.interval) is already \(held.derived ? "derived" : "loaded")",
        hint: "--merge adds to it, or load it as --symbol \(item.symbol)_b")
    }
    let policy = FileDuplicatePolicy(rawValue: command.onDuplicate ?? "keep") ?? .keep
    let merged = try SeriesMerge.merge(
      item.series, into: held.data, policy: policy, name: item.sources[0])
    for (file, index, decision) in item.files {
      item.rejected += try file.duplicateRows(
        merged.duplicates, series: index, decision, reason: "the loaded series has the same slot")
    }
    return merged.series
  }

  // MARK: the report

  private func loadReport(_ pending: [Pending], _ documents: [SessionDocument]) -> Output {
    var table = RecordTable(
      columns: [
        "symbol", "interval", "bars", "extended", "first", "last", "dialect", "zone", "label",
        "calendar",
        "order", "rejected", "duplicates", "off_grid",
      ])
    for item in pending { table.rows.append(record(item)) }
    var lines: [String] = []
    if pending.count <= 4 {
      for item in pending { lines += describe(item) }
    } else {
      let bars = pending.reduce(0) { $0 + $1.series.count }
      let rejected = pending.reduce(0) { $0 + $1.rejected.count }
      lines.append("\(pending.count) series, \(bars) bars, \(rejected) rows rejected")
      lines += decision(pending[0])
    }
    for document in documents {
      let count = document.symbols.count
      lines.append(
        "session: \(count) symbol\(count == 1 ? "" : "s") (\(document.symbolNames.prefix(8).joined(separator: ", ")))"
      )
    }
    return report(lines, table)
  }

  private func record(_ item: Pending) -> [Value] {
    let placed = PlacedSeries(series: item.series, rejected: item.rejected, order: item.order)
    return [
      .text(item.symbol), .interval(item.decision.interval), .integer(item.series.count),
      .integer(placed.extendedCount), moment(item.series.first, item),
      moment(item.series.last, item),
      .text(item.dialect), .text(item.decision.zoneName), .text(item.decision.label.rawValue),
      .text(item.decision.calendar.name), .text(item.order.rawValue), .integer(item.rejected.count),
      .integer(placed.count(.duplicate)), .integer(placed.count(.offGrid)),
    ]
  }

  private func moment(_ bar: Bar?, _ item: Pending) -> Value {
    guard let bar else { return .unknown }
    return .instant(
      bar.start, offsetSeconds: item.decision.calendar.zone.offsetSeconds(at: bar.start))
  }

  private func describe(_ item: Pending) -> [String] {
    let placed = PlacedSeries(series: item.series, rejected: item.rejected, order: item.order)
    let extended = placed.extendedCount
    let outside = extended == 0 ? "" : " (\(extended) pre- and post-market)"
    var lines = [
      "\(item.symbol)/\(item.decision.interval): \(item.series.count) bars\(outside), \(span(item))"
    ]
    lines += decision(item)
    guard !item.rejected.isEmpty else { return lines }
    var counts: [String] = []
    for kind in RejectionClass.allCases where placed.count(kind) > 0 {
      counts.append("\(placed.count(kind)) \(kind.rawValue)")
    }
    lines.append(
      "  rejected \(counts.joined(separator: ", ")); `rejected \(item.symbol)` shows them")
    return lines
  }

  private func span(_ item: Pending) -> String {
    func text(_ bar: Bar?) -> String {
      guard let bar else { return "" }
      let offset = item.decision.calendar.zone.offsetSeconds(at: bar.start)
      let date = bar.start.wallClock(offsetSeconds: offset).date
      return "\(date) \(bar.start.timeOfDay(offsetSeconds: offset))"
    }
    return "\(text(item.series.first)) to \(text(item.series.last))"
  }

  private func decision(_ item: Pending) -> [String] {
    let decision = item.decision
    let zone = decision.zone == nil ? "times with their offset" : "times in \(decision.zoneName)"
    let parts = [
      item.dialect + ", " + item.order.rawValue,
      decision.zone == nil ? zone : "\(zone) (\(decision.zoneBasis.reason))",
      "stamps are bar \(decision.label.rawValue)s (\(decision.labelBasis.reason))",
    ]
    let more = [
      "interval \(decision.interval) (\(decision.intervalBasis.reason))",
      "calendar \(decision.calendar.name) (\(decision.calendarBasis.reason))",
    ]
    return ["  " + parts.joined(separator: "; "), "  " + more.joined(separator: "; ")]
  }
}
