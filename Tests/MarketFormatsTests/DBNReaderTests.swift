import Diagnostics
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import MarketFormats

/// Writes DBN by the documented layout, byte by byte.
private struct DBNWriter {
  var bytes: [UInt8] = []

  init(version: UInt8, symbols: [(name: String, instrument: UInt32)]) {
    let width = version == 1 ? 22 : 71
    var head = DBNWriter()
    head.text("TEST.SET", 16)
    head.number(UInt16(6))
    for _ in 0..<3 { head.number(UInt64(0)) }
    if version == 1 { head.number(UInt64.max) }
    head.bytes += [1, 0, 0]
    if version > 1 { head.number(UInt16(width)) }
    head.bytes += [UInt8](repeating: 0, count: 100 - head.bytes.count)
    for _ in 0..<4 { head.number(UInt32(0)) }
    head.number(UInt32(symbols.count))
    for (name, instrument) in symbols {
      head.text(name, width)
      head.number(UInt32(1))
      head.number(UInt32(20_250_101))
      head.number(UInt32(20_260_101))
      head.text("\(instrument)", width)
    }
    bytes = Array("DBN".utf8) + [version]
    number(UInt32(head.bytes.count))
    bytes += head.bytes
  }

  private init() {}

  mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  mutating func text(_ value: String, _ width: Int) {
    let text = Array(value.utf8)
    bytes += text + [UInt8](repeating: 0, count: width - text.count)
  }

  mutating func bar(_ instrument: UInt32, _ time: UInt64, _ price: Int64, publisher: UInt16 = 1) {
    bytes += [14, 33]
    number(publisher)
    number(instrument)
    number(time)
    for step in [0, 2, -1, 1] as [Int64] {
      number(price == .max ? price : (price + step) * 1_000_000_000)
    }
    number(UInt64(10))
  }
}

struct DBNReaderTests {
  private let start: UInt64 = 1_751_463_000_000_000_000
  private let minute: UInt64 = 60_000_000_000

  private func read(_ bytes: [UInt8]) throws(SessError) -> [FileContent] {
    try FileReader.read(MemorySource(name: "x.dbn", bytes: bytes), options: ReadOptions())
  }

  private func file(_ bytes: [UInt8]) throws -> RawFile {
    guard case .bars(let file)? = try read(bytes).first else {
      throw SessError("test", "no bars")
    }
    return file
  }

  private func sample(_ version: UInt8) -> DBNWriter {
    var writer = DBNWriter(version: version, symbols: [("ESU5", 7), ("NQU5", 9)])
    for step in 0..<3 {
      writer.bar(7, start + UInt64(step) * minute, 100)
      writer.bar(9, start + UInt64(step) * minute, 200)
    }
    return writer
  }

  @Test(arguments: 1...3)
  func `bars go to the symbols the metadata names`(version: Int) throws {
    let file = try file(sample(UInt8(version)).bytes)
    #expect(file.series.map(\.symbol) == ["ESU5", "NQU5"])
    #expect(file.series.map(\.count) == [3, 3])
    #expect(file.series[0].batches[0].rows.map(\.high) == [102, 102, 102])
    #expect(!file.isNaive)
  }

  @Test func `an instrument without a name keeps its number, several publishers are apart`() throws
  {
    var writer = sample(3)
    writer.bar(11, start, 5)
    writer.bar(9, start, 201, publisher: 2)
    let symbols = try file(writer.bytes).series.map(\.symbol)
    #expect(symbols == ["ESU5", "NQU5:1", "11", "NQU5:2"])
  }

  @Test func `an unknown price is a rejected row`() throws {
    var writer = sample(2)
    writer.bar(7, start + 5 * minute, .max)
    let file = try file(writer.bytes)
    #expect(file.rejections.map(\.line) == [7])
    #expect(try file.source.rowText(at: file.rejections[0].offset).hasPrefix("rtype 33"))
  }

  @Test(arguments: [0, 1, 32, 33, 0xB1, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4] as [UInt8])
  func `a record shorter than its type is passed over`(type: UInt8) throws {
    var writer = sample(3)
    let sound = writer.bytes
    for size in stride(from: 16, to: type == 0 ? 48 : 56, by: 4) {
      writer.bytes = sound + [UInt8(size / 4), type]
      writer.number(UInt16(1))
      writer.number(UInt32(7))
      writer.number(start)
      writer.bytes += [UInt8](repeating: 1, count: size - 16)
      let contents = try read(writer.bytes)
      #expect(contents.count == 1)
      #expect(try file(writer.bytes).rejections.isEmpty)
    }
  }

  @Test(arguments: [.max, UInt64(Int64.max), 7_289_654_400_000_000_000])
  func `a stamp beyond the years 1700 to 2200 is rejected`(stamp: UInt64) throws {
    var writer = sample(1)
    writer.bar(7, stamp, 100)
    #expect(try file(writer.bytes).rejections.map(\.line) == [7])
  }

  @Test func `every cut of a file gives an error or fewer rows`() throws {
    let whole = sample(1).bytes
    for end in 0..<whole.count {
      let rows = (try? read(Array(whole[..<end])))?.count ?? 0
      #expect(rows <= 1)
    }
    #expect(throws: SessError.self) { try read(Array(whole.dropLast(1))) }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `no spoiled file crashes or hangs`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for version in [1, 2, 3] as [UInt8] {
      let whole = sample(version).bytes
      for _ in 0..<400 {
        var bytes = whole
        for _ in 0...random.below(6) {
          bytes[4 + random.below(bytes.count - 4)] = UInt8(random.below(256))
        }
        if random.below(4) == 0 { bytes.removeLast(random.below(bytes.count)) }
        _ = try? read(bytes)
      }
    }
  }
}
