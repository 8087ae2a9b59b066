import Diagnostics
import MarketModel
import SessionAnalytics

extension DataProcessor {
  /// Brings every study whose interval has changed up to date, from the first changed bar on.
  ///
  /// - Complexity: O(studies) for a new last bar, amortised.
  func refreshIndicators(_ data: inout SymbolSessionData) throws(SessError) {
    for index in data.indicators.indices {
      let interval = data.indicators.values[index].spec.interval
      guard let record = data.bars[interval], let changed = record.changed,
        let series = data.seen(interval, calendar)
      else { continue }
      try processor(of: record, data.hours)
        .refresh(&data.indicators.values[index], from: series, changed: changed)
    }
  }

  /// Computes the studies of an interval afresh.
  func rebuildIndicators(_ data: inout SymbolSessionData, on interval: Interval) throws(SessError) {
    for index in data.indicators.indices
    where data.indicators.values[index].spec.interval == interval {
      guard let record = data.bars[interval], let series = data.seen(interval, calendar) else {
        continue
      }
      try processor(of: record, data.hours).rebuild(&data.indicators.values[index], from: series)
    }
  }

  /// Computes one study afresh over the bars of a symbol.
  func rebuild(_ indicator: inout IndicatorData, of data: SymbolSessionData) throws(SessError) {
    let interval = indicator.spec.interval
    guard let record = data.bars[interval], let series = data.seen(interval, calendar) else {
      return
    }
    try processor(of: record, data.hours).rebuild(&indicator, from: series)
  }

  private func processor(of record: BarIntervalData, _ hours: Hours) -> IndicatorProcessor {
    IndicatorProcessor(frame: frame(of: record, hours), lastBarGrows: record.derived)
  }
}
