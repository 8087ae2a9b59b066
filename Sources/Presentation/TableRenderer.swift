import MarketModel

/// Draws records as a table of plain text, with or without a box, or in Markdown.
struct TableRenderer {
  /// The frame around the cells.
  enum Frame {
    case plain, box, markdown
  }

  let frame: Frame
  let style: RenderStyle

  /// The lines of a table.
  func lines(_ table: RecordTable) -> [String] {
    let (rows, hidden) = visible(table)
    let shown = rows.compactMap { $0 }
    var columns: [ColumnText] = []
    var cells: [[String]] = Array(repeating: [], count: rows.count)
    for (index, name) in table.columns.enumerated() {
      let dates = table.columns.firstIndex(of: "date").map { date in shown.map { $0[date] } }
      let column = ColumnText(name, shown.map { $0[index] }, dates: dates)
      columns.append(column)
      for (position, row) in rows.enumerated() {
        cells[position].append(row.map { text($0[index], column) } ?? "…")
      }
    }
    let widths = fitted(table.columns, columns, cells)
    var lines = head(table.columns, columns, widths)
    for (position, row) in cells.enumerated() {
      lines.append(line(row, columns, widths, values: rows[position], table.columns))
    }
    if frame == .box { lines.append(rule(widths, "└", "┴", "┘")) }
    if hidden > 0 {
      let shown = table.rows.count - hidden
      lines.append("\(shown) of \(table.rows.count) records shown; --as csv shows all")
    }
    return lines
  }

  /// A cell's text; in Markdown a bar is escaped, since it would end the cell.
  private func text(_ value: Value, _ column: ColumnText) -> String {
    let text = column.text(value)
    guard frame == .markdown, text.contains("|") else { return text }
    return text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  /// The rows that are shown, nil standing for those left out between them.
  private func visible(_ table: RecordTable) -> (rows: [[Value]?], hidden: Int) {
    let limit = max(2, style.rowLimit)
    guard frame != .markdown, table.rows.count > limit else { return (table.rows, 0) }
    let half = limit / 2
    let rows: [[Value]?] =
      table.rows.prefix(limit - half).map { $0 } + [nil] + table.rows.suffix(half).map { $0 }
    return (rows, table.rows.count - limit)
  }

  /// Column widths; texts give way when the line would be too long, numbers never.
  private func fitted(_ names: [String], _ columns: [ColumnText], _ cells: [[String]]) -> [Int] {
    var widths = names.map { DisplayWidth.columns($0) }
    for row in cells {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], DisplayWidth.columns(cell))
      }
    }
    guard frame != .markdown else { return widths }
    let gap = frame == .box ? 3 : 2
    var excess =
      widths.reduce(0, +) + gap * (widths.count - 1) + (frame == .box ? 4 : 0) - style.width
    while excess > 0 {
      let texts = widths.indices.filter { columns[$0].isCuttable && widths[$0] > 12 }
      guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func head(_ names: [String], _ columns: [ColumnText], _ widths: [Int]) -> [String] {
    let title = line(names, columns, widths, values: nil, names)
    switch frame {
    case .plain:
      return [title, widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")]
    case .box: return [rule(widths, "┌", "┬", "┐"), title, rule(widths, "├", "┼", "┤")]
    case .markdown:
      let marks = zip(columns, widths).map { column, width in
        String(repeating: "-", count: max(3, width) - 1) + (column.isRight ? ":" : "-")
      }
      return [title, "| " + marks.joined(separator: " | ") + " |"]
    }
  }

  private func rule(_ widths: [Int], _ left: String, _ middle: String, _ right: String) -> String {
    left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right
  }

  private func line(
    _ cells: [String], _ columns: [ColumnText], _ widths: [Int], values: [Value]?, _ names: [String]
  ) -> String {
    var parts: [String] = []
    for (index, cell) in cells.enumerated() {
      let width = frame == .markdown ? max(3, widths[index]) : widths[index]
      let text = frame == .markdown ? cell : DisplayWidth.cut(cell, to: width)
      var part = DisplayWidth.padded(text, width, right: columns[index].isRight)
      if style.hasColour, let values { part = coloured(part, names[index], values[index]) }
      parts.append(part)
    }
    switch frame {
    case .plain:
      var text = parts.joined(separator: "  ")
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    case .box: return "│ " + parts.joined(separator: " │ ") + " │"
    case .markdown: return "| " + parts.joined(separator: " | ") + " |"
    }
  }

  /// Green when complete, yellow above 95, red below; the figure says the same without colour.
  private func coloured(_ text: String, _ name: String, _ value: Value) -> String {
    guard ColumnText.isPercent(name), let percent = value.asNumber else { return text }
    let code = percent >= 100 ? "32" : percent >= 95 ? "33" : "31"
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
