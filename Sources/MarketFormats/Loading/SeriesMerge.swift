public import Diagnostics
public import MarketModel

/// Adds the bars of one series to another.
public enum SeriesMerge {
  /// The bars that found their slot taken.
  public struct Result: Sendable {
    /// The merged bars.
    public var series: BarSeries
    /// The starts of bars that were left out because their slot was taken.
    public var duplicates: [Instant]
  }

  /// Merges `added` into `series`; a slot that holds a carried bar is free.
  ///
  /// - Throws: `duplicate-bars` under the policy `error`.
  /// - Complexity: O(added bars), a whole day at once where the day is new.
  public static func merge(
    _ added: BarSeries, into series: BarSeries, policy: FileDuplicatePolicy, name: String
  ) throws(SessError) -> Result {
    var result = Result(series: series, duplicates: [])
    for chunk in added.chunks {
      guard result.series.chunk(on: chunk.day) != nil else {
        result.series.setChunk(chunk)
        continue
      }
      for index in 0..<chunk.count {
        let bar = chunk[index]
        let isRegular = chunk.regular.contains(index)
        if result.series.insert(bar, day: chunk.day, isRegular: isRegular) { continue }
        if result.series.bar(at: bar.start)?.fill == .carried {
          _ = result.series.replace(bar, day: chunk.day)
          continue
        }
        if policy == .error {
          throw SessError(
            "duplicate-bars",
            "\(name) has a bar for a slot that is taken: \(bar.start.iso8601(offsetSeconds: 0))",
            hint: "--on-duplicate keep leaves the first, --on-duplicate replace takes the last")
        }
        if policy == .replace { _ = result.series.replace(bar, day: chunk.day) }
        result.duplicates.append(bar.start)
      }
    }
    return result
  }
}

extension RawFile {
  /// The rows of a series that start at some instants, as rejected ones with their lines.
  ///
  /// - Throws: `file-shrunk`.
  public func rejectedRows(
    _ starts: [Instant], series index: Int, _ decision: LoadDecision,
    as kind: RejectionClass = .duplicate, reason: String
  ) throws(SessError) -> [RejectedRow] {
    guard !starts.isEmpty else { return [] }
    let placement = Placement(decision: decision, policy: .keep, source: source)
    return try placement.rows(
      at: Set(starts.map(\.nanoseconds)), of: series[index], as: kind, reason: reason)
  }
}
