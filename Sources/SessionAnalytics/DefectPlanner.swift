import MarketCalendar
public import MarketModel

/// Works out what a defect does to the bars of a scope.
public struct DefectPlanner: Sendable {
  private let series: BarSeries
  private let frame: SeriesFrame
  private let size: DefectSize

  /// Creates a planner over the bars that may be spoiled.
  public init(_ series: BarSeries, frame: SeriesFrame, size: DefectSize) {
    self.series = series
    self.frame = frame
    self.size = size
  }

  /// The plan of a defect; empty where nothing in the series can have it.
  ///
  /// - Complexity: O(bars).
  public func plan(_ defect: Defect, random: inout SeededRandom) -> DefectPlan {
    if let kind = defect.rejection { return rows(kind, &random) }
    switch defect {
    case .missing, .outage: return holes(defect, &random)
    case .spike, .closeSpike, .zeroVolume, .conflicting: return single(defect, &random)
    case .filler, .stale: return standing(defect, &random)
    case .repeatedBlock: return repeatedBlock(&random)
    case .unit: return unitBlock(&random)
    case .shift, .endLabels, .dstHour: return clock(defect, &random)
    default: return days(defect, &random)
    }
  }

  // MARK: rows and single bars

  private func rows(_ kind: RejectionClass, _ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    for target in targets(&random) {
      var bar = target
      switch kind {
      case .offGrid: bar.start.nanoseconds += frame.interval.nanoseconds / 2
      case .outsideHours: bar.start.nanoseconds += Instant.day / 2 + 3 * 3600 * Instant.second
      case .badOHLC: bar.high = bar.low - 1
      default: break
      }
      plan.rejected.append((kind, bar))
    }
    return plan
  }

  private func targets(_ random: inout SeededRandom) -> [Bar] {
    Defect.targets(in: series, count: size.count, random: &random)
  }

  private func holes(_ defect: Defect, _ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    for bar in targets(&random) {
      let length = defect == .outage ? size.length : 1
      for gone in Defect.run(from: bar, length: length, in: series) {
        plan.removed.insert(gone.start)
      }
    }
    return plan
  }

  private func single(_ defect: Defect, _ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    for bar in targets(&random) {
      let changed = defect.changed(bar, amount: size.amount)
      if defect == .conflicting {
        plan.rejected.append((.duplicate, changed))
      } else {
        plan.bars.append(changed)
      }
    }
    return plan
  }

  /// Runs in which the price before goes on, without volume or with that of the first bar.
  private func standing(_ defect: Defect, _ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    for bar in targets(&random) {
      let run = Defect.run(from: bar, length: size.length, in: series)
      guard let first = run.first else { continue }
      let price = previousClose(of: first) ?? first.open
      for old in run {
        var copy = old
        copy.open = price
        copy.high = price
        copy.low = price
        copy.close = price
        copy.volume = defect == .filler ? 0 : first.volume
        plan.bars.append(copy)
      }
    }
    return plan
  }

  private func previousClose(of bar: Bar) -> Double? {
    guard let chunk = series.chunkIndex(startingBy: bar.start.nanoseconds),
      let index = series.chunks[chunk].index(of: bar.start.nanoseconds)
    else { return nil }
    if index > 0 { return series.chunks[chunk].closes[index - 1] }
    return chunk > 0 ? series.chunks[chunk - 1].closes.last : nil
  }

  // MARK: stretches

  /// Copies a stretch over a later one of the same length.
  private func repeatedBlock(_ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    let bars = regularBars()
    let length = max(5, size.length)
    guard bars.count >= 2 * length else { return plan }
    for _ in 0..<size.count {
      let from = random.below(bars.count - 2 * length + 1)
      let to = from + length + random.below(bars.count - from - 2 * length + 1)
      for offset in 0..<length {
        var copy = bars[from + offset]
        copy.start = bars[to + offset].start
        plan.bars.append(copy)
      }
    }
    return plan
  }

  /// A stretch of bars in another unit.
  private func unitBlock(_ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    for bar in targets(&random) {
      for old in Defect.run(from: bar, length: size.length, in: series) {
        plan.bars.append(DefectPlanner.scaled(old, size.amount ?? 100))
      }
    }
    return plan
  }

  private static func scaled(_ bar: Bar, _ factor: Double) -> Bar {
    var copy = bar
    copy.open *= factor
    copy.high *= factor
    copy.low *= factor
    copy.close *= factor
    return copy
  }

  private func regularBars() -> [Bar] {
    var bars: [Bar] = []
    for chunk in series.chunks {
      for index in chunk.regular { bars.append(chunk[index]) }
    }
    return bars
  }

