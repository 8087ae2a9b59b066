import MarketCalendar
import MarketModel

/// Looks for a calendar that explains what this one does not: the same stretch missing every day, rows while it is closed.
struct CalendarCheck {
  let examination: Examination
  /// Days whose clock or label is off, which say nothing about the calendar.
  let explained: Set<CivilDate>

  init(_ examination: Examination, explained: Set<CivilDate>) {
    self.examination = examination
    self.explained = explained
  }

  /// A stretch that is missing at one time of day.
  private struct Habit: Hashable {
    /// Nanoseconds from the session's open.
    var from: Int64
    var until: Int64
  }

  /// The findings, and the gaps they explain.
  func run() -> (findings: [Finding], gaps: Set<Gap>) {
    guard examination.frame.interval.isIntraday else { return ([], []) }
    guard explained.isEmpty else { return ([], []) }
    if let found = breaks() { return ([found.finding], found.gaps) }
    if let finding = otherHours() { return ([finding], []) }
    return ([], [])
  }

  // MARK: breaks

  /// Gaps at one time of all days, where another calendar of the zone has a break.
  private func breaks() -> (finding: Finding, gaps: Set<Gap>)? {
    var habits: [Habit: [Gap]] = [:]
    for gap in examination.gaps {
      guard let session = examination.frame.calendar.session(on: gap.date) else { continue }
      let length = gap.end.nanoseconds - gap.start.nanoseconds
      guard length >= max(300 * Instant.second, 2 * examination.step),
        isInside(gap, session)
      else { continue }
      let habit = Habit(
        from: gap.start.nanoseconds - session.open, until: gap.end.nanoseconds - session.open)
      habits[habit, default: []].append(gap)
    }
    let ordered = habits.sorted { ($0.value.count, $1.key.from) > ($1.value.count, $0.key.from) }
    for (habit, gaps) in ordered {
      let days = daysReaching(habit)
      guard gaps.count >= 2, gaps.count * 5 >= days * 4 else { continue }
      let fitting = examination.alternatives.first { calendar in
        gaps.allSatisfy { isBreak($0, of: calendar) } && !loses(calendar)
      }
      guard let fitting, let first = gaps.first else { continue }
      return (finding(fitting, gaps, first, days), Set(gaps))
    }
    return nil
  }

  private func isInside(_ gap: Gap, _ session: TradingSession) -> Bool {
    examination.frame.grid(of: session).runs.contains {
      $0.start < gap.start.nanoseconds && gap.end.nanoseconds < $0.end
    }
  }

  /// Days with bars before and after a stretch.
  private func daysReaching(_ habit: Habit) -> Int {
    var count = 0
    for chunk in examination.series.chunks {
      guard let session = examination.frame.calendar.session(on: chunk.day) else { continue }
      if chunk.starts[0] < session.open + habit.from,
        chunk.starts[chunk.count - 1] >= session.open + habit.until
      {
        count += 1
      }
    }
    return count
  }

  private func isBreak(_ gap: Gap, of calendar: MarketCalendar) -> Bool {
    guard let session = calendar.session(on: gap.date) else { return false }
    var isTouched = false
    for segment in session.segments where segment.kind == .regular {
      if segment.start < gap.end.nanoseconds, segment.end > gap.start.nanoseconds { return false }
      if segment.end == gap.start.nanoseconds || segment.start == gap.end.nanoseconds {
        isTouched = true
      }
    }
    return isTouched
  }

  /// Whether bars that have a slot now would have none under another calendar.
  private func loses(_ calendar: MarketCalendar) -> Bool {
    let count = examination.series.count
    return count > 0 && inside(calendar, bars: true) * 1000 < count * 995
  }

  private func finding(
    _ calendar: MarketCalendar, _ gaps: [Gap], _ first: Gap, _ days: Int
  ) -> Finding {
    let from = examination.timeOfDay(first.start.nanoseconds)
    let until = examination.timeOfDay(first.end.nanoseconds)
    var finding = Finding(
      "D22", "calendar-suspect", .warning, starts: gaps.map(\.start.nanoseconds),
      evidence: "\(from)-\(until) is empty on \(gaps.count) of \(days) days, where "
        + "\(calendar.name) has a break and \(examination.frame.calendar.name) has none")
    finding.commands = examination.reload { $0.with("calendar", calendar.name) }
    finding.advice = "load it again with --calendar \(calendar.name)"
    return finding
  }

  // MARK: hours

  /// Rows while this calendar is closed, nearly all of them within the hours of another, which has bars for its own.
  private func otherHours() -> Finding? {
    let outside = examination.rejected.filter {
      ($0.kind == .outsideHours || $0.kind == .nonTradingDay) && $0.bar != nil
    }
    guard outside.count >= 10, outside.count * 100 >= examination.rowCount else { return nil }
    let present = Double(examination.series.count)
    for calendar in examination.alternatives {
      let gained = inside(calendar, bars: false)
      guard gained * 10 >= outside.count * 9, !loses(calendar) else { continue }
      let covered = (present + Double(gained)) / Double(max(expected(calendar), 1))
      let before = present / Double(max(expected(examination.frame.calendar), 1))
      guard covered >= min(0.9, before) else { continue }
      var places: [Finding.Place] = []
      for row in outside.prefix(Finding.placeLimit) {
        places.append(Finding.Place(start: row.bar?.start, file: row.file, line: row.line))
      }
      var finding = Finding(
        "D22", "calendar-suspect", .warning, count: outside.count, places: places,
        evidence: "\(FigureText.count(outside.count, "row")) while "
          + "\(examination.frame.calendar.name) is closed; \(calendar.name) is open for \(gained) "
          + "of them, and \(FigureText.percent(min(1, covered))) of its slots would have a bar")
      finding.commands = examination.reload { $0.with("calendar", calendar.name) }
      finding.advice = "load it again with --calendar \(calendar.name)"
      return finding
    }
    return nil
  }

  /// How many bars, or rejected rows, lie within a calendar's hours.
  private func inside(_ calendar: MarketCalendar, bars: Bool) -> Int {
    var judge = SlotJudge(
      calendar: calendar, interval: examination.frame.interval,
      alignment: examination.frame.alignment)
    var count = 0
    func isSlot(_ start: Int64) -> Bool {
      if case .slot = judge.judge(start) { return true }
      return false
    }
    if bars {
      for chunk in examination.series.chunks {
        for start in chunk.starts where isSlot(start) { count += 1 }
      }
    } else {
      for row in examination.rejected
      where row.kind == .outsideHours || row.kind == .nonTradingDay {
        if let bar = row.bar, isSlot(bar.start.nanoseconds) { count += 1 }
      }
    }
    return count
  }

  /// The slots a calendar expects between the first and the last bar.
  private func expected(_ calendar: MarketCalendar) -> Int {
    guard let first = examination.series.first?.start, let last = examination.series.last?.start,
      let from = examination.series.chunks.first?.day, let to = examination.series.chunks.last?.day
    else { return 0 }
    let frame = SeriesFrame(
      calendar: calendar, hours: examination.frame.hours, interval: examination.frame.interval,
      alignment: examination.frame.alignment)
    var count = 0
    for day in calendar.tradingDays(from: from, through: to) {
      guard let session = calendar.session(on: day) else { continue }
      for run in frame.grid(of: session).runs {
        count += run.slotCount(from: first.nanoseconds, until: last.nanoseconds + 1)
      }
    }
    return count
  }
}
