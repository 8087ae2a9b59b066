import MarketCalendar
import MarketModel

/// Looks at single prices: spikes that come back, wicks, prices at or below zero, lost precision.
struct PriceCheck {
  let examination: Examination
  let columns: BarColumns
  let explained: Set<CivilDate>
  /// Where the level jumps, which is no spike.
  let levels: Set<Int64>
  private let tick: Double

  init(
    _ examination: Examination, _ columns: BarColumns, explained: Set<CivilDate>,
    levels: Set<Int64>
  ) {
    self.examination = examination
    self.columns = columns
    self.explained = explained
    self.levels = levels
    tick = columns.tick
  }

  func run() -> [Finding] {
    var findings: [Finding] = []
    if let finding = nonPositive() { findings.append(finding) }
    if examination.frame.interval.isIntraday {
      findings += spikes()
      if let finding = volumeOutliers() { findings.append(finding) }
    }
    if let finding = precision() { findings.append(finding) }
    return findings
  }

  private func nonPositive() -> Finding? {
    var starts: [Int64] = []
    for index in 0..<columns.count
    where min(columns.lows[index], columns.opens[index], columns.closes[index]) <= 0 {
      starts.append(columns.starts[index])
    }
    guard !starts.isEmpty else { return nil }
    let name = examination.frame.calendar.name
    let isFuture = name.hasPrefix("CME")
    var finding = Finding(
      "D08", "non-positive-price", isFuture ? .info : .error, starts: starts,
      evidence: "\(FigureText.count(starts.count, "bar")) with a price of zero or less"
        + (isFuture ? "; futures and spreads may" : ""))
    finding.advice = "an empty field written as 0, or a wrong column"
    return finding
  }

  // MARK: spikes

  private func spikes() -> [Finding] {
    var (closes, wicks): ([Int64], [Int64]) = ([], [])
    var largest = (size: 0.0, start: Int64(0))
    for day in columns.days where day.range.count >= 10 && !explained.contains(day.day) {
      let scales = scales(widened(day.range))
      for index in day.range {
        guard !levels.contains(columns.starts[index]) else { continue }
        let close = closeSpike(index, day.range, scales)
        let wick = close == nil ? wickSpike(index, day.range, scales) : nil
        guard let size = close ?? wick else { continue }
        if close != nil { closes.append(columns.starts[index]) }
        if wick != nil { wicks.append(columns.starts[index]) }
        if size > largest.size { largest = (size, columns.starts[index]) }
      }
    }
    let starts = (closes + wicks).sorted()
    guard !starts.isEmpty else { return [] }
    var parts: [String] = []
    if !closes.isEmpty { parts.append("\(FigureText.count(closes.count, "close")) away and back") }
    if !wicks.isEmpty {
      parts.append(
        "\(FigureText.count(wicks.count, "high or low", plural: "highs or lows")) beyond the usual range"
      )
    }
    var finding = Finding(
      "D15", "spike", .warning, starts: starts,
      evidence: parts.joined(separator: ", ")
        + "; the largest is \(FigureText.percent(largest.size)) at \(examination.wall(largest.start))"
    )
    finding.advice = "compare with another source: `reconcile \(examination.address) FILE`"
    return [finding]
  }

  /// What is usual on a day: how far a close lies from its neighbours, how long a bar is.
  private struct Scales {
    var deviation: Double
    var range: Double
    var volume: Double
  }

  /// The bars of a day, and as many beside it as it takes for them to tell what is usual.
  private func widened(_ range: Range<Int>) -> Range<Int> {
    let lacking = max(0, PriceCheck.usualCount - range.count + 1) / 2
    return max(0, range.lowerBound - lacking)..<min(columns.count, range.upperBound + lacking)
  }

  /// How many bars tell what is usual.
  private static let usualCount = 120

  private func scales(_ range: Range<Int>) -> Scales {
    var deviations: [Double] = []
    for index in range { deviations.append(columns.closes[index] - middle(index, range)) }
    var ranges: [Double] = []
    for index in range { ranges.append(columns.highs[index] - columns.lows[index]) }
    return Scales(
      deviation: Median.deviation(deviations) ?? 0, range: Median.of(ranges) ?? 0,
      volume: Median.of(Array(columns.volumes[range])) ?? 0)
  }

  private func middle(_ index: Int, _ range: Range<Int>) -> Double {
    let around = max(range.lowerBound, index - 2)..<min(range.upperBound, index + 3)
    // The element that as many lie below as above, found without moving any.
    let wanted = around.count / 2
    for candidate in around {
      let value = columns.closes[candidate]
      var (below, equal) = (0, 0)
      for other in around {
        if columns.closes[other] < value { below += 1 }
        if columns.closes[other] == value { equal += 1 }
      }
      if below <= wanted, wanted < below + equal { return value }
    }
    return columns.closes[index]
  }

