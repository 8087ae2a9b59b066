public import Diagnostics
import MarketCalendar
public import MarketModel

extension SessionData {
  /// What has been touched after a change, as entries that name records and stretches, not commands.
  ///
  /// Since 0 it is everything there is: the receiver begins with nothing.
  ///
  /// - Throws: `unknown-change` for a number that is not reached yet, or older than the log.
  /// - Complexity: O(entries since), whatever the session holds.
  public func touched(since sequence: Int) throws(SessError) -> [Change] {
    guard sequence >= 0, sequence <= changes.sequence else {
      throw SessError(
        "unknown-change",
        "the session is at change \(changes.sequence), so there is no \(sequence)",
        hint: "`changes --last 1` shows the latest")
    }
    guard sequence > 0 else { return everything() }
    guard sequence >= changes.start else {
      throw SessError(
        "unknown-change",
        "this session was loaded at change \(changes.start); what led to it is not known",
        hint: "`export delta --since 0` gives everything")
    }
    var touched: [Change] = []
    for change in changes.entries(after: sequence) {
      switch change.part {
      case .live(let interval): try addLive(change, interval, to: &touched)
      case .gaps(let interval): touched.append(try gapStretch(change, interval))
      default: touched.append(change)
      }
    }
    return touched
  }

  /// The end of stretches that go on: the year 2200, later than any bar.
  static let farFuture = Instant(nanoseconds: 7_258_118_400 * Instant.second)

  private func everything() -> [Change] {
    let sequence = changes.sequence
    var all = [
      Change(.set, nil, .clock, sequence: sequence), Change(.set, nil, .active, sequence: sequence),
    ]
    for name in document.calendars.keys.sorted() {
      all.append(Change(.set, nil, .calendar(name), sequence: sequence))
    }
    for name in document.symbolNames { all.append(Change(.set, name, .symbol, sequence: sequence)) }
    return all
  }

  /// Everything that follows from bars of the live path.
  private func addLive(
    _ change: Change, _ interval: Interval, to touched: inout [Change]
  ) throws(SessError) {
    guard let name = change.symbol, let data = document.symbols[name],
      case .starts(let starts)? = change.extent
    else { return }
    let calendar = try catalog.calendar(named: data.calendar)
    let days = SessionData.days(of: starts, calendar)
    func touch(
      _ part: Change.Part, _ extent: Change.Extent?, _ operation: Change.Operation = .set
    ) {
      touched.append(
        Change(operation, name, part, extent, count: change.count, sequence: change.sequence))
    }
    touch(.bars(interval), change.extent, change.operation)
    touch(.metrics, nil)
    for held in data.bars.keys where held == interval || data.bars[held]?.derived == true {
      if held != interval { touch(.bars(held), .starts(LiveExtent.bars(of: starts, held))) }
      touch(.quality(held), .dates(LiveExtent.days(of: days, held)))
      touched.append(
        try gapStretch(
          Change(.set, name, .gaps(held), .dates(days), sequence: change.sequence), held))
    }
    for (key, study) in data.indicators {
      let from = LiveExtent.bars(of: starts, study.spec.interval).lowerBound
      touch(.indicatorValues(key), .starts(from...SessionData.farFuture))
    }
  }

  /// A change of the gaps of some days by their starts; gaps of days and longer may begin anywhere before.
  private func gapStretch(_ change: Change, _ interval: Interval) throws(SessError) -> Change {
    guard case .dates(let dates)? = change.extent, let name = change.symbol,
      let data = document.symbols[name]
    else { return change }
    var stretch = change
    stretch.extent = nil
    guard interval.isIntraday else { return stretch }
    let calendar = try catalog.calendar(named: data.calendar)
    let first = calendar.session(on: dates.lowerBound)?.start
    let last = calendar.session(on: dates.upperBound)?.end
    let lower = first ?? dates.lowerBound.midnightNanoseconds - Instant.day
    let upper = last ?? dates.upperBound.midnightNanoseconds + 2 * Instant.day
    stretch.extent = .starts(Instant(nanoseconds: lower)...Instant(nanoseconds: upper))
    return stretch
  }

  /// The trading days of the first and last of some starts.
  private static func days(
    of starts: ClosedRange<Instant>, _ calendar: MarketCalendar
  ) -> ClosedRange<CivilDate> {
    func day(_ start: Instant) -> CivilDate {
      let offset = calendar.zone.offsetSeconds(at: start)
      return calendar.tradingDay(containing: start)
        ?? start.wallClock(offsetSeconds: offset).date
    }
    let first = day(starts.lowerBound)
    return first...max(first, day(starts.upperBound))
  }
}
