import MarketCalendar
import MarketModel

/// Looks for a clock that is off: by whole hours, by a zone, or from a change of the clocks on.
///
/// Every trading day is tried under every shift. Those that cover the regular hours far better, or hold far more of
/// the volume at no less coverage, are candidates; the volume at the open and the close, which only the right
/// reading finds there, ranks those that cover nearly alike.
struct ClockCheck {
  let examination: Examination
  private let rows: TimedRows

  init(_ examination: Examination) {
    self.examination = examination
    rows = TimedRows(examination)
  }

  /// What shifts are tried: every half hour up to 14 hours, and the zones on three quarters.
  private static let shifts: [Int64] = {
    let minute = 60 * Instant.second
    var shifts: [Int64] = []
    for halves in -28...28 { shifts.append(Int64(halves) * 30 * minute) }
    shifts += [345, -345, 525, -525].map { $0 * minute }
    return shifts.sorted { abs($0) < abs($1) }
  }()

  /// The findings, and the days they explain.
  func run() -> (findings: [Finding], days: Set<CivilDate>) {
    guard examination.step <= 3600 * Instant.second, rows.count >= 20 else { return ([], []) }
    let windows = windows()
    guard let first = windows.first else { return ([], []) }
    if let finding = wholeDays(windows.map(\.session)) {
      return ([finding], Set(windows.map(\.session.date)))
    }
    guard first.session.close - first.session.open <= 16 * 3600 * Instant.second else {
      return continuous(windows)
    }
    var verdicts: [DayVerdict] = []
    for window in windows {
      if let verdict = verdict(on: window) { verdicts.append(verdict) }
    }
    guard verdicts.contains(where: { $0.shift != 0 }) else { return ([], []) }
    return ClockDiagnosis(examination, ClockCheck.agreed(verdicts)).run()
  }

  /// Lets days that fit the shift of most others nearly as well as their own take that one.
  private static func agreed(_ verdicts: [DayVerdict]) -> [DayVerdict] {
    var counts: [Int64: Int] = [:]
    for verdict in verdicts where verdict.shift != 0 { counts[verdict.shift, default: 0] += 1 }
    let common = counts.max { ($0.value, -abs($0.key), $0.key) < ($1.value, -abs($1.key), $1.key) }
    guard let common else { return verdicts }
    var agreed = verdicts
    for index in agreed.indices { agreed[index].prefer(common.key) }
    return agreed
  }

  /// Dates that are a day off: whole sessions on days without one, which all have one a day earlier or later.
  private func wholeDays(_ sessions: [TradingSession]) -> Finding? {
    let plain = rows.held(sessions, shift: 0)
    guard plain < 0.97 else { return nil }
    for shift in [-Instant.day, Instant.day] {
      let held = rows.held(sessions, shift: shift)
      guard held >= 0.995, rows.inside(sessions, shift: shift) >= rows.inside(sessions, shift: 0)
      else { continue }
      // A shift by hours that does as much is likelier.
      let isOnly = !ClockCheck.shifts.contains { rows.held(sessions, shift: $0) >= held - 0.005 }
      guard isOnly else { continue }
      return whole(
        shift, sessions,
        "shifted by \(FigureText.duration(shift, signed: true)), \(FigureText.percent(held)) of the "
          + "rows lie on trading days of \(examination.frame.calendar.name), as loaded "
          + "\(FigureText.percent(plain)): the dates are a day \(shift < 0 ? "late" : "early")")
    }
    return nil
  }

  private func whole(
    _ shift: Int64, _ sessions: [TradingSession], _ evidence: String
  ) -> Finding {
    var finding = Finding(
      "D19", "wrong-clock", .error, count: rows.count,
      places: [Finding.Place(start: rows.starts.first.map { Instant(nanoseconds: $0) })],
      evidence: evidence)
    finding.commands = ClockDiagnosis.commands(examination, shifts: [shift], sessions: sessions)
    finding.advice = "load it again with --shift \(FigureText.duration(shift))"
    return finding
  }

  /// The rows nearer to a session than to the ones beside it.
  private func windows() -> [ClockWindow] {
    let calendar = examination.frame.calendar
    guard let first = rows.starts.first, let last = rows.starts.last else { return [] }
    let from = date(first).advanced(by: -1)
    let through = date(last).advanced(by: 1)
    var windows: [ClockWindow] = []
    for day in calendar.tradingDays(from: from, through: through) {
      guard let session = calendar.session(on: day) else { continue }
      let before = calendar.previousTradingDay(before: day).flatMap { calendar.session(on: $0) }
      let after = calendar.nextTradingDay(after: day).flatMap { calendar.session(on: $0) }
      let lower = before.map { $0.close + (session.open - $0.close) / 2 } ?? .min
      let upper = after.map { session.close + ($0.open - session.close) / 2 } ?? .max
      windows.append(
        ClockWindow(session: session, rows: rows.lowerBound(lower)..<rows.lowerBound(upper)))
    }
    return windows
  }

