import MarketModel
import Testing

/// A flat bar at a minute of a day.
private func bar(_ minute: Int, price: Double = 10) -> Bar {
  Bar(
    start: Instant(nanoseconds: Int64(minute) * 60 * Instant.second), open: price, high: price,
    low: price, close: price, volume: 1)
}

private func day(_ minute: Int) -> CivilDate { CivilDate(daysSinceEpoch: minute / 1440) }

struct BarSeriesTests {
  @Test func `bars inserted in any order make one series`() {
    let minutes = [570, 571, 573, 2000, 2010, 2011, 5000, 575]
    var forward = BarSeries()
    for minute in minutes.sorted() {
      let isStored = forward.insert(bar(minute), day: day(minute), isRegular: true)
      #expect(isStored)
    }
    var shuffled = BarSeries()
    for minute in minutes {
      let isStored = shuffled.insert(bar(minute), day: day(minute), isRegular: true)
      #expect(isStored)
    }
    #expect(forward == shuffled)
    #expect(forward.brokenInvariant() == nil)
    #expect(forward.count == minutes.count)
  }

  @Test func `a taken slot is refused and the series unchanged`() {
    var series = BarSeries()
    let isStored = series.insert(bar(570), day: day(570), isRegular: true)
    #expect(isStored)
    let before = series
    let isRefused = !series.insert(bar(570, price: 11), day: day(570), isRegular: true)
    #expect(isRefused)
    #expect(series == before)
  }

  @Test func `replacing returns the old bar and keeps the place`() {
    var series = BarSeries()
    _ = series.insert(bar(570), day: day(570), isRegular: true)
    let old = series.replace(bar(570, price: 12), day: day(570))
    #expect(old?.close == 10)
    #expect(series.last?.close == 12)
    let absent = series.replace(bar(571), day: day(571))
    #expect(absent == nil)
  }

  @Test func `the regular range follows insertions before, inside and after it`() {
    var chunk = BarChunk(day: day(0))
    for (minute, isRegular) in [(600, true), (300, false), (599, true), (700, false), (310, false)]
    {
      let isStored = chunk.insert(bar(minute), isRegular: isRegular)
      #expect(isStored)
    }
    #expect(chunk.regular == 2..<4)
    chunk.remove(at: 0)
    #expect(chunk.regular == 1..<3)
    chunk.remove(at: 1)
    chunk.remove(at: 1)
    #expect(chunk.regular == 0..<0)
  }

  @Test func `the last bars come oldest first across days`() {
    var series = BarSeries()
    for minute in [100, 200, 1500, 1600, 3000] {
      _ = series.insert(bar(minute), day: day(minute), isRegular: true)
    }
    let minutes = series.suffix(3).map { $0.start.nanoseconds / 60 / Instant.second }
    #expect(minutes == [1500, 1600, 3000])
    #expect(series.suffix(0).isEmpty)
    #expect(series.suffix(99).count == 5)
    let since = series.bars(since: Instant(nanoseconds: 200 * 60 * Instant.second))
    #expect(since.count == 4)
  }

  @Test func `a snapshot never changes`() {
    var series = BarSeries()
    _ = series.insert(bar(100), day: day(100), isRegular: true)
    let snapshot = series
    _ = series.insert(bar(101), day: day(101), isRegular: true)
    #expect(snapshot.count == 1)
    #expect(snapshot.last?.start == bar(100).start)
  }
}

struct BarFaultTests {
  @Test(arguments: [
    (10.0, 9.0, 8.0, 9.5, 1.0, BarFault.highTooLow), (10, 11, 10.5, 10.7, 1, .lowTooHigh),
    (10, 11, 9, 10, -1, .negativeVolume), (.nan, 11, 9, 10, 1, .notFinite),
    (10, .infinity, 9, 10, 1, .notFinite), (10, 11, 9, 10, .nan, .notFinite),
  ])
  func `a wrong bar is named`(
    open: Double, high: Double, low: Double, close: Double, volume: Double, fault: BarFault
  ) {
    let verdict = BarFault.judge(open: open, high: high, low: low, close: close, volume: volume)
    #expect(verdict == .fault(fault))
  }

  @Test func `rounding up to a billionth is accepted and told apart`() {
    #expect(
      BarFault.judge(open: 100, high: 100 - 5e-8, low: 99, close: 99.5, volume: 1) == .rounding)
    #expect(BarFault.judge(open: -5, high: -4, low: -6, close: -4.5, volume: 0) == .sound)
  }

  @Test func `what is known about a bar's arrival goes where the bar goes`() {
    var series = BarSeries()
    var late = bar(571)
    late.received = Instant(nanoseconds: 580 * 60 * Instant.second)
    late.fill = .sourced("b.csv")
    for bar in [bar(570), late, bar(572)] {
      _ = series.insert(bar, day: day(570), isRegular: true)
    }
    #expect(series.bar(at: late.start) == late)
    #expect(series.chunks[0].slice(1..<3).marks.count == 1)
    #expect(series.chunks[0].slice(2..<3).marks.isEmpty)
    #expect(series.brokenInvariant() == nil)
    _ = series.replace(bar(571), day: day(571))
    #expect(series.bar(at: late.start) == bar(571))
    _ = series.replace(late, day: day(571))
    series.remove(late.start, day: day(571))
    #expect(series.chunks[0].marks.isEmpty)
    #expect(series.brokenInvariant() == nil)
  }
}
