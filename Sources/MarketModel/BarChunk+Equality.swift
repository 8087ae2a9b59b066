extension BarChunk: Equatable {
  /// Equal when every bar is; a column that is not there equals one of unknown values.
  ///
  /// - Complexity: O(1) for columns that share their storage.
  public static func == (a: BarChunk, b: BarChunk) -> Bool {
    guard a.day == b.day, a.regular == b.regular, a.starts == b.starts else { return false }
    guard a.opens == b.opens, a.highs == b.highs, a.lows == b.lows, a.closes == b.closes else {
      return false
    }
    guard a.volumes == b.volumes, a.present == b.present, a.expected == b.expected,
      a.marks == b.marks
    else { return false }
    return hasEqualTrades(a, b) && hasEqualAverages(a, b)
  }

  private static func hasEqualTrades(_ a: BarChunk, _ b: BarChunk) -> Bool {
    if a.trades.isEmpty { return b.trades.allSatisfy { $0 == unknownCount } }
    if b.trades.isEmpty { return a.trades.allSatisfy { $0 == unknownCount } }
    return a.trades == b.trades
  }

  private static func hasEqualAverages(_ a: BarChunk, _ b: BarChunk) -> Bool {
    if a.vwaps.isEmpty { return b.vwaps.allSatisfy(\.isNaN) }
    if b.vwaps.isEmpty { return a.vwaps.allSatisfy(\.isNaN) }
    // Arrays that share their storage compare equal at once, NaN or not.
    return a.vwaps == b.vwaps
      || a.vwaps.elementsEqual(b.vwaps) { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }

  /// Whether a bar of one chunk has the same values as a bar of another.
  public static func hasEqualBars(_ a: BarChunk, _ i: Int, _ b: BarChunk, _ j: Int) -> Bool {
    guard a.starts[i] == b.starts[j], a.opens[i] == b.opens[j], a.highs[i] == b.highs[j],
      a.lows[i] == b.lows[j], a.closes[i] == b.closes[j], a.volumes[i] == b.volumes[j]
    else { return false }
    return a[i] == b[j]
  }
}
