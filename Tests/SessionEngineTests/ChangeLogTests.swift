import MarketModel
import Testing

@testable import SessionEngine

struct ChangeLogTests {
  private func time(_ minute: Int) -> Instant {
    Instant(nanoseconds: Int64(minute) * 60 * Instant.second)
  }

  @Test func `a long feed keeps its latest entries, and old ones still cover all they touched`()
    throws
  {
    var log = ChangeLog()
    let names = ["A", "B", "C"]
    let total = 200_000
    for minute in 0..<total {
      log.record(
        Change(
          .insert, names[minute % 3], .live(.minute), .starts(time(minute)...time(minute))))
    }
    #expect(log.sequence == total)
    #expect(log.entries.count < 3 * ChangeLog.recentCount)
    let numbers = log.entries.map(\.sequence)
    #expect(numbers.suffix(ChangeLog.recentCount).first == total - ChangeLog.recentCount + 1)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
    for since in [0, 1, 7, total / 2, total - ChangeLog.recentCount, total - 3, total - 1, total] {
      var lowest: [String: Instant] = [:]
      for entry in log.entries(after: since) {
        guard case .starts(let starts)? = entry.extent, let name = entry.symbol else { continue }
        lowest[name] = min(lowest[name] ?? starts.lowerBound, starts.lowerBound)
      }
      for minute in since..<min(total, since + 3) {
        let covered = try #require(lowest[names[minute % 3]], "since \(since)")
        #expect(covered <= time(minute), "since \(since)")
      }
    }
    #expect(log.entries.filter { $0.operation == .set }.count == names.count)
    #expect(log.entries.reduce(0) { $0 + $1.count } == total)
  }

  @Test func `changes numbered elsewhere end at the number given, and never fall`() {
    var log = ChangeLog(after: 10)
    log.record([Change(.set, "A", .metrics), Change(.set, "A", .ticks, .from(0))], upTo: 20)
    #expect(log.entries.map(\.sequence) == [11, 12])
    #expect(log.sequence == 20)
    log.record(
      [Change(.set, "A", .metrics), Change(.set, "A", .quotes), Change(.set, "A", .ticks)], upTo: 22
    )
    #expect(log.entries.map(\.sequence) == [11, 12, 21, 22, 22])
    #expect(log.entries(after: 21).count == 2)
    #expect(log.record(Change(.set, "A", .metrics)) == 23)
  }
}
