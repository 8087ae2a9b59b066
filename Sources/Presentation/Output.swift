public import MarketModel

/// What a command answers: blocks to show, and the records `$_` stands for.
public struct Output: Sendable {
  /// A part of an answer.
  public enum Block: Sendable {
    case table(RecordTable)
    case lines([String])
    case tree(TreeNode)
    /// Text that is already in the format asked for.
    case raw(String)
  }

  /// The parts in order.
  public var blocks: [Block]
  /// The flat records behind the answer; machine formats write these.
  public var records: RecordTable?
  /// What is said in place of an empty table: `no gaps`.
  public var emptyText: String
  /// True for the report of a command that changed something.
  public var isReport: Bool

  /// Creates an answer.
  public init(
    blocks: [Block] = [], records: RecordTable? = nil, emptyText: String = "no records",
    isReport: Bool = false
  ) {
    self.blocks = blocks
    self.records = records
    self.emptyText = emptyText
    self.isReport = isReport
  }

  /// An answer of records only.
  public static func records(_ table: RecordTable, emptyText: String = "no records") -> Output {
    Output(blocks: [.table(table)], records: table, emptyText: emptyText)
  }

  /// An answer of text only.
  public static func lines(_ lines: [String]) -> Output { Output(blocks: [.lines(lines)]) }
}

/// A node of the structure with what is known about it in one line.
public struct TreeNode: Sendable {
  /// The name.
  public var label: String
  /// What is known about it.
  public var detail: String
  /// The nodes below.
  public var children: [TreeNode]

  /// Creates a node.
  public init(_ label: String, _ detail: String = "", children: [TreeNode] = []) {
    self.label = label
    self.detail = detail
    self.children = children
  }
}

/// How an answer is written.
public enum OutputFormat: String, Sendable, CaseIterable {
  case table, box, csv, json, jsonl, md, line

  /// The format that a file's ending asks for; nil when it asks for none.
  public init?(ending path: String) {
    let endings: [(String, OutputFormat)] = [
      (".csv", .csv), (".json", .json), (".jsonl", .jsonl), (".ndjson", .jsonl), (".md", .md),
    ]
    let name = path.lowercased()
    guard let found = endings.first(where: { name.hasSuffix($0.0) }) else { return nil }
    self = found.1
  }
}

/// What does not depend on the answer: the room there is, and whether colours are welcome.
public struct RenderStyle: Sendable {
  /// Columns a line may have, for tables.
  public var width = 100
  /// The most records a table shows.
  public var rowLimit = 40
  /// Whether quality is coloured.
  public var hasColour = false

  /// Creates the style of scripts: 100 columns, 40 rows, no colour.
  public init() {}
}
