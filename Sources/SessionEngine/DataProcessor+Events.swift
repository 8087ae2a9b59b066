import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// Bars made of trades and quotes as these come.
extension DataProcessor {
  /// Makes or corrects the bars that an event at a moment closes or belongs to, and what follows from them.
  func processEvents(
    of source: EventSource, at time: Instant, in data: inout SymbolSessionData
  ) throws(SessError) -> [Change] {
    let times = data.eventTimes(source)
    let index = times.lowerBound(time.nanoseconds)
    var moments = [time]
    if index > 0 { moments.append(Instant(nanoseconds: times[index - 1])) }
    let stretches = refold(source, at: moments, in: &data)
    return stretches + (try process(&data, isLive: true))
  }

  /// Brings a symbol up to the clock without anything new; `updated` stays as it is.
  func settle(_ data: inout SymbolSessionData) throws(SessError) -> [Change] {
    var stretches: [Change] = []
    for source in [EventSource.ticks, .quotes] {
      guard let last = data.eventTimes(source).last else { continue }
      stretches += refold(source, at: [Instant(nanoseconds: last)], in: &data)
    }
    let flags = data.bars.mapValues(\.updated)
    let further = try process(&data)
    for (interval, flag) in flags { data.bars[interval]?.updated = flag }
    return stretches + further
  }

  /// Folds the windows of some moments again in every interval made of a source.
  ///
  /// - Returns: an entry a bar, which stands for all that follows from it, too.
  private func refold(
    _ source: EventSource, at moments: [Instant], in data: inout SymbolSessionData
  ) -> [Change] {
    var changes: [Change] = []
    let view = AdjustmentView(data.metadata.adjustments)
    for interval in data.derivedIntervals {
      guard let record = data.bars[interval], let events = record.events,
        events.field == source.field
      else { continue }
      let derivation = EventDerivation(frame: frame(of: record, data.hours))
      for moment in moments {
        guard let session = calendar.session(containing: moment),
          let window = derivation.window(
            containing: moment, events, of: data, in: session, clock: clock),
          let made = window.bar
        else { continue }
        let day = BarSeries.chunkDay(
          of: tradingDay(of: window.start.nanoseconds), interval: interval)
        let isRegular = !interval.isIntraday || session.isRegular(window.start)
        // Bars of events are stored as they are seen.
        var chunk = BarChunk(day: day)
        chunk.append(made, isRegular: isRegular)
        let bar = view.adjusted(chunk, interval: interval) { tradingDay(of: $0.nanoseconds) }[0]
        guard data.bars[interval]?.data.bar(at: bar.start) != bar else { continue }
        store(bar, at: bar.start, day, isRegular: isRegular, interval, in: &data)
        changes.append(Change(.set, nil, .live(interval), .starts(bar.start...bar.start)))
      }
    }
    return changes
  }
}

extension SymbolSessionData {
  /// The times of the events of a source, in order.
  fileprivate func eventTimes(_ source: EventSource) -> [Int64] {
    source == .ticks ? ticks.times : quotes.times
  }
}
