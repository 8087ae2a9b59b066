import MarketModel
import Presentation
import Testing

private let table = RecordTable(
  columns: ["symbol", "start", "close", "volume", "note"],
  rows: [
    [
      .text("AAPL"),
      .instant(Instant(nanoseconds: 1_751_463_000_000_000_000), offsetSeconds: -14400),
      .number(210.5), .number(1_234_567), .text("a,\"b\"|c"),
    ],
    [.text("日本"), .unknown, .number(0.000125), .number(0.5), .text("line\nfeed\u{1B}[31m")],
  ])

private func render(_ table: RecordTable, _ format: OutputFormat) -> String {
  Renderer.render(.records(table), as: format, style: RenderStyle())
}

struct RendererTests {
  @Test func `CSV quotes what needs it and gives instants with their offset`() {
    #expect(
      render(table, .csv) == """
        symbol,start,close,volume,note
        AAPL,2025-07-02T09:30:00-04:00,210.5,1234567,"a,""b""|c"
        日本,,0.000125,0.5,"line
        feed\u{1B}[31m"

        """)
  }

  @Test func `JSON is one array of flat records, unknown is null`() {
    #expect(
      render(table, .json) == """
        [
        {"symbol":"AAPL","start":"2025-07-02T09:30:00-04:00","close":210.5,"volume":1234567,"note":"a,\\"b\\"|c"},
        {"symbol":"日本","start":null,"close":0.000125,"volume":0.5,"note":"line\\nfeed\\u001b[31m"}
        ]

        """)
    #expect(render(RecordTable(columns: ["a"]), .json) == "[]\n")
    #expect(render(RecordTable(columns: ["a"]), .jsonl) == "")
    #expect(render(RecordTable(columns: ["a"]), .csv) == "a\n")
  }

  @Test(arguments: [OutputFormat.table, .box, .md, .line])
  func `no control character of the data reaches the screen`(format: OutputFormat) {
    let text = render(table, format)
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("AAPL") && text.contains("日本"))
  }

  @Test func `columns line up, wide characters too`() {
    let lines = render(table, .table).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("symbol  start"))
    #expect(lines[2].hasPrefix("AAPL    2025"))
    #expect(lines[3].hasPrefix("日本    "))
  }

  @Test func `Markdown escapes the bar`() {
    #expect(render(table, .md).contains("a,\"b\"\\|c"))
  }

  @Test func `a long table shows both ends and says how much is hidden`() {
    let rows = (0..<1000).map { [Value.integer($0)] }
    let text = render(RecordTable(columns: ["n"], rows: rows), .table)
    let lines = text.split(separator: "\n")
    #expect(lines.count < 60)
    #expect(text.contains("999") && text.contains("of 1000 records shown"))
    #expect(
      render(RecordTable(columns: ["n"], rows: rows), .csv).split(separator: "\n").count == 1001)
  }

  @Test(arguments: OutputFormat.allCases)
  func `no records, one record and many give whole lines`(format: OutputFormat) {
    for count in [0, 1, 3, 100] {
      let rows = (0..<count).map { [Value.integer($0), .unknown] }
      let text = render(RecordTable(columns: ["a", "b"], rows: rows), format)
      #expect(text.isEmpty || text.hasSuffix("\n"))
      #expect(!text.contains(" \n"), "\(format) leaves blanks at the end of a line")
    }
  }

  @Test func `a tree is drawn with its details in one column`() {
    let root = TreeNode(
      "A", "root",
      children: [TreeNode("bars", "", children: [TreeNode("1m", "x")]), TreeNode("z", "y")])
    let text = Renderer.render(Output(blocks: [.tree(root)]), as: .table, style: RenderStyle())
    #expect(text == "A         root\n├─ bars\n│  └─ 1m  x\n└─ z      y\n")
  }
}
