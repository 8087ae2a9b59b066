/// What a study keeps to go on at the next bar; made by the layer that computes.
public protocol IndicatorMemory: Sendable {}

/// A trading day's figures of a study, a row a bar that feeds it.
///
/// Studies of `1d` and longer hold a calendar year a chunk, as their bars do.
public struct IndicatorChunk: Sendable {
  /// The trading day; for `1d` and longer the first of January.
  public var day: CivilDate
  /// UTC nanoseconds of each bar's start.
  public var starts: [Int64] = []
  /// The figures row by row, NaN where unknown; as many a row as the study has outputs.
  public var values: [Double] = []

  /// Creates an empty chunk.
  public init(day: CivilDate) { self.day = day }
}

extension IndicatorChunk: Equatable {
  /// Equal when every row is, unknown figures being equal to each other.
  public static func == (a: IndicatorChunk, b: IndicatorChunk) -> Bool {
    guard a.day == b.day, a.starts == b.starts else { return false }
    // Arrays that share their storage compare equal at once, NaN or not.
    return a.values == b.values
      || a.values.elementsEqual(b.values) { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}

/// The figures of one configured study, a row a bar of its interval.
public struct IndicatorData: Sendable {
  /// What it computes.
  public var spec: IndicatorSpec
  /// The names of its figures, in the order of a row.
  public var outputs: [String]
  /// How many bars, or trading days, of its warm-up have come.
  public var have = 0
  /// How many its first figure takes.
  public var need: Int
  /// True when its warm-up is counted in trading days.
  public var countsDays: Bool
  /// The end of the last bar it has seen.
  public var lastUpdate: Instant?
  /// The figures by ascending day; no chunk is empty.
  public var chunks: [IndicatorChunk] = []
  /// What it goes on from; nil computes afresh at the next change.
  public var memory: (any IndicatorMemory)?

  /// Creates the record of a study that has seen no bar.
  public init(spec: IndicatorSpec, outputs: [String], need: Int, countsDays: Bool = false) {
    self.spec = spec
    self.outputs = outputs
    self.need = need
    self.countsDays = countsDays
  }

  /// What it is addressed by.
  public var key: String { spec.key }

  /// Whether its warm-up is over.
  public var isReady: Bool { have >= need }

  /// How many bars have figures, the unknown ones of the warm-up included.
  public var count: Int {
    var total = 0
    for chunk in chunks { total += chunk.starts.count }
    return total
  }

  /// A figure of the latest bar; nil while it is unknown, or when there is no such output.
  public func latest(_ output: String) -> Double? {
    guard let column = outputs.firstIndex(of: output), let chunk = chunks.last else { return nil }
    let value = chunk.values[chunk.values.count - outputs.count + column]
    return value.isNaN ? nil : value
  }

  /// The first rule of the record that does not hold, in words; nil when all do.
  public func brokenInvariant() -> String? {
    var previous = Int64.min
    for chunk in chunks {
      guard !chunk.starts.isEmpty, chunk.values.count == chunk.starts.count * outputs.count else {
        return "\(chunk.day): not \(outputs.count) figures a bar"
      }
      for start in chunk.starts {
        if start <= previous { return "\(chunk.day): starts do not increase" }
        previous = start
      }
    }
    return nil
  }
}

extension IndicatorData: Equatable {
  /// Equal when everything is but the memory, which follows from the bars.
  public static func == (a: IndicatorData, b: IndicatorData) -> Bool {
    a.spec == b.spec && a.outputs == b.outputs && a.have == b.have && a.need == b.need
      && a.countsDays == b.countsDays && a.lastUpdate == b.lastUpdate && a.chunks == b.chunks
  }
}
