import MarketCalendar
import MarketModel

/// Looks at how the rows stood in their files: out of order, in two epoch units, the last one unfinished.
struct RowCheck {
  let examination: Examination
  let columns: BarColumns

  init(_ examination: Examination, _ columns: BarColumns) {
    self.examination = examination
    self.columns = columns
  }

  func run() -> [Finding] {
    var findings: [Finding] = []
    findings += [disorder(), units(), unfinished()].compactMap { $0 }
    return findings
  }

  private func faults(_ kind: RowFault.Kind) -> [RowFault] {
    var faults: [RowFault] = []
    for recipe in examination.recipes { faults += recipe.faults.filter { $0.kind == kind } }
    return faults
  }

  private func finding(
    _ id: String, _ name: String, _ severity: Finding.Severity, _ faults: [RowFault],
    _ evidence: String
  ) -> Finding {
    var places: [Finding.Place] = []
    for fault in faults { places.append(Finding.Place(file: fault.file, line: fault.line)) }
    let count = faults.reduce(0) { $0 + $1.count }
    return Finding(id, name, severity, count: count, places: places, evidence: evidence)
  }

  /// Rows below one that starts later; files that fall from the newest row on are in order.
  private func disorder() -> Finding? {
    let faults = faults(.outOfOrder)
    guard !faults.isEmpty else { return nil }
    let rows = faults.reduce(0) { $0 + $1.count }
    let files = faults.count > 1 ? " of \(faults.count) files" : ""
    var finding = finding(
      "D06", "out-of-order", .warning, faults,
      "\(FigureText.count(rows, "row"))\(files) \(rows == 1 ? "starts" : "start") before a row "
        + "above; \(rows == 1 ? "it was" : "they were") put in order")
    finding.advice = "nothing is lost; two files may have been joined, or pages in the wrong order"
    return finding
  }

  private func units() -> Finding? {
    let faults = faults(.mixedUnits)
    guard !faults.isEmpty else { return nil }
    var finding = finding(
      "D27", "mixed-epoch-units", .error, faults,
      "epoch numbers change their unit within a file; each row was read by its own magnitude")
    finding.advice = "look at the rows from there on: two sources may have been joined"
    return finding
  }

  // MARK: the last bar

  /// A last bar before its time: a live row off the grid, or one with next to nothing in it.
  private func unfinished() -> Finding? {
    guard examination.frame.interval.isIntraday else { return nil }
    let off = examination.rejected.filter { $0.kind == .offGrid }
    if let row = RowCheck.liveRow(off, examination), let bar = row.bar {
      var finding = Finding(
        "D29", "unfinished-bar", .info, count: 1,
        places: [Finding.Place(start: bar.start, file: row.file, line: row.line)],
        evidence: "the last row is stamped \(examination.wall(bar.start.nanoseconds)), between two "
          + "slots: the price of the moment rather than a bar")
      finding.advice = "nothing to do: it did not become a bar"
      return finding
    }
    return thinLast()
  }

  /// The one row off the grid, if it comes right after the last bar.
  static func liveRow(_ offGrid: [RejectedRow], _ examination: Examination) -> RejectedRow? {
    guard offGrid.count == 1, let row = offGrid.first, let bar = row.bar,
      let last = examination.series.last?.start, bar.start > last,
      bar.start.nanoseconds - last.nanoseconds < 2 * examination.step
    else { return nil }
    return row
  }

  /// The data ends within a session, with a bar of far less volume and range than those before it.
  private func thinLast() -> Finding? {
    guard columns.count >= 20, let chunk = examination.series.chunks.last,
      let session = examination.frame.calendar.session(on: chunk.day)
    else { return nil }
    let index = columns.count - 1
    let start = columns.starts[index]
    let run = examination.frame.grid(of: session).runs.first { start >= $0.start && start < $0.end }
    guard let run, start + examination.step < run.end,
      examination.series.last?.start.nanoseconds == start
    else { return nil }
    let before = max(0, index - 30)..<index
    guard let volume = Median.of(Array(columns.volumes[before])), volume > 0 else { return nil }
    let least = columns.volumes[before].min() ?? 0
    let ranges = before.map { columns.highs[$0] - columns.lows[$0] }
    let range = columns.highs[index] - columns.lows[index]
    guard columns.volumes[index] < 0.5 * least, columns.volumes[index] < 0.2 * volume,
      range < Median.of(ranges) ?? 0
    else { return nil }
    var finding = Finding(
      "D29", "unfinished-bar", .info, starts: [start],
      evidence: "the data ends within the session, and the last bar has a volume of "
        + "\(FigureText.number(columns.volumes[index], 0)), where \(FigureText.number(volume, 0)) is "
        + "usual: it may have been written before its end")
    finding.advice = "fetch the last bar again; when the file was written would decide it"
    return finding
  }
}
