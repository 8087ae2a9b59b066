import MarketCalendar
import MarketModel

/// Looks at what the calendar requires and the series has not: bars, ends of sessions, whole sessions.
struct CoverageCheck {
  let examination: Examination
  let columns: BarColumns
  let explained: Set<CivilDate>

  init(_ examination: Examination, _ columns: BarColumns, explained: Set<CivilDate>) {
    self.examination = examination
    self.columns = columns
    self.explained = explained
  }

  private static let pageLimits: Set<Int> = [
    100, 200, 250, 300, 500, 720, 1000, 1500, 2000, 5000, 10_000, 20_000, 50_000, 100_000,
  ]

  func run() -> [Finding] {
    guard examination.frame.interval.isIntraday else { return periods() }
    var findings: [Finding] = []
    if let finding = missingSessions() { findings.append(finding) }
    let empty = Set(examination.days.filter { $0.slots.present == 0 }.map(\.date))
    let gaps = examination.gaps.filter { !empty.contains($0.date) && !explained.contains($0.date) }
    if let mixed = mixedInterval(gaps) {
      findings.append(mixed)
      return findings
    }
    let judge = GapJudge(examination)
    var byVerdict: [GapVerdict: [JudgedGap]] = [:]
    for gap in gaps {
      let judged = judge.judge(gap)
      byVerdict[judged.verdict, default: []].append(judged)
    }
    let limit = max(2 * examination.step, 300 * Instant.second)
    for verdict in GapVerdict.allCases {
      guard let judged = byVerdict[verdict] else { continue }
      guard verdict == .truncated else {
        findings.append(missing(verdict, judged))
        continue
      }
      let long = judged.filter { length($0.gap) > limit }
      let tails = long.filter { isTail($0.gap) }
      let heads = long.filter { !isTail($0.gap) }
      if !heads.isEmpty { findings.append(truncation(heads, isTail: false)) }
      if !tails.isEmpty { findings.append(truncation(tails, isTail: true)) }
      let short = judged.filter { length($0.gap) <= limit }
      if !short.isEmpty { findings.append(missing(.undetermined, short)) }
    }
    return findings
  }

  private func isTail(_ gap: Gap) -> Bool {
    guard let session = examination.frame.calendar.session(on: gap.date) else { return false }
    return examination.frame.grid(of: session).runs.contains { $0.end == gap.end.nanoseconds }
  }

  private func length(_ gap: Gap) -> Int64 { gap.end.nanoseconds - gap.start.nanoseconds }

  private func missing(_ verdict: GapVerdict, _ gaps: [JudgedGap]) -> Finding {
    let bars = gaps.reduce(0) { $0 + $1.gap.missing }
    guard let largest = gaps.max(by: { $0.gap.missing < $1.gap.missing }) else {
      return Finding("D01", "missing-bars", .info, count: 0, places: [], evidence: "")
    }
    let isHarmless =
      verdict == .noTradePlausible || verdict == .haltLike
      || (verdict == .undetermined && gaps.allSatisfy { $0.chance >= 0.0001 })
    var finding = Finding(
      "D01", "missing-bars", isHarmless ? .info : .warning,
      starts: gaps.map(\.gap.start.nanoseconds),
      evidence: "\(FigureText.count(bars, "bar")) in \(FigureText.count(gaps.count, "gap")), "
        + "\(verdict.rawValue); the largest is "
        + "\(examination.wall(largest.gap.start.nanoseconds)), "
        + "\(FigureText.count(largest.gap.missing, "bar")): \(largest.evidence)")
    let lists = "`gaps \(examination.address)` lists them"
    switch verdict {
    case .noTradePlausible: finding.advice = "\(lists); quiet minutes need no mending"
    case .haltLike: finding.advice = "\(lists); compare them with the exchange's halts"
    default: finding.advice = "\(lists); fetch these stretches again"
    }
    return finding
  }

  private func missingSessions() -> Finding? {
    let days = examination.days.filter { $0.slots.present == 0 && !explained.contains($0.date) }
    guard !days.isEmpty else { return nil }
    var starts: [Int64] = []
    for day in days {
      if let session = examination.frame.calendar.session(on: day.date) {
        starts.append(session.open)
      }
    }
    var evidence =
      "\(examination.frame.calendar.name) was open on \(FigureText.count(days.count, "day")) without "
      + "a bar, the first \(days[0].date)"
    let holding = examination.peers?.holding(days[0].date, isLoaded: false).loaded ?? 0
    if holding > 0 {
      evidence +=
        "; \(FigureText.count(holding, "other symbol")) \(holding == 1 ? "has" : "have") "
        + "bars that day"
    }
    var finding = Finding("D02", "missing-session", .error, starts: starts, evidence: evidence)
    finding.advice = "fetch these days again"
    return finding
  }