  // MARK: days

  /// Some days of the series, in order.
  private func chosenDays(_ random: inout SeededRandom, from first: Int = 0) -> [Int] {
    let candidates = Array(series.chunks.indices.dropFirst(first))
      .filter { !series.chunks[$0].regular.isEmpty }
    var chosen: Set<Int> = []
    while chosen.count < min(size.count, candidates.count) {
      chosen.insert(candidates[random.below(candidates.count)])
    }
    return chosen.sorted()
  }

  private func days(_ defect: Defect, _ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    switch defect {
    case .missingDay:
      for day in chosenDays(&random, from: 1) where day + 1 < series.chunks.count {
        for start in series.chunks[day].starts { plan.removed.insert(Instant(nanoseconds: start)) }
      }
    case .truncated:
      for day in chosenDays(&random) {
        let chunk = series.chunks[day]
        let first = max(chunk.regular.lowerBound + 1, chunk.regular.upperBound - size.length)
        for start in chunk.starts[first...] { plan.removed.insert(Instant(nanoseconds: start)) }
      }
    case .duplicateDay: plan = duplicatedDay(&random)
    case .split, .volumeScale: plan = levels(defect, &random)
    case .halfDayIgnored: plan = halfDays(&random)
    default: break
    }
    return plan
  }

  /// A day's figures in the place of the next day's.
  private func duplicatedDay(_ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    for day in chosenDays(&random, from: 1) {
      let (source, target) = (series.chunks[day - 1], series.chunks[day])
      for (from, to) in zip(source.regular, target.regular) {
        var copy = source[from]
        copy.start = Instant(nanoseconds: target.starts[to])
        plan.bars.append(copy)
      }
    }
    return plan
  }

  /// From a day on prices fall by a split, or on a day volumes are counted in another unit.
  private func levels(_ defect: Defect, _ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    guard let day = chosenDays(&random, from: 1).first else { return plan }
    let isSplit = defect == .split
    let factor = size.amount ?? (isSplit ? 2 : 100)
    for position in isSplit ? day..<series.chunks.count : day..<day + 1 {
      let chunk = series.chunks[position]
      for index in 0..<chunk.count {
        var bar = isSplit ? DefectPlanner.scaled(chunk[index], 1 / factor) : chunk[index]
        bar.volume *= factor
        plan.bars.append(bar)
      }
    }
    return plan
  }

  /// Bars after an early close as if the day went on; they are copies of those before it.
  private func halfDays(_ random: inout SeededRandom) -> DefectPlan {
    var plan = DefectPlan()
    var judge = frame.slotJudge
    for chunk in series.chunks {
      guard let session = frame.calendar.session(on: chunk.day), session.isEarlyClose,
        let last = chunk.regular.last
      else { continue }
      let end = session.close + 3 * 3600 * Instant.second
      var start = session.close
      var price = chunk[last].close
      while start < end {
        let model = chunk[chunk.regular.lowerBound + random.below(chunk.regular.count)]
        let move = model.open == 0 ? 1 : price / model.open
        var bar = DefectPlanner.scaled(model, move)
        bar.start = Instant(nanoseconds: start)
        price = bar.close
        plan.place(bar, &judge)
        start += frame.interval.nanoseconds
      }
    }
    return plan
  }

  // MARK: clocks

  /// Whole days moved: by hours, by one interval, or by an hour from a change of the clocks on.
  private func clock(_ defect: Defect, _ random: inout SeededRandom) -> DefectPlan {
    let hour = Double(3600 * Instant.second)
    var moved: [(bar: Bar, shift: Int64)] = []
    func move(_ chunk: BarChunk, _ shift: Int64) {
      for index in 0..<chunk.count { moved.append((chunk[index], shift)) }
    }
    switch defect {
    case .shift:
      for day in chosenDays(&random) {
        move(series.chunks[day], Int64(exactly: ((size.amount ?? 4) * hour).rounded()) ?? 0)
      }
    case .endLabels:
      for chunk in series.chunks { move(chunk, frame.interval.nanoseconds) }
    default:
      guard let first = series.first else { return DefectPlan() }
      let offset = frame.calendar.zone.offsetSeconds(at: first.start)
      for chunk in series.chunks {
        let here = frame.calendar.zone.offsetSeconds(at: Instant(nanoseconds: chunk.starts[0]))
        if here != offset { move(chunk, Int64(here - offset) * Instant.second) }
      }
    }
    return DefectPlan.moving(moved, frame)
  }
}
