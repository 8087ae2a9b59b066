import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionAnalytics
import SessionEngine
import TestSupport
import Testing
import Workbench

/// A source whose end comes sooner than it said: a file that shrinks while it is read.
private struct ShrinkingSource: ByteSource {
  let name = "shrinking.csv"
  let byteCount: Int
  let whole: MemorySource

  init(_ text: String, claims byteCount: Int) {
    self.byteCount = byteCount
    whole = MemorySource(name: name, bytes: Array(text.utf8))
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SessError) -> Int {
    whole.read(at: offset, into: buffer)
  }
}

private func load(_ source: any ByteSource) throws -> (rows: Int, placed: [PlacedSeries]) {
  let file = try CSVReader.read(source, options: ReadOptions())
  var choices = LoadChoices()
  choices.interval = .minute
  choices.calendar = try TestZones.catalog.calendar(named: "XNYS")
  let decisions = try LoadPlanner(catalog: TestZones.catalog, choices: choices).decide(file)
  return (file.rowCount, try file.place(decisions, policy: .keep))
}

private let header = "timestamp,open,high,low,close,volume\n"

private func rows(_ count: Int) -> String {
  var text = header
  for index in 0..<count {
    let minute = 30 + index
    let time = "\(9 + minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
    text += "2025-07-02T\(time.count == 4 ? "0" : "")\(time):00-04:00,10,11,9,10.5,100\n"
  }
  return text
}

struct CSVReaderTests {
  @Test func `every row is a bar or a rejected row`() throws {
    let text =
      rows(50)
      + "2025-07-02T10:00:00-04:00,10,9,11,10,5\nnonsense\n2025-07-02T09:30:10-04:00,1,1,1,1,1\n"
    let (rows, placed) = try load(MemorySource(name: "a.csv", bytes: Array(text.utf8)))
    #expect(rows == 53)
    #expect(placed[0].series.count == 50)
    #expect(placed[0].rejected.map(\.line) == [52, 53, 54])
    #expect(placed[0].rejected.map(\.kind) == [.badOHLC, .unparsable, .offGrid])
  }

  @Test func `a file that shrinks while it is read is an error`() {
    let text = rows(20)
    #expect { try load(ShrinkingSource(text, claims: text.utf8.count + 4000)) } throws: {
      ($0 as? SessError)?.code == "file-shrunk"
    }
  }

  @Test(arguments: [",", ";", "\t"])
  func `separators, quotes, a byte order mark and line ends change nothing`(separator: String)
    throws
  {
    let plain = try load(MemorySource(name: "a.csv", bytes: Array(rows(30).utf8)))
    var text = rows(30).replacing(",", with: separator)
    text = text.split(separator: "\n").map { line in
      line.split(separator: separator).map { "\"\($0)\"" }.joined(separator: separator)
    }.joined(separator: "\r\n")
    let bytes = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    let dressed = try load(MemorySource(name: "a.csv", bytes: bytes))
    #expect(dressed.placed[0].series == plain.placed[0].series)
    #expect(dressed.placed[0].rejected.isEmpty)
  }

  @Test(arguments: TestEnvironment.seeds)
  func `a file with bytes changed at random gives bars, rejected rows or an error`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let clean = Array(rows(60).utf8)
    for _ in 0..<300 {
      var bytes = clean
      for _ in 0...random.below(8) {
        switch random.below(4) {
        case 0: bytes[random.below(bytes.count)] = UInt8(random.below(256))
        case 1: bytes.remove(at: random.below(bytes.count))
        case 2: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count))
        default: bytes.removeLast(min(bytes.count - 1, random.below(40)))
        }
      }
      guard let (rows, placed) = try? load(MemorySource(name: "fuzz", bytes: bytes)) else {
        continue
      }
      let bars = placed.reduce(0) { $0 + $1.series.count }
      let rejected = placed.reduce(0) { $0 + $1.rejected.count }
      #expect(rows == bars + rejected, "seed \(seed)")
      for series in placed { #expect(series.series.brokenInvariant() == nil, "seed \(seed)") }
    }
  }
}

struct SessionDecoderTests {
  @Test(arguments: TestEnvironment.seeds)
  func `a session file with bytes changed at random is decoded or refused`(seed: UInt64) throws {
    let bench = Bench()
    try bench.run("generate A --days 2025-07-02 --interval 5m --seed 3")
    try bench.run("derive A 1h")
    let zone = try TestZones.catalog.calendar(named: "XNYS").zone
    var encoder = SessionEncoder(zones: ["XNYS": zone])
    let clean = encoder.encode(bench.workbench.engine.snapshot().document, sessionDates: [:])
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      var bytes = clean
      for _ in 0...random.below(4) {
        let index = random.below(bytes.count)
        if random.below(2) == 0 {
          bytes[index] = UInt8(random.below(256))
        } else {
          bytes.removeSubrange(index..<min(bytes.count, index + random.below(30)))
        }
      }
      var decoder = SessionDecoder(catalog: TestZones.catalog)
      bytes.withUnsafeBytes { buffer in
        if let document = try? decoder.decode(buffer, name: "fuzz") {
          for symbol in document.symbols.values {
            for record in symbol.bars.values {
              #expect(record.data.brokenInvariant() == nil, "seed \(seed)")
            }
          }
        }
      }
    }
  }
}

