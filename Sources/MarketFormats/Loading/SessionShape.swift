import MarketCalendar
import MarketModel

/// How the rows of each day lie to the open and close of its session, under one reading of the clock.
///
/// What it counts speaks for or against a zone and a label; nothing here is a guess about prices.
struct SessionShape {
  /// Days with at least half the rows of a regular session.
  private(set) var dayCount = 0
  /// Nearly complete days whose first row is at the open.
  private(set) var startVotes = 0
  /// Nearly complete days whose first row is a bar after the open and whose last is at the close.
  private(set) var endVotes = 0
  /// Days with rows on both sides of the open.
  private(set) var stepDays = 0
  private(set) var stepAtOpen = 0
  private(set) var stepAfterOpen = 0
  /// Early closes of the calendar among the judged days, and those that the rows keep.
  private(set) var earlyCloses = 0
  private(set) var earlyClosesKept = 0
  /// Early closes among the days that vote for a label.
  private var earlyVotes = (start: 0, end: 0)
  /// Weekends and holidays with a row right before the close and one right after the open.
  private(set) var breakVotes = 0
  private(set) var breakCount = 0
  /// What was counted already: copies of rows are no further evidence.
  private var countedDays: Set<CivilDate> = []
  private var countedBreaks: Set<Int64> = []
  /// The open of the last judged day.
  private var opening: Int64?
  /// The offsets of the exchange's clock on judged days.
  private var offsets: Set<Int> = []

  private let calendar: MarketCalendar
  private let interval: Interval
  private let step: Int64

  /// Looks at every row of an intraday series.
  ///
  /// - Complexity: O(rows).
  init(
    _ series: RawSeries, _ calendar: MarketCalendar, _ interval: Interval, _ reading: ClockReading
  ) {
    self.calendar = calendar
    self.interval = interval
    step = interval.nanoseconds
    guard interval.isIntraday, calendar.name != "24/7" else { return }
    var reading = reading
    var day: Day?
    var previous: Int64?
    for batch in series.batches {
      for row in batch.rows {
        let moment = reading.moment(row.time)
        if let current = day, moment >= current.session.start, moment < current.session.end {
        } else {
          let next = calendar.session(containing: Instant(nanoseconds: moment))
          // The end of a day's hours still is of it where no other begins.
          if next != nil || day?.session.end != moment {
            if let day { count(day) }
            day = next.map(Day.init)
          }
        }
        if let previous, max(moment, previous) &- 30 * 3600 * Instant.second > min(moment, previous)
        {
          countBreak(min(previous, moment), max(previous, moment))
        }
        previous = moment
        day?.add(moment, row.volume, step)
      }
    }
    if let day { count(day) }
  }

  /// One session's rows.
  private struct Day {
    let session: TradingSession
    let open: Int64
    let close: Int64
    var first = Int64.max
    var last = Int64.min
    var count = 0
    var total = 0
    /// Volumes of the five slots before the open and the six from it on; negative where no row is.
    var volumes = [Double](repeating: -1, count: 11)

    init(_ session: TradingSession) {
      self.session = session
      (open, close) = (session.open, session.close)
    }

    mutating func add(_ moment: Int64, _ volume: Double, _ step: Int64) {
      first = min(first, moment)
      last = max(last, moment)
      total += 1
      if moment >= open, moment <= close { count += 1 }
      let distance = moment - open
      guard distance >= -5 * step, distance <= 5 * step, distance % step == 0 else { return }
      volumes[Int(distance / step) + 5] = volume
    }
  }

  private mutating func count(_ day: Day) {
    guard countedDays.insert(day.session.date).inserted else { return }
    countStep(day)
    let hours = day.session.segments(extended: false)
    let full = hours.reduce(0) { $0 + Int(($1.end - $1.start) / step) }
    if day.total * 2 >= full { dayCount += 1 }
    // Each stretch may hold a bar that is cut short, or the print at its close.
    let isWhole = day.count * 10 >= full * 9 && day.count <= full + hours.count
    guard full > 1, isWhole else { return }
    let isStart = day.first == day.open
    let isEnd = day.first == day.open + step && day.last == day.close
    if isStart { startVotes += 1 }
    if isEnd { endVotes += 1 }
    if day.session.isEarlyClose {
      if isStart { earlyVotes.start += 1 }
      if isEnd { earlyVotes.end += 1 }
    }
    guard isStart || isEnd else { return }
    note(day)
  }

  private mutating func note(_ day: Day) {
    opening = day.open
    offsets.insert(calendar.zone.offsetSeconds(at: Instant(nanoseconds: day.open)))
    guard day.session.isEarlyClose else { return }
    earlyCloses += 1
    if day.last <= day.close { earlyClosesKept += 1 }
  }

