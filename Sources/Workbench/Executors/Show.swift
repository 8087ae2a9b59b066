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
    var output = try answer(table ?? RecordTable(columns: []), query, emptyText: empty)
    guard view == .metrics else { return output }
    let shown = query.addresses.isEmpty ? [Address.everything] : query.addresses
    let notes = try adjustmentNotes(shown, lookup)
    if !notes.isEmpty { output.blocks.insert(.lines(notes), at: 0) }
    return output
  }

  private func records(
    _ view: ShowCommand.View, _ address: Address, _ lookup: AddressLookup, _ query: QueryCommand
  ) throws(SessError) -> RecordTable {
    let resolver = lookup.resolver
    if view == .symbols { return try lookup.symbolRecords(address) }
    if view == .intervals {
      return Records.intervals(try resolver.within(address.scope, try resolver.series(address)))
    }
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
    guard view == .revisions, let interval = address.interval else { return table }
    let ofInterval = zip(table.rows, table.column("interval") ?? [])
    return RecordTable(
      columns: table.columns, rows: ofInterval.filter { $1 == .interval(interval) }.map(\.0))
  }

  private func showAddresses(_ query: QueryCommand) throws(SessError) -> Output {
    let lookup = AddressLookup(engine.snapshot())
    let addresses = query.addresses.isEmpty ? [Address.session] : query.addresses
    let isTree = addresses.allSatisfy {
      $0.fields.isEmpty && $0.intervals == .held && $0.scope == nil
    }
    let isWhole =
      query.filter == nil && query.columns.isEmpty && query.limit.first == nil
      && query.limit.last == nil
    if isTree, isWhole {
      return try tree(addresses, lookup)
    }
    let parts = try lookup.parts(addresses, at: query.span)
    var output = Output()
    var tables: [RecordTable] = []
    for part in parts {
      let answer = try answer(part.table, query, emptyText: "no records")
      guard let records = answer.records else { continue }
      let isList = part.isValues && !records.rows.isEmpty
      output.blocks += isList ? [.lines(Workbench.lines(records))] : answer.blocks
      tables.append(records)
    }
    output.records = tables.count == 1 ? tables[0] : RecordTable(joining: tables)
    guard parts.contains(where: { !$0.isValues }) else { return output }
    let notes = try adjustmentNotes(addresses, lookup)
    if !notes.isEmpty { output.blocks.insert(.lines(notes), at: 0) }
    return output
  }

  /// Values with all their digits, a line each, after their addresses where they have some.
  private static func lines(_ values: RecordTable) -> [String] {
    let texts = values.rows.map { $0.map(ValueText.text) }
    let width = texts.map { $0.count > 1 ? $0[0].count : 0 }.max() ?? 0
    return texts.map { cells in
      guard cells.count > 1 else { return cells[0] }
      let blanks = String(repeating: " ", count: width - cells[0].count)
      return cells[0] + blanks + "  " + cells.dropFirst().joined(separator: "  ")
    }
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
          try SymbolTree(symbol, lookup.session).node
        }
        nodes.append(TreeNode("session", sessionDetail(lookup.session), children: children))
        if symbols.isEmpty { continue }
      } else {
        for symbol in try resolver.symbols(address.symbol) {
          nodes.append(try SymbolTree(symbol, lookup.session).node)
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
}
