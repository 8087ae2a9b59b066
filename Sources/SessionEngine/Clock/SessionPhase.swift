public import MarketCalendar
public import MarketModel

/// The part of its trading day an exchange is in.
public enum SessionPhase: String, Sendable {
  /// No session has begun, or the last one is over and the next has not begun.
  case closed
  case preMarket = "pre-market"
  case regular
  /// Between two regular segments.
  case `break`
  case postMarket = "post-market"
}

extension MarketCalendar {
  /// The phase at a moment.
  ///
  /// - Complexity: O(1).
  public func phase(at clock: Instant) -> SessionPhase {
    guard let session = session(containing: clock) else { return .closed }
    for segment in session.segments
    where segment.start <= clock.nanoseconds && clock.nanoseconds < segment.end {
      return SessionPhase(segment.kind)
    }
    return .break
  }

  /// The moments within `(from, through]` at which another phase begins, in order.
  ///
  /// - Complexity: O(trading days).
  public func phaseStarts(from: Instant, through: Instant) -> [(
    time: Instant, phase: SessionPhase, date: CivilDate
  )] {
    var starts: [(time: Instant, phase: SessionPhase, date: CivilDate)] = []
    func date(_ time: Instant) -> CivilDate {
      time.wallClock(offsetSeconds: zone.offsetSeconds(at: time)).date
    }
    for day in tradingDays(
      from: date(from).advanced(by: -1), through: date(through).advanced(by: 1))
    {
      guard let session = session(on: day) else { continue }
      for (index, segment) in session.segments.enumerated() {
        add(segment.start, SessionPhase(segment.kind))
        let next = index + 1 < session.segments.count ? session.segments[index + 1].start : nil
        if next != segment.end { add(segment.end, next == nil ? .closed : .break) }
      }
      func add(_ nanoseconds: Int64, _ phase: SessionPhase) {
        let time = Instant(nanoseconds: nanoseconds)
        guard time > from, time <= through else { return }
        // Where days follow one another without a pause, the next one's opening is the phase.
        if let last = starts.last, last.time == time { starts.removeLast() }
        starts.append((time, phase, day))
      }
    }
    return starts
  }

  /// The first trading day on or after a date, moved on by some trading days.
  func sessionDate(from date: CivilDate, after count: Int) -> CivilDate? {
    let first = isTradingDay(date) ? date : nextTradingDay(after: date)
    return first.flatMap { tradingDay($0, movedBy: count) }
  }
}

extension SessionPhase {
  init(_ kind: SegmentKind) {
    switch kind {
    case .pre: self = .preMarket
    case .regular: self = .regular
    case .post: self = .postMarket
    }
  }
}
