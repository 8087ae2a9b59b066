import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

extension Workbench {
  /// Runs `doctor`.
  func doctor(_ command: DoctorCommand) throws(SessError) -> Output {
    if command.listsDefects { return try answer(Self.defects, command.query, emptyText: "") }
    let session = engine.snapshot()
    let nothing = session.document.symbols.isEmpty ? Words.nothingLoaded : "no findings"
    let resolver = Resolver(session: session)
    var verdicts = GapVerdicts(resolver)
    var diagnoses: [(reference: SeriesReference, finding: Finding)] = []
    do throws(SessError) {
      for (reference, scope) in try resolver.series(command.query.addresses) {
        try checkCancelled()
        for finding in try findings(reference, scope, resolver, &verdicts) {
          guard finding.severity >= Finding.Severity(rawValue: command.severity) ?? .info else {
            continue
          }
          diagnoses.append((reference, finding))
        }
      }
    } catch {
      throw error.located(at: command.query.span)
    }
    if !command.printsFix { try findRows(&diagnoses) }
    let records = try narrowed(Workbench.findingRecords(diagnoses), command.query)
    if command.printsFix { return fixes(try wanted(diagnoses, command.query), records) }
    let isNarrowed =
      command.query.filter != nil || command.query.limit.first != nil
      || command.query.limit.last != nil || !command.query.columns.isEmpty
    guard !isNarrowed else { return .records(records, emptyText: nothing) }
    var lines: [String] = []
    for (reference, finding) in diagnoses { lines += describe(finding, reference) }
    if lines.isEmpty { lines = [nothing] }
    return Output(blocks: [.lines(lines)], records: records, emptyText: nothing)
  }

  /// What is wrong with one series, within a scope.
  private func findings(
    _ reference: SeriesReference, _ scope: Scope?, _ resolver: Resolver,
    _ verdicts: inout GapVerdicts
  ) throws(SessError) -> [Finding] {
    let record = reference.record
    let frame = reference.frame
    let series = BarSeries(chunks: resolver.chunks(reference, scope))
    var examination = Examination(symbol: reference.symbol.symbol, frame: frame, series: series)
    (examination.days, examination.gaps) = try resolver.judged(reference, scope)
    guard !record.derived else { return DerivedCheck(examination).run() }
    let isBase = record.interval == reference.symbol.baseInterval
    if isBase { examination.rejected = rejected(reference, scope, resolver) }
    for step in reference.symbol.metadata.adjustments {
      let next = reference.calendar.nextTradingDay(after: step.through)
      if let next { examination.adjusted.insert(next) }
    }
    examination.recipes = reference.symbol.metadata.recipes
    examination.peers = verdicts.peers(of: reference)
    examination.alternatives = try alternatives(examination)
    var found = Doctor.examine(examination)
    found += try RecordCheck(examination, reference.symbol, isBase: isBase).run()
    return Doctor.sorted(found)
  }

  /// The rejected rows near the days of a scope; those without a time belong to every scope.
  private func rejected(
    _ reference: SeriesReference, _ scope: Scope?, _ resolver: Resolver
  ) -> [RejectedRow] {
    guard let dates = resolver.dates(scope, of: reference.symbol), let dates else {
      return reference.symbol.rejected
    }
    return reference.symbol.rejected.filter { row in
      guard let start = row.start else { return true }
      let date = start.wallClock(offsetSeconds: reference.offset(at: start)).date
      return date >= dates.lowerBound.advanced(by: -1) && date <= dates.upperBound.advanced(by: 1)
    }
  }

  /// The other calendars of a calendar's zone, where something may speak for one of them.
  private func alternatives(_ examination: Examination) throws(SessError) -> [MarketCalendar] {
    guard !examination.gaps.isEmpty || !examination.rejected.isEmpty else { return [] }
    let calendar = examination.frame.calendar
    var others: [MarketCalendar] = []
    for summary in try catalog.summaries()
    where summary.name != calendar.name && summary.zone == calendar.zone.name {
      others.append(try catalog.calendar(named: summary.name))
    }
    return others
  }

