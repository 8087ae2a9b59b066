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
    let index = EventTimes.lowerBound(times, time.nanoseconds)
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
  private func refold(
    _ source: EventSource, at moments: [Instant], in data: inout SymbolSessionData
  ) -> [Change] {
    var changes: [Change] = []
    for interval in data.derivedIntervals {
      guard let record = data.bars[interval], let events = record.events,
        events.field == source.field
      else { continue }
      let derivation = EventDerivation(frame: frame(of: record, data.hours))
      guard interval.isIntraday else {
        let made = derivation.derive(events, of: data, clock: clock)
        data.bars[interval]?.data = made
        changes.append(Change(.set, nil, .bars(interval)))
        continue
      }
      for moment in moments {
        guard let session = calendar.session(containing: moment),
          let window = derivation.window(
            containing: moment, events, of: data, in: session, clock: clock),
          let bar = window.bar, data.bars[interval]?.data.bar(at: bar.start) != bar
        else { continue }
        let isRegular = session.isRegular(window.start)
        store(bar, at: window.start, session.date, isRegular: isRegular, interval, in: &data)
        changes.append(Change(.set, nil, .bars(interval), .starts(bar.start...bar.start)))
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

/// A search by time.
private enum EventTimes {
  static func lowerBound(_ times: [Int64], _ time: Int64) -> Int {
    guard let last = times.last, last >= time else { return times.count }
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
