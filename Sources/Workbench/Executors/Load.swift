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
    let sources = try sources(of: command)
    var (pending, documents, byteCount) = try asking(sources, command)
    try check(pending.series, command)
    try check(pending.events, command)
    var symbols = try symbols(of: &pending.series, command)
    symbols = try join(&pending.events, command, to: symbols)
    try commit { (session) throws(SessError) in
      for document in documents { try session.adopt(document) }
      try session.register(symbols)
    }
    if byteCount > 16 << 20 { MemoryLimit.giveBack() }
    return loadReport(pending, documents, command)
  }

  private func asking(_ sources: [LoadSource], _ command: LoadCommand) throws(SessError) -> (
    pending: PendingLoad, documents: [SessionDocument], byteCount: Int
  ) {
    do throws(SessError) {
      return try pendingLoad(sources, command)
    } catch {
      throw complete(error, sources, command)
    }
  }

  /// What the files of a load hold, placed on their timelines but not stored.
  func pendingLoad(_ sources: [LoadSource], _ command: LoadCommand) throws(SessError) -> (
    pending: PendingLoad, documents: [SessionDocument], byteCount: Int
  ) {
    let choices = try choices(of: command)
    var batch = LoadBatch(symbol: command.symbol)
    var documents: [SessionDocument] = []
    var byteCount = 0
    for (source, span) in sources {
      try checkCancelled()
      byteCount += source.byteCount
      do throws(SessError) {
        let head = try source.bytes(at: 0, count: min(4096, source.byteCount))
        guard !DeltaDecoder.recognizes(head) else {
          throw SessError(
            "unexpected-delta", "\(source.name) is a delta, which edits a session",
            hint: "`load --delta \(AddressText.word(source.name))` applies it")
        }
        if SessionDecoder.recognizes(head) {
          documents.append(try decodeSession(source))
        } else {
          try read(source, command, into: &batch, span)
        }
      } catch {
        throw error.located(at: span)
      }
    }
    try checkCancelled()
    if !documents.isEmpty { try command.verifyNoFlags("a session is loaded as it is") }
    return (try place(batch, command, choices), documents, byteCount)
  }

  func choices(of command: LoadCommand) throws(SessError) -> LoadChoices {
    var choices = LoadChoices()
    choices.symbol = command.symbol
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
    if command.merges, let name = command.symbol { choices.target = try target(named: name) }
    choices.label = command.labelsEnd.map { $0 ? .end : .start }
    choices.shift = command.shift ?? 0
    choices.trustsClock = command.ignoresOffset || command.shift != nil || command.zone != nil
    return choices
  }

  /// The base series of a loaded symbol; nil when it has none.
  private func target(named name: String) throws(SessError) -> LoadTarget? {
    let session = engine.snapshot()
    guard let held = session.held(name), let base = held.baseInterval else { return nil }
    return LoadTarget(
      name: "\(held.symbol)/\(base)", interval: base,
      calendar: try session.calendar(of: held.symbol),
      alignment: held.bars[base]?.alignment ?? .session)
  }

  private func read(
    _ source: any ByteSource, _ command: LoadCommand, into batch: inout LoadBatch,
    _ span: SourceSpan
  ) throws(SessError) {
    let options = readOptions(source, command)
    for content in try FileReader.read(source, options: options) {
      switch content {
      case .bars(let file): batch.files.append((file, span))
      case .events(let file): batch.events.append((file, span))
      }
    }
  }

  /// How a file is to be read, as far as a command says.
  func readOptions(_ source: any ByteSource, _ command: LoadCommand) -> ReadOptions {
    var options = ReadOptions()
    options.ignoresOffset = command.ignoresOffset
    options.dialect = command.dialect?.text
    options.dateOrder = command.dateOrder.flatMap(DateOrder.init)
    options.hasDecimalComma = command.decimal.map { $0 == "comma" }
    options.priceScale = command.priceScale
    options.symbol = command.symbol
    options.columns = command.columns
    options.side = QuoteSide(rawValue: command.side ?? "mid") ?? .mid
    options.memoryLimit = MemoryLimit.available
    options.isCancelled = environment.isCancelled
    if let progress = environment.progress {
      let total = source.byteCount
      options.progress = { progress($0, total) }
    }
    return options
  }

  /// Decides how the files are read and puts their rows on their timelines.
  private func place(
    _ batch: LoadBatch, _ command: LoadCommand, _ choices: LoadChoices
  ) throws(SessError) -> PendingLoad {
    var pending = PendingLoad()
    let planner = LoadPlanner(catalog: catalog, choices: choices)
    let policy = FileDuplicatePolicy(rawValue: command.onDuplicate ?? "keep") ?? .keep
    for group in try batch.groups(planner) {
      do throws(SessError) {
        let shared = group.isOneSeries ? try planner.decide(group.files.map(\.file)) : nil
        for (file, names) in group.files {
          try checkCancelled()
          let decisions: [LoadDecision]
          if let shared { decisions = [shared] } else { decisions = try planner.decide(file) }
          let placed = try file.place(decisions, policy: policy)
          for (index, name) in names.enumerated() {
            guard let name else { continue }
            var series = placed[index]
            if let days = command.days { series = series.within(days, decisions[index]) }
            if command.dropsFillers {
              series = try file.withoutFillers(series, series: index, decisions[index])
            }
            let position = try add(
              series, name, decisions[index], file, index, policy, to: &pending)
            guard command.merges else { continue }
            pending.series[position].files.append((file, index, decisions[index]))
          }
        }
      } catch {
        throw error.located(at: group.span)
      }
    }
    try placeEvents(batch, planner, days: command.days, into: &pending)
    return pending
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
          order: placed.order, dialect: file.dialect, sources: [file.source.name],
          isNaive: file.isNaive, faults: placed.faults + file.faults))
      return pending.series.count - 1
    }
    try pending.series[position].check(decision.alignment, of: file.source.name)
    let merged = try SeriesMerge.merge(
      placed.series, into: pending.series[position].series, policy: policy, name: file.source.name)
    pending.series[position].series = merged.series
    pending.series[position].rejected += placed.rejected
    pending.series[position].rejected += try file.rejectedRows(
      merged.duplicates, series: index, decision, reason: "an earlier file has the same slot")
    pending.series[position].sources.append(file.source.name)
    pending.series[position].faults += placed.faults + file.faults
    return position
  }
}