  // MARK: answers

  private static var defects: RecordTable {
    var table = RecordTable(columns: ["id", "defect", "severity", "needs"])
    for entry in Taxonomy.entries {
      table.rows.append([
        .text(entry.id), .text(entry.defect), .text(entry.severity), .text(entry.needs),
      ])
    }
    return table
  }

  private static func findingRecords(
    _ diagnoses: [(reference: SeriesReference, finding: Finding)]
  ) -> RecordTable {
    var table = RecordTable(
      columns: [
        "symbol", "interval", "id", "defect", "severity", "count", "first_start", "first_file",
        "first_line", "evidence", "remedy",
      ])
    for (reference, finding) in diagnoses {
      let place = finding.places.first
      let remedy =
        finding.commands.isEmpty ? finding.advice : finding.commands.joined(separator: "; ")
      table.rows.append([
        .text(reference.symbol.symbol), .interval(reference.interval), .text(finding.id),
        .text(finding.defect), .text(finding.severity.rawValue), .integer(finding.count),
        place?.start.map { reference.value($0) } ?? .unknown, Value(place?.file),
        Value(place?.line), .text(finding.evidence), remedy.isEmpty ? .unknown : .text(remedy),
      ])
    }
    return table
  }

  /// One block a finding: what, where, why, and what to type.
  private func describe(_ finding: Finding, _ reference: SeriesReference) -> [String] {
    let name = "\(reference.symbol.symbol)/\(reference.interval)"
    var lines = [
      "\(finding.severity.rawValue) \(finding.id) \(finding.defect) \(name) ×\(finding.count)"
    ]
    lines.append("  seen: \(finding.evidence)")
    let places = finding.places.map { place(of: $0, reference) }.filter { !$0.isEmpty }
    if !places.isEmpty {
      let more = finding.count > finding.places.count ? ", …" : ""
      let origin = unread(finding, reference).map { " (\($0))" } ?? ""
      lines.append("  at:   \(places.joined(separator: ", "))\(more)\(origin)")
    }
    if !finding.commands.isEmpty {
      lines.append("  type: \(finding.commands.joined(separator: "; "))")
    } else if !finding.advice.isEmpty {
      lines.append("  do:   \(finding.advice)")
    }
    return lines
  }

  private func place(of place: Finding.Place, _ reference: SeriesReference) -> String {
    var parts: [String] = []
    if let start = place.start {
      let offset = reference.offset(at: start)
      let date = start.wallClock(offsetSeconds: offset).date
      parts.append("\(date) \(start.timeOfDay(offsetSeconds: offset))")
    }
    if let file = place.file {
      if place.isAfter { parts.append("after") }
      parts.append(place.line.map { "\(file):\($0)" } ?? file)
    }
    return parts.joined(separator: " ")
  }

  /// The findings whose records a query asks for.
  private func wanted(
    _ diagnoses: [(reference: SeriesReference, finding: Finding)], _ query: QueryCommand
  ) throws(SessError) -> [(reference: SeriesReference, finding: Finding)] {
    var table = Workbench.findingRecords(diagnoses)
    table.columns.append("index")
    for index in table.rows.indices { table.rows[index].append(.integer(index)) }
    let kept = try WorkbenchContext(self).filtered(table, query.filter).limited(query.limit)
    var wanted: [(reference: SeriesReference, finding: Finding)] = []
    for case .integer(let index) in kept.column("index") ?? [] { wanted.append(diagnoses[index]) }
    return wanted
  }

  /// The commands alone, each once.
  private func fixes(
    _ diagnoses: [(reference: SeriesReference, finding: Finding)], _ records: RecordTable
  ) -> Output {
    var lines: [String] = []
    for (_, finding) in diagnoses {
      let line = finding.commands.joined(separator: "; ")
      if !line.isEmpty, !lines.contains(line) { lines.append(line) }
    }
    if lines.isEmpty { lines = ["# no command mends what was found"] }
    return Output(blocks: [.lines(lines)], records: records)
  }
}
