/// How a bar came to stand in a slot that was missing.
public enum BarFill: Sendable, Equatable {
  /// Taken from other data, named by a file or an address: a bar like any other.
  case sourced(String)
  /// The last close carried forward: it stays missing in quality and feeds nothing.
  case carried

  /// True for bars that stand in for missing ones without evidence.
  public var isSynthetic: Bool { self == .carried }

  /// Where the bar came from, in a word: its source, or `carried`.
  public var origin: String {
    switch self {
    case .sourced(let source): source
    case .carried: "carried"
    }
  }
}

/// What is known about a single bar beyond its figures; most bars have no mark.
public struct BarMark: Sendable, Equatable {
  /// The start of the bar it belongs to, in UTC nanoseconds.
  public var start: Int64
  /// When a late, corrected or filled bar arrived, in UTC nanoseconds; nil when it came at its end.
  public var received: Int64?
  /// How a filled bar came to be; nil for bars that were received as such.
  public var fill: BarFill?

  /// Creates a mark.
  public init(start: Int64, received: Int64? = nil, fill: BarFill? = nil) {
    self.start = start
    self.received = received
    self.fill = fill
  }
}

extension BarChunk {
  /// The mark of the bar that starts at a moment, if it has one.
  public func mark(at start: Int64) -> BarMark? {
    guard !marks.isEmpty else { return nil }
    let index = markIndex(start)
    return index < marks.count && marks[index].start == start ? marks[index] : nil
  }

  /// Whether any bar is a stand-in without evidence.
  public var hasSyntheticFills: Bool {
    for mark in marks where mark.fill?.isSynthetic == true { return true }
    return false
  }

  /// Whether any bar stands in a slot that was missing.
  public var hasFills: Bool {
    for mark in marks where mark.fill != nil { return true }
    return false
  }

  /// Keeps what a bar says about its arrival and fill, and forgets what its slot said before.
  mutating func setMark(of bar: Bar) {
    let start = bar.start.nanoseconds
    removeMark(at: start)
    guard bar.received != nil || bar.fill != nil else { return }
    let mark = BarMark(start: start, received: bar.received?.nanoseconds, fill: bar.fill)
    marks.insert(mark, at: markIndex(start))
  }

  mutating func removeMark(at start: Int64) {
    guard !marks.isEmpty else { return }
    let index = markIndex(start)
    if index < marks.count, marks[index].start == start { marks.remove(at: index) }
  }

  private func markIndex(_ start: Int64) -> Int {
    marks.lowerIndex { $0.start < start }
  }
}
