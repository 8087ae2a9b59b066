import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

/// How the quality of whole days comes about.
extension WhyAnswer {
  /// Explains the figures of a series within a scope, from what is expected to what is missing.
  mutating func summarize(_ reference: SeriesReference, _ scope: Scope) throws(SessError) {
    let (days, gaps) = try resolver.judged(reference, scope)
    let total = DayQuality.total(days)
    let name = "\(AddressText.word(reference.symbol.symbol))/\(reference.interval)"
    let percent = total.slots.percent.map { ", quality \(DecimalText.percent($0))" } ?? ""
    var span = "\(scope)"
    if let first = days.first?.date, let last = days.last?.date {
      span = first == last ? "\(first)" : "\(first) to \(last)"
    }
    let slots = "\(total.slots.present) of \(total.slots.expected) slots"
    lines.append(
      "\(name), \(span): " + (days.isEmpty ? "nothing is expected" : slots + percent))
    for line in reasons(reference, scope, days, gaps) { lines.append("  \(line)") }
    let judge = verdicts.judge(reference)
    for (index, gap) in gaps.enumerated() {
      let judged = judge.judge(gap)
      if index < 8 {
        lines.append(
          "  missing: \(text(of: gap, reference)): \(judged.verdict.rawValue), \(judged.evidence)")
      }
      records.rows.append([
        .text(reference.symbol.symbol), .interval(reference.interval), reference.value(gap.start),
        reference.value(gap.end), .text("missing"),
        .text("\(judged.verdict.rawValue): \(judged.evidence)"), .unknown, .unknown,
      ])
    }
    if gaps.count > 8 { lines.append("  … \(gaps.count) gaps in all; `gaps \(name)` lists them") }
  }

  private func reasons(
    _ reference: SeriesReference, _ scope: Scope, _ days: [DayQuality], _ gaps: [Gap]
  ) -> [String] {
    var lines: [String] = []
    if let first = days.first?.date {
      let hours =
        reference.symbol.hours == .extended ? "pre and post hours are expected, too; " : ""
      lines.append("calendar: \(hours)\(self.hours(on: first, reference))")
    }
    for day in days.dropFirst() {
      guard let session = reference.calendar.session(on: day.date),
        session.isEarlyClose || session.isLateOpen
      else { continue }
      lines.append("calendar: \(self.hours(on: day.date, reference))")
    }
    let record = reference.record
    if let base = record.base {
      let total = DayQuality.total(days)
      let coverage = total.coverage?.percent.map { ", coverage \(DecimalText.percent($0))" } ?? ""
      lines.append(
        "made of: \(base) on the \(record.alignment.rawValue)'s grid, policy \(record.policy); "
          + "\(total.partial) partial bars\(coverage)")
    } else if let events = record.events {
      lines.append("made of: \(events.rawValue)")
    } else {
      let isBase = reference.symbol.baseInterval == record.interval
      let source = reference.symbol.metadata.source ?? reference.symbol.metadata.addedBy
      lines.append("from: \(source)" + (isBase ? "; the base, the finest received" : ""))
      if isBase { lines += rejected(reference, scope) }
    }
    if let clock = resolver.session.document.clock {
      lines.append("clock: \(wall(clock.nanoseconds, reference)); later slots are not expected yet")
    }
    return lines
  }

  /// The rows that did not become bars, by class.
  private func rejected(_ reference: SeriesReference, _ scope: Scope) -> [String] {
    var counts: [RejectionClass: Int] = [:]
    var dates: ClosedRange<CivilDate>?
    if let scoped = resolver.dates(scope, of: reference.symbol) { dates = scoped }
    for row in reference.symbol.rejected {
      if let dates, let start = row.start {
        let date = start.wallClock(offsetSeconds: reference.offset(at: start)).date
        guard dates.contains(date) else { continue }
      }
      counts[row.kind, default: 0] += 1
    }
    guard !counts.isEmpty else { return [] }
    let parts = RejectionClass.allCases.compactMap { kind in
      counts[kind].map { "\($0) \(kind.rawValue)" }
    }
    let name = AddressText.word(reference.symbol.symbol)
    return ["rejected: \(parts.joined(separator: ", ")); `rejected \(name)` shows them"]
  }
}
