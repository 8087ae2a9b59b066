public import Diagnostics
import MarketCalendar
public import MarketModel

/// Looks at what else is known of a symbol: quotes, revisions, other received intervals, its metrics.
public struct RecordCheck {
  private let examination: Examination
  private let symbol: SymbolSessionData
  private let isBase: Bool

  /// Creates a check; what belongs to the symbol rather than to one interval is told of its base.
  public init(_ examination: Examination, _ symbol: SymbolSessionData, isBase: Bool) {
    self.examination = examination
    self.symbol = symbol
    self.isBase = isBase
  }

  /// The findings.
  ///
  /// - Throws: nothing of its own; `not-a-multiple` cannot come, as only multiples are compared.
  /// - Complexity: O(bars + quotes).
  public func run() throws(SessError) -> [Finding] {
    var findings: [Finding] = []
    if let finding = atClose() { findings.append(finding) }
    if !isBase, let finding = try aggregates() { findings.append(finding) }
    guard isBase else { return findings }
    if let finding = quotes() { findings.append(finding) }
    if let finding = revisions() { findings.append(finding) }
    if let finding = metrics() { findings.append(finding) }
    return findings
  }

  /// Bars that start at exactly the close.
  private func atClose() -> Finding? {
    guard examination.frame.interval.isIntraday else { return nil }
    var starts: [Int64] = []
    for chunk in examination.series.chunks where !chunk.regular.isEmpty {
      guard let session = examination.frame.calendar.session(on: chunk.day),
        let index = chunk.index(of: session.close), index >= chunk.regular.upperBound,
        index + 1 == chunk.count
      else { continue }
      starts.append(session.close)
    }
    guard !starts.isEmpty else { return nil }
    return Finding(
      "D21", "bar-at-close", .info, starts: starts,
      evidence:
        "\(FigureText.count(starts.count, "day")) end with a bar that starts at the close: the "
        + "closing print, kept apart from the regular hours")
  }

  /// A received coarser interval against the one derived from the finest.
  private func aggregates() throws(SessError) -> Finding? {
    guard let base = symbol.baseInterval, examination.frame.interval.isMultiple(of: base),
      let source = symbol.bars[base]?.data
    else { return nil }
    let derivation = try SeriesDerivation(
      frame: examination.frame, base: base, root: base, policy: .strict)
    let comparison = SeriesComparison(
      examination.series, against: derivation.derive(source),
      tolerance: .aggregate(examination.frame.interval))
    let differing = comparison.differences
    guard !differing.isEmpty else { return nil }
    var finding = Finding(
      "D30", "aggregate-mismatch", .warning, starts: differing.map(\.start.nanoseconds),
      evidence:
        "\(FigureText.count(differing.count, "bar")) of \(comparison.compared) differ from what "
        + "\(base) gives: \(comparison.reason)")
    finding.advice =
      "`reconcile \(examination.name)/\(base) \(examination.address)` lists them"
    return finding
  }

  /// The session's metrics against the fold of its bars; they differ only where one of them was edited.
  private func metrics() -> Finding? {
    let held = symbol.metrics
    guard let date = held.date, let base = symbol.baseInterval, base.isIntraday, held.bars > 0,
      let chunk = symbol.bars[base]?.data.chunk(on: date)
    else { return nil }
    var bars: [Bar] = []
    for index in chunk.regular where chunk[index].fill?.isSynthetic != true {
      bars.append(chunk[index])
    }
    // A clock that stands before the last bar shows fewer of them.
    guard bars.count == held.bars else { return nil }
    let view = AdjustmentView(symbol.metadata.adjustments).factors(on: date)
    var parts: [String] = []
    func compare(_ name: String, _ stated: Double?, _ found: Double?, _ factor: Double) {
      guard let stated, let found else { return }
      let seen = found * factor
      guard abs(stated - seen) > 1e-9 * max(abs(stated), abs(seen)) else { return }
      parts.append(
        "\(name) \(FigureText.number(stated, 4)) against \(FigureText.number(seen, 4))")
    }
    compare("high", held.high, bars.map(\.high).max(), view.price)
    compare("low", held.low, bars.map(\.low).min(), view.price)
    compare("volume", held.volume, bars.reduce(0) { $0 + $1.volume }, view.volume)
    guard !parts.isEmpty else { return nil }
    var finding = Finding(
      "D31", "metric-mismatch", .error, count: parts.count,
      places: [Finding.Place(start: bars.first?.start)],
      evidence: "the metrics of \(date) and its bars differ: \(parts.joined(separator: ", "))")
    finding.advice = "`check` says whether the session is sound; load the day again"
    return finding
  }

  private func quotes() -> Finding? {
    var crossed: [Int64] = []
    var locked = 0
    for quote in symbol.quotes {
      guard let bid = quote.bid, let ask = quote.ask, ask > 0, bid >= ask else { continue }
      crossed.append(quote.time.nanoseconds)
      if bid == ask { locked += 1 }
    }
    guard !crossed.isEmpty else { return nil }
    return Finding(
      "D33", "crossed-quotes", .warning, starts: crossed,
      evidence:
        "\(FigureText.count(crossed.count, "quote")) of \(symbol.quotes.count) with the bid at or "
        + "above the ask, \(locked) of them equal")
  }

  private func revisions() -> Finding? {
    let revised = symbol.revisions.filter { $0.interval == examination.frame.interval }
    guard !revised.isEmpty else { return nil }
    var finding = Finding(
      "D36", "revisions", .info, starts: revised.map(\.old.start.nanoseconds),
      evidence:
        "\(FigureText.count(revised.count, "bar")) came again with other values; the old ones "
        + "are kept")
    finding.advice = "`revisions \(examination.name)` lists them"
    return finding
  }
}
