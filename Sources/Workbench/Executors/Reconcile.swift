import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionAnalytics
import SessionEngine

/// One side of a comparison: its bars, and how it is called in the answer.
private struct ComparedSeries {
  var name: String
  var interval: Interval
  var series: BarSeries
  var alignment: Alignment
  /// How a file was read.
  var reading: [String] = []
}

extension Workbench {
  /// Runs `reconcile`; what it reads is compared and forgotten.
  func reconcile(_ command: ReconcileCommand) throws(SessError) -> Output {
    let resolver = Resolver(session: engine.snapshot())
    let reference: SeriesReference
    do throws(SessError) {
      reference = try single(command.address, resolver)
    } catch {
      throw error.located(at: command.span)
    }
    let first = compared(reference, command.address.scope, resolver)
    let second = try other(command, reference, resolver)
    let (a, b) = try aligned(first, second, reference, command.other.span)
    let comparison = SeriesComparison(
      a.series, against: b.series,
      tolerance: ComparisonTolerance(
        price: max(1e-9, command.tolerance / 100), volume: max(1e-9, command.tolerance / 100)))
    return try answer(comparison, a, b, reference, command)
  }

  /// The one series an address names: the base interval without one.
  private func single(_ address: Address, _ resolver: Resolver) throws(SessError)
    -> SeriesReference
  {
    let all = try resolver.series(address)
    let wanted = all.filter {
      address.interval != nil || $0.interval == $0.symbol.baseInterval
    }
    guard let reference = wanted.first, wanted.count == 1 else {
      throw SessError(
        wanted.isEmpty ? "no-bars" : "several-series",
        "\(address) names \(wanted.count) series, but one is compared at a time",
        hint: "SYMBOL/INTERVAL names one")
    }
    return reference
  }

  private func compared(
    _ reference: SeriesReference, _ scope: Scope?, _ resolver: Resolver
  ) -> ComparedSeries {
    ComparedSeries(
      name: "\(reference.symbol.symbol)/\(reference.interval)", interval: reference.interval,
      series: BarSeries(chunks: resolver.chunks(reference, scope)),
      alignment: reference.record.alignment)
  }

  // MARK: the other side

  private func other(
    _ command: ReconcileCommand, _ reference: SeriesReference, _ resolver: Resolver
  ) throws(SessError) -> ComparedSeries {
    let word = command.other
    if PathPattern.exists(word.text) { return try file(command, reference, resolver) }
    do throws(SessError) {
      let address = try Address(word)
      let other = try single(address, resolver)
      var reading = command.load
      if reading.flagSpan == nil { reading.flagSpan = command.load.calendar?.span }
      try reading.verifyNoFlags("\(word.text) is loaded")
      return compared(other, address.scope ?? command.address.scope, resolver)
    } catch {
      guard error.code == "unknown-symbol" || error.code == "bad-address" else {
        throw error.located(at: word.span)
      }
      throw SessError(
        "unknown-source", "\(word.text) is neither a file nor a loaded symbol", span: word.span,
        hint: error.code == "bad-address" ? "no such file" : error.hint)
    }
  }

  /// Reads the other side from a file, with the calendar of the first unless another is given.
  private func file(
    _ command: ReconcileCommand, _ reference: SeriesReference, _ resolver: Resolver
  ) throws(SessError) -> ComparedSeries {
    var load = command.load
    load.paths = [command.other]
    if load.symbol == nil { load.symbol = reference.symbol.symbol }
    if load.calendar == nil {
      load.calendar = ExpandedWord(reference.calendar.name, span: command.other.span)
    }
    let pending = try pendingLoad(try sources(of: load), load).pending
    let usable = pending.series.filter {
      $0.decision.interval == reference.interval
        || $0.decision.interval.isMultiple(of: reference.interval)
        || reference.interval.isMultiple(of: $0.decision.interval)
    }
    guard
      let found = usable.first(where: { $0.decision.interval == reference.interval })
        ?? usable.first
    else {
      throw SessError(
        "no-bars", "\(command.other.text) holds no bars to compare with \(reference.interval)",
        span: command.other.span)
    }
    var record = BarIntervalData(interval: found.decision.interval)
    record.data = found.series
    let placed = SeriesReference(
      symbol: reference.symbol, record: record, calendar: reference.calendar)
    let name = command.other.text.split(separator: "/").last.map(String.init) ?? "file"
    return ComparedSeries(
      name: "\(name)/\(record.interval)", interval: record.interval,
      series: BarSeries(chunks: resolver.chunks(placed, command.address.scope)),
      alignment: found.decision.alignment, reading: decision(found))
  }

