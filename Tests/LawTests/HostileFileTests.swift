import Diagnostics
import Foundation
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
}
