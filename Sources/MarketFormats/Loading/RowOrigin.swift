public import Diagnostics
public import MarketModel

/// Where a bar stands in a file.
public struct RowOrigin: Sendable, Equatable {
  /// The file as the user named it.
  public var file: String
  /// Its line, from 1.
  public var line: Int
  /// The row as written.
  public var text: String
}

extension RawFile {
  /// What was odd about all rows of the file.
  public var faults: [RowFault] {
    guard let unitChangeLine else { return [] }
    return [RowFault(kind: .mixedUnits, count: 1, file: source.name, line: unitChangeLine)]
  }

  /// The rows some bars of a series came from, by the bars' starts; a row with other figures is none.
  ///
  /// - Throws: `file-shrunk`.
  /// - Complexity: O(rows).
  public func origins(
    of bars: [Int64: Bar], series index: Int, _ decision: LoadDecision
  ) throws(SessError) -> [Int64: RowOrigin] {
    let placement = Placement(decision: decision, policy: .keep, source: source)
    return try placement.origins(of: bars, in: series[index])
  }
}

extension Placement {
  fileprivate func origins(of bars: [Int64: Bar], in raw: RawSeries) throws(SessError)
    -> [Int64: RowOrigin]
  {
    var origins: [Int64: RowOrigin] = [:]
    let least = bars.keys.min() ?? .max
    let greatest = bars.keys.max() ?? .min
    for (batch, starts) in zip(raw.batches, moments(raw)) {
      for (index, start) in starts.enumerated() where start >= least && start <= greatest {
        guard let bar = bars[start], origins[start] == nil, batch.states(bar, at: index) else {
          continue
        }
        origins[start] = RowOrigin(
          file: source.name, line: batch.line(index),
          text: try source.rowText(at: batch.offset(index)))
      }
    }
    return origins
  }
}

extension RawBatch {
  fileprivate func states(_ bar: Bar, at index: Int) -> Bool {
    let row = self[index]
    return row.open == bar.open && row.high == bar.high && row.low == bar.low
      && row.close == bar.close && row.volume == bar.volume
  }
}