  private func truncation(_ gaps: [JudgedGap], isTail: Bool) -> Finding {
    let bars = gaps.reduce(0) { $0 + $1.gap.missing }
    let first = gaps[0].gap
    let sessions = FigureText.count(gaps.count, "session")
    let verb = gaps.count == 1 ? (isTail ? "ends" : "begins") : (isTail ? "end" : "begin")
    var evidence =
      "\(sessions) \(verb) \(isTail ? "early" : "late"), \(FigureText.count(bars, "bar")) short; "
      + (isTail
        ? "\(first.date) ends at \(examination.timeOfDay(first.start.nanoseconds))"
        : "\(first.date) begins at \(examination.timeOfDay(first.end.nanoseconds))")
    let rows = examination.rowCount
    if CoverageCheck.pageLimits.contains(rows) {
      evidence += "; the source has exactly \(rows) rows, a usual page limit"
    } else if let page = pageEnd(gaps) {
      evidence += "; the first \(page) rows end there, a usual page limit"
    } else if isFileEdge(first) {
      evidence += "; the data \(isTail ? "ends" : "begins") in the middle of the session"
    }
    var finding = Finding(
      "D03", isTail ? "truncated-tail" : "truncated-head", .warning,
      starts: gaps.map(\.gap.start.nanoseconds), evidence: evidence)
    finding.advice = "fetch the rest, in further pages, and load it with --merge"
    return finding
  }

  /// A round number of rows before a truncated tail.
  private func pageEnd(_ gaps: [JudgedGap]) -> Int? {
    for gap in gaps.map(\.gap) {
      var rows = 0
      for chunk in examination.series.chunks {
        rows += chunk.lowerBound(gap.start.nanoseconds)
      }
      if rows >= 500, CoverageCheck.pageLimits.contains(rows) { return rows }
    }
    return nil
  }

  private func isFileEdge(_ gap: Gap) -> Bool {
    guard let first = examination.series.first?.start, let last = examination.series.last?.start
    else { return false }
    return gap.end <= first || gap.start > last
  }

  /// Stretches whose bars are a longer interval apart, as if two files were mixed.
  private func mixedInterval(_ gaps: [Gap]) -> Finding? {
    var deltas: [Int64: Int] = [:]
    var runs: [Int64: Int] = [:]
    var starts: [Int64: [Int64]] = [:]
    var total = 0
    for day in columns.days {
      var (previous, run) = (Int64(0), 0)
      for index in day.range.dropFirst() {
        let delta = columns.starts[index] - columns.starts[index - 1]
        total += 1
        deltas[delta, default: 0] += 1
        run = delta == previous ? run + 1 : 1
        previous = delta
        runs[delta] = max(runs[delta] ?? 0, run)
        if run == 5 { starts[delta, default: []].append(columns.starts[index - 5]) }
      }
    }
    guard total >= 20 else { return nil }
    let other = deltas.filter { delta, count in
      delta > examination.step && count * 20 > total && (runs[delta] ?? 0) >= 10
    }.max { ($0.value, $1.key) < ($1.value, $0.key) }
    guard let other, let first = starts[other.key] else { return nil }
    let text = FigureText.duration(other.key)
    var finding = Finding(
      "D26", "mixed-interval", .error, count: other.value,
      places: first.prefix(5).map { Finding.Place(start: Instant(nanoseconds: $0)) },
      evidence:
        "\(FigureText.percent(Double(other.value) / Double(total))) of neighbouring bars are "
        + "\(text) apart, \(runs[other.key] ?? 0) in a row: bars of \(text) among "
        + "\(examination.frame.interval)")
    finding.advice = "load the two intervals apart, each with its --interval"
    return finding
  }

  /// Days, weeks and months: a gap is a run of them.
  private func periods() -> [Finding] {
    guard !examination.gaps.isEmpty else { return [] }
    let bars = examination.gaps.reduce(0) { $0 + $1.missing }
    var finding = Finding(
      "D01", "missing-bars", .warning, starts: examination.gaps.map(\.start.nanoseconds),
      evidence: "\(bars) of \(examination.frame.interval) in "
        + "\(FigureText.count(examination.gaps.count, "gap")), the first from "
        + "\(examination.gaps[0].date)")
    finding.advice = "`gaps \(examination.address)` lists them"
    return [finding]
  }
}
