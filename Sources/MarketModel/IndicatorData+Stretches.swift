extension IndicatorData {
  /// The rows of the bars that start within a stretch, as ranges of chunks in order.
  ///
  /// - Complexity: O(log *chunks*) to find the first.
  public func pieces(
    startingIn starts: ClosedRange<Int64>
  ) -> [(chunk: IndicatorChunk, rows: Range<Int>)] {
    var pieces: [(chunk: IndicatorChunk, rows: Range<Int>)] = []
    var index = chunks.lowerIndex { $0.starts.last ?? .min < starts.lowerBound }
    while index < chunks.count, let first = chunks[index].starts.first, first <= starts.upperBound {
      let chunk = chunks[index]
      let lower = chunk.starts.lowerIndex { $0 < starts.lowerBound }
      let upper = chunk.starts.lowerIndex { $0 <= starts.upperBound }
      if lower < upper { pieces.append((chunk, lower..<upper)) }
      index += 1
    }
    return pieces
  }

  /// Removes the rows of the bars that start within a stretch.
  public mutating func removeValues(startingIn starts: ClosedRange<Int64>) {
    let first = chunks.lowerIndex { $0.starts.last ?? .min < starts.lowerBound }
    for (offset, piece) in pieces(startingIn: starts).enumerated() {
      chunks[first + offset].starts.removeSubrange(piece.rows)
      let width = outputs.count
      chunks[first + offset].values.removeSubrange(
        piece.rows.lowerBound * width..<piece.rows.upperBound * width)
    }
    chunks.removeAll { $0.starts.isEmpty }
  }

  /// Puts chunks of new rows among those held; false when a row is there where others should go.
  public mutating func insert(_ added: [IndicatorChunk]) -> Bool {
    let width = outputs.count
    for chunk in added {
      guard let first = chunk.starts.first, let last = chunk.starts.last else { continue }
      let place = chunks.lowerIndex { $0.day < chunk.day }
      guard place < chunks.count, chunks[place].day == chunk.day else {
        chunks.insert(chunk, at: place)
        continue
      }
      let row = chunks[place].starts.lowerIndex { $0 < first }
      guard row == chunks[place].starts.lowerIndex({ $0 <= last }) else { return false }
      chunks[place].starts.insert(contentsOf: chunk.starts, at: row)
      chunks[place].values.insert(contentsOf: chunk.values, at: row * width)
    }
    return true
  }
}

extension Array {
  /// The first position from which a rule no longer holds, which holds up to there.
  package func lowerIndex(_ isBefore: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
