import Diagnostics
import MarketCalendar
import MarketModel

/// Finds out whether bars lie on the clock's multiples of their length where sessions open off them.
///
/// `09:30 10:00 11:00` and, as the clock has it, `09:00 10:00 11:00` are such hours of a session from 09:30.
struct AlignmentInference {
  private let decision: LoadDecision
  private let source: any ByteSource
  private var onClock: SlotJudge
  private var onSession: SlotJudge
  /// Rows of regular hours, and how many of them are slots of either grid.
  private var rows = 0
  private var clockRows = 0
  private var sessionRows = 0
  /// Rows in regular hours that are slots of the clock only.
  private var evidence = 0
  /// First bars of segments that open off the clock, stamped with the open or with the clock's time before it.
  private var openRows = 0
  private var earlyRows = 0
  /// Rows before the regular hours and those that go on in the next session.
  private var preRows = 0
  private var crossings = 0
  /// Rows at the end of regular hours.
  private var closeRows = 0

  init(decision: LoadDecision, source: any ByteSource) {
    self.decision = decision
    self.source = source
    let (calendar, interval) = (decision.calendar, decision.interval)
    onClock = SlotJudge(calendar: calendar, interval: interval, alignment: .clock)
    onSession = SlotJudge(calendar: calendar, interval: interval)
  }

  private var step: Int64 { decision.interval.nanoseconds }

  var alignment: Alignment {
    evidence > 0 && clockRows > sessionRows && clockRows * 100 >= rows * 95 ? .clock : .session
  }

  var beginsBeforeOpen: Bool { alignment == .clock && hasOnlyEarlyStarts }

  /// Whether the first bars of segments all are stamped before them.
  var hasOnlyEarlyStarts: Bool { earlyRows > 0 && openRows == 0 }

  /// Counts the rows of a series.
  ///
  /// - Throws: `clock-bars` where bars hold what two segments have to share, `ambiguous-label`.
  /// - Complexity: O(rows) for bars longer than any that opens lie off, else O(1).
  mutating func look(at series: RawSeries) throws(SessError) {
    let (calendar, interval) = (decision.calendar, decision.interval)
    guard interval.isIntraday, step > 300 * Instant.second, Instant.day % step == 0,
      calendar.name != "24/7"
    else { return }
    let placement = Placement(decision: decision, policy: .keep, source: source)
    for starts in placement.moments(series) {
      for start in starts where start != Placement.skipped { count(start) }
    }
    guard alignment == .clock else { return }
    if openRows == 0, crossings > 0 || (earlyRows > 0 && preRows * 10 >= earlyRows) {
      throw SessError(
        "clock-bars",
        "the \(interval) bars of \(source.name) begin on the clock, where sessions of \(calendar.name) "
          + "begin within one: it holds what comes before the open and what comes after it",
        hint: "load finer bars; `derive SYMBOL \(interval) --align clock` cuts them at the open")
    }
    guard decision.labelBasis.isAssumed, openRows + earlyRows == 0, closeRows > 0 else { return }
    throw ClockInference(
      calendar: calendar, interval: interval, file: source.name,
      isZoneAssumed: decision.zoneBasis.isAssumed
    )
    .refusal("on the clock, the first of a day is after the open and the last at the close", .end)
  }

  private mutating func count(_ start: Int64) {
    if let (_, run) = onClock.segment(holding: start), run.kind == .regular {
      rows += 1
      let isClock = run.isSlotStart(start)
      let isSession = onSession.segment(holding: start)?.run.isSlotStart(start) ?? false
      if isClock { clockRows += 1 }
      if isSession { sessionRows += 1 }
      if isClock, !isSession { evidence += 1 }
      if start == run.start, run.firstEnd - step != start { openRows += 1 }
      if start + step > run.end, onClock.segment(holding: run.end)?.run.kind == .regular {
        crossings += 1
      }
    } else if onClock.run(begunWithin: step, from: start) != nil {
      rows += 1
      clockRows += 1
      earlyRows += 1
    } else if let (_, run) = onClock.segment(holding: start), run.kind == .pre {
      preRows += 1
    } else if onClock.segment(holding: start - 1)?.run.kind == .regular {
      closeRows += 1
    }
  }
}

extension SlotJudge {
  /// The regular segment that begins off the clock, within the slot of the clock that begins at a moment before it.
  mutating func run(begunWithin step: Int64, from start: Int64) -> SlotGrid.Run? {
    guard let (_, run) = segment(holding: start + step - 1), run.kind == .regular,
      run.start > start, run.firstEnd - step == start || run.firstEnd == run.end
    else { return nil }
    return run
  }
}
