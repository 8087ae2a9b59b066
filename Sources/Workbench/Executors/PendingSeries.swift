import MarketFormats
import MarketModel

/// One symbol of a running load: what its files have given so far.
struct PendingSeries {
  var symbol: String
  var decision: LoadDecision
  var series: BarSeries
  var rejected: [RejectedRow]
  var order: RowOrder
  var dialect: Dialect
  var sources: [String]
  var isNaive: Bool
  var faults: [RowFault] = []
  /// The files with the place of the series in each, kept when duplicates may have to be found again.
  var files: [(file: RawFile, index: Int, decision: LoadDecision)] = []
}

/// Every series of a running load in the order found, each found by symbol and interval.
struct PendingLoad {
  private struct Key: Hashable {
    var symbol: String
    var interval: Interval
  }

  var series: [PendingSeries] = []
  var events: [PendingEvents] = []
  private var positions: [Key: Int] = [:]

  func position(_ symbol: String, _ interval: Interval) -> Int? {
    positions[Key(symbol: symbol, interval: interval)]
  }

  mutating func append(_ item: PendingSeries) {
    positions[Key(symbol: item.symbol, interval: item.decision.interval)] = series.count
    series.append(item)
  }
}
