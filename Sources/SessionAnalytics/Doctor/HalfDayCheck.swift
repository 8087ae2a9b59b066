import MarketCalendar
import MarketModel

/// Looks at early closes: traded through as if there were none, or taken where the calendar knows none.
struct HalfDayCheck {
  let examination: Examination
  let explained: Set<CivilDate>

  init(_ examination: Examination, explained: Set<CivilDate>) {
    self.examination = examination
    self.explained = explained
  }

  func run() -> [Finding] {
    guard examination.frame.interval.isIntraday, examination.step <= 3600 * Instant.second else {
      return []
    }
    var findings: [Finding] = []
    if let finding = ignored() { findings.append(finding) }
    if let finding = unknown() { findings.append(finding) }
    return findings
  }

  /// Early closes with bars as dense and as heavy after them as before.
  private func ignored() -> Finding? {
    var starts: [Int64] = []
    var bars = 0
    let extra = outsideRows()
    for day in days() {
      guard let session = examination.frame.calendar.session(on: day), session.isEarlyClose,
        !explained.contains(day), let usualClose = usualClose(of: session)
      else { continue }
      let chunk = examination.series.chunk(on: day) ?? BarChunk(day: day)
      var volumes: [Double] = []
      for index in chunk.lowerBound(session.close)..<chunk.lowerBound(usualClose) {
        volumes.append(chunk.volumes[index])
      }
      for row in extra where row.start >= session.close && row.start < usualClose {
        volumes.append(row.volume)
      }
      let traded = volumes.filter { $0 > 0 }
      let slots = Int((usualClose - session.close) / examination.step)
      guard traded.count >= 3, traded.count * 10 >= slots * 7 else { continue }
      let regular = Median.of(Array(chunk.volumes[chunk.regular])) ?? 0
      guard (Median.of(traded) ?? 0) >= 0.25 * regular else { continue }
      starts.append(session.close)
      bars += traded.count
    }
    guard let first = starts.first else { return nil }
    var finding = Finding(
      "D23", "half-day-ignored", .warning, starts: starts,
      evidence:
        "\(FigureText.count(bars, "bar")) with usual volume after an early close, the first "
        + "from \(examination.wall(first)); \(examination.frame.calendar.name) had closed")
    finding.advice =
      "either the source made bars up, or the calendar is wrong: compare another source"
    return finding
  }

  private func days() -> [CivilDate] {
    examination.series.chunks.map(\.day)
  }

  private func outsideRows() -> [(start: Int64, volume: Double)] {
    var rows: [(start: Int64, volume: Double)] = []
    for row in examination.rejected where row.kind == .outsideHours {
      if let bar = row.bar { rows.append((bar.start.nanoseconds, bar.volume)) }
    }
    return rows
  }

  /// When the session would have closed on an ordinary day near it.
  private func usualClose(of session: TradingSession) -> Int64? {
    let calendar = examination.frame.calendar
    var date = session.date
    for _ in 0..<10 {
      guard let before = calendar.previousTradingDay(before: date),
        let other = calendar.session(on: before)
      else { return nil }
      if !other.isEarlyClose, !other.isLateOpen {
        return session.open + (other.close - other.open)
      }
      date = before
    }
    return nil
  }

  /// The same early end, on the hour or half hour, for nearly all symbols on a day without an early close.
  private func unknown() -> Finding? {
    guard let peers = examination.peers, peers.count > 1 else { return nil }
    var starts: [Int64] = []
    for gap in examination.gaps where !explained.contains(gap.date) {
      guard let session = examination.frame.calendar.session(on: gap.date), !session.isEarlyClose,
        gap.end.nanoseconds == session.close, gap.start.nanoseconds > session.open,
        session.close - gap.start.nanoseconds >= 3600 * Instant.second,
        (gap.start.nanoseconds - session.open) % (1800 * Instant.second) == 0
      else { continue }
      let sharing = peers.sharing(gap, isWitness: true)
      var slotBefore = gap
      slotBefore.start.nanoseconds -= examination.step
      let early = peers.sharing(slotBefore, isWitness: true).missing
      guard sharing.witnesses > 0, sharing.missing * 5 >= sharing.witnesses * 4,
        early * 5 <= sharing.witnesses
      else { continue }
      starts.append(gap.start.nanoseconds)
    }
    guard let first = starts.first else { return nil }
    var finding = Finding(
      "D24", "half-day-unknown", .warning, starts: starts,
      evidence: "nearly all symbols end at \(examination.wall(first)), where "
        + "\(examination.frame.calendar.name) knows no early close")
    finding.advice = "the calendar may lack a half day: compare another one with `calendar`"
    return finding
  }
}
