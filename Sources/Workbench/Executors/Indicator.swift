import CommandLanguage
import Diagnostics
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

extension Workbench {
  /// Runs `indicator`.
  func indicator(_ command: IndicatorCommand) throws(SessError) -> Output {
    do throws(SessError) {
      switch command.action {
      case .add: return try addIndicators(command)
      case .list: return try listIndicators(command)
      case .show: return try showIndicator(command)
      case .remove: return try removeIndicators(command)
      }
    } catch {
      throw error.located(at: command.query.span)
    }
  }

  // MARK: add

  private func addIndicators(_ command: IndicatorCommand) throws(SessError) -> Output {
    let (added, made) = try commit {
      (session) throws(SessError) -> (added: [(String, String)], made: [(String, Interval)]) in
      var added: [(String, String)] = []
      var made: [(String, Interval)] = []
      for address in command.query.addresses {
        if let need = try Workbench.need(address, session) {
          // A misspelt study must not leave an interval behind: both are one change.
          try session.derive([DerivationRequest(symbol: need.symbol, intervals: [need.interval])])
          made.append(need)
        }
        for target in try Workbench.targets(address, session) {
          let spec = try Workbench.spec(command, target, session)
          added.append((target.symbol, try session.addIndicator(spec, to: target.symbol).key))
        }
      }
      return (added, made)
    }
    let session = engine.snapshot()
    var lines: [String] = []
    for (symbol, interval) in made {
      let origin = try session.intervalData(symbol, interval).origin.map(ValueText.text) ?? ""
      let base = try session.symbolData(symbol).baseReason.map { ": base \($0)" } ?? ""
      lines.append("\(symbol)/\(interval): made of \(origin) for the study\(base)")
    }
    for (symbol, key) in added.prefix(12) {
      let record = try AnalysisEngine(session).indicator(symbol, key)
      lines.append("\(symbol)/indicators/\(key): \(Workbench.readiness(record))")
    }
    if added.count > 12 { lines.append("… \(added.count) indicators in all") }
    let symbols = Set(added.map(\.0)).sorted()
    let lookup = AddressLookup(session)
    var records = RecordTable(columns: [])
    for symbol in symbols {
      let data = try lookup.session.symbolData(symbol)
      let table = try lookup.indicatorRecords([data])
      let keys = Set(added.filter { $0.0 == symbol }.map(\.1))
      records.columns = table.columns
      records.rows += table.rows.filter { row in
        if case .text(let key) = row[1] { keys.contains(key) } else { false }
      }
    }
    return report(lines, records)
  }

  /// How far a study's warm-up is, in words.
  static func readiness(_ record: IndicatorData) -> String {
    let unit = record.countsDays ? "days" : "bars"
    let values = "\(record.count) bars"
    return record.isReady
      ? "\(values), ready" : "\(values), have \(record.have) of \(record.need) \(unit)"
  }

  /// The interval a study of one symbol needs that the symbol does not hold yet.
  private static func need(_ address: Address, _ session: SessionData) throws(SessError)
    -> (symbol: String, interval: Interval)?
  {
    guard let interval = address.interval, let name = address.symbol?.literal else { return nil }
    let symbol = try session.symbolData(name)
    return symbol.bars[interval] == nil ? (symbol.symbol, interval) : nil
  }

  /// The series an address means: its intervals, or each symbol's base interval when it names none.
  private static func targets(_ address: Address, _ session: SessionData) throws(SessError)
    -> [(symbol: String, interval: Interval)]
  {
    let resolver = Resolver(session: session)
    if address.intervals == .held {
      var targets: [(symbol: String, interval: Interval)] = []
      for symbol in try resolver.symbols(address.symbol) {
        guard let base = symbol.baseInterval else {
          throw SessError("no-interval", "\(symbol.symbol) has no interval yet")
        }
        targets.append((symbol.symbol, base))
      }
      return targets
    }
    return try resolver.series(address).map { ($0.symbol.symbol, $0.interval) }
  }