/// A number as vendors write them, from a few digits to more than a plain row may have.
private func number(_ random: inout SeededRandom) -> String {
  let whole = random.below(4) == 0 ? 0 : random.below(100_000)
  switch random.below(6) {
  case 0: return "\(whole)"
  case 1: return "\(whole)."
  case 2: return "\(whole).\(random.below(100))"
  case 3: return "\(whole).0\(random.below(1_000_000_000))"
  case 4: return "\(whole)00000000000000000\(random.below(10))"
  default: return "\(whole).\(random.below(1_000_000_000))\(random.below(1_000_000_000))"
  }
}

/// Times of one kind in several spellings, some of them none at all.
private func time(_ random: inout SeededRandom) -> String {
  func two(_ limit: Int) -> String {
    let text = "\(random.below(limit))"
    return text.utf8.count == 1 ? "0" + text : text
  }
  let date = "2025-\(two(14))-\(two(33))"
  let clock = "\(two(26)):\(two(61)):\(two(61))"
  switch random.below(8) {
  case 0: return "\(date)T\(clock)Z"
  case 1: return "\(date) \(clock)-04:00"
  case 2: return "\(date)T\(clock)+0530"
  case 3: return "\(date)T\(clock).25Z"
  case 4: return "\(date)T\(clock)"
  default: return "2025-07-02T\(two(20)):\(two(61)):00-0\(random.below(5)):00"
  }
}

struct PlainRowTests {
  @Test(arguments: TestEnvironment.seeds)
  func `plain rows are read as quoted ones, which take the long way`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed, text: "plain")
    var plain = "symbol,timestamp,open,high,low,close,volume,note\n"
    var quoted = plain
    for _ in 0..<4000 {
      let close = number(&random)
      var fields = [random.below(9) == 0 ? "B" : "A", time(&random), close, close, close, close]
      fields.append(random.below(30) == 0 ? "-1" : number(&random))
      fields.append(random.below(9) == 0 ? "#x" : "x")
      if random.below(40) == 0 { fields.removeLast() }
      if random.below(40) == 0 { fields[2] = "1e3" }
      plain += fields.joined(separator: ",") + (random.below(9) == 0 ? "\r\n" : "\n")
      quoted += fields.map { "\"\($0)\"" }.joined(separator: ",") + "\n"
    }
    func read(_ text: String) throws -> [PlacedSeries] {
      try load(MemorySource(name: "a.csv", bytes: Array(text.utf8))).placed
    }
    let ours = try read(plain)
    let theirs = try read(quoted)
    #expect(ours.count == 2 && theirs.count == 2)
    for (a, b) in zip(ours, theirs) {
      #expect(a.series == b.series)
      #expect(a.rejected.map(\.line) == b.rejected.map(\.line))
      #expect(a.rejected.map(\.reason) == b.rejected.map(\.reason))
    }
    #expect(ours[0].series.count > 100)
  }

  /// Rows of 150 symbols over two days, some of them no bars, in the order asked for.
  private static func lines(bySymbol: Bool, isLast: Bool) -> [String] {
    var lines: [(symbol: Int, minute: Int, text: String)] = []
    for minute in 0..<780 {
      let (day, rest) = (2 + minute / 390, 30 + minute % 390)
      let clock =
        "\(9 + rest / 60 < 10 ? "0" : "")\(9 + rest / 60):\(rest % 60 < 10 ? "0" : "")\(rest % 60)"
      let time = "2025-07-0\(day)T\(clock):00-04:00"
      for symbol in 0..<150 where (symbol * 31 + minute * 17) % 97 != 0 {
        let price = "\(10 + symbol).\(minute % 90 + 10)"
        let low = (symbol + minute) % 503 == 0 ? "9999" : price
        let name = symbol % 50 == 7 ? "\"S \(symbol)\"" : "S\(symbol)"
        let bar = "\(time),\(price),\(price),\(low),\(price),\(minute)"
        lines.append((symbol, minute, isLast ? "\(bar),\(name)" : "\(name),\(bar)"))
      }
    }
    if bySymbol { lines.sort { ($0.symbol, $0.minute) < ($1.symbol, $1.minute) } }
    return lines.map(\.text)
  }

  @Test(arguments: [false, true])
  func `symbols that alternate are read as symbols that follow each other`(isLast: Bool) throws {
    let columns = "timestamp,open,high,low,close,volume"
    let head = isLast ? "\(columns),symbol" : "symbol,\(columns)"
    var found: [[String: PlacedSeries]] = []
    var texts: [[String]] = []
    for bySymbol in [false, true] {
      let lines = [head] + PlainRowTests.lines(bySymbol: bySymbol, isLast: isLast)
      let bytes = Array(lines.joined(separator: "\n").utf8)
      #expect(bytes.count > 4 << 20)
      let file = try CSVReader.read(
        MemorySource(name: "a.csv", bytes: bytes), options: ReadOptions())
      var choices = LoadChoices()
      choices.calendar = try TestZones.catalog.calendar(named: "XNYS")
      let decisions = try LoadPlanner(catalog: TestZones.catalog, choices: choices).decide(file)
      let placed = try file.place(decisions, policy: .keep)
      found.append(
        Dictionary(uniqueKeysWithValues: zip(file.series.map { $0.symbol ?? "" }, placed)))
      texts.append(lines)
    }
    #expect(found[0].count == 150)
    #expect(found[0].keys == found[1].keys)
    for (symbol, placed) in found[0] {
      let other = try #require(found[1][symbol])
      #expect(placed.series == other.series)
      #expect(placed.rejected.map(\.text) == other.rejected.map(\.text))
      for row in placed.rejected { #expect(texts[0][row.line - 1] == row.text) }
    }
    #expect(found[0].values.contains { !$0.rejected.isEmpty })
  }
}
