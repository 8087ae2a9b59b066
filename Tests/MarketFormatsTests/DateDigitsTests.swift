import Diagnostics
import MarketModel
import TestSupport
import Testing

@testable import MarketFormats

struct DateDigitsTests {
  private func read(_ stamps: [String]) throws -> RawFile {
    var text = "time,open,high,low,close,volume\n"
    for stamp in stamps { text += "\(stamp),1,2,1,1,5\n" }
    return try CSVReader.read(
      MemorySource(name: "bars.csv", bytes: Array(text.utf8)), options: ReadOptions())
  }

  @Test(arguments: [
    ("2025032413", "2025-03-24T13:00:00"), ("202503241359", "2025-03-24T13:59:00"),
    ("20250324135901", "2025-03-24T13:59:01"),
  ])
  func `digits that are a date and a time are read so`(stamp: String, time: String) throws {
    let file = try read([stamp])
    #expect(file.isNaive)
    let row = try #require(file.series.first?.batches.first?.rows.first)
    let read = Instant(nanoseconds: row.time).iso8601(offsetSeconds: 0)
    #expect(read.hasPrefix(time))
  }

  @Test(arguments: ["29026890", "739253", "17", "20251324135901"])
  func `counts of minutes, days and rows are no times`(stamp: String) throws {
    #expect {
      try read([stamp, stamp])
    } throws: { error in
      (error as? SessError)?.code == "no-bars"
    }
  }

  @Test func `seconds, milli-, micro- and nanoseconds are told by their size`() throws {
    for unit in ["", "000", "000000", "000000000"] {
      let file = try read(["1742823540" + unit])
      let row = try #require(file.series.first?.batches.first?.rows.first)
      #expect(row.time == 1_742_823_540_000_000_000 && !file.isNaive)
    }
  }

  private func firstRow(_ text: String) throws -> RawRow {
    let file = try CSVReader.read(
      MemorySource(name: "bars.csv", bytes: Array(text.utf8)), options: ReadOptions())
    return try #require(file.series.first?.batches.first?.rows.first)
  }

  @Test(arguments: ["Date", "DTYYYYMMDD", "TradeDate"])
  func `a date of whatever name stands beside its time`(name: String) throws {
    let row = try firstRow("\(name),Time,Open,High,Low,Close,Vol\n20250303,0930,70,71,69,70,5\n")
    #expect(Instant(nanoseconds: row.time).iso8601(offsetSeconds: 0).hasPrefix("2025-03-03T09:30"))
  }

  @Test func `a decimal point in any price of Databento speaks for all`() throws {
    let header =
      "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol\n"
    let stamp = "2025-03-03T14:30:00.000000000Z,33,2,38,"
    let pretty = try firstRow(header + stamp + "210,211.5,209,210,5,KO\n")
    #expect(pretty.open == 210)
    let raw = try firstRow(
      header + stamp + "210000000000,211000000000,209000000000,210000000000,5,KO\n")
    #expect(raw.open == 210)
  }
}
