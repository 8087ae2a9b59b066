import MarketCalendar
import MarketModel

/// Looks for jumps of the price level: splits that were not adjusted, figures in another unit, plain jumps.
struct LevelCheck {
  let examination: Examination
  let columns: BarColumns
  let explained: Set<CivilDate>
  /// Where copied stretches begin and end: a leap there is theirs.
  let copyEdges: Set<Int64>

  init(
    _ examination: Examination, _ columns: BarColumns, explained: Set<CivilDate>,
    copyEdges: Set<Int64>
  ) {
    self.examination = examination
    self.columns = columns
    self.explained = explained
    self.copyEdges = copyEdges
  }

  private struct Jump {
    /// The first bar on the new level.
    var index: Int
    var ratio: Double
    var isOvernight: Bool
    /// The first bar back on the old level.
    var end: Int?
  }

  /// The findings, and the first bars of new levels.
  func run() -> (findings: [Finding], starts: Set<Int64>) {
    var findings: [Finding] = []
    var starts: Set<Int64> = []
    for jump in jumps() {
      starts.insert(columns.starts[jump.index])
      if let end = jump.end, end < columns.count { starts.insert(columns.starts[end]) }
      findings.append(finding(jump))
    }
    findings += volumeUnits()
    return (findings, starts)
  }

  // MARK: prices

  private func jumps() -> [Jump] {
    var jumps: [Jump] = []
    let least = 5 * columns.tick
    var dayStarts: Set<Int> = []
    let isIntraday = examination.frame.interval.isIntraday
    for day in columns.days where isIntraday { dayStarts.insert(day.range.lowerBound) }
    var index = 1
    while index < columns.count {
      defer { index += 1 }
      let (before, after) = (columns.closes[index - 1], columns.opens[index])
      guard before > 0, after > 0 else { continue }
      let ratio = after / before
      let isOvernight = !isIntraday || dayStarts.contains(index)
      let limit = isOvernight ? 0.25 : 0.1
      guard ratio > 1 + limit || ratio < 1 / (1 + limit), abs(after - before) > least else {
        continue
      }
      guard persists(index, ratio), !copyEdges.contains(columns.starts[index]) else { continue }
      var jump = Jump(index: index, ratio: ratio, isOvernight: isOvernight)
      jump.end = returning(from: index, ratio)
      jumps.append(jump)
      if let end = jump.end { index = end }
    }
    return jumps
  }

  /// Whether the next bars stay on the new level; a single one that does not is a spike.
  private func persists(_ index: Int, _ ratio: Double) -> Bool {
    let before = Array(columns.closes[max(0, index - 5)..<index])
    let after = Array(columns.closes[index..<min(columns.count, index + 5)])
    guard after.count >= 2 || index == columns.count - 1, let low = Median.of(before),
      let high = Median.of(after), low > 0
    else { return false }
    let moved = high / low
    return ratio > 1 ? moved > 1 + (ratio - 1) * 0.6 : 1 / moved > 1 + (1 / ratio - 1) * 0.6
  }

  /// Where a later jump takes the level back.
  private func returning(from index: Int, _ ratio: Double) -> Int? {
    for later in index + 1..<max(index + 1, columns.count) {
      let (before, after) = (columns.closes[later - 1], columns.opens[later])
      guard before > 0, after > 0 else { continue }
      let back = after / before * ratio
      if back > 0.95, back < 1.05, persists(later, after / before) { return later }
    }
    return nil
  }

  private func finding(_ jump: Jump) -> Finding {
    let when = examination.wall(columns.starts[jump.index])
    let from = FigureText.number(columns.closes[jump.index - 1], 4)
    let to = FigureText.number(columns.opens[jump.index], 4)
    let change = FigureText.number(100 * (jump.ratio - 1), 1)
    let seen = "\(from) to \(to) (\(change) %) at \(when)"
    if let unit = unit(jump.ratio) { return unitBlock(jump, unit, seen) }
    if jump.end == nil, jump.isOvernight, let split = SplitRatio(priceRatio: jump.ratio) {
      return splitLike(jump, split, seen)
    }
    var finding = Finding(
      "D16", "level-jump", .warning, starts: [columns.starts[jump.index]],
      evidence: "the price goes from \(seen) and stays there; no usual split or unit fits")
    if let end = jump.end {
      finding.count = end - jump.index
      finding.evidence =
        "the price goes from \(seen) and back at \(examination.wall(columns.starts[end]))"
    }
    let gap = columns.starts[jump.index] - columns.starts[jump.index - 1] - examination.step
    if !jump.isOvernight, gap >= 300 * Instant.second {
      finding.severity = .info
      finding.evidence += "; after \(FigureText.duration(gap)) without bars, as after a halt"
    }
    finding.advice = "compare with another source: `reconcile \(examination.address) FILE`"
    return finding
  }

  /// 100, 1000, 10,000 or one of their inverses, within five per cent.
  private func unit(_ ratio: Double) -> Double? {
    for unit in [100.0, 0.01, 1000, 0.001, 10_000, 0.0001] where abs(ratio / unit - 1) <= 0.05 {
      return unit
    }
    return nil
  }

