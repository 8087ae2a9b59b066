import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

/// What a world is generated from, and its random choices.
private struct World {
  let command: String
  let address: String
  var random: SeededRandom

  /// A world of some days; `calendar` nil takes any.
  init(seed: UInt64, days: String, calendar: String? = nil, hours: String? = nil) {
    var random = SeededRandom(seed: seed, text: "doctor")
    let name = ["XNYS", "24/7", "FX", "CME"][random.below(4)]
    let price = [1.25, 8, 42, 180, 950, 5300][random.below(6)]
    let tick = [0.01, 0.01, 0.05, 0.005][random.below(4)]
    let volume = [12, 300, 4000, 85_000, 2_300_000][random.below(5)]
    let extended = ["regular", "extended"][random.below(2)]
    let interval = ["1m", "1m", "5m"][random.below(3)]
    self.random = random
    command =
      "generate X --days \(days) --seed \(seed) --calendar \(calendar ?? name) --price \(price) "
      + "--tick-size \(price < 5 ? 0.0001 : tick) --volume \(volume) "
      + "--hours \(hours ?? extended) --interval \(interval)"
    address = "X/\(interval)"
  }

  /// A bench with the clean world.
  func bench() throws -> Bench {
    let bench = Bench()
    try bench.run(command)
    return bench
  }
}

private func findings(_ bench: Bench, _ severity: String) throws -> [(id: String, defect: String)] {
  let table = try bench.records("doctor --min-severity \(severity)")
  return table.rows.map { row in
    guard case .text(let id) = row[2], case .text(let defect) = row[3] else { return ("", "") }
    return (id, defect)
  }
}

/// A defect to inject, with the ids that name it and sizes that no threshold is made of.
private struct Trial {
  var defect: String
  var ids: Set<String>
  var days = "2025-06-30..2025-07-08"
  var calendar: String? = "XNYS"
  var hours: String?
  var flags: @Sendable (inout SeededRandom) -> String = { _ in "" }
}

private func between(_ low: Int, _ high: Int, _ random: inout SeededRandom) -> Int {
  low + random.below(high - low + 1)
}

private let trials: [Trial] = [
  Trial(defect: "missing", ids: ["D01", "D03"], calendar: nil) { "--count \(between(1, 17, &$0))" },
  Trial(defect: "outage", ids: ["D01", "D03"], calendar: nil) {
    "--length \(between(11, 130, &$0))"
  },
  Trial(defect: "missing-day", ids: ["D02"]) { "--count \(between(1, 2, &$0))" },
  Trial(defect: "truncated", ids: ["D03"]) { "--length \(between(7, 30, &$0))" },
  Trial(defect: "spike", ids: ["D15"], calendar: nil) {
    "--count \(between(1, 4, &$0)) --size 1.\(between(4, 9, &$0))"
  },
  Trial(defect: "close-spike", ids: ["D15"], calendar: nil) {
    "--size \($0.below(2) == 0 ? "1.0\(between(4, 9, &$0))" : "0.\(between(60, 95, &$0))")"
  },
  Trial(defect: "zero-volume", ids: ["D11", "D12"], calendar: nil) {
    "--count \(between(1, 9, &$0))"
  },
  Trial(defect: "filler", ids: ["D12"], calendar: nil) { "--length \(between(1, 44, &$0))" },
  Trial(defect: "stale", ids: ["D13"], calendar: nil) { "--length \(between(7, 33, &$0))" },
  Trial(defect: "repeated-block", ids: ["D14"], calendar: nil) {
    "--length \(between(7, 77, &$0))"
  },
  Trial(defect: "duplicate-day", ids: ["D14"], calendar: nil),
  Trial(defect: "split", ids: ["D16"], calendar: nil) {
    "--size \([2, 3, 4, 5, 7, 10, 20, 0.1, 0.25][$0.below(9)])"
  },
  Trial(defect: "unit", ids: ["D16"], calendar: nil) {
    "--size \([100, 0.01, 1000][$0.below(3)]) --length \(between(13, 60, &$0))"
  },
  Trial(defect: "volume-scale", ids: ["D34"]) { "--size \([100, 0.01][$0.below(2)])" },
  Trial(defect: "shift", ids: ["D19"]) {
    "--size \([-5, -4, -3, -2, 2, 3, 4, 5, 5.5, 7][$0.below(10)]) --count \(between(1, 6, &$0))"
  },
  Trial(defect: "end-labels", ids: ["D20"]),
  Trial(defect: "dst-hour", ids: ["D18"], days: "2025-10-28..2025-11-06"),
  Trial(defect: "dst-hour", ids: ["D18"], days: "2025-03-04..2025-03-13"),
  Trial(defect: "half-day-ignored", ids: ["D23"]),
  Trial(defect: "duplicate", ids: ["D04"], calendar: nil) { "--count \(between(1, 9, &$0))" },
  Trial(defect: "conflicting", ids: ["D05"], calendar: nil) { "--count \(between(1, 9, &$0))" },
  Trial(defect: "off-grid", ids: ["D25"], calendar: nil) { "--count \(between(1, 9, &$0))" },
  Trial(defect: "bad-ohlc", ids: ["D07"], calendar: nil) { "--count \(between(1, 9, &$0))" },
  Trial(defect: "unparsable", ids: ["D09"], calendar: nil) { "--count \(between(1, 9, &$0))" },
  Trial(defect: "outside-hours", ids: ["D22"]) { "--count \(between(1, 9, &$0))" },
]

