import Diagnostics
import MarketCalendar
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
      guard let record = data.bars[interval], let changed = record.changed else { continue }
      try data.processor(of: record, calendar)
        .refresh(&data.indicators.values[index], from: record.data, changed: changed)
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
      guard let record = data.bars[interval] else { continue }
      try data.processor(of: record, calendar)
        .rebuild(&data.indicators.values[index], from: record.data)
    }
  }

  /// Computes one study afresh over the bars of a symbol.
  func rebuild(_ indicator: inout IndicatorData, of data: SymbolSessionData) throws(SessError) {
    guard let record = data.bars[indicator.spec.interval] else { return }
    try data.processor(of: record, calendar).rebuild(&indicator, from: record.data)
  }
}

extension SymbolSessionData {
  /// What computes studies of an interval from its bars, received ones being seen through the adjustments.
  func processor(of record: BarIntervalData, _ calendar: MarketCalendar) -> IndicatorProcessor {
    IndicatorProcessor(
      frame: SeriesFrame(record, calendar, hours), lastBarGrows: record.derived,
      view: AdjustmentView(record.derived ? [] : metadata.adjustments))
  }
}
