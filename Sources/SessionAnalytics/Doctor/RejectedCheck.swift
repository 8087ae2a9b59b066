import MarketCalendar
import MarketModel

/// Reads the rows that found no place: duplicates, faulty figures, wrong times.
struct RejectedCheck {
  let examination: Examination
  let explained: Set<CivilDate>
  /// Whether another calendar was found for the rows outside this one's hours.
  let isClosedExplained: Bool

  init(_ examination: Examination, explained: Set<CivilDate>, isClosedExplained: Bool) {
    self.examination = examination
    self.explained = explained
    self.isClosedExplained = isClosedExplained
  }

  func run() -> [Finding] {
    var rows: [RejectionClass: [RejectedRow]] = [:]
    for row in examination.rejected { rows[row.kind, default: []].append(row) }
    var findings: [Finding] = []
    findings += duplicates(rows[.duplicate] ?? [])
    findings += faults(rows[.badOHLC] ?? [])
    findings += unreadable(rows[.unparsable] ?? [])
    if let finding = offGrid(rows[.offGrid] ?? []) { findings.append(finding) }
    if !isClosedExplained {
      findings += outside((rows[.outsideHours] ?? []) + (rows[.nonTradingDay] ?? []))
    }
    findings += farAway(rows[.outsideCalendar] ?? [])
    findings += fillers(rows[.filler] ?? [])
    return findings
  }

  private func finding(
    _ id: String, _ name: String, _ severity: Finding.Severity, _ rows: [RejectedRow],
    _ evidence: String
  ) -> Finding {
    var places: [Finding.Place] = []
    for row in rows.prefix(Finding.placeLimit) {
      places.append(Finding.Place(start: row.start, file: row.file, line: row.line))
    }
    return Finding(
      id, name, severity, count: rows.count, places: places, evidence: evidence)
  }

  // MARK: duplicates

  private func duplicates(_ rows: [RejectedRow]) -> [Finding] {
    var same: [RejectedRow] = []
    var conflicting: [RejectedRow] = []
    var repeatedHour: [RejectedRow] = []
    var ratios: [Double] = []
    let outside = firstOutside()
    for row in rows {
      guard let bar = row.bar,
        let held = examination.series.bar(at: bar.start) ?? outside[bar.start]
      else {
        same.append(row)
        continue
      }
      if isSame(bar, held) {
        same.append(row)
      } else if isRepeatedHour(bar.start) {
        repeatedHour.append(row)
      } else {
        conflicting.append(row)
        if held.close != 0 { ratios.append(bar.close / held.close) }
      }
    }
    var findings: [Finding] = []
    if !same.isEmpty {
      var finding = finding(
        "D04", "duplicate-rows", .warning, same,
        "\(FigureText.count(same.count, "row")) for a slot that is taken, with the same figures; the first "
          + "stands"
      )
      finding.advice = "nothing is lost; mend the source so that it writes each bar once"
      findings.append(finding)
    }
    if !conflicting.isEmpty { findings.append(conflict(conflicting, ratios)) }
    if !repeatedHour.isEmpty {
      var finding = finding(
        "D17", "dst-overlap", .error, repeatedHour,
        "local times of the hour that the clocks show twice, without an offset to tell them apart")
      finding.advice = "ask the source for UTC or for times with their offset"
      findings.append(finding)
    }
    return findings
  }

  /// The first rows of slots that are outside the hours, so that no bar stands there.
  private func firstOutside() -> [Instant: Bar] {
    var bars: [Instant: Bar] = [:]
    for row in examination.rejected where row.kind == .outsideHours || row.kind == .nonTradingDay {
      if let bar = row.bar, bars[bar.start] == nil { bars[bar.start] = bar }
    }
    return bars
  }

