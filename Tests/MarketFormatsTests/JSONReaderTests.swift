import Diagnostics
import Foundation
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import MarketFormats

/// Texts in every shape the reader knows, to be spoiled by the fuzz tests.
private let texts = [
  #"[{"t":"2025-07-02T13:30:00Z","o":1,"h":2,"l":1,"c":2,"v":3,"vw":1.5,"n":4}]"#,
  #"{"ticker":"A","results":[{"v":1e2,"o":1,"c":1,"h":1,"l":1,"t":1751463000000}],"x":{"y":[1]}}"#,
  #"{"bars":{"A":[{"t":1751463000,"o":"1","h":"2","l":"1","c":"2"}],"B":[]}}"#,
  "[[1751463000000,1,2,0.5,1.5,10],[1751463060000,1,2,0.5,1.5,10]]",
  #"{"result":{"XX":[[1751463000,"1","2","1","2","1.5","3",4]],"last":1}}"#,
  #"{"s":"ok","t":[1751463000,1751463060],"o":[1,2],"h":[1,2],"l":[1,2],"c":[1,2],"v":[3,4]}"#,
  #"{"Meta Data":{"2. Symbol":"A","6. Time Zone":"US/Eastern"},"Time Series (1min)":{"#
    + #""2025-07-02 09:31:00":{"1. open":"1","2. high":"1","3. low":"1","4. close":"1"}}}"#,
  #"{"hd":{"ts_event":"1751463000000000000","rtype":33,"instrument_id":7},"open":"1000000000","#
    + #""high":"1000000000","low":"1000000000","close":"1000000000","volume":"5"}"# + "\n"
    + #"{"hd":{"ts_event":"1751463060000000000"},"action":"T","price":"1","size":2,"#
    + #""levels":[{"bid_px":"1","ask_px":"2","bid_sz":1,"ask_sz":1}]}"# + "\n",
  #"[{"date":"2025-07-02","label":"2:20 PM","minute":"14:20","price":1,"size":2,"c":["@","I"]}]"#,
]

struct JSONReaderTests {
  private func read(_ text: some Sequence<UInt8>) throws(SessError) -> [FileContent] {
    try FileReader.read(
      MemorySource(name: "x.json", bytes: Array(text)), options: ReadOptions())
  }

  private func code(_ text: String) -> (code: String, span: SourceSpan?)? {
    do {
      _ = try read(text.utf8)
      return nil
    } catch {
      return (error.code, error.span)
    }
  }

  @Test(arguments: texts)
  func `every shape gives rows`(text: String) throws {
    var rows = 0
    for content in try read(text.utf8) {
      switch content {
      case .bars(let file): rows += file.series.reduce(0) { $0 + $1.count }
      case .events(let file): rows += file.series.reduce(0) { $0 + $1.count }
      }
    }
    #expect(rows > 0)
  }

  @Test func `an error names its line and column`() throws {
    let found = try #require(code("[{\"t\":1,\n \"o\":1,,\"h\":2}]"))
    #expect(found.code == "bad-json")
    #expect(found.span?.line == 2)
    #expect(found.span?.offset == 7)
  }

