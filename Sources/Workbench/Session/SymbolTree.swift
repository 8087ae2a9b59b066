import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

/// A symbol as a tree: every record with what is known about it in one line.
struct SymbolTree {
  private let symbol: SymbolSessionData
  private let session: SessionData
  private let calendar: MarketCalendar
  private let sessionDate: CivilDate?

  init(_ symbol: SymbolSessionData, _ session: SessionData) throws(SessError) {
    self.symbol = symbol
    self.session = session
    calendar = try session.catalog.calendar(named: symbol.calendar)
    sessionDate = session.sessionDate(of: symbol.symbol)
  }

  /// The whole symbol, for `show`.
  var node: TreeNode {
    var intervals: [TreeNode] = []
    for reference in references {
      intervals.append(TreeNode("\(reference.interval)", detail(of: reference)))
    }
    return TreeNode(
      symbol.symbol, heading,
      children: [
        TreeNode("bars", intervals.isEmpty ? "none" : "", children: intervals), metricsNode,
        historicalNode, rejectedNode, indicatorsNode,
        TreeNode("ticks", SymbolTree.count(symbol.ticks.count)),
        TreeNode("quotes", SymbolTree.count(symbol.quotes.count)), metadataNode,
      ])
  }

  /// The session apart from the days before it, for `status`.
  var statusNode: TreeNode {
    var children = [metricsNode, sessionNode, historicalNode]
    if !symbol.indicators.isEmpty {
      let waiting = symbol.indicators.values.reduce(0) { $0 + ($1.isReady ? 0 : 1) }
      let rest = waiting == 0 ? "all ready" : "\(waiting) warming up"
      children.append(TreeNode("indicators", "\(symbol.indicators.count), \(rest)"))
    }
    if !symbol.ticks.isEmpty { children.append(TreeNode("ticks", "\(symbol.ticks.count)")) }
    if !symbol.quotes.isEmpty { children.append(TreeNode("quotes", "\(symbol.quotes.count)")) }
    return TreeNode(symbol.symbol, heading, children: children)
  }

  private var references: [SeriesReference] {
    var references: [SeriesReference] = []
    for interval in symbol.intervals {
      guard let record = symbol.bars[interval] else { continue }
      references.append(SeriesReference(symbol: symbol, record: record, calendar: calendar))
    }
    return references
  }

  private var heading: String {
    var parts = [symbol.calendar, "\(symbol.hours.rawValue) hours"]
    if let sessionDate { parts.append("session \(sessionDate)") }
    if let reason = symbol.baseReason { parts.append("base \(reason)") }
    if symbol.metadata.adHoc { parts.append("ad hoc") }
    return parts.joined(separator: " · ")
  }

  private static func count(_ number: Int) -> String { number == 0 ? "none" : "\(number)" }

  private static func percent(_ quality: Quality?) -> String {
    guard let percent = quality?.percent else { return "nothing expected" }
    return "\(DecimalText.percent(percent)) %"
  }

  // MARK: intervals

  private func detail(of reference: SeriesReference) -> String {
    let record = reference.record
    var parts = [SymbolTree.origin(of: record), Words.count(record.data.count, "bar")]
    if record.derived {
      if record.coverage != nil || record.data.isEmpty {
        parts.append("coverage \(SymbolTree.percent(record.coverage))")
      }
      let partial = DayQuality.total(record.days).partial
      if partial > 0 { parts.append("\(partial) partial") }
      if record.policy != .partial { parts.append("\(record.policy)") }
      if record.alignment == .clock { parts.append("clock-aligned") }
    } else {
      parts.append("quality \(SymbolTree.percent(record.quality))")
    }
    if !symbol.metadata.adjustments.isEmpty { parts.append("adjusted") }
    parts.append(SymbolTree.gaps(record.gaps))
    if record.updated { parts.append("updated") }
    if let first = record.data.first, let last = record.data.last {
      parts.append("\(stamp(first.start)) to \(stamp(last.start))")
    }
    return parts.joined(separator: " · ")
  }

  private static func origin(of record: BarIntervalData) -> String {
    record.origin.map { "derived from \(ValueText.text($0))" } ?? "received"
  }

  private static func gaps(_ gaps: [Gap]) -> String {
    guard !gaps.isEmpty else { return "no gaps" }
    return "\(Words.count(gaps.count, "gap")), \(gaps.reduce(0) { $0 + $1.missing }) missing"
  }

  private func stamp(_ instant: Instant) -> String {
    let offset = calendar.zone.offsetSeconds(at: instant)
    let date = instant.wallClock(offsetSeconds: offset).date
    return "\(date) \(instant.timeOfDay(offsetSeconds: offset))"
  }

  // MARK: the session and the days before it

  private var sessionNode: TreeNode {
    guard let sessionDate else { return TreeNode("session", "none") }
    var children: [TreeNode] = []
    let resolver = Resolver(session: session)
    for reference in references {
      let chunks = resolver.chunks(reference, .session)
      let bars = chunks.reduce(0) { $0 + $1.count }
      let judged = judged(reference, in: .session)
      var parts = [SymbolTree.origin(of: reference.record), bars == 0 ? "no bars" : ""]
      if bars > 0 { parts[1] = Words.count(bars, "bar") }
      parts.append(figure(judged.days, reference.record))
      if let first = chunks.first?.starts.first, let last = chunks.last?.starts.last,
        reference.interval.isIntraday
      {
        parts.append("\(time(first)) to \(time(last))")
      }
      parts.append(SymbolTree.gaps(judged.gaps))
      if reference.record.updated { parts.append("updated") }
      children.append(TreeNode("\(reference.interval)", parts.joined(separator: " · ")))
    }
    return TreeNode("session", "\(sessionDate)", children: children)
  }

