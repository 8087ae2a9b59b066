import MarketModel

/// Looks for the same bars at two times: a page, an hour or a whole day copied.
struct RepeatCheck {
  let examination: Examination
  let columns: BarColumns

  init(_ examination: Examination, _ columns: BarColumns) {
    self.examination = examination
    self.columns = columns
  }

  /// The shortest stretch that is looked at.
  private let length = 5

  /// The findings, and where the copies begin and end, where the price may leap.
  ///
  /// - Complexity: O(bars · log bars).
  func run() -> (findings: [Finding], edges: Set<Int64>) {
    guard columns.count >= 2 * length else { return ([], []) }
    var findings: [Finding] = []
    var edges: Set<Int64> = []
    for block in blocks() {
      let end = block.second + block.length
      edges.insert(columns.starts[block.second])
      if end < columns.count { edges.insert(columns.starts[end]) }
      let count = block.length
      let from = examination.wall(columns.starts[block.first])
      let again = examination.wall(columns.starts[block.second])
      let day = columns.days.first { $0.range.contains(block.second) }
      let isDay = day.map { count * 10 >= $0.range.count * 9 } ?? false
      var finding = Finding(
        "D14", isDay ? "duplicated-day" : "repeated-block", .error, count: count,
        places: [
          Finding.Place(start: Instant(nanoseconds: columns.starts[block.first])),
          Finding.Place(start: Instant(nanoseconds: columns.starts[block.second])),
        ],
        evidence:
          "the \(FigureText.count(count, "bar")) from \(from) come again, figure by figure, "
          + "from \(again)")
      finding.advice = "one of the two is a copy: load that stretch afresh from the source"
      findings.append(finding)
    }
    return (findings, edges)
  }

  private struct Block {
    var first: Int
    var second: Int
    var length: Int
  }

  private func blocks() -> [Block] {
    let keys = RepeatCheck.keys(columns)
    var windows: [(hash: UInt64, index: Int)] = []
    for index in 0...(columns.count - length) where isTelling(index) {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for key in keys[index..<index + length] {
        hash = (hash ^ key) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
      }
      windows.append((hash, index))
    }
    windows.sort { ($0.hash, $0.index) < ($1.hash, $1.index) }
    var pairs: [(first: Int, second: Int)] = []
    for position in windows.indices.dropFirst()
    where windows[position].hash == windows[position - 1].hash {
      let (first, second) = (windows[position - 1].index, windows[position].index)
      if second >= first + length { pairs.append((first, second)) }
    }
    guard !pairs.isEmpty else { return [] }
    let likelihood = BlockLikelihood(keys)
    pairs.sort { $0.second < $1.second }
    var blocks: [Block] = []
    var covered = -1
    for pair in pairs where pair.second >= covered {
      var count = 0
      while pair.second + count < columns.count, pair.first + count < pair.second,
        same(pair.first + count, pair.second + count)
      {
        count += 1
      }
      guard count >= length, !likelihood.isAccident(keys[pair.second..<pair.second + count]) else {
        continue
      }
      blocks.append(Block(first: pair.first, second: pair.second, length: count))
      covered = pair.second + count
    }
    return blocks
  }

  /// Whether a window is varied enough for its repetition to be no accident.
  private func isTelling(_ index: Int) -> Bool {
    var distinct = 0
    var hasVolume = true
    for position in index..<index + length {
      let close = columns.closes[position]
      var isNew = true
      for earlier in index..<position where columns.closes[earlier] == close { isNew = false }
      if isNew { distinct += 1 }
      if columns.volumes[position] <= 0 { hasVolume = false }
    }
    return distinct >= (hasVolume ? 3 : 5)
  }

  private static func mixed(_ key: UInt64, _ value: Double) -> UInt64 {
    let product = (key ^ value.bitPattern) &* 0x9E37_79B9_7F4A_7C15
    return product ^ (product >> 31)
  }

  private static func keys(_ columns: BarColumns) -> [UInt64] {
    var keys: [UInt64] = []
    keys.reserveCapacity(columns.count)
    for index in 0..<columns.count {
      var key = columns.opens[index].bitPattern
      key = mixed(key, columns.highs[index])
      key = mixed(key, columns.lows[index])
      key = mixed(key, columns.closes[index])
      key = mixed(key, columns.volumes[index])
      keys.append(key)
    }
    return keys
  }

  private func same(_ a: Int, _ b: Int) -> Bool {
    columns.opens[a] == columns.opens[b] && columns.highs[a] == columns.highs[b]
      && columns.lows[a] == columns.lows[b] && columns.closes[a] == columns.closes[b]
      && columns.volumes[a] == columns.volumes[b]
  }
}

/// How likely a stretch comes twice by chance, from how often its bars and their followers come at all.
private struct BlockLikelihood {
  private var counts: [UInt64: Double] = [:]
  private var followers: [UInt64: Double] = [:]
  private let total: Double

  init(_ keys: [UInt64]) {
    total = Double(keys.count)
    var previous: UInt64?
    for key in keys {
      counts[key, default: 0] += 1
      if let previous { followers[BlockLikelihood.pair(previous, key), default: 0] += 1 }
      previous = key
    }
  }

  private static func pair(_ a: UInt64, _ b: UInt64) -> UInt64 {
    (a &* 0x0000_0100_0000_01B3) ^ b
  }

  /// Whether chance brings such a pair more often than once in ten thousand series.
  func isAccident(_ block: ArraySlice<UInt64>) -> Bool {
    var expected = total * total / 2
    var previous: UInt64?
    for key in block {
      let count = counts[key] ?? 1
      var share = count / total
      if let previous, let before = counts[previous], before > 4 {
        let together = followers[BlockLikelihood.pair(previous, key)] ?? 1
        share = max(share, (together - 1) / before)
      }
      expected *= min(1, share)
      previous = key
      if expected < 0.0001 { return false }
    }
    return true
  }
}
