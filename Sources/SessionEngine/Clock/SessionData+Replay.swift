public import Diagnostics
import Dispatch
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// The session's clock: a replay moves it over what is known, forwards and back.
extension SessionData {
  /// Begins a replay before the first event of a trading day.
  ///
  /// - Parameters:
  ///   - date: the first session to replay; nil takes the first loaded day, or with `trailing` the first
  ///     that has so many trading days before it.
  ///   - trailing: exactly so many trading days before the session stay visible; nil keeps all.
  /// - Throws: `nothing-loaded`, `feed-running`, `too-few-days`, `no-sessions`.
  public mutating func startReplay(from date: CivilDate?, trailing: Int?) throws(SessError) {
    if document.active, replay == nil {
      throw SessError(
        "feed-running", "a feed drives the clock", hint: "`feed stop` ends it, then replay")
    }
    let known = knownSymbols
    var start: Int64?
    for (_, data) in known {
      let calendar = try catalog.calendar(named: data.calendar)
      guard let loaded = SessionData.loadedDays(of: data, calendar) else { continue }
      let wanted = max(date ?? loaded.lowerBound, loaded.lowerBound)
      let lead = date == nil ? trailing ?? 0 : 0
      guard let first = calendar.sessionDate(from: wanted, after: lead),
        first <= loaded.upperBound, let session = calendar.session(on: first)
      else { continue }
      start = min(start ?? .max, session.start)
    }
    guard let start else { throw SessionData.noStart(date, trailing, isEmpty: known.isEmpty) }
    let moment = Instant(nanoseconds: start)
    replay = Replay(known: known.mapValues(\.withoutNews), start: moment, trailing: trailing)
    document.active = true
    note(.set, nil, .active)
    try moveClock(to: moment)
    // What is hidden has not changed.
    for name in document.symbols.keys {
      document.symbols[name] = document.symbols[name]?.withoutNews
    }
  }

  private static func noStart(_ date: CivilDate?, _ trailing: Int?, isEmpty: Bool) -> SessError {
    if isEmpty {
      return SessError(
        "nothing-loaded", "there is nothing to replay", hint: "`load FILE --symbol NAME` first")
    }
    if let date {
      return SessError(
        "no-sessions", "no symbol has bars on or after \(date)",
        hint: "`status` shows what is loaded")
    }
    return SessError(
      "too-few-days", "no symbol has more than \(trailing ?? 0) trading days",
      hint: "use a smaller `--trailing`, or load more days")
  }

  /// Ends a replay: everything known is visible again, without a clock.
  ///
  /// - Throws: `no-replay`.
  public mutating func stopReplay() throws(SessError) {
    guard let replay else { throw SessionData.noReplay }
    document.symbols = replay.known
    document.clock = nil
    document.active = false
    self.replay = nil
    note(.set, nil, .active)
  }

  /// The error of a move without a replay.
  public static let noReplay = SessError(
    "no-replay", "nothing is replayed", hint: "`replay` puts the clock before the first bar")

  /// Moves the replay's clock, forwards or back; who commits it logs what differs.
  ///
  /// With `afresh` all that is seen is projected anew, even where a move on could go on from what was seen.
  ///
  /// - Throws: `no-replay`, `unknown-calendar`.
  public mutating func moveClock(to clock: Instant, afresh: Bool = false) throws(SessError) {
    if afresh { replay?.unadjusted = [:] }
    try leaveOutAdjustments(after: clock)
    guard let replay else { throw SessionData.noReplay }
    document.symbols = try project(
      replay.shown, at: clock, replay.trailing, since: afresh ? nil : document.clock,
      seen: document.symbols)
    document.clock = clock
  }

  /// Makes symbols anew whose adjustments lie in part after the session of a moment, without these.
  ///
  /// A split or dividend is known from its day on: before, prices are seen as they were traded then.
  private mutating func leaveOutAdjustments(after clock: Instant) throws(SessError) {
    guard let known = replay?.known else { return }
    for name in Set(known.keys).union(replay?.unadjusted.keys.map { $0 } ?? []) {
      guard let data = known[name], !data.metadata.adjustments.isEmpty else {
        replay?.unadjusted[name] = nil
        continue
      }
      let calendar = try catalog.calendar(named: data.calendar)
      let date = calendar.latestSessionDate(startedBefore: clock)
      let steps = data.metadata.adjustments.filter { step in date.map { step.through < $0 } ?? false
      }
      guard steps.count < data.metadata.adjustments.count else {
        replay?.unadjusted[name] = nil
        continue
      }
      guard replay?.unadjusted[name]?.metadata.adjustments != steps else { continue }
      var earlier = data
      earlier.metadata.adjustments = steps
      try DataProcessor(calendar: calendar, clock: nil).rebuildAll(&earlier)
      replay?.unadjusted[name] = earlier
    }
  }

