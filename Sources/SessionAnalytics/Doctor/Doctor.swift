import MarketModel

/// Examines a series for every defect its bars, rejected rows and calendar can show.
///
/// Causes come before consequences: what a shifted clock or a wrong label explains is not reported again.
public enum Doctor {
  /// The findings, the gravest first.
  ///
  /// - Complexity: O(bars · log bars), plus the bars after each jump of the level.
  public static func examine(_ examination: Examination) -> [Finding] {
    var findings: [Finding] = []
    let columns = BarColumns(examination)
    var explained: Set<CivilDate> = []
    if examination.frame.interval.isIntraday {
      let clock = ClockCheck(examination).run()
      findings += clock.findings
      explained = clock.days
      if clock.findings.isEmpty, let label = LabelCheck(examination).run() {
        findings.append(label)
        explained = Set(columns.days.map(\.day))
      }
    }
    let calendar = CalendarCheck(examination, explained: explained).run()
    findings += calendar.findings
    var left = examination
    left.gaps.removeAll { calendar.gaps.contains($0) }
    let hasCalendar = !calendar.findings.isEmpty && calendar.gaps.isEmpty
    findings += RejectedCheck(left, explained: explained, isClosedExplained: hasCalendar).run()
    findings += RowCheck(examination, columns).run()
    let copies = RepeatCheck(examination, columns).run()
    findings += copies.findings
    let level = LevelCheck(
      examination, columns, explained: explained, copyEdges: copies.edges
    ).run()
    findings += level.findings
    findings += CoverageCheck(left, columns, explained: explained).run()
    findings += HalfDayCheck(left, explained: explained).run()
    findings += PriceCheck(
      examination, columns, explained: explained, levels: level.starts.union(copies.edges)
    ).run()
    findings += FillerCheck(examination, columns).run()
    return sorted(findings)
  }

  /// By severity, the gravest first, then by identifier.
  public static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.sorted { a, b in
      a.severity == b.severity ? a.id < b.id : a.severity > b.severity
    }
  }
}