  private func conflict(_ rows: [RejectedRow], _ ratios: [Double]) -> Finding {
    let choice = examination.recipes.compactMap { $0.flags["on-duplicate"] }.last
    let stands = choice == "replace" ? "last" : "first"
    var evidence =
      "\(FigureText.count(rows.count, "row")) for a slot that is taken, with other figures; "
      + "the \(stands) stands" + (choice == nil ? "" : ", as was chosen")
    if let ratio = Median.of(ratios), let spread = Median.deviation(ratios),
      abs(ratio - 1) > 0.002, spread < abs(ratio - 1) / 4
    {
      evidence +=
        "; the later closes are \(FigureText.number(ratio, 4)) times the first, as of another "
        + "adjustment or contract"
    }
    let (closer, farther) = neighbourVotes(rows)
    let fitsBetter = max(closer, farther) * 5 >= (closer + farther) * 4 && closer != farther
    if fitsBetter {
      evidence +=
        "; \(farther > closer ? "those that stand" : "the others") lie farther from the bars "
        + "around them in \(max(closer, farther)) of \(closer + farther) slots"
    }
    let severity: Finding.Severity = choice == nil ? .error : .info
    var finding = finding("D05", "conflicting-rows", severity, rows, evidence)
    guard choice == nil else { return finding }
    let policy = fitsBetter && closer > farther ? "keep" : "replace"
    finding.commands = examination.reload { $0.with("on-duplicate", policy) }
    finding.advice =
      "decide which copy is right: --on-duplicate keep takes the first, replace the last"
    return finding
  }

  /// In how many slots the bar that stands is closer to the undisputed bars around it, and in how many farther.
  private func neighbourVotes(_ rows: [RejectedRow]) -> (closer: Int, farther: Int) {
    let disputed = Set(rows.compactMap { $0.bar?.start.nanoseconds })
    var votes = (closer: 0, farther: 0)
    for row in rows.prefix(1000) {
      guard let bar = row.bar, let held = examination.series.bar(at: bar.start),
        let chunk = examination.series.chunkIndex(startingBy: bar.start.nanoseconds)
          .map({ examination.series.chunks[$0] }),
        let index = chunk.index(of: bar.start.nanoseconds)
      else { continue }
      var closes: [Double] = []
      for near in max(0, index - 3)..<min(chunk.count, index + 4)
      where !disputed.contains(chunk.starts[near]) { closes.append(chunk.closes[near]) }
      guard closes.count >= 2, let middle = Median.of(closes) else { continue }
      let distance = (abs(held.close - middle), abs(bar.close - middle))
      if distance.0 < distance.1 { votes.closer += 1 }
      if distance.0 > distance.1 { votes.farther += 1 }
    }
    return votes
  }

  private func isSame(_ a: Bar, _ b: Bar) -> Bool {
    a.open == b.open && a.high == b.high && a.low == b.low && a.close == b.close
      && a.volume == b.volume
  }

  private func isRepeatedHour(_ start: Instant) -> Bool {
    let zone = examination.frame.calendar.zone
    let wall = start.wallClock(offsetSeconds: zone.offsetSeconds(at: start))
    if case .ambiguous = zone.resolve(date: wall.date, nanosecondsOfDay: wall.sinceMidnight) {
      return true
    }
    return false
  }

  // MARK: faulty figures

  private func faults(_ rows: [RejectedRow]) -> [Finding] {
    var byReason: [String: [RejectedRow]] = [:]
    for row in rows { byReason[row.reason, default: []].append(row) }
    var findings: [Finding] = []
    for reason in byReason.keys.sorted() {
      guard let rows = byReason[reason] else { continue }
      let share = Double(rows.count) / Double(max(examination.rowCount, 1))
      var evidence = "\(FigureText.count(rows.count, "row")): \(reason)"
      if share > 0.05 {
        evidence += "; \(FigureText.percent(share)) of all rows, as if the columns were mixed up"
      }
      switch reason {
      case BarFault.negativeVolume.reason:
        findings.append(finding("D10", "bad-volume", .error, rows, evidence))
      case BarFault.notFinite.reason:
        findings.append(finding("D09", "empty-figures", .error, rows, evidence))
      default: findings.append(finding("D07", "bad-ohlc", .error, rows, evidence))
      }
      findings[findings.count - 1].advice =
        "look at the rows: `rejected \(examination.name)`"
    }
    return findings
  }

