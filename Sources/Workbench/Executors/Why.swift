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
    let (symbol, calendar) = (reference.symbol, reference.calendar)
    let day = resolver.session.sessionDate(of: symbol.symbol)
    let named = resolver.moments(scope, of: symbol, reference.interval, calendar, on: day)
    guard let named, reference.interval.isIntraday else { return nil }
    if case .moment(let word) = scope { return [Workbench.moment(word, calendar).nanoseconds] }
    var starts: [Int64] = []
    let dates = calendar.dates(of: named)
    for day in calendar.tradingDays(from: dates.lowerBound, through: dates.upperBound) {
      guard let session = calendar.session(on: day), starts.count <= Workbench.slotLimit else {
        break
      }
      for run in reference.frame.wholeGrid(of: session).runs {
        for slot in 0..<run.count where named.contains(run.slotStart(slot)) {
          starts.append(run.slotStart(slot))
        }
      }
    }
    return starts.isEmpty ? [named.lowerBound] : starts
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
    if scope != .session, let named = resolver.dates(scope, of: reference.symbol), let dates = named
    {
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
    return Resolver.moments(time..<time + 1, on: day, reference.calendar).lowerBound
  }
}