  private func unitBlock(_ jump: Jump, _ unit: Double, _ seen: String) -> Finding {
    let factor =
      unit >= 1 ? FigureText.number(unit, 0) + " times" : "1/\(FigureText.number(1 / unit, 0)) of"
    let last = jump.end ?? columns.count
    var finding = Finding(
      "D16", "unit-block", .error, count: last - jump.index,
      places: [Finding.Place(start: Instant(nanoseconds: columns.starts[jump.index]))],
      evidence:
        "\(FigureText.count(last - jump.index, "bar")) at \(factor) the level before: \(seen)"
        + (jump.end.map { ", back at \(examination.wall(columns.starts[$0]))" }
          ?? ", to the end of the data"))
    finding.advice = "these bars are in another unit (cents, pence, deci-cents): load them apart"
    return finding
  }

  private func splitLike(_ jump: Jump, _ split: SplitRatio, _ seen: String) -> Finding {
    let instant = Instant(nanoseconds: columns.starts[jump.index])
    let offset = examination.frame.calendar.zone.offsetSeconds(at: instant)
    let date = instant.wallClock(offsetSeconds: offset).date
    var evidence = "\(seen) is within \(FigureText.percent(split.error)) of a \(split) split"
    if let volumes = volumeRatio(around: jump.index) {
      evidence += "; the median volume is \(FigureText.number(volumes, 1)) times the one before"
    }
    if examination.adjusted.contains(date) {
      var finding = Finding(
        "D38", "double-adjustment", .warning, starts: [columns.starts[jump.index]],
        evidence: evidence + "; the view is adjusted at this day, so the bars were adjusted before")
      finding.commands = ["adjust \(examination.name) --clear"]
      return finding
    }
    var finding = Finding(
      "D16", "unadjusted-split", .warning, starts: [columns.starts[jump.index]],
      evidence: evidence)
    finding.commands = [
      "adjust \(examination.name) --split \(split)@\(date)"
    ]
    return finding
  }

  private func volumeRatio(around index: Int) -> Double? {
    let reach = examination.frame.interval.isIntraday ? 390 : 20
    let before = Median.of(Array(columns.volumes[max(0, index - reach)..<index]))
    let after = Median.of(Array(columns.volumes[index..<min(columns.count, index + reach)]))
    guard let before, let after, before > 0 else { return nil }
    return after / before
  }

  // MARK: volumes

  /// Days whose volume is in lots rather than shares, or the other way.
  private func volumeUnits() -> [Finding] {
    guard examination.frame.interval.isIntraday, columns.days.count >= 2 else { return [] }
    var medians: [Double] = []
    for day in columns.days { medians.append(Median.of(Array(columns.volumes[day.range])) ?? 0) }
    guard let usual = Median.of(medians.filter { $0 > 0 }.sorted()) else { return [] }
    let reference = columns.days.count == 2 ? medians[0] : usual
    guard reference > 0 else { return [] }
    var starts: [Int64] = []
    var factor = 1.0
    for (position, day) in columns.days.enumerated() where !explained.contains(day.day) {
      let ratio = medians[position] / reference
      let isScaled = [100.0, 0.01, 1000, 0.001].contains { ratio / $0 > 0.5 && ratio / $0 < 2 }
      guard isScaled else { continue }
      factor = ratio
      starts.append(columns.starts[day.range.lowerBound])
    }
    guard !starts.isEmpty else { return [] }
    let text = factor >= 1 ? FigureText.number(factor, 0) : "1/" + FigureText.number(1 / factor, 0)
    var finding = Finding(
      "D34", "volume-unit", .warning, starts: starts,
      evidence:
        "the median volume of \(FigureText.count(starts.count, "day")) is \(text) times that "
        + "of the others, as lots against shares")
    finding.advice = "load these days apart and compare: `reconcile \(examination.address) FILE`"
    return [finding]
  }
}

/// A usual split that explains a price ratio.
struct SplitRatio: CustomStringConvertible {
  var new: Int
  var old: Int
  /// How far the ratio is from the split's.
  var error: Double

  private static let usual: [(Int, Int)] = [
    (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1), (8, 1), (10, 1), (12, 1), (15, 1), (20, 1),
    (25, 1), (30, 1), (40, 1), (50, 1), (3, 2), (4, 3), (5, 2), (5, 3), (7, 2),
  ]

  /// The nearest usual split or reverse split within three per cent; nil where none is near.
  init?(priceRatio: Double) {
    var best: SplitRatio?
    for (more, fewer) in SplitRatio.usual {
      for (new, old) in [(more, fewer), (fewer, more)] {
        let error = abs(priceRatio * Double(new) / Double(old) - 1)
        if error <= 0.03, error < best?.error ?? 1 {
          best = SplitRatio(new: new, old: old, error: error)
        }
      }
    }
    guard let best else { return nil }
    self = best
  }

  private init(new: Int, old: Int, error: Double) {
    self.new = new
    self.old = old
    self.error = error
  }

  /// As `--split` takes it: `7:1` gives seven shares for one.
  var description: String { "\(new):\(old)" }
}
