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

  /// How many bars two chunks begin with in common, where one goes on from the other; else none.
  ///
  /// - Complexity: O(bars), column by column.
  public static func commonPrefix(_ a: BarChunk, _ b: BarChunk) -> Int {
    let count = min(a.count, b.count)
    guard isShared(a.starts, b.starts, count), isShared(a.closes, b.closes, count),
      isShared(a.opens, b.opens, count), isShared(a.highs, b.highs, count),
      isShared(a.lows, b.lows, count), isShared(a.volumes, b.volumes, count),
      isShared(a.trades, b.trades, count), isShared(a.vwaps, b.vwaps, count),
      isShared(a.present, b.present, count), isShared(a.expected, b.expected, count),
      a.marks.isEmpty, b.marks.isEmpty
    else { return 0 }
    return count
  }

  private static func isShared(_ a: [Int64], _ b: [Int64], _ count: Int) -> Bool {
    guard a.isEmpty == b.isEmpty else { return false }
    for index in 0..<min(count, a.count) where a[index] != b[index] { return false }
    return true
  }

  private static func isShared(_ a: [Int32], _ b: [Int32], _ count: Int) -> Bool {
    guard a.isEmpty == b.isEmpty else { return false }
    for index in 0..<min(count, a.count) where a[index] != b[index] { return false }
    return true
  }

  private static func isShared(_ a: [Double], _ b: [Double], _ count: Int) -> Bool {
    guard a.isEmpty == b.isEmpty else { return false }
    for index in 0..<min(count, a.count) where a[index].bitPattern != b[index].bitPattern {
      return false
    }
    return true
  }

  /// Whether a bar of one chunk has the same values as a bar of another.
  public static func hasEqualBars(_ a: BarChunk, _ i: Int, _ b: BarChunk, _ j: Int) -> Bool {
    guard a.starts[i] == b.starts[j], a.opens[i] == b.opens[j], a.highs[i] == b.highs[j],
      a.lows[i] == b.lows[j], a.closes[i] == b.closes[j], a.volumes[i] == b.volumes[j]
    else { return false }
    return a[i] == b[j]
  }
}