  @Test(arguments: [
    "[", "{", "[{", "[[", "{\"a\"", "{\"a\":", "[1", "[{\"a\":1", "\"", "[\"\\", "[tru]", "[1,]",
    "{\"a\":1,}", "[1 2]", "{1:2}", "[}", "{]", "nul", "[\u{0}]",
  ])
  func `a text that is no JSON is refused`(text: String) {
    #expect(code(text) != nil)
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"b\":[", "[[1,", "{\"Time\":{\"2025-07-02 09:30\":"])
  func `nesting bombs are refused`(part: String) {
    #expect(code(String(repeating: part, count: 200_000))?.code == "bad-json")
  }

  @Test func `a bad line among lines of records costs no other`() throws {
    let good = #"{"t":1751463000,"o":1,"h":1,"l":1,"c":1}"#
    let lines = [good, "{\"t\":", "", "\"", good.replacingOccurrences(of: "3000", with: "3060")]
    guard case .bars(let file)? = try read(lines.joined(separator: "\n").utf8).first else {
      Issue.record("no bars")
      return
    }
    #expect(file.series[0].count == 2)
    #expect(file.rejections.map(\.line) == [2, 4])
  }

  @Test func `many bad lines take time in proportion`() throws {
    let good = #"{"t":1751463000,"o":1,"h":1,"l":1,"c":1}"# + "\n"
    let clock = ContinuousClock()
    func time(_ count: Int) throws -> Duration {
      let text = good + String(repeating: "{\"t\":\"\n", count: count)
      return try clock.measure { _ = try read(text.utf8) }
    }
    _ = try time(1000)
    #expect(try time(80_000) < time(10_000) * 40)
  }

  @Test(arguments: TestEnvironment.seeds)
  func `no spoiled text crashes or hangs`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let marks = Array("{}[]\",:\\\n -0e.tnaf/".utf8) + [0, 0xFF, 0xC3]
    for text in texts {
      for _ in 0..<150 {
        var bytes = Array(text.utf8)
        for _ in 0...random.below(4) where !bytes.isEmpty {
          let place = random.below(bytes.count)
          switch random.below(5) {
          case 0: bytes[place] = marks[random.below(marks.count)]
          case 1: bytes.insert(marks[random.below(marks.count)], at: place)
          case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(9)))
          case 3: bytes.removeSubrange(place...)
          default:
            let end = min(bytes.count, place + 1 + random.below(30))
            bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
          }
        }
        _ = try? read(bytes)
      }
    }
  }

  @Test(arguments: [
    "[{\"symbol\":\"A\\u+12f\"}]", "[{\"symbol\":\"A\\ud83d\\u0041\"}]",
    "[{\"symbol\":\"A\\u12\"}]",
  ])
  func `escapes that are no characters are refused`(text: String) {
    let failure = Array(text.utf8).withUnsafeBytes { (bytes) -> SessError? in
      var cursor = JSONCursor(bytes, name: "x")
      do throws(SessError) {
        try cursor.array { (cursor) throws(SessError) in
          try cursor.object { (cursor, _) throws(SessError) in _ = try cursor.string() }
        }
        return nil
      } catch {
        return error
      }
    }
    #expect(failure?.code == "bad-json")
  }

  @Test func `records within records are counted in time that grows as the text`() throws {
    let row = "{\"t\":\"2025-07-02T13:30:00Z\",\"o\":1,\"h\":1,\"l\":1,\"c\":1,\"x\":"
    let inner = "{\"t\":\"soon\",\"o\":1,\"h\":1,\"l\":1,\"c\":1}}"
    let text =
      "[" + Array(repeating: row + "\n" + inner, count: 3000).joined(separator: ",\n") + "]"
    let start = ContinuousClock.now
    guard case .bars(let file)? = try read(text.utf8).first else {
      throw SessError("test", "no bars")
    }
    #expect(file.rejections.map(\.line) == Array(stride(from: 2, through: 6000, by: 2)))
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test(arguments: [
    ("AAPL_1.csv", nil), ("AAPL_ohlcv_1m.csv", nil), ("EURUSD_1.csv", nil),
    ("XBTUSD_1.csv", "Kraken, comma"), ("cbse_algousd_ohlcv_1m.csv", "Kaiko, comma"),
    ("BRK_B-1m.json", nil), ("ALGO_USDT-1m.json", "freqtrade JSON"),
  ])
  func `a name is a coin's only with its money`(name: String, dialect: String?) throws {
    let rows = "1751463000,1,2,0.5,1.5,10,3\n1751463060,1,2,0.5,1.5,10,3\n"
    let json = "[[1751463000000,1,2,0.5,1.5,10],[1751463060000,1,2,0.5,1.5,10]]"
    let bytes = Array((name.hasSuffix("json") ? json : rows).utf8)
    let source = MemorySource(name: name, bytes: bytes)
    guard case .bars(let file)? = try FileReader.read(source, options: ReadOptions()).first else {
      throw SessError("test", "no bars")
    }
    #expect((file.dialect.calendar == nil) == (dialect == nil))
    #expect(dialect == nil || file.dialect.name == dialect)
  }

  @Test(arguments: [
    ("x.json", texts[3]), ("x.jsonl", String(repeating: texts[0] + "\n", count: 3)),
    ("x.csv", "time,price,size\n1751463000,1,2\n"),
    ("y.csv", "time,open,high,low,close\n1751463000,1,1,1,1\n"),
  ])
  func `every reader stops when it is told to`(name: String, text: String) {
    var options = ReadOptions()
    options.isCancelled = { true }
    let source = MemorySource(name: name, bytes: Array(text.utf8))
    #expect {
      try FileReader.read(source, options: options)
    } throws: {
      ($0 as? SessError)?.code == "interrupted"
    }
  }

  @Test(arguments: ["[1 2]", "{,:}", "[1,]", "{\"a\" 1}", "{\"a\":}", "[1}", "[", "x", "1 2"])
  func `what is passed over must be JSON, too`(text: String) {
    let isJSON = Array("{\"a\":[1,{\"b\":[]},{}],\"c\":\"]\"}".utf8).withUnsafeBytes { passes($0) }
    #expect(isJSON)
    #expect(!Array(text.utf8).withUnsafeBytes { passes($0) })
  }

  private func passes(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var cursor = JSONCursor(bytes, name: "x")
    do throws(SessError) {
      try cursor.skip()
      try cursor.end()
      return true
    } catch {
      return false
    }
  }
}
