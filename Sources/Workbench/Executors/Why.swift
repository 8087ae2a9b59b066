import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

extension Workbench {
  /// How many slots are explained one by one.
  private static let slotLimit = 12

  /// Runs `why`.
  func why(_ command: WhyCommand) throws(SessError) -> Output {
    let resolver = Resolver(session: engine.snapshot())
    do throws(SessError) {
      let series = try resolver.series(command.address).filter {
        command.address.interval != nil || command.address.intervals == .all
          || $0.interval == ($0.symbol.baseInterval ?? $0.interval)
      }
      var answer = WhyAnswer(resolver)
      for reference in series {
        try checkCancelled()
        let moments = try moments(command, reference, resolver)
        if let moments, moments.count <= Workbench.slotLimit {
          let origins = try origins(of: [(reference, moments)])
          for moment in moments { try answer.explain(moment, of: reference, origins) }
        } else {
          try answer.summarize(reference, command.address.scope ?? .session)
        }
      }
      return Output(
        blocks: [.lines(answer.lines)], records: answer.records, emptyText: "nothing to explain")
    } catch {
      throw error.located(at: command.span)
    }
  }

  /// The slots that are asked about one by one; nil for a question about whole days.
  private func moments(
    _ command: WhyCommand, _ reference: SeriesReference, _ resolver: Resolver
  ) throws(SessError) -> [Int64]? {
    let scope = command.address.scope ?? .session
    if let word = command.time {
      return [try moment(word, scope, reference, resolver)]
    }
    guard case .times(let date, let times) = scope else { return nil }
    let days = date.map { Resolver.tradingDays(of: times, on: $0, reference.calendar) }
    let day = days?.lowerBound ?? resolver.session.sessionDate(of: reference.symbol.symbol)
    guard let day, reference.interval.isIntraday else { return nil }
    let span = Resolver.moments(times, of: date, on: day, reference.calendar)
    var starts: [Int64] = []
    for day in reference.calendar.tradingDays(from: day, through: days?.upperBound ?? day) {
      guard let session = reference.calendar.session(on: day) else { continue }
      for run in reference.frame.wholeGrid(of: session).runs {
        for slot in 0..<run.count where run.slotStart(slot) >= span.lowerBound {
          guard run.slotStart(slot) < span.upperBound else { break }
          starts.append(run.slotStart(slot))
        }
      }
    }
    return starts.isEmpty ? [span.lowerBound] : starts
  }

  private func moment(
    _ word: ExpandedWord, _ scope: Scope, _ reference: SeriesReference, _ resolver: Resolver
  ) throws(SessError) -> Int64 {
    if let time = TimeWord(word.text) {
      return Workbench.moment(time, reference.calendar).nanoseconds
    }
    guard let time = ClockText.nanoseconds(word.text), time < Instant.day else {
      throw word.failure(
        "bad-time", "\(word.text) is not a time", hint: "for example 10:17 or 2025-07-02T10:17")
    }
    var day = resolver.session.sessionDate(of: reference.symbol.symbol)
    if case .dates(let dates) = scope {
      guard dates.lowerBound == dates.upperBound else {
        throw word.failure(
          "several-days", "\(word.text) could be on any day of \(scope)",
          hint: "one day: @\(dates.lowerBound)")
      }
      day = dates.lowerBound
    }
    guard let day else {
      throw word.failure("no-session", "\(reference.symbol.symbol) has no session yet")
    }
    let zone = reference.calendar.zone
    let midnight = zone.instant(date: day, nanosecondsOfDay: 0).nanoseconds
    if let session = reference.calendar.session(on: day), session.start < midnight {
      return Resolver.moments(time..<time + 1, on: day, reference.calendar).lowerBound
    }
    return zone.instant(date: day, nanosecondsOfDay: time).nanoseconds
  }
}

extension SeriesFrame {
  /// The slots of all segments, expected or not.
  func wholeGrid(of session: TradingSession) -> SlotGrid {
    SlotGrid(
      session: session, interval: interval, extended: true, alignment: alignment,
      zone: calendar.zone)
  }
}
