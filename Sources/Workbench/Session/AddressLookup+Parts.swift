import CommandLanguage
import Diagnostics
import MarketModel
import SessionEngine

/// What several addresses are worth together, kind by kind.
extension AddressLookup {
  /// Records of one kind that are shown together.
  struct Part {
    var table = RecordTable(columns: [])
    /// Whether these are single values, which need no table.
    var isValues = false
  }

  private typealias SingleValue = (address: Address, value: Value)

  /// The columns of a bar that are fields, too.
  static let barColumns = ["start", "open", "high", "low", "close", "volume"]

  /// The records of some addresses, a part for each kind, in the order of the addresses.
  ///
  /// Bars of several series are one part with their keys first; a bar that several addresses name is there once.
  func parts(_ addresses: [Address], at span: SourceSpan) throws(SessError) -> [Part] {
    var parts: [Part] = []
    var bars: [String: (index: Int, series: [ScopedSeries])] = [:]
    var values: (index: Int, all: [SingleValue])?
    for address in addresses {
      if let series = try barSeries(address) {
        let column = address.fields.first ?? ""
        if bars[column] == nil { parts.append(Part()) }
        bars[column, default: (parts.count - 1, [])].series.merge(series)
        continue
      }
      switch try operand(address) {
      case .table(let table):
        if let index = parts.firstIndex(where: { $0.table.columns == table.columns }) {
          parts[index].table.rows += table.rows
        } else {
          parts.append(Part(table: table))
        }
      case .list, .value:
        if values == nil { parts.append(Part()) }
        values = (values?.index ?? parts.count - 1, (values?.all ?? []) + (try singles(address)))
      }
    }
    for (column, part) in bars {
      parts[part.index].table = try table(of: part.series, column, at: span)
    }
    if let values {
      parts[values.index] = AddressLookup.part(of: values.all, isAlone: parts.count == 1)
    }
    return parts
  }

  // MARK: bars

  /// The series whose bars an address names; nil when it names something else.
  private func barSeries(_ address: Address) throws(SessError) -> [ScopedSeries]? {
    guard address.symbol != nil, address.fields.count < 2 else { return nil }
    if let column = address.fields.first {
      guard AddressLookup.barColumns.contains(column) else { return nil }
    } else if address.intervals == .held {
      return nil
    }
    let isBase = address.intervals == .held
    return try resolver.series(address)
      .filter { !isBase || $0.interval == $0.symbol.baseInterval }
      .map { ($0, [address.scope]) }
  }

  private func table(of series: [ScopedSeries], _ column: String, at span: SourceSpan)
    throws(SessError) -> RecordTable
  {
    let table = bars(
      series.sorted {
        ($0.reference.symbol.symbol, $0.reference.interval)
          < ($1.reference.symbol.symbol, $1.reference.interval)
      })
    guard !column.isEmpty, !series.isEmpty else { return table }
    let keys = series.count > 1 ? ["symbol", "interval"] : []
    return try table.selecting(
      keys + (column == "start" ? ["start"] : ["start", column]), at: span)
  }

  // MARK: values

  /// The values of an address, each with the address of its own symbol and interval.
  private func singles(_ address: Address) throws(SessError) -> [SingleValue] {
    var found: [SingleValue] = []
    for single in try narrowed(address) {
      switch try operand(single) {
      case .value(let value): found.append((single, value))
      case .list(let values): for value in values { found.append((single, value)) }
      case .table: break
      }
    }
    return found
  }

  /// The addresses of single symbols and intervals a pattern stands for.
  private func narrowed(_ address: Address) throws(SessError) -> [Address] {
    guard address.symbol != nil else { return [address] }
    var singles: [Address] = []
    var single = address
    if address.intervals == .held {
      for symbol in holders(of: address, try resolver.symbols(address.symbol)) {
        single.symbol = GlobPattern(literal: symbol.symbol)
        singles.append(single)
      }
    } else {
      for reference in try resolver.series(address) {
        single.symbol = GlobPattern(literal: reference.symbol.symbol)
        single.intervals = .one(reference.interval)
        singles.append(single)
      }
    }
    return singles
  }

  /// Values of one address and nothing else as they are, others with their addresses.
  private static func part(of values: [SingleValue], isAlone: Bool) -> Part {
    let isKeyed = !isAlone || Set(values.map(\.address)).count > 1
    var table = RecordTable(columns: isKeyed ? ["address", "value"] : ["value"])
    for (address, value) in values {
      table.rows.append(isKeyed ? [.text("\(address)"), value] : [value])
    }
    return Part(table: table, isValues: true)
  }
}

/// A series with the parts of the timeline it is asked for.
typealias ScopedSeries = (reference: SeriesReference, scopes: [Scope?])

extension [ScopedSeries] {
  /// Adds series; one that is there already is asked for more of the timeline.
  fileprivate mutating func merge(_ others: [ScopedSeries]) {
    for other in others {
      let known = firstIndex {
        $0.reference.symbol.symbol == other.reference.symbol.symbol
          && $0.reference.interval == other.reference.interval
      }
      if let known { self[known].scopes += other.scopes } else { append(other) }
    }
  }
}

extension RecordTable {
  /// Records of several kinds in one table of all their columns; what a kind does not have is unknown.
  init(joining tables: [RecordTable]) {
    self.init(columns: [])
    for table in tables {
      for name in table.columns where !columns.contains(name) { columns.append(name) }
    }
    for table in tables {
      let indices = columns.map { table.columns.firstIndex(of: $0) }
      rows += table.rows.map { row in indices.map { $0.map { row[$0] } ?? .unknown } }
    }
  }
}
