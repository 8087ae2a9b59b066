public import Diagnostics
import Dispatch
public import MarketCalendar
public import MarketModel

/// Decides how the series of a file are read.
public struct LoadPlanner: Sendable {
  let catalog: CalendarCatalog
  let choices: LoadChoices

  /// Creates a planner that keeps to the user's choices.
  public init(catalog: CalendarCatalog, choices: LoadChoices) {
    self.catalog = catalog
    self.choices = choices
  }

  /// A decision a series, in the file's order.
  ///
  /// The longest series decides for all; another calendar is chosen only where a series itself shows one.
  ///
  /// - Throws: `unknown-interval`, `ambiguous-calendar`, `ambiguous-zone`, `ambiguous-label`.
  public func decide(_ file: RawFile) throws(SessError) -> [LoadDecision] {
    var decisions = try readings(file)
    for index in decisions.indices { try align(&decisions[index], file.series[index], file) }
    return decisions
  }

  /// Everything but the alignment.
  private func readings(_ file: RawFile) throws(SessError) -> [LoadDecision] {
    guard let lead = file.series.max(by: { $0.count < $1.count }) else { return [] }
    if lead.interval != nil { return try decideByInterval(file) }
    let decision = try decide(lead, file)
    guard file.series.count > 1, choices.isCalendarOpen else {
      return file.series.map { _ in decision }
    }
    var decisions = file.series.map { _ in decision }
    decisions.withUnsafeMutableBufferPointer { buffer in
      // Safe: each iteration changes one element of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: file.series.count) { index in
        guard let own = try? calendar(file.series[index], decision.interval, file),
          !own.basis.isAssumed, own.calendar != decision.calendar
        else { return }
        (slots[index].calendar, slots[index].calendarBasis) = (own.calendar, own.basis)
      }
    }
    return decisions
  }

  /// Each series with the interval its rows state; the finest decides on clock and calendar.
  private func decideByInterval(_ file: RawFile) throws(SessError) -> [LoadDecision] {
    let finest = file.series.min {
      ($0.interval ?? .minute, -$0.count) < ($1.interval ?? .minute, -$1.count)
    }
    guard let finest else { return [] }
    let decision = try decide(finest, file)
    return file.series.map { series in
      var own = decision
      own.interval = choices.interval ?? series.interval ?? decision.interval
      return own
    }
  }

  /// One decision for files that hold one series between them, such as a file a day.
  ///
  /// - Throws: as for one file.
  public func decide(_ files: [RawFile]) throws(SessError) -> LoadDecision? {
    guard let first = files.first else { return nil }
    let lead = first.series.first
    var whole = RawSeries(symbol: lead?.symbol, interval: lead?.interval, batches: [])
    for file in files { whole.batches += file.series.first?.batches ?? [] }
    var decision = try decide(whole, first)
    try align(&decision, whole, first)
    return decision
  }

  /// Decides whether bars lie on the clock, where a loaded series does not say.
  private func align(_ decision: inout LoadDecision, _ series: RawSeries, _ file: RawFile)
    throws(SessError)
  {
    var inference = AlignmentInference(decision: decision, source: file.source)
    try inference.look(at: series)
    decision.beginsBeforeOpen = inference.beginsBeforeOpen
    decision.alignment = inference.alignment
    guard let target = choices.target, target.interval == decision.interval else { return }
    decision.alignment = target.alignment
    decision.beginsBeforeOpen = inference.hasOnlyEarlyStarts && target.alignment == .clock
  }

  private func decide(_ series: RawSeries, _ file: RawFile) throws(SessError) -> LoadDecision {
    let interval = try interval(series, file)
    var decision = try placeAndClock(series, interval.interval, file)
    (decision.interval, decision.intervalBasis) = interval
    guard interval.interval.isIntraday else { return try decideDays(decision, series, file) }
    let clock = ClockInference(
      calendar: decision.calendar, interval: decision.interval, file: file.source.name,
      label: choices.label, isZoneAssumed: decision.zoneBasis.isAssumed)
    if choices.zone == nil, !choices.trustsClock {
      try clock.checkZone(
        series, zone: decision.zone, shift: choices.shift, zones: catalog.zones)
      try clock.checkWeek(
        series, decision.interval, zone: decision.zone, shift: choices.shift, zones: catalog.zones)
    }
    if let label = choices.label { (decision.label, decision.labelBasis) = (label, .given) }
    guard choices.label == nil || decision.zoneBasis.isAssumed else { return decision }
    let shape = SessionShape(
      series, decision.calendar, decision.interval,
      ClockReading(zone: decision.zone, shift: choices.shift, order: series.order))
    let isDoubtful = decision.zoneBasis.isAssumed && !choices.trustsClock && shape.dayCount >= 3
    if isDoubtful, !shape.keepsHours, decision.calendar.hasExtendedHours,
      let refusal = refusalNamingZone(series, decision.interval, file)
    {
      throw refusal
    }
    decision.zoneBasis = decision.zoneBasis.supported(by: shape)
    if choices.label == nil {
      if case .stated = file.dialect.label {
      } else {
        try clock.checkWeekLabel(
          series, decision.interval, zone: decision.zone, shift: choices.shift)
      }
      (decision.label, decision.labelBasis) = try clock.label(shape, claim: file.dialect.label)
    }
    return decision
  }

  /// The calendar and the zone, which are evidence for each other; the rest is still open.
  private func placeAndClock(_ series: RawSeries, _ interval: Interval, _ file: RawFile)
    throws(SessError) -> LoadDecision
  {
    if interval.isIntraday, file.isNaive, choices.zone == nil,
      case .unclear(let reason) = file.dialect.zone
    {
      return try found(series, interval, file, reason)
    }
    do throws(SessError) {
      let calendar = try calendar(series, interval, file)
      try checkOtherZone(calendar, series, interval, file)
      var decision = open(interval, calendar)
      if file.isNaive { try decideZone(&decision, file) }
      return decision
    } catch  where error.code == "ambiguous-calendar" {
      guard let other = refusalNamingZone(series, interval, file, ownClocks: false) else {
        throw error
      }
      guard error.answers.count < 3 || error.answers.contains("--calendar FX") else {
        throw SessError(error.code, error.message, answers: error.answers + other.answers)
      }
      throw other
    }
  }

  /// Refuses hours of another exchange's clock that are as well New York's on another one.
  ///
  /// - Throws: `ambiguous-zone`.
  private func checkOtherZone(
    _ found: CalendarInference.Found, _ series: RawSeries, _ interval: Interval, _ file: RawFile
  ) throws(SessError) {
    guard choices.isCalendarOpen, interval.isIntraday, found.calendar.name != "XNYS",
      !CalendarInference.isRound(found.calendar.name), file.dialect.zone == nil,
      mark(series, file) == nil, var refusal = refusalNamingZone(series, interval, file)
    else { return }
    refusal.message += "; on its own clock they could be those of \(found.calendar.name)"
    throw SessError(
      refusal.code, refusal.message,
      answers: refusal.answers + ["--calendar \(found.calendar.name)"])
  }

  private func open(_ interval: Interval, _ calendar: CalendarInference.Found)
    -> LoadDecision
  {
    LoadDecision(
      interval: interval, intervalBasis: .given, calendar: calendar.calendar,
      calendarBasis: calendar.basis, zone: nil, zoneBasis: .written, label: .start,
      labelBasis: .given, shift: choices.shift)
  }

  /// The one zone under which the rows keep a calendar's hours, where the dialect leaves it open.
  private func found(_ series: RawSeries, _ interval: Interval, _ file: RawFile, _ reason: String)
    throws(SessError) -> LoadDecision
  {
    let matches = matches(series, interval, file)
    guard matches.count == 1, let match = matches.first else {
      let names = names(of: matches, series)
      let fits = names.isEmpty ? "" : ", and its hours fit \(names.joined(separator: " and "))"
      let example = names.first ?? "UTC"
      let other = names.dropFirst().first ?? "America/New_York"
      throw SessError(
        "ambiguous-zone", "the zone of \(file.source.name) is not clear: \(reason)\(fits)",
        answers: ["--zone \(example)", "--zone \(other)"])
    }
    var decision = open(interval, (match.calendar, match.calendarBasis))
    decision.zone = match.zone
    let evidence = match.shape.zoneEvidence
    decision.zoneBasis = match.shape.isProof ? .proof(evidence) : .evidence(evidence)
    return decision
  }

  /// The zones under which the most rows lie within the hours.
  private func names(of matches: [ZoneSearch.Match], _ series: RawSeries) -> [String] {
    let fits = matches.map {
      Sample(series, zone: $0.zone, shift: choices.shift, limit: 20_000).fit($0.calendar).any
    }
    guard let best = fits.max() else { return [] }
    return zip(matches, fits).filter { $0.1 >= best - 0.002 }.map(\.0.zone.name)
  }

  /// The refusal that names another zone, under which rows keep hours that are unclear as written.
  ///
  /// `ownClocks` is false where every calendar was tried on its own clock already.
  private func refusalNamingZone(
    _ series: RawSeries, _ interval: Interval, _ file: RawFile, ownClocks: Bool = true
  ) -> SessError? {
    guard interval.isIntraday, file.isNaive, choices.zone == nil else { return nil }
    // Calendars without a night were tried on every clock already.
    let matches = matches(series, interval, file).filter {
      !CalendarInference.isRound($0.calendar.name)
    }
    guard matches.count == 1, let match = matches.first,
      ownClocks || !match.zone.keepsTime(of: match.calendar.zone)
    else { return nil }
    return SessError(
      "ambiguous-zone",
      "\(file.source.name) states no zone, and on the exchange's clock its rows keep no exchange's hours; "
        + "in \(match.zone.name) they keep those of \(match.calendar.name): "
        + match.shape.zoneEvidence,
      answers: ["--zone \(match.zone.name)"])
  }

  private func matches(_ series: RawSeries, _ interval: Interval, _ file: RawFile)
    -> [ZoneSearch.Match]
  {
    let search = ZoneSearch(
      series: series, interval: interval, shift: choices.shift, zones: catalog.zones)
    return search.matches { try? calendar(series, interval, file, zone: $0) }
  }

  /// The interval the first series of a file shows by itself; nil when it is not clear.
  public func intervalShown(by file: RawFile) -> Interval? {
    guard let series = file.series.first else { return nil }
    return try? interval(series, file).interval
  }

  private func interval(_ series: RawSeries, _ file: RawFile) throws(SessError)
    -> (interval: Interval, basis: Basis)
  {
    if let given = choices.interval {
      try IntervalInference.check(given, series, file: file.source.name)
      return (given, .given)
    }
    if let written = series.interval { return (written, .written) }
    if case .stated(let interval, let reason) = file.dialect.interval {
      return (interval, .documented(reason))
    }
    let own: (interval: Interval, basis: Basis)
    do throws(SessError) {
      own = try IntervalInference.infer(
        series, isDateOnly: file.isDateOnly, file: file.source.name)
    } catch {
      guard let target = choices.target else { throw error }
      return (target.interval, target.basis)
    }
    // Missing bars lie apart: what is between a few of them is no bar length.
    guard let target = choices.target, series.count <= 10, own.interval > target.interval else {
      return own
    }
    return (target.interval, target.basis)
  }

  /// The zone of wall clock readings: as given, as the dialect says, else the exchange's.
  func decideZone(_ decision: inout LoadDecision, _ file: RawFile) throws(SessError) {
    if let given = choices.zone {
      (decision.zone, decision.zoneBasis) = (given, .given)
      return
    }
    switch file.dialect.zone {
    case .stated(let name, let reason):
      decision.zone = try catalog.zones.zone(named: name)
      decision.zoneBasis = .documented(reason)
    case .unclear(let reason):
      guard decision.interval.isIntraday else { fallthrough }
      throw SessError(
        "ambiguous-zone", "the zone of \(file.source.name) is not clear: \(reason)",
        answers: CalendarInference.isRound(decision.calendar.name)
          ? ["--zone UTC", "--zone \(decision.calendar.zone.name)"]
          : ["--zone \(decision.calendar.zone.name)", "--zone UTC"])
    case nil:
      (decision.zone, decision.zoneBasis) = (
        decision.calendar.zone, .assumed("the exchange's clock")
      )
    }
  }

  func calendar(
    _ series: RawSeries, _ interval: Interval, _ file: RawFile, zone tried: Zone? = nil
  ) throws(SessError) -> CalendarInference.Found {
    if let given = choices.calendar { return (given, .given) }
    if let target = choices.target { return (target.calendar, target.basis) }
    if case .stated(let name, let reason) = file.dialect.calendar,
      CalendarCatalog.names.contains(name)
    {
      guard name == "24/7", interval <= .day, series.restsOnWeekends else {
        return (try catalog.calendar(named: name), .documented(reason))
      }
      let shown = try? inferred(series, interval, file, zone: tried).calendar.name
      throw SessError(
        "ambiguous-calendar",
        "the exchange calendar of \(file.source.name) is not clear: \(reason), but no row is on a weekend",
        answers: ([shown].compactMap { $0 } + [name]).map { "--calendar \($0)" })
    }
    return try inferred(series, interval, file, zone: tried)
  }

  /// The calendar that the rows and the names show.
  private func inferred(
    _ series: RawSeries, _ interval: Interval, _ file: RawFile, zone tried: Zone?
  ) throws(SessError) -> CalendarInference.Found {
    let mark = mark(series, file)
    guard interval.isIntraday else {
      return try DailyCalendarInference(
        catalog: catalog, file: file.source.name, isNaive: file.isNaive, zone: choices.zone,
        label: choices.label ?? .start
      ).infer(series, interval, mark: mark)
    }
    var zone = tried ?? choices.zone
    if zone == nil, case .stated(let name, _) = file.dialect.zone {
      zone = try catalog.zones.zone(named: name)
    }
    var inference = CalendarInference(
      catalog: catalog, file: file.source.name, interval: interval,
      clock: CalendarInference.Clock(isNaive: file.isNaive, zone: zone, shift: choices.shift),
      limit: file.series.count == 1 ? 100_000 : 5000)
    inference.searchesAll = tried == nil
    return try inference.infer(series, mark: mark)
  }

  /// What the names of the symbol and the file say about the exchange.
  private func mark(_ series: RawSeries, _ file: RawFile) -> CalendarMarks.Mark? {
    for name in [series.symbol, file.dialect.symbolName, choices.symbol] {
      if let name, let mark = CalendarMarks.mark(of: name) { return mark }
    }
    return CalendarMarks.mark(ofFile: file.source.name)
  }
}