  private func time(_ nanoseconds: Int64) -> String {
    let instant = Instant(nanoseconds: nanoseconds)
    return instant.timeOfDay(offsetSeconds: calendar.zone.offsetSeconds(at: instant))
  }

  private func judged(_ reference: SeriesReference, in part: SessionPart) -> (
    days: [DayQuality], gaps: [Gap]
  ) {
    let judged = try? AnalysisEngine(session).judged(symbol.symbol, reference.interval, in: part)
    return judged ?? ([], [])
  }

  private func figure(_ days: [DayQuality], _ record: BarIntervalData) -> String {
    let total = DayQuality.total(days)
    let isCoverage = record.derived && total.coverage != nil
    let quality = isCoverage ? total.coverage : total.slots
    guard quality?.percent != nil else { return "nothing expected" }
    return (isCoverage ? "coverage " : "quality ") + SymbolTree.percent(quality)
  }

  private var historicalNode: TreeNode {
    let view = symbol.historical(before: sessionDate)
    guard let range = view.dateRange, let base = symbol.baseInterval, let date = sessionDate else {
      return TreeNode("historical", "none")
    }
    var children: [TreeNode] = []
    let resolver = Resolver(session: session)
    for reference in references {
      let chunks = resolver.chunks(reference, .historical)
      guard !chunks.isEmpty else { continue }
      let judged = judged(reference, in: .historical)
      let parts = [
        Words.count(chunks.reduce(0) { $0 + $1.count }, "bar"),
        figure(judged.days, reference.record), SymbolTree.gaps(judged.gaps),
      ]
      children.append(TreeNode("\(reference.interval)", parts.joined(separator: " · ")))
    }
    var days = Words.count(view.dayCount(of: base), "day")
    let judged = symbol.bars[base]?.days ?? []
    let empty = judged.reduce(0) {
      $0 + ($1.slots.expected > 0 && $1.slots.present == 0 && $1.date < date ? 1 : 0)
    }
    if empty > 0 { days += ", \(empty) missing" }
    return TreeNode(
      "historical", "\(days) · \(range.lowerBound) to \(range.upperBound)", children: children)
  }

  // MARK: the rest

  private var metricsNode: TreeNode {
    let metrics = symbol.metrics
    guard metrics.bars > 0, let open = metrics.open, let high = metrics.high, let low = metrics.low,
      let close = metrics.close, let volume = metrics.volume
    else { return TreeNode("metrics", metrics.date.map { "\($0) · no bars" } ?? "none") }
    let figures = [open, high, low, close].map { ValueText.text(.number($0)) }
    let vwap = metrics.vwap.map { DecimalText.fixed($0, 4) } ?? "unknown"
    let date = metrics.date.map { "\($0) · " } ?? ""
    let update = metrics.lastUpdate.map { " to \(time($0.nanoseconds))" } ?? ""
    return TreeNode(
      "metrics",
      "\(date)open \(figures[0]) · high \(figures[1]) · low \(figures[2]) · close \(figures[3]) · "
        + "volume \(ValueText.text(.number(volume))) · vwap \(vwap) · "
        + Words.count(metrics.bars, "bar") + update)
  }

  private var indicatorsNode: TreeNode {
    var children: [TreeNode] = []
    for key in symbol.indicators.keys.sorted() {
      guard let record = symbol.indicators[key] else { continue }
      var parts: [String] = []
      for output in record.outputs {
        let value = record.latest(output).map { DecimalText.fixed($0, 4) } ?? "unknown"
        parts.append(record.outputs.count == 1 ? value : "\(output) \(value)")
      }
      if !record.isReady {
        parts = ["have \(record.have) of \(record.need) \(record.countsDays ? "days" : "bars")"]
      }
      children.append(TreeNode(record.key, parts.joined(separator: " · ")))
    }
    return TreeNode("indicators", SymbolTree.count(children.count), children: children)
  }

  private var rejectedNode: TreeNode {
    var counts: [String] = []
    for kind in RejectionClass.allCases {
      let count = symbol.rejected.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) }
      if count > 0 { counts.append("\(count) \(kind.rawValue)") }
    }
    return TreeNode("rejected", counts.isEmpty ? "none" : counts.joined(separator: ", "))
  }

  private var metadataNode: TreeNode {
    let metadata = symbol.metadata
    var parts = ["added by \(metadata.addedBy)"]
    if let source = metadata.source { parts.append(Words.shortened(source)) }
    if !metadata.adjustments.isEmpty {
      parts.append(
        "seen adjusted for " + metadata.adjustments.map(\.reason).joined(separator: ", "))
    }
    if let time = metadata.addedAt {
      parts.append("at \(time.iso8601(offsetSeconds: calendar.zone.offsetSeconds(at: time)))")
    }
    if metadata.adHoc { parts.append("ad hoc") }
    if metadata.upgraded { parts.append("upgraded") }
    return TreeNode("metadata", parts.joined(separator: " · "))
  }
}

/// Counted things in words.
enum Words {
  /// The files of a source, the first two where there are more than three.
  static func shortened(_ source: String) -> String {
    let files = source.split(separator: ", ")
    guard files.count > 3 else { return source }
    return "\(files[0]), \(files[1]) and \(files.count - 2) more"
  }

  /// What there is to say of an empty session.
  static let nothingLoaded = "nothing is loaded; `load FILE --symbol NAME` loads bars"

  /// `1 bar`, `12 bars`.
  static func count(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }
}
