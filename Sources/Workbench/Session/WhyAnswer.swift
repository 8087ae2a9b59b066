import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionAnalytics
import SessionEngine

/// Explains slots one by one: what is there, where it comes from, or why there is nothing.
struct WhyAnswer {
  let resolver: Resolver
  var verdicts: GapVerdicts
  var lines: [String] = []
  var records = RecordTable(
    columns: ["symbol", "interval", "start", "end", "state", "reason", "file", "line"])

  init(_ resolver: Resolver) {
    self.resolver = resolver
    verdicts = GapVerdicts(resolver)
  }

  /// A slot with what was found out about it.
  private struct Slot {
    var start: Int64
    var end: Int64?
    var state: String
    var title: String
    var reasons: [(label: String, text: String)] = []
    var row: RowOrigin?
  }

  // MARK: one moment

  /// Explains the slot that holds a moment.
  mutating func explain(_ moment: Int64, of reference: SeriesReference, _ origins: BarOrigins)
    throws(SessError)
  {
    var slot: Slot
    if let (start, end, kind) = reference.slot(holding: moment) {
      slot = try held(start, end, kind, reference, origins)
    } else {
      slot = closed(moment, reference)
    }
    for row in reference.symbol.rejected where row.start?.nanoseconds == slot.start {
      slot.reasons.append(
        ("rejected", "\(row.kind.rawValue): \(row.reason); \(row.file):\(row.line) `\(row.text)`"))
    }
    add(slot, reference)
  }

  private func closed(_ moment: Int64, _ reference: SeriesReference) -> Slot {
    let calendar = reference.calendar
    var judge = SlotJudge(calendar: calendar, interval: reference.interval)
    var slot = Slot(start: moment, state: "closed", title: "\(calendar.name) is closed")
    let date = reference.calendar.date(of: moment)
    switch judge.judge(moment) {
    case .nonTradingDay(let date, let closure):
      let name = calendar.statement(on: date)?.name.map { ": \($0)" } ?? ""
      slot.reasons.append(("calendar", "\(date) is \(closure.rawValue)\(name)"))
    case .outsideCalendar:
      slot.reasons.append(
        ("calendar", "it knows \(calendar.firstDate) to \(calendar.lastDate) only"))
    default:
      slot.reasons.append(("calendar", hours(on: date, reference)))
    }
    return slot
  }

  // MARK: a slot of the grid

  private mutating func held(
    _ start: Int64, _ end: Int64, _ kind: SegmentKind, _ reference: SeriesReference,
    _ origins: BarOrigins
  ) throws(SessError) -> Slot {
    let bar = reference.record.data.bar(at: Instant(nanoseconds: start))
    var slot = Slot(start: start, end: end, state: "bar", title: bar.map(Self.figures) ?? "no bar")
    slot.row = origins.row(reference, start)
    if reference.record.derived, reference.record.base != nil {
      try addParts(of: bar, &slot, reference)
    } else if let bar {
      addOrigin(of: bar, &slot, reference)
    } else {
      addGap(&slot, kind, reference)
    }
    if kind != .regular, reference.symbol.hours == .regular {
      slot.reasons.append(
        (
          "hours",
          "\(kind.rawValue)-market: \(bar == nil ? "nothing is expected" : "kept, not judged")"
        ))
    }
    let steps = reference.symbol.metadata.adjustments
    let factors = AdjustmentView(steps).factors(on: reference.calendar.date(of: start))
    if bar != nil, factors != (1, 1) {
      slot.reasons.append(
        ("adjusted", "seen with prices × \(ValueText.text(.number(factors.price)))"))
    }
    return slot
  }

