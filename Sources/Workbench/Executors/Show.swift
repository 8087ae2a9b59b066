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
