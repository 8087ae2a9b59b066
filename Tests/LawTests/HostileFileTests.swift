import Diagnostics
import Foundation
import MarketModel
import TestSupport
import Testing

/// Small files that claim or unpack to much, and times at the ends of what can be written.
struct HostileFileTests {
  /// The code of what a load of some bytes gives, nil for success.
  private func code(_ bytes: [UInt8], _ name: String, _ flags: String = "") throws -> String? {
    let folder = try TestEnvironment.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    return Bench().code("load '\(file.path)' --symbol T \(flags)")
  }

  /// The most memory this process ever held, in megabytes; nil where the system does not say.
  private func peak() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1024 }
    }
    return nil
  }

  private func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) }
  }

  @Test func `a header that claims two thousand million symbols costs no memory`() throws {
    var bytes: [UInt8] = Array("DBN".utf8) + [3] + little(200)
    bytes += Array("XNAS.ITCH".utf8) + [UInt8](repeating: 0, count: 7)
    bytes += [UInt8](repeating: 0, count: 29) + [71, 0]
    bytes += [UInt8](repeating: 0, count: 108 - bytes.count) + little(0)
    let before = peak() ?? 0
    for claim in [UInt32.max, 1 << 31, 1 << 20] {
      let claimed = bytes + little(claim) + [UInt8](repeating: 0, count: 100)
      #expect(try code(claimed, "claim.dbn") == "bad-dbn")
    }
    #expect(try code(Array("DBN".utf8) + [1] + little(.max), "claim.dbn") == "bad-dbn")
    #expect((peak() ?? 0) - before < 64)
  }

  @Test func `brackets without end are refused at a depth, whatever their number`() throws {
    let before = peak() ?? 0
    let text = String(repeating: "[", count: 1_000_000)
    #expect(try code(Array(text.utf8), "deep.json") == "bad-json")
    let keys = String(repeating: "{\"a\":", count: 200_000)
    #expect(try code(Array(keys.utf8), "deep.json") == "bad-json")
    #expect((peak() ?? 0) - before < 128)
  }

  @Test func `numbers of any length and size are refused or read`() throws {
    let header = "timestamp,open,high,low,close,volume\n"
    let digits = String(repeating: "9", count: 1_000_000)
    for field in [digits, "1e999999999", "-1e999999999", "0x10", "1e-999999999", "nan", "inf"] {
      let text = header + "2024-01-02 09:30,\(field),1,1,1,1\n2024-01-02 09:31,1,1,1,1,1\n"
      let found = try code(Array(text.utf8), "numbers.csv", "--interval 1m --calendar XNYS")
      // A row longer than the beginning that is looked at first leaves no row to go by.
      #expect(found == nil || (field == digits && found == "no-bars"), "\(field.prefix(20))")
    }
  }

  @Test(arguments: [
    "1700-01-01 09:30|2199-12-31 09:30|2199-12-31 09:31", "2199-12-31|1700-01-01|1700-01-02",
    "-9223372036854775808|9223372036854775807|0", "0|1|-1",
    "2199-12-31T23:59:59-18:00|1700-01-01T00:00:00+18:00",
  ])
  func `times centuries apart give bars or an error`(stamps: String) throws {
    let rows = stamps.split(separator: "|").map { "\($0),1,1,1,1\n" }.joined()
    let text = Array(("timestamp,open,high,low,close\n" + rows).utf8)
    for flags in [
      "", "--interval 1m", "--interval 1d", "--calendar 24/7 --interval 1m --label end",
    ] {
      _ = try code(text, "far.csv", flags)
      _ = try code(text, "far.csv", flags + " --shift -9h --zone Asia/Tokyo")
    }
  }

  @Test(arguments: [
    "9223372036.9", "-9223372036", "9223372036854775807", "9223372036854775", "-9223372036854775",
    "-9223372036.854775807", "7289654400", "-8520336001",
  ])
  func `a number beyond the years 1700 to 2200 is no time`(stamp: String) throws {
    let folder = try TestEnvironment.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = ["bars.csv", "ticks.csv", "bars.jsonl", "session.jsonl"]
    let rows = [
      "time,open,high,low,close,volume\n1751378400,1,1,1,1,1\n1751378460,1,1,1,1,1\n\(stamp),1,1,1,1,1\n",
      "time,price,size\n1751378400,1,1\n1751378460,1,1\n\(stamp),1,1\n",
      ["1751378400", "1751378460", stamp].map {
        "{\"t\":\"\($0)\",\"o\":1,\"h\":1,\"l\":1,\"c\":1,\"v\":1}\n"
      }.joined(),
      "{\"time\":1751378400,\"price\":1,\"size\":1}\n{\"clock\":\"\(stamp)\"}\n",
    ]
    for (name, text) in zip(names, rows) {
      let path = folder.appending(path: name).path
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      for flags in ["", "--label end"] {
        let bench = Bench()
        #expect(bench.code("feed \(path) --symbol T --calendar 24/7 \(flags)") == nil, "\(name)")
        let isClock = name == "session.jsonl"
        #expect(try bench.records("rejected T").rows.count == 1 || isClock, "\(name)")
      }
      guard name != "session.jsonl" else { continue }
      for flags in ["", "--label end", "--shift -366d", "--shift 366d"] {
        let bench = Bench()
        let load = "load \(path) --symbol T --calendar 24/7 --interval 1m \(flags)"
        #expect(bench.code(load) == nil, "\(name)")
        #expect(try bench.records("rejected T").rows.count == 1, "\(name)")
        #expect(Bench().code(load + " --strict") == "rows-rejected", "\(name)")
      }
    }
  }

  @Test func `a shift is bounded and moves days, too`() throws {
    let dates = Array("date,open,high,low,close\n2024-01-02,1,1,1,1\n2024-01-03,1,1,1,1\n".utf8)
    let stamps = Array(
      "time,open,high,low,close\n2024-01-02T05:00:01Z,1,1,1,1\n2024-01-03T05:00:01Z,1,1,1,1\n".utf8)
    for bytes in [dates, stamps] {
      for shift in ["2562047h", "-367d"] {
        let flags = "--calendar XNYS --interval 1d --shift \(shift)"
        #expect(try code(bytes, "days.csv", flags) == "bad-duration")
      }
      let folder = try TestEnvironment.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "days.csv").path
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let bench = Bench()
      try bench.run("load \(path) --symbol T --calendar XNYS --interval 1d --shift 24h")
      let starts = try bench.records("show T/1d").column("start") ?? []
      let opens: [Int64] = [1_704_292_200_000_000_000, 1_704_378_600_000_000_000]
      let moments = opens.map { Value.instant(Instant(nanoseconds: $0), offsetSeconds: -18_000) }
      #expect(starts == moments, "the 3rd and the 4th at 09:30")
    }
  }

  @Test(arguments: [
    ("\"expected\":390", "9223372036854775807"), ("\"present\":390", "-9223372036854775808"),
    ("\"missing\":10", "9223372036854775807"), ("\"change_sequence\":5", "9223372036854775807"),
    ("\"bars\":380", "-1"),
  ])
  func `a session with numbers that count nothing is refused`(key: String, number: String) throws {
    let folder = try TestEnvironment.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "s.json").path
    let bench = Bench()
    try bench.run("generate A --days 2025-07-01..2025-07-02")
    try bench.run("inject outage A/1m --count 1")
    try bench.run("export session \(path)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let name = key.prefix { $0 != ":" }
    let spoiled = text.replacing(key, with: "\(name):\(number)")
    #expect(spoiled != text)
    try spoiled.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(Bench().code("load \(path)") == "bad-session")
  }

  @Test func `a session that names its columns twice is refused`() throws {
    let folder = try TestEnvironment.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "s.json").path
    let bench = Bench()
    try bench.run("generate A --days 2025-07-01")
    try bench.run("export session \(path)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let more = ",\"columns\":[\"start\",\"open\",\"high\",\"low\",\"close\",\"volume\",\"trades\"]"
    let spoiled = text.replacing("]}},\n\"historical\"", with: "]\(more)}},\n\"historical\"")
    #expect(spoiled != text)
    try spoiled.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(Bench().code("load \(path)") == "bad-json")
  }

  @Test func `a vendor's dialect is forced on any file without harm`() throws {
    let rows = "1704205800,1,2,0.5,1,10\n1704205860,1,2,0.5,1,10\n"
    let wide = rows.replacing(",10\n", with: ",10,3\n")
    for vendor in [
      "kraken", "kaiko", "binance", "databento", "histdata", "mt4", "mt5", "firstrate",
    ] {
      for name in ["foo.csv", "A_1.csv", "a_b_c_d.csv", "DAT_ASCII_.csv"] {
        _ = try code(Array(rows.utf8), name, "--dialect \(vendor)")
        _ = try code(Array(wide.utf8), name, "--dialect \(vendor)")
      }
    }
  }
}
