import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

/// Where a replay stops, and what is looked at there.
extension Workbench {
  /// Runs `break KIND`.
  func stop(_ request: StopRequest) throws(SessError) -> Output {
    if let address = request.address {
      _ = try Resolver(session: engine.snapshot()).series(address)
    }
    let stop = stops.add(request)
    return report([stop.title], stopRecords())
  }

  /// Runs `break` without a word.
  func listStops() -> Output {
    .records(
      stopRecords(), emptyText: "no stops; for example `break gap`, `watch ACME/metrics/high`")
  }

  private func stopRecords() -> RecordTable {
    var table = RecordTable(columns: ["number", "kind", "what", "hits"])
    for stop in stops.stops {
      var kind = "break"
      if case .change = stop.request.trigger { kind = "watch" }
      table.rows.append([
        .integer(stop.number), .text(kind), .text(stop.request.label), .integer(stop.hits),
      ])
    }
    for display in stops.displays {
      table.rows.append([
        .integer(display.number), .text("display"), .text(display.expression.text), .unknown,
      ])
    }
    return table
  }

  /// Runs `delete`.
  func deleteStops(_ numbers: [ExpandedWord]) throws(SessError) -> Output {
    guard !numbers.isEmpty else {
      stops.removeAll()
      return report(["no stops, no displays"])
    }
    var known: [Int] = []
    for word in numbers {
      guard let number = Int(word.text), stops.has(number) else {
        throw word.failure(
          "unknown-stop", "there is no stop or display \(word.text)", hint: "`break` lists them")
      }
      known.append(number)
    }
    for number in known { stops.remove(number) }
    return report(["deleted \(numbers.map(\.text).joined(separator: ", "))"])
  }

  /// Runs `print`, `display`, `watch` and `break if`.
  func inspect(_ verb: InspectVerb, _ expression: ExpressionText) throws(SessError) -> Output {
    let worth = try Evaluator(WorkbenchContext(self)).evaluate(expression.expression)
    switch verb {
    case .print: return Workbench.output(of: worth)
    case .display:
      let number = stops.add(display: expression)
      return .lines(["\(number): \(expression.text) = \(worth.summary)"])
    case .watch:
      let stop = stops.add(StopRequest(trigger: .change(expression), label: expression.text))
      return report([stop.title + " now \(worth.summary)"], stopRecords())
    case .breakIf:
      _ = try Evaluator(WorkbenchContext(self)).truth(expression.expression)
      let label = "if \(expression.text)"
      let stop = stops.add(StopRequest(trigger: .condition(expression), label: label))
      return report([stop.title], stopRecords())
    }
  }

  private static func output(of worth: Operand) -> Output {
    let values: [Value]
    switch worth {
    case .table(let table): return .records(table)
    case .list(let list): values = list
    case .value(let value): values = [value]
    }
    var output = Output.lines(values.map(ValueText.text))
    output.records = RecordTable(columns: ["value"], rows: values.map { [$0] })
    return output
  }

  /// What is displayed after every move.
  var displayLines: [String] {
    let evaluator = Evaluator(WorkbenchContext(self))
    return stops.displays.map { number, expression in
      let worth = try? evaluator.evaluate(expression.expression)
      return "\(number): \(expression.text) = \(worth?.summary ?? "unknown")"
    }
  }

  /// Runs `display` without an expression.
  func showDisplays() -> Output {
    stops.displays.isEmpty ? .lines(["nothing is displayed"]) : .lines(displayLines)
  }

  // MARK: the clock's place

