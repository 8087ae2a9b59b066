public import CommandLanguage
public import Diagnostics
public import MarketModel
import SessionEngine

/// Where expressions find their names: the session, the variables, and the row at hand.
public struct WorkbenchContext: EvaluationContext {
  private let lookup: AddressLookup
  private let variables: [String: Operand]
  private var row: [String: Value] = [:]

  /// Creates a context over the workbench as it is now.
  public init(_ workbench: Workbench) {
    self.init(workbench.engine.snapshot(), variables: workbench.variables)
  }

  /// Creates a context over a session.
  init(_ session: SessionData, variables: [String: Operand]) {
    lookup = AddressLookup(session)
    self.variables = variables
  }

  /// The worth of an address.
  public func operand(of address: Address, at span: SourceSpan) throws(SessError) -> Operand {
    do throws(SessError) {
      return try lookup.operand(address)
    } catch {
      throw error.located(at: span)
    }
  }

  /// The worth of a variable.
  public func variable(_ name: String) -> Operand? {
    guard case .value(.text(let text))? = variables[name] else { return variables[name] }
    return .value(Value(literal: text) ?? .text(text))
  }

  /// A column of the row at hand.
  public func column(_ name: String) -> Value? { row[name] }

  /// The records for which a filter holds; the unknown ones are left out.
  func filtered(_ table: RecordTable, _ filter: ExpressionText?) throws(SessError) -> RecordTable {
    guard let filter else { return table }
    var kept = RecordTable(columns: table.columns)
    var context = self
    for row in table.rows {
      for (name, value) in zip(table.columns, row) { context.row[name] = value }
      do throws(SessError) {
        if try Evaluator(context).truth(filter.expression) == true { kept.rows.append(row) }
      } catch {
        let columns = "columns: " + table.columns.joined(separator: ", ")
        throw SessError(
          error.code, error.message, span: filter.span,
          hint: error.code == "unknown-symbol" ? columns : error.hint)
      }
    }
    return kept
  }
}

extension RecordTable {
  /// The first or last records only.
  func limited(_ limit: RowLimit) -> RecordTable {
    var rows = rows[...]
    if let first = limit.first { rows = rows.prefix(first) }
    if let last = limit.last { rows = rows.suffix(last) }
    return RecordTable(columns: columns, rows: Array(rows))
  }

  /// Some of the columns, in the order asked.
  func selecting(_ names: [String], at span: SourceSpan) throws(SessError) -> RecordTable {
    guard !names.isEmpty else { return self }
    var indices: [Int] = []
    for name in names {
      guard let index = columns.firstIndex(of: name) else {
        throw SessError(
          "unknown-column", "there is no column \(name)", span: span,
          hint: "columns: " + columns.joined(separator: ", "))
      }
      indices.append(index)
    }
    return RecordTable(columns: names, rows: rows.map { row in indices.map { row[$0] } })
  }
}
