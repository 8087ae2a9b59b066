import MarketModel
import Testing

@testable import MarketFormats

/// Plain rows read many at a time say what the same lines say one by one.
struct FeedRowsTests {
  private let header = "symbol,timestamp,open,high,low,close,volume"
  private let lines = [
    "A,2025-07-02T09:30:00-04:00,1.5,2,1,1.25,100",
    "BRK.B,2025-07-02T13:30:00Z,10,11.5,9,10,7",
    "A,2025-07-02T09:31:00-04:00,1.5,2,1,1.25,100\r",
    "\"Q\",2025-07-02T09:30:00-04:00,1.5,2,1,1.25,100",
    "",
    "# a comment, with, six, commas, in, it",
    "A,2025-07-02 09:32:00,1.5,2,1,1.25,0.5",
    "A,2025-07-02 09:33:00,1.5,2,1,1.25,",
    "A,2025-07-02 09:34:00,-1.5,2,-3,1.25,5",
    "{\"clock\":\"2025-07-02T10:00:00-04:00\"}",
    "A,soon,1,1,1,1,1",
    "B,2025-07-02T09:35:00-04:00,1,1,1,1",
    " B ,2025-07-02T09:35:00-04:00,1,1,1,1,1",
    "B,1751463360,1,1,1,1,1",
  ]

  @Test func `rows are what lines say`() throws {
    let text = ([header] + lines + Array(repeating: lines[0], count: 20)).joined(separator: "\n")
    let bytes = Array((text + "\n").utf8)
    var byRows = FeedReader()
    var byLines = FeedReader()
    var (position, line, plainCount) = (0, 0, 0)
    let expected = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      try? byLines.read(Array(line.filter { $0 != 0x0D })[...])
    }
    while position < bytes.count {
      let found = bytes.withUnsafeBufferPointer {
        byRows.readRows($0, &position, lines: &line)
      }
      for (index, row) in found.rows.enumerated() {
        let said = try #require(expected[found.firstLine + index - 1])
        #expect(said.time == row.start && said.isWallClock == found.isWallClock)
        #expect(said.symbol == byRows.symbols.names[Int(row.symbol)])
        let content = FeedLine.Content.bar(
          open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume)
        #expect(said.content == content)
        #expect(
          bytes[Int(found.offsets[index])...].starts(with: Array(said.symbol?.utf8 ?? "".utf8)))
        plainCount += 1
      }
      guard position < bytes.count, found.rows.isEmpty else { continue }
      let stop = try #require(bytes[position...].firstIndex(of: 0x0A))
      _ = try? byRows.read(bytes[position..<stop])
      position = stop + 1
      line += 1
    }
    #expect(plainCount >= 4)
    #expect(line == expected.count)
  }

  @Test(arguments: ["time,open,high,low,close,trades", "time,price,size", "time,open,high,low"])
  func `a header that names more or less than plain bars has no plain rows`(header: String) throws {
    var reader = FeedReader()
    _ = try reader.read(Array(header.utf8)[...])
    #expect(reader.plain.isEmpty)
  }

  @Test func `lines of JSON are what they say one by one, and mostly read many at a time`() throws {
    let plain = #"{"symbol":"A","t":1751463000000,"o":1.5,"h":2,"l":1,"c":1.25,"v":100,"x":"y"}"#
    let others = [
      plain.replacing("1751463000000", with: "1751463060"),
      plain.replacing(":\"A\"", with: ":\"BRK.B\""),
      plain.replacing("\"A\"", with: "\"A\\/B\""), plain.replacing("1.25", with: "-1.25"),
      plain.replacing("1.25", with: "1e2"), plain.replacing("\"y\"", with: "7"),
      plain.replacing("\"y\"", with: "\"a\\\"b\""),
      plain.replacing("1751463000000", with: "\"soon\""),
      plain.replacing("1751463000000", with: "1751463000000000000"),
      plain.replacing("1751463000000", with: "9223372036854775807"),
      plain.replacing("1751463000000", with: "\"2025-07-02T09:30:00-04:00\""),
      plain.replacing("1751463000000", with: "\"2025-07-02T09:30:00\""),
      plain.replacing("\"v\"", with: "\"n\""), plain.replacing("\"symbol\":\"A\",", with: ""),
      plain.replacing(":", with: ": "), plain + "\r", plain + " ", "{\"clock\":1751463000}", "[1]",
      "",
    ]
    var lines: [String] = []
    for other in others { lines += [plain, other, other, other, plain, plain] }
    let bytes =
      Array((lines.joined(separator: "\n") + "\n").utf8) + [UInt8](repeating: 0x0A, count: 900)
    var (byRows, byLines) = (FeedReader(), FeedReader())
    var (position, line, plainCount) = (0, 0, 0)
    while line < lines.count {
      let found = bytes.withUnsafeBufferPointer { byRows.readRows($0, &position, lines: &line) }
      for (index, row) in found.rows.enumerated() {
        let text = lines[found.firstLine + index - 1].filter { $0 != "\r" }
        let said = try #require(try byLines.read(Array(text.utf8)[...]), "\(text)")
        #expect(said.time == row.start && said.isWallClock == found.isWallClock, "\(text)")
        #expect(said.symbol == (row.symbol < 0 ? nil : byRows.symbols.names[Int(row.symbol)]))
        let content = FeedLine.Content.bar(
          open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume)
        #expect(said.content == content, "\(text)")
        #expect(bytes[Int(found.offsets[index])] == 0x7B)
        plainCount += 1
      }
      guard found.rows.isEmpty else { continue }
      let stop = try #require(bytes[position...].firstIndex(of: 0x0A))
      _ = try? byRows.read(bytes[position..<stop].filter { $0 != 0x0D }[...])
      position = stop + 1
      line += 1
    }
    #expect(plainCount >= 60)
  }
}