struct DoctorLawTests {
  @Test func `clean sessions yield nothing suspicious`() throws {
    let spans = [
      "2025-07-01..2025-07-08", "2025-10-29..2025-11-05", "2025-03-06..2025-03-12",
      "2025-11-26..2025-12-02",
    ]
    for seed in UInt64(1)...24 {
      let world = World(seed: seed, days: spans[Int(seed) % spans.count])
      let found = try findings(try world.bench(), "warning")
      #expect(found.isEmpty, "\(world.command): \(found)")
    }
  }

  @Test func `injected defects are found by their number, and nothing else is`() throws {
    var lines = ["defect             trials  found  recall  true  false  precision"]
    var (trialCount, foundCount, trueCount, falseCount) = (0, 0, 0, 0)
    for trial in trials {
      var (found, right, wrong) = (0, 0, 0)
      for seed in UInt64(1)...6 {
        var world = World(
          seed: seed &* 77, days: trial.days, calendar: trial.calendar, hours: trial.hours)
        let bench = try world.bench()
        let flags = trial.flags(&world.random)
        let line = "inject \(trial.defect) \(world.address) --seed \(seed) \(flags)"
        try bench.run(line)
        let all = try findings(bench, "info")
        let isFound = all.contains { trial.ids.contains($0.id) }
        if isFound { found += 1 }
        let serious = try findings(bench, "warning")
        right += serious.reduce(0) { $0 + (trial.ids.contains($1.id) ? 1 : 0) }
        let others = serious.filter { !trial.ids.contains($0.id) }
        wrong += others.count
        if !isFound || !others.isEmpty {
          lines.append("  \(world.command); \(line) → \(all.map { $0.id + " " + $0.defect })")
        }
      }
      lines.append(row(trial.defect, 6, found, right, wrong))
      trialCount += 6
      foundCount += found
      trueCount += right
      falseCount += wrong
    }
    lines.append(row("all", trialCount, foundCount, trueCount, falseCount))
    print(lines.joined(separator: "\n"))
    #expect(foundCount == trialCount)
    #expect(falseCount == 0)
  }

  private func row(_ name: String, _ count: Int, _ found: Int, _ right: Int, _ wrong: Int) -> String
  {
    func pad(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let recall = "\(100 * found / max(count, 1)) %"
    let precision = right + wrong == 0 ? "-" : "\(100 * right / (right + wrong)) %"
    return name + String(repeating: " ", count: max(1, 19 - name.count))
      + pad("\(count)", 6) + pad("\(found)", 7) + pad(recall, 8) + pad("\(right)", 6)
      + pad("\(wrong)", 7) + pad(precision, 11)
  }
}
