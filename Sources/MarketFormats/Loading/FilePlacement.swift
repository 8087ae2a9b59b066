public import Diagnostics
import Dispatch

extension RawFile {
  /// Places every series of the file, on all cores.
  ///
  /// Rows that name no symbol go to the first series.
  ///
  /// - Throws: `duplicate-bars`, `file-shrunk`.
  public func place(_ decisions: [LoadDecision], policy: FileDuplicatePolicy) throws(SessError)
    -> [PlacedSeries]
  {
    var own: [[RawRejection]] = Array(repeating: [], count: series.count)
    var indices: [String?: Int] = [:]
    for (index, series) in series.enumerated() { indices[series.symbol] = index }
    for rejection in rejections where !own.isEmpty {
      own[indices[rejection.symbol] ?? 0].append(rejection)
    }
    let rejections = own
    var results = [Result<PlacedSeries, SessError>?](repeating: nil, count: series.count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Safe: each iteration writes one element of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: series.count) { index in
        let placement = Placement(decision: decisions[index], policy: policy, source: source)
        do throws(SessError) {
          slots[index] = .success(try placement.place(series[index], rejections: rejections[index]))
        } catch {
          slots[index] = .failure(error)
        }
      }
    }
    var placed: [PlacedSeries] = []
    for case let result? in results { placed.append(try result.get()) }
    return placed
  }
}