  private func date(_ start: Int64) -> CivilDate {
    let instant = Instant(nanoseconds: start)
    let offset = examination.frame.calendar.zone.offsetSeconds(at: instant)
    return instant.wallClock(offsetSeconds: offset).date
  }

  /// The best shift of a day; nil where too few rows say anything.
  private func verdict(on window: ClockWindow) -> DayVerdict? {
    var expected = 0
    for run in examination.frame.grid(of: window.session).runs where run.kind == .regular {
      expected += run.count
    }
    guard window.rows.count >= 20, window.rows.count * 20 >= expected else { return nil }
    var candidates: [ClockScore] = []
    for shift in ClockCheck.shifts {
      candidates.append(rows.score(window, shift, expected, step: examination.step))
    }
    let plain = candidates[0]
    let better = candidates.dropFirst().filter { $0.isConvincing(against: plain) }
    var ranked = better.sorted { $0.isBetter(than: $1) }
    // Zones on three quarters of an hour are so rare that they must fit far better.
    if let first = ranked.first, first.oddness == 2,
      let rounder = ranked.first(where: { $0.oddness < 2 })
    {
      let isFarBetter = first.fit > rounder.fit + 0.15
      if !isFarBetter { ranked.sort { $0.oddness < 2 && $1.oddness == 2 } }
    }
    return DayVerdict(session: window.session, plain: plain, ranked: ranked)
  }

  /// Calendars that trade around the clock: only their weekend or daily break tells.
  private func continuous(_ windows: [ClockWindow]) -> (findings: [Finding], days: Set<CivilDate>) {
    let sessions = windows.map(\.session)
    let plain = rows.inside(sessions, shift: 0)
    guard plain < 0.995, rows.count >= 1000 else { return ([], []) }
    var best: (shift: Int64, inside: Double)?
    for shift in ClockCheck.shifts where shift != 0 {
      let inside = rows.inside(sessions, shift: shift)
      if inside > (best?.inside ?? 0) + 1e-9 { best = (shift, inside) }
    }
    guard let best, best.inside >= 0.999, best.inside - plain >= 0.005 else { return ([], []) }
    let text = FigureText.duration(best.shift, signed: true)
    let finding = whole(
      best.shift, sessions,
      "shifted by \(text), \(FigureText.percent(best.inside)) of the rows lie within the hours of "
        + "\(examination.frame.calendar.name); as loaded \(FigureText.percent(plain))")
    return ([finding], Set(sessions.map(\.date)))
  }
}

/// A trading day and the rows near it.
struct ClockWindow {
  var session: TradingSession
  var rows: Range<Int>
}

/// How well a day's rows fit its regular hours under a shift.
struct ClockScore {
  var shift: Int64
  /// Rows in regular hours to slots there.
  var coverage: Double
  /// Rows in regular hours to all rows.
  var inside: Double
  /// Rows from the first to the last moment of the day, pre- and post-market included, to all rows.
  var held: Double
  /// Volume in regular hours to all volume.
  var share: Double
  /// Volume in the first and last five minutes to all volume.
  var edge: Double
  /// How many times the usual volume of a row those near open and close have.
  var crowd: Double

  /// How well it fits: coverage, where the volume lies, and five times what lies at open and close.
  var fit: Double { coverage + share + 5 * edge }

  /// The better fit, else the rounder and smaller shift.
  func isBetter(than other: ClockScore) -> Bool {
    if abs(fit - other.fit) > 0.01 { return fit > other.fit }
    return (oddness, abs(shift)) < (other.oddness, abs(other.shift))
  }

  /// Whole hours before half ones, those before quarters.
  var oddness: Int {
    if shift % (3600 * Instant.second) == 0 { return 0 }
    return shift % (1800 * Instant.second) == 0 ? 1 : 2
  }

