public import Diagnostics
public import MarketCalendar
import MarketModel

/// Decides how the series of a file are read.
public struct LoadPlanner: Sendable {
  private let catalog: CalendarCatalog
  private let choices: LoadChoices

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
    guard let lead = file.series.max(by: { $0.count < $1.count }) else { return [] }
    let decision = try decide(lead, file, calendar: nil)
    guard file.series.count > 1, choices.calendar == nil else {
      return file.series.map { _ in decision }
    }
    var decisions: [LoadDecision] = []
    for series in file.series {
      let own = try? calendar(series, decision.interval, file)
      var copy = decision
      if let own, !own.basis.isAssumed, own.calendar != decision.calendar {
        (copy.calendar, copy.calendarBasis) = (own.calendar, own.basis)
      }
      decisions.append(copy)
    }
    return decisions
  }

  private func decide(_ series: RawSeries, _ file: RawFile, calendar: MarketCalendar?)
    throws(SessError)
    -> LoadDecision
  {
    let name = file.source.name
    var interval: (interval: Interval, basis: Basis)
    if let given = choices.interval {
      interval = (given, .given)
    } else {
      interval = try IntervalInference.infer(series, isDateOnly: file.isDateOnly, file: name)
    }
    let calendar = try self.calendar(series, interval.interval, file)
    var decision = LoadDecision(
      interval: interval.interval, intervalBasis: interval.basis, calendar: calendar.calendar,
      calendarBasis: calendar.basis, zone: nil, zoneBasis: .written, label: .start,
      labelBasis: .given, shift: choices.shift)
    if file.isNaive {
      decision.zone = choices.zone ?? calendar.calendar.zone
      decision.zoneBasis = choices.zone == nil ? .assumed("the exchange's clock") : .given
    }
    guard interval.interval.isIntraday else {
      decision.labelBasis = .evidence("a day is named by its date")
      return decision
    }
    let clock = ClockInference(calendar: calendar.calendar, file: name)
    if choices.zone == nil, !choices.trustsClock {
      try clock.checkZone(series, zone: decision.zone, shift: choices.shift)
    }
    if let label = choices.label {
      decision.label = label
    } else {
      (decision.label, decision.labelBasis) = try clock.label(
        series, interval.interval, zone: decision.zone, shift: choices.shift)
    }
    return decision
  }

  private func calendar(_ series: RawSeries, _ interval: Interval, _ file: RawFile)
    throws(SessError)
    -> (calendar: MarketCalendar, basis: Basis)
  {
    if let given = choices.calendar { return (given, .given) }
    let inference = CalendarInference(catalog: catalog, file: file.source.name)
    guard interval.isIntraday else { return try inference.inferDaily(series) }
    return try inference.infer(
      series, zone: choices.zone, isNaive: file.isNaive, shift: choices.shift)
  }
}
