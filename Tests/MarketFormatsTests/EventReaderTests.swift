import Diagnostics
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

@testable import MarketFormats

/// Files of events by name, to be spoiled by the fuzz test.
private let files = [
  (
    "t.csv", "time,price,size,exchange\n2025-07-02T13:30:00Z,1.5,2,Q\n2025-07-02T13:30:01Z,1.6,3,\n"
  ),
  ("q.csv", "date;time;bid;ask\n07/02/2025;09:30;1;2\n07/22/2025;09:31;1;\n"),
  ("20250702_acme_Trade_Tick.csv", "34200000,1001000,100,Q,0,0\n34200500,1002000,50,P,20,1\n"),
  ("20250702_eurusd_tick_quote.csv", "34200000,1.1,1.2\n34200500,1.1,1.2\n"),
  ("BTCUSDT-trades.csv", "1,94500.1,0.01,945,1735776000000000,True,True\n"),
  (
    "d.csv",
    "ts_event,publisher_id,action,price,size,bid_px_00,ask_px_00\n1751463000000000000,1,T,1000000000,"
      + "1,9223372036854775807,2000000000\n"
  ),
]

struct EventReaderTests {
  private func read(_ name: String, _ bytes: [UInt8]) throws(SessError) -> EventFile? {
    try EventReader.read(MemorySource(name: name, bytes: bytes), options: ReadOptions())
  }

  @Test(arguments: files.indices)
  func `every layout gives events`(index: Int) throws {
    let file = try #require(try read(files[index].0, Array(files[index].1.utf8)))
    #expect(file.series.reduce(0) { $0 + $1.count } > 0)
    #expect(file.series.allSatisfy { $0.rejected.isEmpty })
  }

  @Test func `a file of bars is none of events`() throws {
    let text = "time,open,high,low,close,volume\n2025-07-02T13:30:00Z,1,1,1,1,1\n"
    let file = try read("b.csv", Array(text.utf8))
    #expect(file == nil)
  }

  @Test(arguments: TestEnvironment.seeds)
  func `no spoiled file crashes or hangs`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for (name, text) in files {
      for _ in 0..<200 {
        var bytes = Array(text.utf8)
        for _ in 0...random.below(5) where !bytes.isEmpty {
          let place = random.below(bytes.count)
          switch random.below(4) {
          case 0: bytes[place] = UInt8(random.below(256))
          case 1: bytes.insert([0x2C, 0x22, 0x0A, 0x39][random.below(4)], at: place)
          case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(9)))
          default: bytes.removeSubrange(place...)
          }
        }
        _ = try? read(name, bytes)
      }
    }
  }
}
