import MarketModel

/// Looks at a derived series: bars made of too little.
public struct DerivedCheck {
  private let examination: Examination

  /// Creates a check of a derived series.
  public init(_ examination: Examination) { self.examination = examination }

  /// The share of base bars under which a derived bar is thin.
  private static let share = 0.8

  /// The findings.
  ///
  /// - Complexity: O(bars).
  public func run() -> [Finding] {
    var starts: [Int64] = []
    var least = (share: 1.0, start: Int64(0))
    for chunk in examination.series.chunks where !chunk.present.isEmpty {
      for index in 0..<chunk.count where chunk.expected[index] > 0 {
        let share = Double(chunk.present[index]) / Double(chunk.expected[index])
        guard share < DerivedCheck.share else { continue }
        starts.append(chunk.starts[index])
        if share < least.share { least = (share, chunk.starts[index]) }
      }
    }
    guard !starts.isEmpty else { return [] }
    var finding = Finding(
      "D37", "thin-bars", .info, starts: starts,
      evidence:
        "\(FigureText.count(starts.count, "bar")) made of less than 80 % of their base bars; "
        + "the least, \(FigureText.percent(least.share)), at \(examination.wall(least.start))")
    finding.advice =
      "`derive \(examination.name) \(examination.frame.interval) --policy 80%` "
      + "leaves them out"
    return [finding]
  }
}