  /// The largest rise of volume from one slot to the next about the open.
  private mutating func countStep(_ day: Day) {
    let before = day.volumes[..<5].count { $0 >= 0 }
    let after = day.volumes[5...].count { $0 > 0 }
    guard before >= 2, after >= 4 else { return }
    var best: (ratio: Double, slot: Int) = (0, -1)
    for slot in 1...10 where day.volumes[slot] > 0 {
      let ratio = day.volumes[slot] / (max(day.volumes[slot - 1], 0) + 1)
      if ratio > best.ratio { best = (ratio, slot) }
    }
    guard best.ratio >= 2 else { return }
    stepDays += 1
    if best.slot == 5 { stepAtOpen += 1 }
    if best.slot == 6 { stepAfterOpen += 1 }
    if best.slot == 5 || best.slot == 6 { note(day) }
  }

  private mutating func countBreak(_ before: Int64, _ after: Int64) {
    guard countedBreaks.insert(after).inserted else { return }
    breakCount += 1
    guard let last = calendar.session(containing: Instant(nanoseconds: before - 1)),
      let next = calendar.session(containing: Instant(nanoseconds: after))
    else { return }
    let tolerance = 15 * 60 * Instant.second
    let isClose = before <= last.close && last.close - before <= tolerance + step
    let isOpen = after >= next.open && after - next.open <= tolerance
    if isClose, isOpen { breakVotes += 1 }
  }
}

extension SessionShape {
  /// The label most days show; nil when they show none, or two.
  var label: BarLabel? {
    var found: Set<BarLabel> = []
    if endVotes > 0, endVotes * 5 >= (endVotes + startVotes) * 4 { found.insert(.end) }
    if startVotes > 0, startVotes * 5 >= (endVotes + startVotes) * 4 { found.insert(.start) }
    if stepDays >= 3 {
      if stepAtOpen * 5 >= stepDays * 4 { found.insert(.start) }
      if stepAfterOpen * 5 >= stepDays * 4 { found.insert(.end) }
    }
    return found.count == 1 ? found.first : nil
  }

  /// Whether the sessions of this reading are where the calendar has them.
  var keepsHours: Bool {
    let votes = max(startVotes + endVotes, stepAtOpen + stepAfterOpen)
    if label != nil, votes * 5 >= dayCount * 4 { return true }
    return breakCount > 0 && breakVotes * 5 >= breakCount * 4
  }

  /// Ten days that agree are proof.
  var isProof: Bool { max(startVotes + endVotes, stepDays, 3 * breakVotes) >= 10 }

  /// The evidence for the label in words.
  var labelEvidence: String {
    var parts: [String] = []
    if stepDays >= 3 {
      let count = label == .end ? stepAfterOpen : stepAtOpen
      parts.append("largest volume step at \(clock(of: label)) on \(count) of \(stepDays) sessions")
    } else if label == .end {
      parts.append(
        "the first bar \(interval) after the open and the last at the close "
          + dayCounts(endVotes, earlyVotes.end))
    } else {
      parts.append("the first bar at the open " + dayCounts(startVotes, earlyVotes.start))
    }
    return (parts + regularity).joined(separator: ", ")
  }

  /// `on 3 of 4 full days`; half days where there are no others.
  private func dayCounts(_ votes: Int, _ early: Int) -> String {
    let all = startVotes + endVotes
    let earlyAll = earlyVotes.start + earlyVotes.end
    return all > earlyAll
      ? "on \(votes - early) of \(all - earlyAll) full days"
      : "on \(early) of \(earlyAll) half days"
  }

  /// The evidence for the zone in words.
  var zoneEvidence: String {
    if label == nil {
      return
        "trading stops and starts on time at \(breakVotes) of \(breakCount) weekends and holidays"
    }
    let days = max(startVotes + endVotes, stepDays)
    return (["sessions open on time on \(days) day\(days == 1 ? "" : "s")"] + regularity)
      .joined(separator: ", ")
  }

  private var regularity: [String] {
    var parts: [String] = []
    if earlyCloses > 0, earlyClosesKept == earlyCloses {
      parts.append(earlyCloses == 1 ? "half day honoured" : "\(earlyCloses) half days honoured")
    }
    if offsets.count > 1 { parts.append("both DST regimes consistent") }
    return parts
  }

  /// The wall clock time of the slot at the open, or one bar later.
  private func clock(of label: BarLabel?) -> String {
    guard let opening else { return "the open" }
    let instant = Instant(nanoseconds: opening + (label == .end ? step : 0))
    return instant.timeOfDay(offsetSeconds: calendar.zone.offsetSeconds(at: instant))
  }
}
