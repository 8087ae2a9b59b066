import MarketModel

/// The stretches of a series in which row follows row: what is left of it when only trading hours matter.
struct TradingRuns {
  /// Rows from a first to a last stamp as written, without a pause between them.
  struct Run: Equatable {
    var first: Int64
    var last: Int64
    var count: Int
  }

  /// In order of time.
  let runs: [Run]
  let rowCount: Int
  let step: Int64

  /// Whether rows mostly stand alone, so that they show no hours.
  var areThin: Bool { rowCount < (step < 3600 * Instant.second ? 6 : 2) * runs.count }

  /// Cuts a series where twenty minutes, or two bars if they are longer, hold no row.
  ///
  /// - Complexity: O(rows), one pass; O(runs · log runs) more where rows neither rise nor fall.
  init(_ series: RawSeries, _ interval: Interval) {
    step = interval.nanoseconds
    let pause = max(20 * 60 * Instant.second, step + step / 2)
    var runs: [Run] = []
    var current: Run?
    for batch in series.batches {
      for time in batch.rows.lazy.map(\.time) {
        guard var run = current else {
          current = Run(first: time, last: time, count: 1)
          continue
        }
        if time >= run.first &- pause, time <= run.last &+ pause {
          run.first = min(run.first, time)
          run.last = max(run.last, time)
          run.count += 1
          current = run
        } else {
          runs.append(run)
          current = Run(first: time, last: time, count: 1)
        }
      }
    }
    if let current { runs.append(current) }
    rowCount = runs.reduce(0) { $0 + $1.count }
    let isSorted = zip(runs, runs.dropFirst()).allSatisfy { $0.first <= $1.first }
    self.runs = isSorted ? runs : runs.sorted { $0.first < $1.first }
  }
}
