import MarketCalendar
public import MarketModel

/// Why bars are missing, as far as the bars around them tell.
public enum GapVerdict: String, Sendable, CaseIterable {
  /// Other symbols miss the same slots.
  case feedOutage = "feed-outage"
  /// The gap reaches the first or last slot of its segment.
  case truncated
  /// The price moved across it as in a trading halt.
  case haltLike = "halt-like"
  /// So little trades around it that nothing may have traded.
  case noTradePlausible = "no-trade-plausible"
  /// Other symbols have these slots, and this one trades too often to have none.
  case symbolLoss = "symbol-loss"
  /// Nothing decides.
  case undetermined
}

/// A gap with what is thought of it.
public struct JudgedGap: Sendable {
  /// The gap.
  public var gap: Gap
  /// Why it is there.
  public var verdict: GapVerdict
  /// How likely it is that nothing traded in it, 0 to 1.
  public var chance: Double
  /// The figures behind the verdict.
  public var evidence: String

  /// Creates a judgement.
  public init(gap: Gap, verdict: GapVerdict, chance: Double, evidence: String) {
    self.gap = gap
    self.verdict = verdict
    self.chance = chance
    self.evidence = evidence
  }
}

/// Judges gaps one by one by the trading around them.
///
/// - Source: the ordered verdicts V2 to V8 of the taxonomy; the first that holds wins.
public struct GapJudge: Sendable {
  private let frame: SeriesFrame
  private let series: BarSeries
  private let peers: PeerIndex?
  /// On which days the series is among the witnesses of the index, and on which it has bars.
  private var witnessed: [CivilDate: Bool] = [:]
  private let gapCount: Int
  /// The share of slots that are missing in the whole series.
  private let missingShare: Double

  /// Creates a judge of a series' gaps; `peers` counts the series itself, too.
  ///
  /// - Complexity: O(days + gaps · log gaps).
  public init(
    frame: SeriesFrame, series: BarSeries, days: [DayQuality], gaps: [Gap], peers: PeerIndex? = nil
  ) {
    self.frame = frame
    self.series = series
    self.peers = peers.flatMap { $0.count > 1 ? $0 : nil }
    gapCount = gaps.count
    var (missing, expected) = (0, 0)
    for day in days where day.slots.present > 0 { expected += day.slots.expected }
    // Runs far longer than is usual here say nothing about how often slots are empty.
    let usual = Median.of(gaps.map { Double($0.missing) }) ?? 0
    let limit = gaps.count >= 10 ? max(5, Int(10 * usual)) : 5
    for gap in gaps where gap.missing <= limit { missing += gap.missing }
    missingShare = (Double(missing) + 1) / (Double(expected) + 2)
    guard self.peers != nil else { return }
    var counts: [CivilDate: Int] = [:]
    for gap in gaps { counts[gap.date, default: 0] += 1 }
    for day in days where day.slots.present > 0 {
      witnessed[day.date] = PeerIndex.isWitness(day, gapCount: counts[day.date] ?? 0)
    }
  }

  init(_ examination: Examination) {
    self.init(
      frame: examination.frame, series: examination.series, days: examination.days,
      gaps: examination.gaps, peers: examination.peers)
  }

  /// The verdict on a gap, and the figures behind it.
  ///
  /// - Complexity: O(log bars + gaps of others within it).
  public func judge(_ gap: Gap) -> JudgedGap {
    guard frame.interval.isIntraday, let near = Surroundings(gap, frame, series) else {
      return wholeSession(gap)
    }
    let chance = near.chance(of: gap, missingShare: missingShare)
    func judged(_ verdict: GapVerdict, _ evidence: String) -> JudgedGap {
      JudgedGap(gap: gap, verdict: verdict, chance: chance.probability, evidence: evidence)
    }
    let others =
      peers?.sharing(gap, isWitness: witnessed[gap.date] ?? false)
      ?? PeerIndex.Sharing(missing: 0, witnesses: 0)
    if others.witnesses >= 2, others.missing >= 2,
      (others.missing + 1) * 2 >= others.witnesses + 1
    {
      return judged(
        .feedOutage, "\(others.missing) of \(others.witnesses) other symbols miss it, too")
    }
    // Among many gaps, one that is unlikely by itself is to be expected.
    let isExpected = chance.isCounted && chance.probability * Double(gapCount) >= 0.05
    let isPlausible = chance.probability >= 0.01 || isExpected
    let odds =
      "the chance that nothing traded is \(GapJudge.text(chance.probability)): \(chance.basis)"
    if near.reachesEdge, !isPlausible {
      return judged(.truncated, "it reaches the end of the session; \(odds)")
    }
    if let move = near.haltMove(gap) {
      let length = FigureText.duration(gap.end.nanoseconds - gap.start.nanoseconds)
      return judged(
        .haltLike, "\(length) with a move of \(FigureText.number(100 * move, 1)) % across")
    }
    if isPlausible {
      let many = chance.probability < 0.01 ? ", and it is one of \(gapCount) gaps" : ""
      return judged(.noTradePlausible, odds + many)
    }
    if chance.probability < 0.001, others.witnesses >= 1, others.missing == 0 {
      let names = FigureText.count(others.witnesses, "other symbol")
      let verb = others.witnesses == 1 ? "has" : "have"
      return judged(.symbolLoss, "\(names) \(verb) these bars; \(odds)")
    }
    return judged(.undetermined, odds)
  }

  /// Days without a bar: only other symbols tell.
  private func wholeSession(_ gap: Gap) -> JudgedGap {
    let (loaded, empty) = peers?.holding(gap.date, isLoaded: false) ?? (0, 0)
    func judged(_ verdict: GapVerdict, _ evidence: String) -> JudgedGap {
      JudgedGap(gap: gap, verdict: verdict, chance: 0, evidence: evidence)
    }
    if empty >= 2, (empty + 1) * 2 >= loaded + empty + 1 {
      return judged(
        .feedOutage, "\(empty) of \(loaded + empty) other symbols have no bar on \(gap.date)")
    }
    if loaded >= 1 {
      let verb = loaded == 1 ? "has" : "have"
      return judged(
        .symbolLoss,
        "\(FigureText.count(loaded, "other symbol")) \(verb) bars on \(gap.date)")
    }
    return judged(
      .undetermined, "\(frame.calendar.name) was open on \(gap.date), and no bar is of that day")
  }

  private static func text(_ probability: Double) -> String {
    probability < 0.0001 ? "below 0.01 %" : FigureText.number(100 * probability, 2) + " %"
  }
}