  // MARK: one interval, one span

  /// Both sides in the coarser interval, the bars that are judged only, over the days both have.
  private func aligned(
    _ first: ComparedSeries, _ second: ComparedSeries, _ reference: SeriesReference,
    _ span: SourceSpan
  ) throws(SessError) -> (ComparedSeries, ComparedSeries) {
    var (a, b) = (first, second)
    let interval = max(a.interval, b.interval)
    let alignment = a.interval < b.interval ? b.alignment : a.alignment
    do throws(SessError) {
      a = try inInterval(interval, alignment, a, reference)
      b = try inInterval(interval, alignment, b, reference)
    } catch {
      throw error.located(at: span)
    }
    a.series = judged(a.series, reference, interval)
    b.series = judged(b.series, reference, interval)
    return (a, b)
  }

  private func inInterval(
    _ interval: Interval, _ alignment: Alignment, _ side: ComparedSeries,
    _ reference: SeriesReference
  ) throws(SessError) -> ComparedSeries {
    guard side.interval != interval else { return side }
    let frame = SeriesFrame(
      calendar: reference.calendar, hours: reference.symbol.hours, interval: interval,
      alignment: interval.isIntraday ? alignment : side.alignment)
    let derivation = try SeriesDerivation(
      frame: frame, base: side.interval, root: side.interval, policy: .partial)
    var copy = side
    copy.series = derivation.derive(side.series)
    copy.interval = interval
    return copy
  }

  /// The bars within the hours that are expected.
  private func judged(
    _ series: BarSeries, _ reference: SeriesReference, _ interval: Interval
  ) -> BarSeries {
    guard reference.symbol.hours == .regular, interval.isIntraday else { return series }
    var chunks: [BarChunk] = []
    for chunk in series.chunks { chunks.append(chunk.slice(chunk.regular)) }
    return BarSeries(chunks: chunks)
  }

  // MARK: the answer

  private func answer(
    _ comparison: SeriesComparison, _ a: ComparedSeries, _ b: ComparedSeries,
    _ reference: SeriesReference, _ command: ReconcileCommand
  ) throws(SessError) -> Output {
    let table = differences(comparison, a, b, reference)
    let records = try WorkbenchContext(self).filtered(table, command.query.filter)
      .limited(command.query.limit).selecting(command.query.columns, at: command.span)
    let agreeing = comparison.compared - comparison.differences.count
    var lines = [
      "\(a.name) against \(b.name): \(agreeing) of \(comparison.compared) bars of "
        + "\(a.interval) agree"
    ]
    let alone = (comparison.lone(.onlyFirst), comparison.lone(.onlySecond))
    for (count, name) in [(alone.0, a.name), (alone.1, b.name)] where count > 0 {
      lines.append("  \(count) bar\(count == 1 ? "" : "s") only in \(name)")
    }
    lines += b.reading
    if agreeing < comparison.compared || comparison.compared == 0 || alone != (0, 0) {
      lines.append("  likely: \(comparison.reason)")
    }
    var blocks: [Output.Block] = [.lines(lines)]
    if !records.rows.isEmpty { blocks.append(.table(records)) }
    return Output(blocks: blocks, records: records, emptyText: "they agree")
  }

  private func differences(
    _ comparison: SeriesComparison, _ a: ComparedSeries, _ b: ComparedSeries,
    _ reference: SeriesReference
  ) -> RecordTable {
    var table = RecordTable(
      columns: [
        "start", "differs", "open", "open_2", "high", "high_2", "low", "low_2", "close", "close_2",
        "volume", "volume_2", "reason",
      ])
    for difference in comparison.all {
      let (one, two) = (difference.first, difference.second)
      table.rows.append([
        reference.value(difference.start), .text(difference.kind.rawValue), Value(one?.open),
        Value(two?.open), Value(one?.high), Value(two?.high), Value(one?.low), Value(two?.low),
        Value(one?.close), Value(two?.close), Value(one?.volume), Value(two?.volume),
        Value(reason(difference, a, b)),
      ])
    }
    return table
  }

  /// Why one slot differs, where its coverage tells.
  private func reason(
    _ difference: BarDifference, _ a: ComparedSeries, _ b: ComparedSeries
  ) -> String? {
    for side in [a, b] {
      guard let coverage = side.series.bar(at: difference.start)?.coverage,
        let expected = coverage.expected, coverage.present < expected
      else { continue }
      return "\(side.name) gives \(coverage.present) of \(expected) bars"
    }
    return nil
  }
}