  /// Whether it explains the rows so much better than no shift that chance does not.
  func isConvincing(against plain: ClockScore) -> Bool {
    guard coverage >= plain.coverage, inside >= plain.inside, share >= plain.share,
      held >= plain.held - 0.02
    else { return false }
    let gain = (coverage: coverage - plain.coverage, share: share - plain.share)
    if gain.coverage >= 0.2, coverage >= 0.6, gain.share >= 0.08 { return true }
    if gain.coverage >= 0.1, coverage >= 0.9, gain.share >= 0.05 { return true }
    // With little of the session covered, rows of other hours fit anywhere.
    guard coverage >= 0.15 else { return false }
    if gain.share >= 0.1 { return edge >= 1.5 * plain.edge + 0.01 }
    guard edge >= 2 * plain.edge + 0.03, coverage >= 0.8 || crowd >= 2.5 else { return false }
    return gain.coverage >= 0.05 || inside - plain.inside >= 0.05
  }
}

/// The best shifts of a day.
struct DayVerdict {
  var session: TradingSession
  var plain: ClockScore
  /// Convincing shifts, the best first; empty when the clock is right.
  var ranked: [ClockScore]

  var shift: Int64 { ranked.first?.shift ?? 0 }

  /// Puts a shift first that is nearly as good as the best.
  mutating func prefer(_ shift: Int64) {
    guard let best = ranked.first, let index = ranked.firstIndex(where: { $0.shift == shift }),
      ranked[index].fit >= best.fit - 0.2
    else { return }
    ranked.insert(ranked.remove(at: index), at: 0)
  }
}

/// Rows with a known start, those that found no slot included, in time order.
struct TimedRows {
  private(set) var starts: [Int64] = []
  /// The volume of all rows before an index.
  private var sums: [Double] = [0]

  init(_ examination: Examination) {
    var rows: [(start: Int64, volume: Double)] = []
    rows.reserveCapacity(examination.series.count)
    for chunk in examination.series.chunks {
      for index in 0..<chunk.count { rows.append((chunk.starts[index], chunk.volumes[index])) }
    }
    let ordered = rows.count
    for row in examination.rejected {
      guard let bar = row.bar else { continue }
      switch row.kind {
      case .outsideHours, .nonTradingDay, .offGrid:
        rows.append((bar.start.nanoseconds, bar.volume.isFinite ? max(0, bar.volume) : 0))
      default: break
      }
    }
    if rows.count > ordered { rows.sort { $0.start < $1.start } }
    starts.reserveCapacity(rows.count)
    sums.reserveCapacity(rows.count + 1)
    for row in rows {
      starts.append(row.start)
      sums.append(sums[sums.count - 1] + row.volume)
    }
  }

  var count: Int { starts.count }

  func lowerBound(_ time: Int64) -> Int {
    starts.lowerBound(time)
  }

  /// The part of a window's rows that lies in `[from, until)` after a shift.
  private func range(_ window: ClockWindow, _ from: Int64, _ until: Int64) -> Range<Int> {
    let lower = max(window.rows.lowerBound, min(lowerBound(from), window.rows.upperBound))
    let upper = max(lower, min(lowerBound(until), window.rows.upperBound))
    return lower..<upper
  }

  private func volume(_ range: Range<Int>) -> Double {
    sums[range.upperBound] - sums[range.lowerBound]
  }

  /// How a day fits under a shift.
  func score(_ window: ClockWindow, _ shift: Int64, _ expected: Int, step: Int64) -> ClockScore {
    let open = window.session.open - shift
    let close = window.session.close - shift
    let regular = range(window, open, close)
    let held = range(window, window.session.start - shift, window.session.end - shift)
    let margin = max(3 * step, 300 * Instant.second)
    let total = volume(window.rows)
    let (first, last) = (range(window, open, open + margin), range(window, close - margin, close))
    let ends = volume(first) + volume(last)
    let usual = total / Double(max(window.rows.count, 1)) * Double(first.count + last.count)
    let inside = Double(regular.count) / Double(max(window.rows.count, 1))
    return ClockScore(
      shift: shift, coverage: min(1, Double(regular.count) / Double(max(expected, 1))),
      inside: inside, held: Double(held.count) / Double(max(window.rows.count, 1)),
      share: total > 0 ? volume(regular) / total : inside,
      edge: total > 0 ? ends / total : 0, crowd: usual > 0 ? ends / usual : 0)
  }

  /// The share of rows from the first to the last moment of some sessions after a shift.
  func held(_ sessions: [TradingSession], shift: Int64) -> Double {
    var held = 0
    for session in sessions {
      held += lowerBound(session.end - shift) - lowerBound(session.start - shift)
    }
    return Double(held) / Double(max(count, 1))
  }

  /// The share of rows inside any of some sessions' regular hours after a shift.
  func inside(_ sessions: [TradingSession], shift: Int64) -> Double {
    var inside = 0
    for session in sessions {
      inside += lowerBound(session.close - shift) - lowerBound(session.open - shift)
    }
    return Double(inside) / Double(max(count, 1))
  }
}
