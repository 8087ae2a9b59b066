import Diagnostics
import MarketModel
import SessionAnalytics

extension DataProcessor {
  /// Brings every study whose interval has changed up to date, from the first changed bar on.
  ///
  /// The pass is told of figures that follow from windows which the clock closed, beyond those of changed bars.
  ///
  /// - Complexity: O(studies) for a new last bar, amortised.
  func refreshIndicators(
    _ data: inout SymbolSessionData, _ pass: inout ProcessingPass
  ) throws(SessError) {
    for index in data.indicators.indices {
      let interval = data.indicators.values[index].spec.interval
      guard let record = data.bars[interval], let changed = record.changed,
        let series = data.seen(interval, calendar)
      else { continue }
      try processor(of: record, data.hours)
        .refresh(&data.indicators.values[index], from: series, changed: changed)
      let first = Instant(nanoseconds: changed.lowerBound)
      if let touched = pass.touched(interval) {
        let start = Instant(nanoseconds: touched.lowerBound)
        if LiveExtent.bars(of: start...start, interval).lowerBound <= first { continue }
      }
      let from = LiveExtent.bars(of: first...first, interval).lowerBound
      pass.beyond.append(
        Change(
          .set, nil, .indicatorValues(data.indicators.values[index].key),
          .starts(from...SessionData.farFuture)))
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
