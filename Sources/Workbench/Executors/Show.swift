import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `show`.
  func show(_ command: ShowCommand) throws(SessError) -> Output {
    do throws(SessError) {
      if let view = command.view { return try show(view, command.query) }
      return try showAddresses(command.query)
    } catch {
      throw error.located(at: command.query.span)
    }
  }

  private func show(_ view: ShowCommand.View, _ query: QueryCommand) throws(SessError) -> Output {
    let lookup = AddressLookup(engine.snapshot())
    var table: RecordTable?
    for address in query.addresses.isEmpty ? [Address.everything] : query.addresses {
      if lookup.session.document.symbols.isEmpty, query.addresses.isEmpty { break }
      let part = try records(view, address, lookup, query)
      if table == nil { table = part } else { table?.rows += part.rows }
    }
    let empty = view == .rejected ? "no rejected rows" : "no \(view.rawValue)"
    return try answer(table ?? RecordTable(columns: []), query, emptyText: empty)
  }

  private func records(
    _ view: ShowCommand.View, _ address: Address, _ lookup: AddressLookup, _ query: QueryCommand
  ) throws(SessError) -> RecordTable {
    let resolver = Resolver(session: lookup.session)
    if view == .symbols {
      return Records.symbols(try resolver.symbols(address.symbol), lookup.session)
    }
    if view == .intervals { return Records.intervals(try resolver.series(address)) }
    if view == .ticks || view == .quotes {
      return try lookup.events(
        view.rawValue, try resolver.symbols(address.symbol), address.scope,
        limit: query.filter == nil ? query.limit : nil)
    }
    var field = address
    field.fields = [view.rawValue]
    if field.symbol == nil { field.symbol = Address.everything.symbol }
    if view != .historical { field.intervals = .held }
    guard case .table(let table) = try lookup.operand(field) else {
      return RecordTable(columns: [])
    }
    return table
  }

  private func showAddresses(_ query: QueryCommand) throws(SessError) -> Output {
    let lookup = AddressLookup(engine.snapshot())
    let addresses = query.addresses.isEmpty ? [Address.session] : query.addresses
    let isTree = addresses.allSatisfy {
      $0.fields.isEmpty && $0.intervals == .held && $0.scope == nil
    }
    if isTree, query.filter == nil, query.columns.isEmpty {
      return try tree(addresses, lookup)
    }
    var output = Output()
    var values: [String] = []
    var table: RecordTable?
    for address in addresses {
      switch try lookup.operand(address) {
      case .table(let part):
        if table == nil {
          table = part
        } else if table?.columns == part.columns {
          table?.rows += part.rows
        }
      case .list(let list): values += list.map(ValueText.text)
      case .value(let value): values.append(ValueText.text(value))
      }
    }
    if let table {
      output = try answer(table, query, emptyText: "no records")
      let notes = try adjustmentNotes(addresses, lookup)
      if !notes.isEmpty { output.blocks.insert(.lines(notes), at: 0) }
      return output
    }
    output = .lines(values)
    output.records = RecordTable(columns: ["value"], rows: values.map { [.text($0)] })
    return output
  }

  // MARK: the tree

  private func tree(_ addresses: [Address], _ lookup: AddressLookup) throws(SessError) -> Output {
    let resolver = Resolver(session: lookup.session)
    var nodes: [TreeNode] = []
    var references: [SeriesReference] = []
    for address in addresses {
      if address.symbol == nil {
        let symbols = lookup.session.document.symbols.isEmpty ? [] : try resolver.symbols(nil)
        let children = try symbols.map { (symbol) throws(SessError) in
          try symbolNode(symbol, lookup.session)
        }
        nodes.append(TreeNode("session", sessionDetail(lookup.session), children: children))
        if symbols.isEmpty { continue }
      } else {
        for symbol in try resolver.symbols(address.symbol) {
          nodes.append(try symbolNode(symbol, lookup.session))
        }
      }
      references += try resolver.series(address)
    }
    return Output(blocks: nodes.map(Output.Block.tree), records: Records.intervals(references))
  }

  private func sessionDetail(_ session: SessionData) -> String {
    let count = session.document.symbols.count
    let clock = session.document.clock.map { "clock \($0.iso8601(offsetSeconds: 0))" } ?? "no clock"
    return "\(count) symbol\(count == 1 ? "" : "s") · \(clock) · change \(session.changes.sequence)"
  }

  private func symbolNode(_ symbol: SymbolSessionData, _ session: SessionData) throws(SessError)
    -> TreeNode
  {
    let calendar = try session.catalog.calendar(named: symbol.calendar)
    var children: [TreeNode] = []
    for interval in symbol.intervals {
      guard let record = symbol.bars[interval] else { continue }
      children.append(
        intervalNode(SeriesReference(symbol: symbol, record: record, calendar: calendar)))
    }
    let nodes = [
      TreeNode("bars", children: children), metricsNode(symbol, calendar),
      historicalNode(symbol, session), rejectedNode(symbol),
      try indicatorsNode(symbol, session),
      TreeNode("ticks", count(symbol.ticks.count)),
      TreeNode("quotes", count(symbol.quotes.count)), metadataNode(symbol),
    ]
    let date = session.sessionDate(of: symbol.symbol).map { " · session \($0)" } ?? ""
    return TreeNode(
      symbol.symbol, "\(symbol.calendar) · \(symbol.hours.rawValue) hours\(date)", children: nodes)
  }

  private func count(_ number: Int) -> String { number == 0 ? "none" : "\(number)" }

  private func percent(_ quality: Quality?) -> String {
    guard let percent = quality?.percent else { return "nothing expected" }
    return "\(Percent.text(percent)) %"
  }

  private func intervalNode(_ reference: SeriesReference) -> TreeNode {
    let record = reference.record
    var parts = [record.origin.map { "derived from \(ValueText.text($0))" } ?? "received"]
    parts.append("\(record.data.count) bars")
    if record.derived {
      if record.coverage != nil || record.data.isEmpty {
        parts.append("coverage \(percent(record.coverage))")
      }
      let partial = DayQuality.total(record.days).partial
      if partial > 0 { parts.append("\(partial) partial") }
      if record.policy != .partial { parts.append("\(record.policy)") }
      if record.alignment == .clock { parts.append("clock-aligned") }
    } else {
      parts.append("quality \(percent(record.quality))")
    }
    if !reference.symbol.metadata.adjustments.isEmpty { parts.append("adjusted") }
    let gaps = record.gaps.count
    parts.append(
      gaps == 0
        ? "no gaps" : "\(gaps) gap\(gaps == 1 ? "" : "s"), \(record.quality.missing) missing")
    return TreeNode("\(record.interval)", parts.joined(separator: " · ") + range(reference))
  }

  private func range(_ reference: SeriesReference) -> String {
    guard let first = reference.record.data.first, let last = reference.record.data.last else {
      return ""
    }
    func text(_ instant: Instant) -> String {
      let offset = reference.offset(at: instant)
      let date = instant.wallClock(offsetSeconds: offset).date
      return "\(date) \(instant.timeOfDay(offsetSeconds: offset))"
    }
    return " · \(text(first.start)) to \(text(last.start))"
  }

  private func metricsNode(_ symbol: SymbolSessionData, _ calendar: MarketCalendar) -> TreeNode {
    let metrics = symbol.metrics
    guard metrics.bars > 0, let open = metrics.open, let high = metrics.high, let low = metrics.low,
      let close = metrics.close, let volume = metrics.volume
    else { return TreeNode("metrics", metrics.date.map { "\($0) · no bars" } ?? "none") }
    let figures = [open, high, low, close].map { ValueText.text(.number($0)) }
    let vwap = metrics.vwap.map { Percent.fixed($0, 4) } ?? "unknown"
    let date = metrics.date.map { "\($0) · " } ?? ""
    return TreeNode(
      "metrics",
      "\(date)open \(figures[0]) · high \(figures[1]) · low \(figures[2]) · close \(figures[3]) · "
        + "volume \(ValueText.text(.number(volume))) · vwap \(vwap) · \(metrics.bars) bars")
  }

  private func historicalNode(_ symbol: SymbolSessionData, _ session: SessionData) -> TreeNode {
    let view = symbol.historical(before: session.sessionDate(of: symbol.symbol))
    guard let range = view.dateRange, let base = symbol.baseInterval else {
      return TreeNode("historical", "none")
    }
    let days = view.days(of: base).count
    return TreeNode(
      "historical",
      "\(days) day\(days == 1 ? "" : "s") · \(range.lowerBound) to \(range.upperBound) · "
        + "quality \(percent(view.quality(of: base))) · \(view.gaps(of: base).count) gaps")
  }

  private func rejectedNode(_ symbol: SymbolSessionData) -> TreeNode {
    var counts: [String] = []
    for kind in RejectionClass.allCases {
      let count = symbol.rejected.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) }
      if count > 0 { counts.append("\(count) \(kind.rawValue)") }
    }
    return TreeNode("rejected", counts.isEmpty ? "none" : counts.joined(separator: ", "))
  }

  private func metadataNode(_ symbol: SymbolSessionData) -> TreeNode {
    let metadata = symbol.metadata
    var parts = ["added by \(metadata.addedBy)"]
    if let source = metadata.source { parts.append(source) }
    if !metadata.adjustments.isEmpty {
      parts.append(
        "seen adjusted for " + metadata.adjustments.map(\.reason).joined(separator: ", "))
    }
    if let time = metadata.addedAt { parts.append("at \(time.iso8601(offsetSeconds: 0))") }
    if metadata.adHoc { parts.append("ad hoc") }
    if metadata.upgraded { parts.append("upgraded") }
    return TreeNode("metadata", parts.joined(separator: " · "))
  }
}