  private func unreadable(_ rows: [RejectedRow]) -> [Finding] {
    guard let first = rows.first else { return [] }
    let isVolume = rows.allSatisfy { $0.reason.contains("volume") }
    var finding = finding(
      isVolume ? "D10" : "D09", isVolume ? "bad-volume" : "unreadable-rows", .error, rows,
      "\(FigureText.count(rows.count, "row")), the first because \(first.reason)")
    finding.advice = "look at the rows: `rejected \(examination.name)`"
    return [finding]
  }

  // MARK: wrong times

  private func offGrid(_ rows: [RejectedRow]) -> Finding? {
    guard !rows.isEmpty, RowCheck.liveRow(rows, examination) == nil else { return nil }
    var residues: [Int64: Int] = [:]
    for row in rows {
      guard let start = row.bar?.start.nanoseconds else { continue }
      residues[start.quotientAndRemainder(dividingBy: examination.step).remainder, default: 0] += 1
    }
    var evidence =
      "\(FigureText.count(rows.count, "row")) between two slots of \(examination.frame.interval)"
    if let common = residues.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), rows.count > 1 {
      let text = FigureText.duration(common.key)
      evidence +=
        common.value * 5 >= rows.count * 4
        ? "; \(common.value) by the same \(text): the grid has another origin"
        : "; by different lengths: these are not bars of this interval"
    }
    var finding = finding("D25", "off-grid", .warning, rows, evidence)
    finding.advice = "if they belong to another interval, load them apart with --interval"
    return finding
  }

  /// Rows in closed hours, unless a clock that is off explains them.
  private func outside(_ rows: [RejectedRow]) -> [Finding] {
    var left: [RejectedRow] = []
    var days: [CivilDate: Int] = [:]
    for row in rows {
      if let bar = row.bar {
        let calendar = examination.frame.calendar
        let offset = calendar.zone.offsetSeconds(at: bar.start)
        let date = bar.start.wallClock(offsetSeconds: offset).date
        let near = [date.advanced(by: -1), date, date.advanced(by: 1)]
        if near.contains(where: { explained.contains($0) }) { continue }
        days[date, default: 0] += 1
      }
      left.append(row)
    }
    guard let first = left.first else { return [] }
    let name = examination.frame.calendar.name
    var finding = finding(
      "D22", "outside-session", .warning, left,
      "\(FigureText.count(left.count, "row")) on \(FigureText.count(max(days.count, 1), "day")) when "
        + "\(name) is closed; the first: \(first.reason)")
    let share = Double(left.count) / Double(max(examination.rowCount, 1))
    if share > 0.05 {
      finding.evidence += "; \(FigureText.percent(share)) of all rows, so the calendar is suspect"
    }
    finding.advice = "if these hours are real, load it again with another --calendar"
    return [finding]
  }

  private func farAway(_ rows: [RejectedRow]) -> [Finding] {
    guard let first = rows.first else { return [] }
    var finding = finding(
      "D28", "impossible-time", .error, rows,
      "\(FigureText.count(rows.count, "row")) outside every known year; the first: \(first.reason)")
    finding.advice = "an epoch in another unit, or an empty time read as 1970"
    return [finding]
  }

  private func fillers(_ rows: [RejectedRow]) -> [Finding] {
    guard !rows.isEmpty else { return [] }
    return [
      finding(
        "D12", "filler-bars", .info, rows,
        "\(FigureText.count(rows.count, "row")) without volume that repeat the close before, "
          + "counted as missing")
    ]
  }
}
