import Diagnostics
import Foundation
import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

struct ZoneTests {
  static let names = [
    "America/New_York", "America/Chicago", "Europe/London", "Europe/Berlin", "Asia/Tokyo",
    "Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo", "Asia/Hong_Kong", "UTC",
  ]

  @Test(arguments: names)
  func `offsets agree with Foundation around every transition and every 11 days`(name: String)
    throws
  {
    let zone = try TestZones.database.zone(named: name)
    let peer = try #require(TimeZone(identifier: name))
    var moments: [Int64] = []
    var second: Int64 = 0
    while second < 2_200_000_000 {
      moments.append(second)
      let next = zone.offset(at: Instant(nanoseconds: second * Instant.second)).validUntil
      if next != .max { moments += [next / Instant.second - 1, next / Instant.second] }
      second += 11 * 86_400
    }
    for moment in moments {
      let ours = zone.offsetSeconds(at: Instant(nanoseconds: moment * Instant.second))
      #expect(ours == peer.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
    }
  }

  @Test func `a skipped time lands past the jump and a repeated one has two meanings`() throws {
    let zone = try TestZones.database.zone(named: "America/New_York")
    let spring = try #require(CivilDate(iso: "2024-03-10"))
    let half = Int64(2 * 3600 + 1800) * Instant.second
    #expect(
      zone.instant(date: spring, nanosecondsOfDay: half).iso8601(offsetSeconds: -14_400)
        == "2024-03-10T03:30:00-04:00")
    let autumn = try #require(CivilDate(iso: "2024-11-03"))
    guard
      case .ambiguous(let earlier, let later) = zone.resolve(
        date: autumn, nanosecondsOfDay: half - 3600 * Instant.second)
    else { throw SessError("test", "expected two meanings") }
    #expect(later.nanoseconds - earlier.nanoseconds == 3600 * Instant.second)
  }

  @Test func `bytes cut at any length or changed at random never trap`() throws {
    let path = "/usr/share/zoneinfo/America/New_York"
    let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    for length in 0..<bytes.count {
      _ = try? Zone(name: "cut", tzif: Array(bytes[..<length]))
    }
    var random = SeededRandom(seed: 1)
    for _ in 0..<5000 {
      var changed = bytes
      for _ in 0..<4 { changed[random.below(changed.count)] = UInt8(random.below(256)) }
      guard let zone = try? Zone(name: "changed", tzif: changed) else { continue }
      for second in [Int64.min, -1, 0, 1_700_000_000_000_000_000, Int64.max] {
        _ = zone.offset(at: Instant(nanoseconds: second))
      }
    }
    #expect(throws: SessError.self) { try Zone(name: "empty", tzif: []) }
  }

  @Test(arguments: ["../etc/passwd", "", "/UTC", "America/Nowhere", "+25:00", "New York"])
  func `a name that is no zone is refused`(name: String) {
    #expect(throws: SessError.self) { try TestZones.database.zone(named: name) }
  }

  @Test(arguments: [("+05:30", 19_800), ("-0500", -18_000), ("+01", 3600), ("UTC", 0)])
  func `an offset is a zone`(name: String, seconds: Int) throws {
    let zone = try TestZones.database.zone(named: name)
    #expect(zone.offsetSeconds(at: Instant(nanoseconds: 0)) == seconds)
  }
}
