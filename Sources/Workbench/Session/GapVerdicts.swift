import CommandLanguage
import Diagnostics
import MarketModel
import SessionAnalytics
import SessionEngine

/// Says why bars are missing; what other symbols miss is counted once for all of a command's series.
struct GapVerdicts {
  private struct PeerKey: Hashable {
    var calendar: String
    var interval: Interval
  }

  private let resolver: Resolver
  private var peers: [PeerKey: PeerIndex] = [:]

  init(_ resolver: Resolver) { self.resolver = resolver }

  /// What all symbols with a series' calendar and interval miss.
  mutating func peers(of reference: SeriesReference) -> PeerIndex {
    let key = PeerKey(calendar: reference.symbol.calendar, interval: reference.interval)
    if let known = peers[key] { return known }
    var records: [BarIntervalData] = []
    for symbol in resolver.session.document.symbols.values where symbol.calendar == key.calendar {
      if let record = symbol.bars[key.interval] { records.append(record) }
    }
    let index = PeerIndex(records)
    peers[key] = index
    return index
  }

  /// The judge of a series' gaps.
  mutating func judge(_ reference: SeriesReference) -> GapJudge {
    let record = reference.record
    return GapJudge(
      frame: reference.frame, series: record.data, days: record.days, gaps: record.gaps,
      peers: peers(of: reference))
  }

  /// The gaps of some series in records with their verdicts, for the rows that are asked for only.
  ///
  /// - Throws: what the filter throws.
  mutating func table(
    _ gaps: [(reference: SeriesReference, gap: Gap)], _ query: QueryCommand,
    _ context: WorkbenchContext
  ) throws(SessError) -> RecordTable {
    var table = Records.gaps(gaps)
    var left = gaps
    if let filter = query.filter,
      filter.text.contains("verdict") || filter.text.contains("evidence")
    {
      return try context.filtered(judged(table, gaps), filter).limited(query.limit)
    }
    if query.filter != nil || query.limit.first != nil || query.limit.last != nil {
      // A column that counts the gaps tells which of them are left.
      table.columns.append("#")
      for index in table.rows.indices { table.rows[index].append(.integer(index)) }
      table = try context.filtered(table, query.filter).limited(query.limit)
      table.columns.removeLast()
      left = []
      for index in table.rows.indices {
        if case .integer(let number)? = table.rows[index].popLast() { left.append(gaps[number]) }
      }
    }
    return judged(table, left)
  }

  /// The records of some gaps with their verdicts.
  private mutating func judged(
    _ table: RecordTable, _ gaps: [(reference: SeriesReference, gap: Gap)]
  ) -> RecordTable {
    var table = table
    table.columns += ["verdict", "evidence"]
    for (index, judged) in verdicts(gaps).enumerated() {
      table.rows[index].append(.text(judged.verdict.rawValue))
      table.rows[index].append(.text(judged.evidence))
    }
    return table
  }

  /// The verdicts on gaps that are ordered by series; those of derived ones are those of their base's.
  private mutating func verdicts(
    _ gaps: [(reference: SeriesReference, gap: Gap)]
  ) -> [JudgedGap] {
    var result: [JudgedGap] = []
    result.reserveCapacity(gaps.count)
    var index = 0
    while index < gaps.count {
      let reference = gaps[index].reference
      let (symbol, interval) = (reference.symbol.symbol, reference.interval)
      var source = reference
      if let base = reference.record.base, let record = reference.symbol.bars[base] {
        source.record = record
      }
      let judge = judge(source)
      while index < gaps.count, gaps[index].reference.interval == interval,
        gaps[index].reference.symbol.symbol == symbol
      {
        let gap = gaps[index].gap
        result.append(
          source.interval == interval
            ? judge.judge(gap) : Self.derived(gap, reference, source, judge))
        index += 1
      }
    }
    return result
  }

  /// The verdict on the largest gap of the base within a gap of a derived series.
  private static func derived(
    _ gap: Gap, _ reference: SeriesReference, _ source: SeriesReference, _ judge: GapJudge
  ) -> JudgedGap {
    let gaps = source.record.gaps
    var (low, high) = (0, gaps.count)
    while low < high {
      let middle = (low + high) / 2
      if gaps[middle].end <= gap.start { low = middle + 1 } else { high = middle }
    }
    var largest: Gap?
    while low < gaps.count, gaps[low].start < gap.end {
      if gaps[low].missing > largest?.missing ?? 0 { largest = gaps[low] }
      low += 1
    }
    guard let largest else {
      return JudgedGap(
        gap: gap, verdict: .undetermined, chance: 0,
        evidence: "no bar of \(source.interval) is missing; policy \(reference.record.policy)")
    }
    var judged = judge.judge(largest)
    let count = "\(largest.missing) bar\(largest.missing == 1 ? "" : "s") of \(source.interval)"
    let start = largest.start.timeOfDay(offsetSeconds: source.offset(at: largest.start))
    judged.evidence = "\(count) missing from \(start): \(judged.evidence)"
    judged.gap = gap
    return judged
  }
}
