import MarketCalendar
public import MarketModel

/// Finds bars for the missing slots of a series.
public struct GapFiller: Sendable {
  private let frame: SeriesFrame

  /// Creates a filler for a received series.
  public init(frame: SeriesFrame) { self.frame = frame }

  /// The slots of a gap one by one, each with its end.
  ///
  /// - Complexity: O(slots).
  public func slots(of gap: Gap) -> [(start: Instant, end: Instant)] {
    guard frame.interval.isIntraday else {
      return PeriodJudge(frame: frame).slots(from: gap.start, until: gap.end)
    }
    guard let session = frame.calendar.session(on: gap.date) else { return [] }
    var slots: [(start: Instant, end: Instant)] = []
    for run in frame.grid(of: session).runs {
      guard let first = run.slotIndex(containing: gap.start.nanoseconds) else { continue }
      for index in first..<min(first + gap.missing, run.count) {
        slots.append(
          (Instant(nanoseconds: run.slotStart(index)), Instant(nanoseconds: run.slotEnd(index))))
      }
    }
    return slots
  }

  /// The bars another series of the same interval has for the gaps' slots, marked with its name.
  ///
  /// A bar folded from less than all of its base is left out: it is not the whole slot.
  public func bars(for gaps: [Gap], from source: BarSeries, named name: String) -> [Bar] {
    var bars: [Bar] = []
    for gap in gaps {
      for slot in slots(of: gap) {
        guard var bar = source.bar(at: slot.start), bar.fill?.isSynthetic != true else { continue }
        if let coverage = bar.coverage, coverage.present < coverage.expected ?? 0 { continue }
        bar.coverage = nil
        bar.received = nil
        bar.fill = .sourced(name)
        bars.append(bar)
      }
    }
    return bars
  }

  /// Flat bars at the last close before each slot of the gaps.
  ///
  /// Within a trading day the close is that of the day's last bar that feeds the series; a day's slots before its
  /// first bar get none, since a night is no hole. Days, weeks and months take the close of the bar before.
  public func carried(for gaps: [Gap], in series: BarSeries) -> [Bar] {
    let evidence = series.evidence
    var bars: [Bar] = []
    for gap in gaps {
      let chunk = frame.interval.isIntraday ? evidence.chunk(on: gap.date) : nil
      for slot in slots(of: gap) {
        var known: Double?
        if !frame.interval.isIntraday {
          known = GapFiller.lastClose(before: slot.start, in: evidence)
        } else if let chunk {
          known = lastClose(before: slot.start, in: chunk)
        }
        guard let close = known else { continue }
        var bar = Bar(
          start: slot.start, open: close, high: close, low: close, close: close, volume: 0)
        bar.fill = BarFill.carried
        bars.append(bar)
      }
    }
    return bars
  }

  private func lastClose(before start: Instant, in chunk: BarChunk) -> Double? {
    let feeding = frame.feeding(chunk)
    let index = min(chunk.lowerBound(start.nanoseconds), feeding.upperBound) - 1
    return index >= feeding.lowerBound ? chunk.closes[index] : nil
  }

  private static func lastClose(before start: Instant, in series: BarSeries) -> Double? {
    guard let index = series.chunkIndex(startingBy: start.nanoseconds - 1) else { return nil }
    let chunk = series.chunks[index]
    return chunk.closes[chunk.lowerBound(start.nanoseconds) - 1]
  }
}
