import MarketCalendar
import MarketModel

/// How well the rows of an intraday series lie in the sessions of one calendar, day by day.
struct CalendarFit {
  let calendar: MarketCalendar
  /// Days whose rows begin at the open and end at the close, and days that were judged.
  private(set) var onTime = 0
  private(set) var judged = 0
  /// Dates without a session that have rows, and half days that rows run past.
  private(set) var violations = 0
  /// Trading days between the first and the last that have no row.
  private(set) var missing = 0
  /// Holidays without rows and half days that rows keep.
  private(set) var kept = 0
  private(set) var breaksKept = 0
  private var outside = 0
  private let rowCount: Int

  /// Judges runs of rows; `zone` reads their stamps, nil takes them as moments.
  init(_ runs: TradingRuns, _ calendar: MarketCalendar, zone: Zone?, shift: Int64) {
    self.calendar = calendar
    rowCount = runs.rowCount
    var reading = ClockReading(zone: zone, shift: shift)
    var days: [CivilDate: Day] = [:]
    var closed: Set<CivilDate> = []
    for run in runs.runs {
      let first = reading.moment(run.first)
      let last = reading.moment(run.last)
      let middle = first + (last - first) / 2
      let date = CalendarFit.date(middle, calendar)
      guard let session = calendar.session(on: date) else {
        closed.insert(date)
        outside += run.count
        continue
      }
      days[date, default: Day(session, runs.step)].add(first, last, run.count)
    }
    violations = closed.count
    let dates = days.keys.sorted()
    for date in dates { if let day = days[date] { note(day, isEdge(date, dates)) } }
    guard let first = dates.first, let last = dates.last else { return }
    noteAbsences(from: first, to: last, days, closed)
  }

  private static func date(_ moment: Int64, _ calendar: MarketCalendar) -> CivilDate {
    let instant = Instant(nanoseconds: moment)
    return instant.wallClock(offsetSeconds: calendar.zone.offsetSeconds(at: instant)).date
  }

  /// A file may begin and end in the middle of a day, if it has others.
  private func isEdge(_ date: CivilDate, _ dates: [CivilDate]) -> Bool {
    dates.count > 2 && (date == dates.first || date == dates.last)
  }

  private mutating func note(_ day: Day, _ isEdge: Bool) {
    outside += day.outside
    let isWhole = day.count * 2 >= day.expected
    if day.session.isEarlyClose {
      let isKept = day.last <= day.close + day.tolerance
      // Rows of a post-market are none of the closed afternoon.
      let end = max(day.close + 3600 * Instant.second, day.session.end)
      if !isKept, day.last >= end { violations += 1 }
      if isKept, isWhole { kept += 1 }
    }
    guard isWhole, !isEdge || day.isOnTime else { return }
    judged += 1
    if day.isOnTime { onTime += 1 }
    if day.hasBreak, day.isOnTime { breaksKept += 1 }
  }

  private mutating func noteAbsences(
    from first: CivilDate, to last: CivilDate, _ days: [CivilDate: Day], _ closed: Set<CivilDate>
  ) {
    var date = first
    while date < last {
      defer { date = date.advanced(by: 1) }
      if calendar.isTradingDay(date) {
        if days[date] == nil { missing += 1 }
      } else if date.isoWeekday <= 5, !closed.contains(date), calendar.closure(on: date) == .holiday
      {
        kept += 1
      }
    }
  }

  /// The rows of one session.
  private struct Day {
    let session: TradingSession
    let open: Int64
    let close: Int64
    let expected: Int
    let tolerance: Int64
    private let step: Int64
    private(set) var last = Int64.min
    private(set) var count = 0
    private(set) var outside = 0
    private var first = Int64.max
    private var pauses: [(from: Int64, to: Int64)] = []
    private let breaks: [(from: Int64, to: Int64)]

    init(_ session: TradingSession, _ step: Int64) {
      self.session = session
      self.step = step
      (open, close) = (session.open, session.close)
      let segments = session.segments(extended: false)
      expected = max(1, Int(segments.reduce(0) { $0 + $1.end - $1.start } / max(step, 1)))
      tolerance = 5 * 60 * Instant.second
      breaks = zip(segments, segments.dropFirst()).map { ($0.end, $1.start) }
    }

    mutating func add(_ first: Int64, _ last: Int64, _ count: Int) {
      if self.last > Int64.min { pauses.append((self.last, first)) }
      self.first = min(self.first, first)
      self.last = max(self.last, last)
      let isInside = first >= open && last <= close + 15 * 60 * Instant.second
      if isInside { self.count += count } else { noteOverhang(first, last, count) }
    }

    /// The rows of a run that lie before the open or after the close, as if it were even.
    private mutating func noteOverhang(_ first: Int64, _ last: Int64, _ rows: Int) {
      let before = max(0, min(open, last) - first)
      let after = max(0, last - max(close, first))
      let share = Double(before + after) / Double(max(last - first, 1))
      let over = min(rows, Int((Double(rows) * share).rounded()))
      outside += over
      count += rows - over
    }

    var hasBreak: Bool { !breaks.isEmpty }

    /// Whether rows begin within a bar of the open, end within one of the close, and pause where the session does.
    var isOnTime: Bool {
      // Of long bars none may be missing at either end, whichever end their stamps name.
      let isLong = step > 900 * Instant.second
      let late = first - open
      guard late >= 0, late <= tolerance || (isLong ? abs(late - step) : late - step) <= tolerance,
        last <= close + 15 * 60 * Instant.second,
        last >= close - (isLong ? step : 2 * step) - tolerance
      else { return false }
      let long = pauses.filter { $0.to - $0.from >= max(45 * 60 * Instant.second, 2 * step) }
      guard step <= 900 * Instant.second else { return long.count <= breaks.count }
      guard long.count == breaks.count else { return false }
      return zip(long, breaks).allSatisfy { pause, rest in
        abs(pause.from - rest.from) <= step + tolerance
          && pause.to >= rest.from && pause.to <= rest.to + step + tolerance
      }
    }
  }
}

extension CalendarFit {
  /// Whether days begin and end with the calendar's sessions, four of five at least.
  var isTight: Bool {
    judged > 0 && onTime * 5 >= judged * 4 && outside * 50 <= rowCount
      && violations * 10 <= judged
  }

  /// The part of the rows that lies in sessions.
  var insideShare: Double { 1 - Double(outside) / Double(max(rowCount, 1)) }

  /// What speaks against it: rows on closed days weigh twice as much as days without any.
  var cost: Int { 2 * violations + missing }

  /// What speaks for it, in words.
  var evidence: String {
    var parts = [
      "sessions open and close on time on \(onTime) of \(judged) day\(judged == 1 ? "" : "s")"
    ]
    if breaksKept > 0 { parts.append("breaks honoured") }
    if kept > 0 { parts.append("\(kept) holiday\(kept == 1 ? "" : "s") or half days kept") }
    if missing > 0 { parts.append("\(missing) trading day\(missing == 1 ? "" : "s") without rows") }
    return parts.joined(separator: ", ")
  }

  /// Ten days, all on time, with a holiday among them and nothing against it, are proof.
  var basis: Basis {
    onTime >= 10 && onTime == judged && kept > 0 && cost == 0
      ? .proof(evidence) : .evidence(evidence)
  }
}