  private func addOrigin(of bar: Bar, _ slot: inout Slot, _ reference: SeriesReference) {
    switch bar.fill {
    case .carried:
      slot.state = "carried"
      slot.reasons.append(
        ("filled", "the close before, carried forward: it stays missing and feeds nothing"))
    case .sourced(let source): slot.reasons.append(("filled", "from \(source)"))
    case nil:
      if let row = slot.row {
        slot.reasons.append(("row", "\(row.file):\(row.line) `\(row.text)`"))
      } else if reference.record.events == nil {
        let metadata = reference.symbol.metadata
        slot.reasons.append(
          (
            "row",
            metadata.recipes.isEmpty
              ? "from no file: \(metadata.source ?? metadata.addedBy)"
              : "not in the files that were loaded, as they are now"
          ))
      } else if let coverage = bar.coverage {
        slot.reasons.append(("made of", "\(coverage.present) events"))
      }
    }
    let revisions = reference.symbol.revisions.filter {
      $0.interval == reference.interval && $0.old.start == bar.start
    }
    if let last = revisions.last {
      slot.reasons.append(
        (
          "revised",
          "\(revisions.count) time\(revisions.count == 1 ? "" : "s"), last by change "
            + "\(last.sequence); before \(Self.figures(last.old))"
        ))
    }
  }

  /// Why a received slot is empty.
  private mutating func addGap(
    _ slot: inout Slot, _ kind: SegmentKind, _ reference: SeriesReference
  ) {
    slot.state = "missing"
    if let clock = resolver.session.document.clock, let end = slot.end, end > clock.nanoseconds {
      slot.state = "open"
      slot.reasons.append(
        ("clock", "it stands at \(wall(clock.nanoseconds, reference)), before the slot's end"))
      return
    }
    let gap = reference.record.gaps.first {
      $0.start.nanoseconds <= slot.start && slot.start < $0.end.nanoseconds
    }
    guard let gap else {
      if kind != .regular, reference.symbol.hours == .regular {
        slot.state = "empty"
        return
      }
      let days = reference.record.days
      let span = days.isEmpty ? "no day" : "\(days[0].date) to \(days[days.count - 1].date)"
      slot.state = "not-loaded"
      slot.reasons.append(("loaded", "\(span), so nothing is expected here"))
      return
    }
    slot.reasons.append(("gap", text(of: gap, reference)))
    let judged = verdicts.judge(reference).judge(gap)
    slot.reasons.append(("verdict", "\(judged.verdict.rawValue): \(judged.evidence)"))
    if let retry = reference.record.retry(of: gap) {
      slot.reasons.append(
        (
          "tried",
          "\(retry.attempts) times, \(reference.record.state(of: gap).rawValue)"
            + (retry.reason.map { ": \($0)" } ?? "")
        ))
    }
  }

  /// What a derived bar is made of, and what it lacks.
  private mutating func addParts(
    of bar: Bar?, _ slot: inout Slot, _ reference: SeriesReference
  ) throws(SessError) {
    guard let base = reference.record.base, let record = reference.symbol.bars[base],
      let end = slot.end
    else { return }
    let source = SeriesReference(
      symbol: reference.symbol, record: record, calendar: reference.calendar)
    var (present, absent): ([Int64], [Int64]) = ([], [])
    for start in expectedStarts(from: slot.start, until: end, source) {
      let bar = record.data.bar(at: Instant(nanoseconds: start))
      if bar != nil, bar?.fill?.isSynthetic != true {
        present.append(start)
      } else {
        absent.append(start)
      }
    }
    let count = present.count + absent.count
    slot.reasons.append(
      (
        "made of",
        "\(present.count) of \(count) bars of \(base), from the \(reference.record.alignment.rawValue)"
          + "'s grid, policy \(reference.record.policy)"
      ))
    if !absent.isEmpty {
      let times = absent.prefix(12).map { timeOfDay($0, reference) }
      slot.reasons.append(
        ("lacks", times.joined(separator: " ") + (absent.count > 12 ? " …" : "")))
    }
    slot.state = bar == nil ? "missing" : absent.isEmpty ? "bar" : "partial"
    if bar == nil, let clock = resolver.session.document.clock, end > clock.nanoseconds {
      slot.state = "open"
      slot.reasons.append(("clock", "it stands at \(wall(clock.nanoseconds, reference))"))
      return
    }
    if bar == nil, !present.isEmpty {
      slot.reasons.append(("policy", "\(reference.record.policy) leaves it out"))
    }
    var gaps: [Gap] = []
    for start in absent {
      let gap = record.gaps.first {
        $0.start.nanoseconds <= start && start < $0.end.nanoseconds
      }
      if let gap, gaps.last != gap { gaps.append(gap) }
    }
    let judge = verdicts.judge(source)
    for gap in gaps.prefix(3) {
      let judged = judge.judge(gap)
      slot.reasons.append(
        ("verdict", "\(text(of: gap, source)): \(judged.verdict.rawValue), \(judged.evidence)"))
    }
  }

