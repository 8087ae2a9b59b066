/// How long a run of equal values must be for chance not to explain it.
enum Coincidence {
  /// The fewest equal values in a row, given how often two values of the series are equal.
  ///
  /// Neighbours resemble each other, so four times as many equal pairs are taken as were counted.
  ///
  /// - Complexity: O(values · log values).
  static func length(of keys: [UInt64]) -> Int {
    let count = Double(keys.count)
    guard count >= 2 else { return 1 }
    var equal = 0.0
    let sorted = keys.sorted()
    var index = 0
    while index < sorted.count {
      var end = index + 1
      while end < sorted.count, sorted[end] == sorted[index] { end += 1 }
      let run = Double(end - index)
      equal += run * (run - 1)
      index = end
    }
    let share = min(0.9, 4 * equal / (count * (count - 1)))
    guard share > 0 else { return 1 }
    // Chance may bring one such stretch in ten thousand series.
    var expected = count
    var length = 0
    while expected > 0.0001, length < 500 {
      expected *= share
      length += 1
    }
    return length
  }
}