  private func closeSpike(_ index: Int, _ range: Range<Int>, _ scales: Scales) -> Double? {
    guard index + 1 < columns.count else { return nil }
    let close = columns.closes[index]
    let middle = middle(index, range)
    let away = abs(close - middle)
    guard away >= 0.005 * abs(middle), away > 8 * scales.deviation, away > 5 * tick else {
      return nil
    }
    // A day's first close is measured by its open, the last one by the next day's.
    let next = columns.opens[index + 1]
    let before = index > range.lowerBound ? columns.closes[index - 1] : columns.opens[index]
    let after = index + 1 < range.upperBound ? columns.closes[index + 1] : next
    guard abs(after - before) < 0.3 * abs(close - before) else { return nil }
    // Where the next bar opens at the far price as well, two prices say that it was traded; a night tells nothing.
    let isNext = columns.starts[index + 1] - columns.starts[index] == examination.step
    let isDenied = isNext && abs(next - close) >= 0.5 * abs(close - before)
    let factor = isDenied ? 8.0 : 20
    // Near the open and the close prices move more than the rest of the day does.
    guard away > factor * scales.deviation, away > factor * usualMove(around: index, range) else {
      return nil
    }
    return away / max(abs(middle), 1e-12)
  }

  /// The median step between neighbouring closes near a bar, its own two left out.
  private func usualMove(around index: Int, _ range: Range<Int>) -> Double {
    let near = max(range.lowerBound + 1, index - 10)..<min(range.upperBound, index + 11)
    var moves: [Double] = []
    for other in near where other != index && other != index + 1 {
      moves.append(abs(columns.closes[other] - columns.closes[other - 1]))
    }
    return Median.of(moves) ?? 0
  }

  private func wickSpike(_ index: Int, _ range: Range<Int>, _ scales: Scales) -> Double? {
    let top = max(columns.opens[index], columns.closes[index])
    let bottom = min(columns.opens[index], columns.closes[index])
    let wick = max(columns.highs[index] - top, bottom - columns.lows[index])
    guard wick >= 0.005 * abs(top), wick > 5 * tick, wick > 10 * scales.range else { return nil }
    let near = max(range.lowerBound, index - 10)..<min(range.upperBound, index + 11)
    let usual = max(scales.volume, Median.of(Array(columns.volumes[near])) ?? 0)
    let isQuiet = columns.volumes[index] <= 2 * usual
    guard isQuiet || wick > 25 * scales.range else { return nil }
    return wick / max(abs(top), 1e-12)
  }

  // MARK: volumes

  /// Bars with more than fifty times the volume usual at their time of day.
  private func volumeOutliers() -> Finding? {
    guard columns.days.count >= 5 else { return nil }
    var byOffset: [Int64: [Double]] = [:]
    for day in columns.days {
      guard let session = examination.frame.calendar.session(on: day.day) else { continue }
      for index in day.range.dropFirst().dropLast() where columns.volumes[index] > 0 {
        byOffset[columns.starts[index] - session.open, default: []].append(columns.volumes[index])
      }
    }
    var medians: [Int64: Double] = [:]
    for (offset, volumes) in byOffset where volumes.count >= 5 {
      medians[offset] = Median.of(volumes)
    }
    var starts: [Int64] = []
    for day in columns.days {
      guard let session = examination.frame.calendar.session(on: day.day) else { continue }
      for index in day.range.dropFirst().dropLast() {
        guard let usual = medians[columns.starts[index] - session.open], usual > 0 else { continue }
        if columns.volumes[index] > 50 * usual { starts.append(columns.starts[index]) }
      }
    }
    guard let first = starts.first else { return nil }
    return Finding(
      "D34", "volume-outlier", .info, starts: starts,
      evidence:
        "\(FigureText.count(starts.count, "bar")) with more than 50 times the volume usual at "
        + "that minute, the first at \(examination.wall(first))")
  }

  // MARK: precision

  /// Prices with the noise of single-precision numbers.
  private func precision() -> Finding? {
    var starts: [Int64] = []
    for index in 0..<columns.count {
      let close = columns.closes[index]
      guard Double(Float(close)) == close, close != 0 else { continue }
      let scaled = abs(close) * 10_000
      guard scaled < 1e15, abs(scaled - scaled.rounded()) > 1e-6 else { continue }
      starts.append(columns.starts[index])
    }
    guard starts.count * 10 >= columns.count, starts.count >= 5 else { return nil }
    return Finding(
      "D35", "precision-loss", .info, starts: starts,
      evidence:
        "\(FigureText.count(starts.count, "close")) are single-precision numbers written out, "
        + "such as \(columns.closes[columns.starts.firstIndex(of: starts[0]) ?? 0])")
  }
}