  /// The slots of a finer series within a window.
  private func expectedStarts(from: Int64, until: Int64, _ source: SeriesReference) -> [Int64] {
    var starts: [Int64] = []
    let first = source.calendar.date(of: from)
    let last = source.calendar.date(of: until - 1)
    for day in source.calendar.tradingDays(from: first, through: last.advanced(by: 1)) {
      guard let session = source.calendar.session(on: day) else { continue }
      guard source.interval.isIntraday else {
        if session.open >= from, session.open < until { starts.append(session.open) }
        continue
      }
      for run in source.frame.grid(of: session).runs where run.start < until && run.end > from {
        for index in 0..<run.count
        where run.slotStart(index) >= from && run.slotStart(index) < until {
          starts.append(run.slotStart(index))
        }
      }
    }
    return starts
  }
}

// MARK: words

extension WhyAnswer {
  static func figures(_ bar: Bar) -> String {
    let figures = [bar.open, bar.high, bar.low, bar.close]
      .map { ValueText.text(.number($0)) }.joined(separator: " ")
    return "\(figures), volume \(ValueText.text(.number(bar.volume)))"
  }

  func wall(_ moment: Int64, _ reference: SeriesReference) -> String {
    let instant = Instant(nanoseconds: moment)
    let date = instant.wallClock(offsetSeconds: reference.offset(at: instant)).date
    return "\(date) \(timeOfDay(moment, reference))"
  }

  func timeOfDay(_ moment: Int64, _ reference: SeriesReference) -> String {
    let instant = Instant(nanoseconds: moment)
    return instant.timeOfDay(offsetSeconds: reference.offset(at: instant))
  }

  /// `2025-07-02 10:17-10:19, 2 bars`.
  func text(of gap: Gap, _ reference: SeriesReference) -> String {
    let count = "\(gap.missing) bar\(gap.missing == 1 ? "" : "s")"
    return
      "\(wall(gap.start.nanoseconds, reference))-\(timeOfDay(gap.end.nanoseconds, reference)), \(count)"
  }

  /// When a calendar is open on a date.
  func hours(on date: CivilDate, _ reference: SeriesReference) -> String {
    guard let session = reference.calendar.session(on: date) else { return "\(date) is closed" }
    var parts: [String] = []
    for segment in session.segments where segment.kind == .regular {
      parts.append(
        "\(timeOfDay(segment.start, reference))-\(timeOfDay(segment.end, reference))")
    }
    var text = "\(reference.calendar.name) is open \(parts.joined(separator: ", ")) on \(date)"
    if session.isEarlyClose { text += ", an early close" }
    if session.isLateOpen { text += ", a late open" }
    if let statement = reference.calendar.statement(on: date) {
      if let name = statement.name { text += ": \(name)" }
      text += " (\(statement.source))"
    }
    return text
  }

  private mutating func add(_ slot: Slot, _ reference: SeriesReference) {
    let name = "\(AddressText.word(reference.symbol.symbol))/\(reference.interval)"
    let title = slot.state == "closed" ? slot.title : "\(slot.state), \(slot.title)"
    lines.append("\(name) \(wall(slot.start, reference)): \(title)")
    for (label, text) in slot.reasons { lines.append("  \(label): \(text)") }
    let reason = slot.reasons.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
    records.rows.append([
      .text(reference.symbol.symbol), .interval(reference.interval),
      reference.value(Instant(nanoseconds: slot.start)),
      slot.end.map { reference.value(Instant(nanoseconds: $0)) } ?? .unknown,
      .text(slot.state), reason.isEmpty ? .unknown : .text(reason), Value(slot.row?.file),
      Value(slot.row?.line),
    ])
  }
}
