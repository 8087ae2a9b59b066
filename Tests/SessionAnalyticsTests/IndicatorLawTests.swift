import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

/// A few days of ten minutes with pre- and post-market bars, single bars and runs of them missing.
private struct World {
  let frame: SeriesFrame
  var series = BarSeries()
  let days: [CivilDate]
  var missing: [Bar] = []
  var random: SeededRandom

  init(seed: UInt64) throws {
    random = SeededRandom(seed: seed)
    let interval = try #require(Interval("10m"))
    let calendar = try TestZones.catalog.calendar(named: random.below(2) == 0 ? "XNYS" : "CME")
    let hours: Hours = random.below(2) == 0 ? .regular : .extended
    frame = SeriesFrame(calendar: calendar, hours: hours, interval: interval)
    let first = try #require(CivilDate(iso: "2025-07-01"))
    days = calendar.tradingDays(from: first, through: first.advanced(by: 6))
    let whole = SyntheticSessions(frame: frame.with(interval: interval)).bars(
      on: days, random: &random)
    for chunk in whole.chunks {
      for index in 0..<chunk.count {
        let isHole = random.below(30) == 0 || (index > 20 && index < 30 && random.below(2) == 0)
        if isHole {
          missing.append(chunk[index])
        } else {
          let isRegular = chunk.regular.contains(index)
          _ = series.insert(chunk[index], day: chunk.day, isRegular: isRegular)
        }
      }
    }
  }

  /// Every study, small enough to be ready soon, in both ways of meeting a hole.
  func specs() throws -> [IndicatorSpec] {
    var specs: [IndicatorSpec] = []
    for study in IndicatorCatalogue.studies {
      let small = study.parameters.map { parameter in
        (name: Optional(parameter.name), text: parameter.name == "slow" ? "9" : "5")
      }
      for rule in IndicatorGapRule.allCases {
        let request = IndicatorRequest(
          name: study.name, arguments: small, interval: frame.interval, onGap: rule)
        specs.append(try IndicatorCatalogue.spec(request, barsPerYear: 98_280))
      }
    }
    return specs
  }

  func isRegular(_ bar: Bar, _ day: CivilDate) -> Bool {
    guard let session = frame.calendar.session(on: day) else { return false }
    return bar.start.nanoseconds >= session.open && bar.start.nanoseconds < session.close
  }
}

private func same(_ a: [Double], _ b: some Sequence<Double>) -> Bool {
  a.elementsEqual(b) { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

struct IndicatorLawTests {
  @Test(arguments: TestEnvironment.seeds)
  func `the batch gives what bar after bar gives`(seed: UInt64) throws {
    let world = try World(seed: seed)
    let expected = Set(
      world.days.flatMap { day in
        world.frame.calendar.session(on: day).map { session in
          world.frame.grid(of: session).runs.flatMap { run in
            (0..<run.count).map { run.slotStart($0) }
          }
        } ?? []
      }
    ).sorted()
    for spec in try world.specs() {
      var data = try IndicatorProcessor.record(spec)
      try IndicatorProcessor(frame: world.frame).rebuild(&data, from: world.series)
      var state = try IndicatorState(spec)
      var position = 0
      var isFirst = true
      for chunk in data.chunks {
        for (row, start) in chunk.starts.enumerated() {
          let bar = try #require(world.series.bar(at: Instant(nanoseconds: start)))
          var afterGap = false
          while expected[position] != start {
            afterGap = !isFirst
            position += 1
          }
          position += 1
          isFirst = false
          let values = state.update(bar, opensSession: row == 0, afterGap: afterGap)
          let width = data.outputs.count
          #expect(
            same(values, chunk.values[(row * width)..<((row + 1) * width)]),
            "\(spec.key), seed \(seed)")
        }
      }
      #expect(data.have == state.have && data.need == state.need)
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `a value never depends on later bars`(seed: UInt64) throws {
    var world = try World(seed: seed)
    let cut = world.series.count / 2 + world.random.below(20)
    let all = world.series.suffix(world.series.count)
    var prefix = BarSeries()
    for bar in all.prefix(cut) {
      let day = try #require(world.frame.calendar.tradingDay(containing: bar.start))
      _ = prefix.insert(bar, day: day, isRegular: world.isRegular(bar, day))
    }
    for spec in try world.specs() {
      var whole = try IndicatorProcessor.record(spec)
      var part = whole
      try IndicatorProcessor(frame: world.frame).rebuild(&whole, from: world.series)
      try IndicatorProcessor(frame: world.frame).rebuild(&part, from: prefix)
      let values = whole.chunks.flatMap(\.values)
      let early = part.chunks.flatMap(\.values)
      #expect(same(early, values.prefix(early.count)), "\(spec.key), seed \(seed)")
    }
  }

  @Test(arguments: TestEnvironment.seeds)
  func `appended, late, corrected and removed bars leave what the batch gives`(seed: UInt64) throws
  {
    var world = try World(seed: seed)
    let specs = try world.specs()
    for grows in [false, true] {
      let processor = IndicatorProcessor(frame: world.frame, lastBarGrows: grows)
      var records = try specs.map { (spec) in try IndicatorProcessor.record(spec) }
      var series = BarSeries()
      var late = world.missing.shuffled(using: &world.random)
      let bars = world.series.suffix(world.series.count)
      for (index, bar) in bars.enumerated() {
        var changed = bar
        let choice = index > 100 ? world.random.below(20) : 20
        let day = try #require(world.frame.calendar.tradingDay(containing: bar.start))
        _ = series.insert(bar, day: day, isRegular: world.isRegular(bar, day))
        // Long runs of plain appends are made in one go, so that both ways are walked.
        if index <= 100, index % 50 != 0 { continue }
        let whole = index <= 100
        if choice < 3, let old = late.popLast(), old.start < bar.start {
          changed = old
        } else if choice < 6 {
          let back = choice < 4 ? 1 : 1 + world.random.below(series.count)
          changed = series.suffix(back)[0]
        }
        let home = try #require(world.frame.calendar.tradingDay(containing: changed.start))
        if choice == 5 {
          series.remove(changed.start, day: home)
        } else if changed.start != bar.start || choice == 3 {
          changed.close = changed.low
          if series.replace(changed, day: home) == nil {
            _ = series.insert(changed, day: home, isRegular: world.isRegular(changed, home))
          }
        }
        let start = whole ? Int64.min + 1 : min(changed.start, bar.start).nanoseconds
        for place in records.indices {
          try processor.refresh(
            &records[place], from: series, changed: start...bar.start.nanoseconds)
        }
      }
      for record in records {
        var fresh = try IndicatorProcessor.record(record.spec)
        try processor.rebuild(&fresh, from: series)
        #expect(record == fresh, "\(record.key), seed \(seed)")
        #expect(record.brokenInvariant() == nil)
      }
    }
  }
}
