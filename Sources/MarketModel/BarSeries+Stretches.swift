extension BarSeries {
  /// The columns beyond the five figures in which some bar has a value.
  ///
  /// - Complexity: O(*chunks*), but for columns without a single value.
  public var optionalColumns: OptionalColumns {
    var columns: OptionalColumns = []
    for chunk in chunks {
      if !chunk.present.isEmpty { columns.insert(.coverage) }
      if !columns.contains(.trades), chunk.trades.contains(where: { $0 != BarChunk.unknownCount }) {
        columns.insert(.trades)
      }
      if !columns.contains(.averages), chunk.vwaps.contains(where: { !$0.isNaN }) {
        columns.insert(.averages)
      }
    }
    return columns
  }
}

extension BarSeries {
  /// The bars that start within a stretch, as ranges of chunks in order.
  ///
  /// - Complexity: O(log *chunks*) to find the first.
  public func pieces(startingIn starts: ClosedRange<Int64>) -> [(chunk: BarChunk, rows: Range<Int>)]
  {
    var pieces: [(chunk: BarChunk, rows: Range<Int>)] = []
    var index = chunkIndex(startingBy: starts.lowerBound) ?? 0
    while index < chunks.count, chunks[index].starts[0] <= starts.upperBound {
      let chunk = chunks[index]
      let lower = chunk.lowerBound(starts.lowerBound)
      let upper =
        starts.upperBound == .max ? chunk.count : chunk.lowerBound(starts.upperBound + 1)
      if lower < upper { pieces.append((chunk, lower..<upper)) }
      index += 1
    }
    return pieces
  }

  /// How many bars start within a stretch.
  public func count(startingIn starts: ClosedRange<Int64>) -> Int {
    var count = 0
    for (_, rows) in pieces(startingIn: starts) { count += rows.count }
    return count
  }

  /// Removes the bars that start within a stretch.
  public mutating func removeBars(startingIn starts: ClosedRange<Int64>) {
    for (chunk, rows) in pieces(startingIn: starts) {
      var rest = chunk.slice(0..<rows.lowerBound)
      rest.append(chunk.slice(rows.upperBound..<chunk.count))
      setChunk(rest)
    }
  }
}

extension BarSeries {
  /// Puts chunks of new bars among those held; false when a bar is there where others should go.
  public mutating func insert(_ chunks: [BarChunk]) -> Bool {
    for chunk in chunks {
      guard let first = chunk.starts.first, let last = chunk.starts.last else { continue }
      guard let held = self.chunk(on: chunk.day) else {
        setChunk(chunk)
        continue
      }
      let index = held.lowerBound(first)
      guard index == held.lowerBound(last), held.index(of: last) == nil else { return false }
      var joined = held.slice(0..<index)
      joined.append(chunk)
      joined.append(held.slice(index..<held.count))
      setChunk(joined)
    }
    return true
  }

  /// Marks a bar; false when there is none that starts with the mark.
  public mutating func setMark(_ mark: BarMark) -> Bool {
    guard let index = chunkIndex(startingBy: mark.start) else { return false }
    var chunk = chunks[index]
    guard let row = chunk.index(of: mark.start) else { return false }
    var bar = chunk[row]
    bar.received = mark.received.map { Instant(nanoseconds: $0) }
    bar.fill = mark.fill
    chunk.replace(at: row, with: bar)
    setChunk(chunk)
    return true
  }

  /// Forgets the marks of the bars that start within a stretch.
  public mutating func removeMarks(startingIn starts: ClosedRange<Int64>) {
    for (chunk, _) in pieces(startingIn: starts) where !chunk.marks.isEmpty {
      var plain = chunk
      plain.marks.removeAll { starts.contains($0.start) }
      setChunk(plain)
    }
  }
}

extension BarChunk {
  /// Adds the bars of a later part of the same day.
  public mutating func append(_ later: BarChunk) {
    let size = count
    BarChunk.join(&trades, size, later.trades, later.count, unknown: BarChunk.unknownCount)
    BarChunk.join(&vwaps, size, later.vwaps, later.count, unknown: .nan)
    starts += later.starts
    opens += later.opens
    highs += later.highs
    lows += later.lows
    closes += later.closes
    volumes += later.volumes
    present += later.present
    expected += later.expected
    marks += later.marks
    guard !later.regular.isEmpty else { return }
    let lower = later.regular.lowerBound + size
    let upper = later.regular.upperBound + size
    regular = (regular.isEmpty ? lower : regular.lowerBound)..<upper
  }

  /// Joins two columns either of which may be missing.
  private static func join<Value>(
    _ column: inout [Value], _ size: Int, _ other: [Value], _ otherSize: Int, unknown: Value
  ) {
    if column.isEmpty, other.isEmpty { return }
    if column.isEmpty { column = Array(repeating: unknown, count: size) }
    column += other.isEmpty ? Array(repeating: unknown, count: otherSize) : other
  }
}

extension BarIntervalData {
  /// The columns beyond the five figures that its bars are written with; derived bars always have their coverage.
  public var optionalColumns: OptionalColumns {
    derived ? data.optionalColumns.union(.coverage) : data.optionalColumns
  }
}

/// Columns that not every source has.
public struct OptionalColumns: OptionSet, Sendable, Hashable {
  /// One bit a column.
  public let rawValue: Int

  /// Creates a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// How many trades each bar holds.
  public static let trades = OptionalColumns(rawValue: 1)
  /// The source's own average price.
  public static let averages = OptionalColumns(rawValue: 2)
  /// The base bars, or ticks, behind each bar.
  public static let coverage = OptionalColumns(rawValue: 4)
}