  /// Changes what is known, and then shows what the clock lets be seen of it.
  ///
  /// Without a replay it is the change alone.
  public mutating func edit<Result>(
    _ change: (inout SessionData) throws(SessError) -> Result
  ) throws(SessError) -> Result {
    guard let replay, let clock = document.clock else { return try change(&self) }
    var whole = self
    whole.document.symbols = replay.known
    whole.replay = nil
    whole.isWhole = true
    let result = try change(&whole)
    let earlier = document
    var seen = earlier.symbols
    for name in earlier.symbols.keys where whole.document.symbols[name] == nil { seen[name] = nil }
    let changed = whole.document.symbols.filter { replay.known[$0.key] != $0.value }
    self.replay?.known = whole.document.symbols
    for name in changed.keys { self.replay?.unadjusted[name] = nil }
    try leaveOutAdjustments(after: clock)
    let shown = changed.mapValues { self.replay?.unadjusted[$0.symbol] ?? $0 }
    for (name, data) in try project(shown, at: clock, replay.trailing) {
      seen[name] = data.updated(since: earlier.symbols[name])
      self.replay?.known[name] = whole.document.symbols[name]?.withoutNews
      let unadjusted = self.replay?.unadjusted[name]
      self.replay?.unadjusted[name] = unadjusted?.withoutNews
    }
    document = whole.document
    document.symbols = seen
    // The log tells of what is seen: what the change noted, its places in lists too, is about all that is known.
    log(differenceFrom: earlier, beyond: whole.changes.sequence)
    return result
  }

  /// What is seen of every symbol at a moment, on all cores.
  ///
  /// Given what was seen before, intervals whose bars differ from it are marked as updated; given the clock of
  /// then, too, a move on goes on from there.
  private func project(
    _ known: [String: SymbolSessionData], at clock: Instant, _ trailing: Int?,
    since before: Instant? = nil, seen earlier: [String: SymbolSessionData]? = nil
  ) throws(SessError) -> [String: SymbolSessionData] {
    var views: [String: ClockView] = [:]
    for data in known.values where views[data.calendar] == nil {
      let calendar = try catalog.calendar(named: data.calendar)
      views[data.calendar] = ClockView(calendar: calendar, clock: clock, trailing: trailing)
    }
    let items = known.values.compactMap { data in views[data.calendar].map { (data, $0) } }
    var results = [Swift.Result<SymbolSessionData, SessError>?](repeating: nil, count: items.count)
    let share = max(1, (items.count + 31) / 32)
    results.withUnsafeMutableBufferPointer { buffer in
      // Safe: each iteration writes elements of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: (items.count + share - 1) / share) { part in
        var memos: [String: CalendarMemo] = [:]
        for index in part * share..<min(items.count, (part + 1) * share) {
          let (data, view) = items[index]
          let memo = memos[data.calendar] ?? CalendarMemo(view.calendar)
          memos[data.calendar] = memo
          do throws(SessError) {
            var advanced: SymbolSessionData?
            if let before, let held = earlier?[data.symbol] {
              let advance = ClockAdvance(view: view, before: before, memo: memo)
              advanced = try advance.symbol(data, from: held)
            }
            var symbol = if let advanced { advanced } else { try view.symbol(data) }
            if let earlier { symbol.markUpdated(since: earlier[data.symbol]) }
            slots[index] = .success(symbol)
          } catch {
            slots[index] = .failure(error)
          }
        }
      }
    }
    var seen: [String: SymbolSessionData] = [:]
    seen.reserveCapacity(results.count)
    for case let result? in results {
      let symbol = try result.get()
      seen[symbol.symbol] = symbol
    }
    return seen
  }
}

extension SymbolSessionData {
  /// What is known of it, with nothing marked as new: what is new is a matter of what is seen.
  fileprivate var withoutNews: SymbolSessionData {
    guard bars.values.contains(where: \.updated) else { return self }
    var settled = self
    for interval in bars.keys { settled.bars[interval]?.updated = false }
    return settled
  }

  /// Marks the intervals whose bars differ from what was seen before.
  ///
  /// - Complexity: O(1) for series whose end differs or that share their storage, O(days) else.
  fileprivate mutating func markUpdated(since earlier: SymbolSessionData?) {
    for (interval, record) in bars {
      let before = earlier?.bars[interval]?.data
      let isSame =
        before?.count == record.data.count && before?.lastStart == record.data.lastStart
        && before == record.data
      if record.updated == isSame { bars[interval]?.updated = !isSame }
    }
  }

  /// What is seen after a change, given how it was seen: a series is new when the change brought bars into sight.
  fileprivate func updated(since earlier: SymbolSessionData?) -> SymbolSessionData {
    var seen = self
    let isArrival = bars.contains {
      $0.value.updated && earlier?.bars[$0.key]?.data != $0.value.data
    }
    for (interval, record) in bars {
      let before = earlier?.bars[interval]
      if before?.data != record.data {
        seen.bars[interval]?.updated = record.updated
      } else {
        seen.bars[interval]?.updated = !isArrival && before?.updated == true
      }
    }
    return seen
  }
}
