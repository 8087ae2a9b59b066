public import Diagnostics
import MarketCalendar
import MarketModel

extension LoadPlanner {
  /// How the events of a file are read, by its longest series; the interval means nothing.
  ///
  /// - Throws: `ambiguous-calendar`, `ambiguous-zone`, `unknown-calendar`.
  public func decide(_ file: EventFile) throws(SessError) -> LoadDecision {
    let lead = file.series.max { $0.count < $1.count }
    let sample = lead?.sample ?? RawSeries(symbol: nil, batches: [])
    let outline = RawFile(
      source: MemorySource(name: file.name, bytes: []), dialect: file.dialect,
      timeKind: file.timeKind, series: [sample], rejections: [], rowCount: 0)
    let calendar = try calendar(sample, .second, outline)
    var decision = LoadDecision(
      interval: .second, intervalBasis: .given, calendar: calendar.calendar,
      calendarBasis: calendar.basis, zone: nil, zoneBasis: .written, label: .start,
      labelBasis: .given, shift: choices.shift)
    if outline.isNaive { try decideZone(&decision, outline) }
    if choices.zone == nil, !choices.trustsClock {
      try ClockInference(
        calendar: decision.calendar, interval: .second, file: file.name, label: .start,
        isZoneAssumed: decision.zoneBasis.isAssumed
      )
      .checkZone(sample, zone: decision.zone, shift: choices.shift, zones: catalog.zones)
    }
    return decision
  }
}

extension RawEvents {
  /// Some of the events as rows that inference can look at, at their whole seconds.
  var sample: RawSeries {
    var rows: [RawRow] = []
    let step = max(1, count / 50_000)
    for index in stride(from: 0, to: ticks.count, by: step) {
      rows.append(RawEvents.row(ticks.times[index], volume: ticks.sizes[index]))
    }
    for index in stride(from: 0, to: quotes.count, by: step) {
      rows.append(RawEvents.row(quotes.times[index], volume: 0))
    }
    return RawSeries(symbol: symbol, batches: [RawBatch(rows: rows[...])])
  }

  /// A row without prices.
  private static func row(_ time: Int64, volume: Double) -> RawRow {
    RawRow(
      time: second(time), open: 0, high: 0, low: 0, close: 0, volume: volume, line: 0, offset: 0)
  }

  private static func second(_ time: Int64) -> Int64 {
    let rest = time % Instant.second
    return time - (rest < 0 ? rest + Instant.second : rest)
  }

  /// The events with their stamps read as moments, by time.
  public func placed(_ decision: LoadDecision) -> RawEvents {
    var placed = self
    placed.ticks.retime(RawEvents.moments(ticks.times, decision))
    placed.quotes.retime(RawEvents.moments(quotes.times, decision))
    return placed
  }

  private static func moments(_ times: [Int64], _ decision: LoadDecision) -> [Int64] {
    guard decision.zone != nil || decision.shift != 0 else { return times }
    var reading = ClockReading(zone: decision.zone, shift: decision.shift, order: .level)
    return times.map { reading.moment($0) }
  }
}
