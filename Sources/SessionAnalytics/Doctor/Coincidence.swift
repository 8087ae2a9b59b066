/// Whether chance explains a run of equal values.
enum Coincidence {
  /// Whether a run of so many repetitions is too long for chance, given how often one comes at all.
  ///
  /// Neighbours resemble each other, so four times as many repetitions are taken as were counted. Chance may bring
  /// one such run in a thousand series.
  static func isExcluded(_ repetitions: Int, count: Int, share: Double) -> Bool {
    Double(count) * Odds.power(min(0.9, 4 * share), repetitions) < 0.001
  }
}
