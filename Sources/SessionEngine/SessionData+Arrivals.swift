import MarketCalendar
import MarketModel

/// What a feed brings belongs to no command, so no undo takes it back.
extension SessionData {
  /// Whether a feed drives the clock.
  var isFed: Bool { document.active && replay == nil }

  /// This state with what a feed has brought between two later ones, and its clock.
  ///
  /// Without a feed in all of them it stays as it is.
  ///
  /// - Complexity: O(days) to find what is new, and a batch for each symbol that has news.
  func adding(arrivalsIn present: SessionData, since earlier: SessionData) -> SessionData {
    guard isFed, present.isFed, earlier.isFed else { return self }
    var merged = self
    merged.document.clock = present.document.clock
    for (name, now) in present.document.symbols {
      let then = earlier.document.symbols[name]
      guard now != then else { continue }
      var data = merged.document.symbols[name] ?? now.withoutContent()
      guard data.add(arrivalsIn: now, since: then ?? now.withoutContent()) else { continue }
      data.chooseBaseInterval()
      merged.document.symbols[name] = data
    }
    for name in merged.document.symbolNames {
      guard let calendar = try? merged.calendar(of: name) else { continue }
      // Derived bars, quality and studies follow from what is held and the clock.
      try? DataProcessor(calendar: calendar, clock: merged.document.clock)
        .rebuildAll(&merged.document.symbols[name, default: .placeholder(name)])
    }
    return merged
  }
}

extension SymbolSessionData {
  /// The symbol as a feed registers it: its intervals, and nothing in them.
  fileprivate func withoutContent() -> SymbolSessionData {
    var empty = SymbolSessionData(
      symbol: symbol, calendar: calendar, hours: hours, metadata: metadata)
    for (interval, record) in bars where !record.derived || record.events != nil {
      empty.bars[interval] = BarIntervalData(
        interval: interval, events: record.events, alignment: record.alignment)
    }
    empty.chooseBaseInterval()
    return empty
  }

  /// Adds what has come between two later states; false when nothing has.
  fileprivate mutating func add(arrivalsIn now: SymbolSessionData, since then: SymbolSessionData)
    -> Bool
  {
    var hasNews = false
    for (interval, record) in now.bars where !record.derived {
      let before = then.bars[interval]?.data
      for chunk in record.data.chunks {
        let old = before?.chunk(on: chunk.day)
        guard old != chunk else { continue }
        if bars[interval] == nil {
          bars[interval] = BarIntervalData(interval: interval, alignment: record.alignment)
        }
        for index in 0..<chunk.count {
          let bar = chunk[index]
          if let old, let held = old.index(of: bar.start.nanoseconds), old[held] == bar { continue }
          hasNews = true
          let isRegular = chunk.regular.contains(index)
          if bars[interval]?.data.insert(bar, day: chunk.day, isRegular: isRegular) != true {
            _ = bars[interval]?.data.replace(bar, day: chunk.day)
          }
        }
      }
    }
    let trades = SymbolSessionData.news(Array(now.ticks), since: Array(then.ticks))
    if !trades.isEmpty { ticks.add(trades) }
    let offers = SymbolSessionData.news(Array(now.quotes), since: Array(then.quotes))
    if !offers.isEmpty { quotes.add(offers) }
    let corrected = now.revisions.dropFirst(then.revisions.count)
    revisions += corrected
    let refused = now.rejected.dropFirst(then.rejected.count)
    rejected += refused
    return hasNews || !trades.isEmpty || !offers.isEmpty || !corrected.isEmpty || !refused.isEmpty
  }

  /// The events of a longer list that a shorter one does not have; both are in time order.
  private static func news<Event: Equatable>(
    _ longer: [Event], since shorter: [Event]
  ) -> [Event] {
    guard longer.count > shorter.count else { return [] }
    if longer.starts(with: shorter) { return Array(longer[shorter.count...]) }
    var news: [Event] = []
    var index = 0
    for event in longer {
      if index < shorter.count, shorter[index] == event {
        index += 1
      } else {
        news.append(event)
      }
    }
    return news
  }
}
