import Diagnostics
import MarketModel

/// Turns answers into text.
public enum Renderer {
  /// The text of an answer, each line ended; empty for an empty answer.
  public static func render(_ output: Output, as format: OutputFormat, style: RenderStyle) -> String
  {
    if case .raw(let text)? = output.blocks.first { return text }
    switch format {
    case .csv, .json, .jsonl: return machine(output, format)
    case .table: return text(output, TableRenderer(frame: .plain, style: style))
    case .box: return text(tabular(output), TableRenderer(frame: .box, style: style))
    case .md: return text(tabular(output), TableRenderer(frame: .markdown, style: style))
    case .line: return vertical(output)
    }
  }

  /// An answer whose records are shown where it has no table of its own: reports, trees, help.
  private static func tabular(_ output: Output) -> Output {
    guard let records = output.records else { return output }
    for case .table in output.blocks { return output }
    return .records(records, emptyText: output.emptyText)
  }

  private static func machine(_ output: Output, _ format: OutputFormat) -> String {
    guard let records = output.records else {
      if output.blocks.isEmpty { return "" }
      let lines = RecordTable(columns: ["text"], rows: textLines(output).map { [.text($0)] })
      return format == .csv ? textLines(output).map { $0 + "\n" }.joined() : write(lines, format)
    }
    return write(records, format)
  }

  private static func write(_ records: RecordTable, _ format: OutputFormat) -> String {
    switch format {
    case .csv: RecordText.csv(records)
    case .json: RecordText.json(records)
    default: RecordText.jsonLines(records)
    }
  }

  private static func textLines(_ output: Output) -> [String] {
    var lines: [String] = []
    for case .lines(let more) in output.blocks { lines += more }
    return lines
  }

  private static func text(_ output: Output, _ renderer: TableRenderer) -> String {
    var text = ""
    for block in output.blocks {
      switch block {
      case .table(let table) where table.rows.isEmpty: text += shown(output.emptyText) + "\n"
      case .table(let table):
        for line in renderer.lines(table) { text += line + "\n" }
      case .lines(let lines):
        for line in lines { text += shown(line) + "\n" }
      case .raw(let more): text += more
      case .tree(let root):
        for line in tree(root) { text += line + "\n" }
      }
    }
    return text
  }

  /// One `name = value` a line, records set apart by an empty line.
  private static func vertical(_ output: Output) -> String {
    guard let records = output.records else {
      return textLines(output).map { shown($0) + "\n" }.joined()
    }
    let width = records.columns.map { DisplayWidth.columns($0) }.max() ?? 0
    var text = ""
    for (index, row) in records.rows.enumerated() {
      if index > 0 { text += "\n" }
      for (name, value) in zip(records.columns, row) {
        let plain = PrintableText.escaped(RecordText.plain(value))
        text += DisplayWidth.padded(name, width, right: true) + " = " + plain
        if text.hasSuffix(" ") { text.removeLast() }
        text += "\n"
      }
    }
    return text
  }

  /// A line without what would move the cursor.
  private static func shown(_ line: String) -> String {
    PrintableText.escaped(line, keepsTabs: true)
  }

  // MARK: trees

  private static func tree(_ root: TreeNode) -> [String] {
    var lines = [(label: shown(root.label), detail: shown(root.detail))]
    add(root.children, prefix: "", to: &lines)
    let width = lines.map { DisplayWidth.columns($0.label) }.max() ?? 0
    return lines.map { line in
      line.detail.isEmpty
        ? line.label : DisplayWidth.padded(line.label, width, right: false) + "  " + line.detail
    }
  }

  private static func add(
    _ nodes: [TreeNode], prefix: String, to lines: inout [(label: String, detail: String)]
  ) {
    for (index, node) in nodes.enumerated() {
      let isLast = index == nodes.count - 1
      lines.append((prefix + (isLast ? "└─ " : "├─ ") + shown(node.label), shown(node.detail)))
      add(node.children, prefix: prefix + (isLast ? "   " : "│  "), to: &lines)
    }
  }
}