  /// Runs `when`.
  func when() -> Output {
    let session = engine.snapshot()
    guard let clock = session.document.clock else {
      return .lines(["no clock; `replay` or `feed FILE` drives one"])
    }
    var lines: [String] = []
    var seen: Set<String> = []
    for name in session.document.symbolNames {
      guard let calendar = try? session.calendar(of: name), seen.insert(calendar.name).inserted
      else { continue }
      let date = session.sessionDate(of: name).map { " · session \($0)" } ?? ""
      lines.append(
        "\(calendar.name) \(stamp(clock, calendar))\(date), \(calendar.phase(at: clock).rawValue)")
    }
    var table = RecordTable(columns: ["mark", "time"])
    for (name, time) in stops.marks.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
      table.rows.append([.text(name), .instant(time, offsetSeconds: offset(at: time, session))])
    }
    var output = Output(blocks: [.lines(lines)])
    if !table.rows.isEmpty { output.blocks.append(.table(table)) }
    // The clock itself is the record without a mark.
    table.rows.insert(
      [.unknown, .instant(clock, offsetSeconds: offset(at: clock, session))], at: 0)
    output.records = table
    return output
  }

  private func stamp(_ time: Instant, _ calendar: MarketCalendar) -> String {
    let offset = calendar.zone.offsetSeconds(at: time)
    return "\(time.wallClock(offsetSeconds: offset).date) \(time.timeOfDay(offsetSeconds: offset))"
  }

  private func offset(at time: Instant, _ session: SessionData) -> Int {
    let calendar = session.document.symbolNames.first.flatMap { try? session.calendar(of: $0) }
    return calendar?.zone.offsetSeconds(at: time) ?? 0
  }

  /// Runs `mark`.
  func mark(_ word: ExpandedWord?) throws(SessError) -> Output {
    let session = engine.snapshot()
    guard let clock = session.document.clock else { throw SessionData.noReplay }
    var name = word?.text ?? ""
    var number = stops.marks.count
    while name.isEmpty {
      number += 1
      if stops.marks["m\(number)"] == nil { name = "m\(number)" }
    }
    stops.marks[name] = clock
    return report(["\(name): \(MoveReport(before: session, after: session).headline)"])
  }

  /// The moment a mark names.
  func moment(ofMark word: ExpandedWord) throws(SessError) -> Instant {
    if let time = stops.marks[word.text] { return time }
    let names = stops.marks.keys.sorted()
    let near = Suggestion.nearest(to: word.text, in: names).map { "did you mean \($0)?" }
    let all = names.isEmpty ? nil : "marks: " + names.joined(separator: ", ")
    throw word.failure(
      "unknown-mark", "\(word.text) is neither a time nor a mark",
      hint: near ?? all ?? "for example goto 10:15; `mark NAME` names the clock's place")
  }

  // MARK: the series at hand

  /// Runs `list`.
  func list(_ address: Address?, _ count: Int) throws(SessError) -> Output {
    let lookup = AddressLookup(engine.snapshot())
    let reference = try seriesAtHand(lookup, address ?? stops.focus)
    stops.focus = Address(
      symbol: GlobPattern(literal: reference.symbol.symbol), intervals: .one(reference.interval),
      scope: address?.scope)
    let table = lookup.bars([reference], address?.scope).limited(RowLimit(last: count))
    var output = Output.records(table, emptyText: "no bars are seen yet")
    let gaps = reference.record.gaps
    let note = gaps.isEmpty ? "no gaps" : Words.count(gaps.count, "gap")
    output.blocks.insert(.lines(["\(reference.name) · \(note)"]), at: 0)
    return output
  }

  private func seriesAtHand(_ lookup: AddressLookup, _ address: Address?) throws(SessError)
    -> SeriesReference
  {
    let references = try lookup.resolver.series(address ?? .session)
    let first = references.first { $0.interval == $0.symbol.baseInterval } ?? references.first
    guard let wanted = address?.interval == nil ? first : references.first else {
      throw SessError(
        "no-bars", "there is no series to list", hint: "`load FILE --symbol NAME` loads bars")
    }
    return wanted
  }

  /// Runs `up` and `down`.
  func moveFocus(up: Bool) throws(SessError) -> Output {
    let reference = try seriesAtHand(AddressLookup(engine.snapshot()), stops.focus)
    let symbol = reference.symbol
    let next: Interval?
    if up {
      next =
        symbol.derivedIntervals.first { symbol.bars[$0]?.base == reference.interval }
        ?? symbol.derivedIntervals.first { $0 > reference.interval }
    } else {
      next = reference.record.base
    }
    guard let next else {
      let what =
        up ? "nothing is made of \(reference.name)" : "\(reference.name) is made of no bars"
      throw SessError("no-series", what, hint: "`intervals \(symbol.symbol)` shows what there is")
    }
    return try list(
      Address(symbol: GlobPattern(literal: symbol.symbol), intervals: .one(next)), 10)
  }
}