  private static func spec(
    _ command: IndicatorCommand, _ target: (symbol: String, interval: Interval),
    _ session: SessionData
  ) throws(SessError) -> IndicatorSpec {
    var request = IndicatorRequest(
      name: command.name?.text ?? "", interval: target.interval,
      anchor: command.anchor.flatMap(IndicatorAnchor.init(rawValue:)),
      onGap: command.onGap.flatMap(IndicatorGapRule.init(rawValue:)) ?? .carry)
    request.arguments = command.arguments.map { argument($0.text) }
    do throws(SessError) {
      return try session.indicatorSpec(request, for: target.symbol)
    } catch {
      throw error.located(at: culprit(of: error, request, command, target, session))
    }
  }

  /// The word an error is about: the study, or the first parameter that brings the error with it.
  private static func culprit(
    of error: SessError, _ request: IndicatorRequest, _ command: IndicatorCommand,
    _ target: (symbol: String, interval: Interval), _ session: SessionData
  ) -> SourceSpan? {
    if error.code == "unknown-indicator" { return command.name?.span }
    for (index, word) in command.arguments.enumerated() {
      var beginning = request
      beginning.arguments = Array(request.arguments.prefix(index + 1))
      do throws(SessError) {
        _ = try session.indicatorSpec(beginning, for: target.symbol)
      } catch let other where other.message == error.message {
        return word.span
      } catch {
        continue
      }
    }
    return nil
  }

  private static func argument(_ text: String) -> (name: String?, text: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      return (nil, text)
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  // MARK: list, show, remove

  private func listIndicators(_ command: IndicatorCommand) throws(SessError) -> Output {
    if command.listsStudies {
      return try answer(Workbench.studies(), command.query, emptyText: "no studies")
    }
    let lookup = AddressLookup(engine.snapshot())
    var addresses = command.query.addresses
    if addresses.isEmpty {
      addresses = lookup.session.document.symbols.isEmpty ? [] : [Address.everything]
    }
    var table = try lookup.indicatorRecords([])
    for address in addresses {
      let symbols = try lookup.resolver.symbols(address.symbol)
      if address.interval != nil { _ = try lookup.resolver.series(address) }
      table.rows += try lookup.indicatorRecords(symbols, on: address.interval).rows
    }
    return try answer(
      table, command.query,
      emptyText: "no indicators; `indicator list --studies` lists what there is")
  }

  private static func studies() -> RecordTable {
    var table = RecordTable(
      columns: ["study", "category", "parameters", "outputs", "anchor", "formula"])
    for study in IndicatorCatalogue.studies {
      table.rows.append([
        .text(study.name), .text(study.category.rawValue),
        .text(study.parameters.isEmpty ? "" : IndicatorCatalogue.signature(study)),
        .text(study.outputs.joined(separator: " ")), .text(study.anchor.rawValue),
        .text(study.formula),
      ])
    }
    return table
  }

  private func showIndicator(_ command: IndicatorCommand) throws(SessError) -> Output {
    guard let word = command.name, let address = command.query.addresses.first else {
      return Output()
    }
    let key = try Address(word)
    let lookup = AddressLookup(engine.snapshot())
    let named = Address(
      symbol: address.symbol, fields: ["indicators", key.symbol?.literal ?? word.text],
      scope: key.scope ?? address.scope ?? .all)
    do throws(SessError) {
      guard case .table(let table) = try lookup.operand(named) else { return Output() }
      return try answer(table, command.query, emptyText: "no bars in this scope")
    } catch {
      throw error.code == "unknown-indicator" ? error.located(at: word.span) : error
    }
  }

  private func removeIndicators(_ command: IndicatorCommand) throws(SessError) -> Output {
    guard let word = command.name, let address = command.query.addresses.first else {
      return Output()
    }
    let removed = try commit { (session) throws(SessError) -> [String] in
      var removed: [String] = []
      for symbol in try Resolver(session: session).symbols(address.symbol) {
        let key: String
        do throws(SessError) {
          key = try AnalysisEngine(session).indicator(symbol.symbol, word.text).key
        } catch {
          throw error.located(at: word.span)
        }
        try session.removeIndicator(key, from: symbol.symbol)
        removed.append("\(symbol.symbol)/indicators/\(key)")
      }
      return removed
    }
    return report(["removed \(removed.joined(separator: ", "))"])
  }
}
