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
}

/// Judges gaps one by one by the trading around them.
///
/// - Source: the ordered verdicts V2 to V8 of the taxonomy; the first that holds wins.
public struct GapJudge {
  private let examination: Examination
  private let columns: BarColumns
  /// The share of slots that are missing in the whole series.
  private let missingShare: Double
  private let medianVolume: Double

  /// Creates a judge over a series and its peers.
  public init(_ examination: Examination) {
    self.init(examination, BarColumns(examination))
  }

  init(_ examination: Examination, _ columns: BarColumns) {
    self.examination = examination
    self.columns = columns
    var (missing, expected) = (0, 0)
    for day in examination.days where day.slots.present > 0 {
      expected += day.slots.expected
    }
    // Runs far longer than is usual here say nothing about how often slots are empty.
    let usual = Median.of(examination.gaps.map { Double($0.missing) }) ?? 0
    let limit = examination.gaps.count >= 10 ? max(5, Int(10 * usual)) : 5
    for gap in examination.gaps where gap.missing <= limit { missing += gap.missing }
    missingShare = (Double(missing) + 1) / (Double(expected) + 2)
    medianVolume = Median.of(columns.volumes) ?? 0
  }

  /// The verdict on a gap, and the figures behind it.
  ///
  /// - Complexity: O(peers + log bars).
  public func judge(_ gap: Gap) -> JudgedGap {
    let sharing = examination.peers.filter { covers($0, gap) }.count
    let peers = examination.peers.filter { peer in
      peer.days.contains { $0.date == gap.date && $0.slots.present > 0 }
    }.count
    let chance = chance(of: gap)
    func judged(_ verdict: GapVerdict, _ evidence: String) -> JudgedGap {
      JudgedGap(gap: gap, verdict: verdict, chance: chance.probability, evidence: evidence)
    }
    if peers >= 2, (sharing + 1) * 2 >= peers + 1, sharing >= 2 {
      return judged(.feedOutage, "\(sharing) of \(peers) other symbols miss it, too")
    }
    let isPlausible = chance.probability >= 0.01
    let odds = "the chance that nothing traded is \(text(chance.probability)) by \(chance.basis)"
    if touchesEdge(gap), !isPlausible {
      return judged(.truncated, "it reaches the end of the session; \(odds)")
    }
    if let move = haltMove(gap) {
      let length = FigureText.duration(gap.end.nanoseconds - gap.start.nanoseconds)
      return judged(
        .haltLike, "\(length) with a move of \(FigureText.number(100 * move, 1)) % across")
    }
    if isPlausible { return judged(.noTradePlausible, odds) }
    if chance.probability < 0.001, peers >= 1, sharing == 0 {
      return judged(
        .symbolLoss, "\(FigureText.count(peers, "other symbol")) have these bars; \(odds)")
    }
    return judged(.undetermined, odds)
  }

  private func covers(_ peer: Examination.Peer, _ gap: Gap) -> Bool {
    peer.gaps.contains { $0.start <= gap.start && $0.end >= gap.end }
  }

  /// Whether a gap lies at the beginning or the end of an expected segment of its day.
  private func touchesEdge(_ gap: Gap) -> Bool {
    guard let session = examination.frame.calendar.session(on: gap.date) else { return false }
    return examination.frame.grid(of: session).runs.contains {
      $0.start == gap.start.nanoseconds || $0.end == gap.end.nanoseconds
    }
  }

  private func haltMove(_ gap: Gap) -> Double? {
    let minutes = (gap.end.nanoseconds - gap.start.nanoseconds) / (60 * Instant.second)
    guard minutes >= 4, minutes <= 120, min(minutes % 5, 5 - minutes % 5) <= 1 else { return nil }
    let after = lowerBound(gap.start.nanoseconds)
    guard after > 0, after < columns.count else { return nil }
    let (before, next) = (columns.closes[after - 1], columns.opens[after])
    guard columns.volumes[after - 1] > 0, columns.volumes[after] > 0, before > 0 else { return nil }
    let move = next / before - 1
    return abs(move) >= 0.02 ? move : nil
  }

  /// How likely no trade at all is in a gap, and from what that is known.
  private func chance(of gap: Gap) -> (probability: Double, basis: String) {
    let after = lowerBound(gap.start.nanoseconds)
    let around = max(0, after - 15)..<min(columns.count, after + 15)
    let length = Double(gap.missing)
    if let trades = tradesAround(gap) {
      return (
        expNegative(trades * length), "a median of \(FigureText.number(trades, 1)) trades a bar"
      )
    }
    let volume = Median.of(Array(columns.volumes[around])) ?? 0
    if volume >= 100, missingShare < 0.05 {
      let rate = volume / 100
      return (
        expNegative(rate * length),
        "a median volume of \(FigureText.number(volume, 0)), taken as trades of 100"
      )
    }
    // Where volumes are no guide, the share of empty slots is, bent by how busy the neighbourhood is.
    let near = max(0, after - 3)..<min(columns.count, after + 3)
    var activity = 1.0
    if medianVolume > 0, let local = Median.of(Array(columns.volumes[near])) {
      activity = max(0.2, min(1.5, local / medianVolume))
    }
    let rate = -logarithm(missingShare) * activity
    return (
      expNegative(max(0.1, rate) * length),
      "\(FigureText.percent(missingShare)) of the slots being empty"
    )
  }

  /// The median trades a bar over fifteen bars each side; nil where the source has none.
  private func tradesAround(_ gap: Gap) -> Double? {
    guard let chunk = examination.series.chunk(on: gap.date), !chunk.trades.isEmpty else {
      return nil
    }
    let after = chunk.lowerBound(gap.start.nanoseconds)
    var trades: [Double] = []
    for index in max(0, after - 15)..<min(chunk.count, after + 15)
    where chunk.trades[index] != BarChunk.unknownCount {
      trades.append(Double(chunk.trades[index]))
    }
    return Median.of(trades)
  }

  private func lowerBound(_ time: Int64) -> Int {
    var (low, high) = (0, columns.count)
    while low < high {
      let middle = (low + high) / 2
      if columns.starts[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func text(_ probability: Double) -> String {
    probability < 0.0001 ? "below 0.01 %" : FigureText.number(100 * probability, 2) + " %"
  }

  /// e to the power of −x, by halving until the series converges at once.
  private func expNegative(_ x: Double) -> Double {
    guard x < 700 else { return 0 }
    var halvings = 0
    var small = x
    while small > 0.01 {
      small /= 2
      halvings += 1
    }
    var value = 1 - small + small * small / 2 - small * small * small / 6
    for _ in 0..<halvings { value *= value }
    return value
  }

  /// The natural logarithm of a share in (0, 1].
  private func logarithm(_ share: Double) -> Double {
    var (value, powers) = (max(share, 1e-12), 0)
    while value < 0.75 {
      value *= 2
      powers += 1
    }
    let z = (value - 1) / (value + 1)
    var (term, sum) = (z, 0.0)
    for odd in stride(from: 1, through: 15, by: 2) {
      sum += term / Double(odd)
      term *= z * z
    }
    return 2 * sum - Double(powers) * 0.693_147_180_559_945_3
  }
}
