/// The bars of one symbol and interval over all loaded days, in chunks of a trading day each.
///
/// Starts increase strictly across the whole series. Series of `1d` and longer hold a calendar year a chunk.
/// Historical and session views are ranges of chunks, so nothing is copied or kept twice.
public struct BarSeries: Sendable, Equatable {
  /// The chunks by ascending day; none is empty.
  public internal(set) var chunks: [BarChunk] = []
  /// How many bars all chunks hold.
  public internal(set) var count = 0

  /// Creates an empty series.
  public init() {}

  /// Creates a series of chunks, which must be in order; empty ones are dropped.
  public init(chunks: [BarChunk]) {
    self.chunks.reserveCapacity(chunks.count)
    for var chunk in chunks where chunk.count > 0 {
      if chunk.regular.isEmpty { chunk.regular = 0..<0 }
      self.chunks.append(chunk)
      count += chunk.count
    }
  }

  /// True without bars.
  public var isEmpty: Bool { count == 0 }

  /// The earliest bar.
  public var first: Bar? { chunks.first?[0] }

  /// The latest bar.
  public var last: Bar? {
    guard let chunk = chunks.last else { return nil }
    return chunk[chunk.count - 1]
  }

  /// The chunk label a trading day's bar of this interval belongs to.
  public static func chunkDay(of day: CivilDate, interval: Interval) -> CivilDate {
    interval.isIntraday ? day : day.yearStart
  }
}

extension BarSeries {
  /// The index of the first chunk whose day is not before `day`.
  ///
  /// - Complexity: O(log *chunks*), O(1) at the last day.
  public func lowerChunk(_ day: CivilDate) -> Int {
    guard let last = chunks.last, last.day >= day else { return chunks.count }
    if last.day == day { return chunks.count - 1 }
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].day < day { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The chunk of a day, or nil when the day holds no bar.
  public func chunk(on day: CivilDate) -> BarChunk? {
    let index = lowerChunk(day)
    return index < chunks.count && chunks[index].day == day ? chunks[index] : nil
  }

  /// The index of the chunk that could hold a bar starting at `nanoseconds`: the last that begins by then.
  public func chunkIndex(startingBy nanoseconds: Int64) -> Int? {
    var low = 0
    var high = chunks.count
    if let last = chunks.last, last.starts[0] <= nanoseconds { return chunks.count - 1 }
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].starts[0] <= nanoseconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// The bar that starts at exactly this instant.
  public func bar(at start: Instant) -> Bar? {
    guard let chunk = chunkIndex(startingBy: start.nanoseconds),
      let index = chunks[chunk].index(of: start.nanoseconds)
    else { return nil }
    return chunks[chunk][index]
  }

  /// The last `limit` bars, oldest first; all of them when there are fewer.
  ///
  /// - Complexity: O(*limit*), plus the days they lie in.
  public func suffix(_ limit: Int) -> [Bar] {
    var first = chunks.count
    var held = 0
    while first > 0, held < limit {
      first -= 1
      held += chunks[first].count
    }
    var bars: [Bar] = []
    bars.reserveCapacity(Swift.min(limit, held))
    var skip = Swift.max(0, held - limit)
    for chunk in chunks[first...] {
      for index in skip..<chunk.count { bars.append(chunk[index]) }
      skip = 0
    }
    return bars
  }

  /// Every bar that starts at or after an instant, oldest first.
  public func bars(since start: Instant) -> [Bar] {
    var bars: [Bar] = []
    for chunkIndex in (self.chunkIndex(startingBy: start.nanoseconds) ?? 0)..<chunks.count {
      let chunk = chunks[chunkIndex]
      for index in chunk.lowerBound(start.nanoseconds)..<chunk.count { bars.append(chunk[index]) }
    }
    return bars
  }
}

extension BarSeries {
  /// Inserts a bar at its place in the chunk of a day; false and unchanged when its slot is taken.
  ///
  /// - Complexity: O(1) at the end of the series, O(bars a day + days) elsewhere.
  public mutating func insert(_ bar: Bar, day: CivilDate, isRegular: Bool) -> Bool {
    let index = lowerChunk(day)
    if index == chunks.count || chunks[index].day != day {
      chunks.insert(BarChunk(day: day), at: index)
    }
    guard chunks[index].insert(bar, isRegular: isRegular) else { return false }
    count += 1
    return true
  }

  /// Replaces the bar with the same start; the old bar, or nil and unchanged where there is none.
  public mutating func replace(_ bar: Bar, day: CivilDate) -> Bar? {
    let chunk = lowerChunk(day)
    guard chunk < chunks.count, chunks[chunk].day == day,
      let index = chunks[chunk].index(of: bar.start.nanoseconds)
    else { return nil }
    let old = chunks[chunk][index]
    chunks[chunk].replace(at: index, with: bar)
    return old
  }

  /// Removes the bar that starts at an instant, if its day holds one.
  public mutating func remove(_ start: Instant, day: CivilDate) {
    let chunk = lowerChunk(day)
    guard chunk < chunks.count, chunks[chunk].day == day,
      let index = chunks[chunk].index(of: start.nanoseconds)
    else { return }
    chunks[chunk].remove(at: index)
    count -= 1
    if chunks[chunk].count == 0 { chunks.remove(at: chunk) }
  }

  /// Puts a whole chunk in the place of its day's; an empty one removes the day.
  public mutating func setChunk(_ chunk: BarChunk) {
    var chunk = chunk
    if chunk.regular.isEmpty { chunk.regular = 0..<0 }
    let index = lowerChunk(chunk.day)
    let isHeld = index < chunks.count && chunks[index].day == chunk.day
    if isHeld { count -= chunks[index].count }
    count += chunk.count
    if chunk.count == 0 {
      if isHeld { chunks.remove(at: index) }
    } else if isHeld {
      chunks[index] = chunk
    } else {
      chunks.insert(chunk, at: index)
    }
  }

  /// The first rule of the series that does not hold, in words; nil when all do.
  public func brokenInvariant() -> String? {
    var total = 0
    var previous = Int64.min
    for chunk in chunks {
      if let fault = chunk.brokenInvariant() { return "\(chunk.day): \(fault)" }
      if chunk.starts[0] <= previous {
        return "\(chunk.day): starts before the chunk before it ends"
      }
      previous = chunk.starts[chunk.count - 1]
      total += chunk.count
    }
    return total == count ? nil : "holds \(total) bars but counts \(count)"
  }
}
