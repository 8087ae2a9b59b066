import Dispatch
import MarketModel

/// What the lines of one stretch of a file hold.
struct ParsedRows: Sendable {
  var symbols = SymbolTable()
  /// The rows of all symbols, in file order.
  var rows: [RawRow] = []
  /// Their trades and average prices; empty when the layout has none.
  var trades: [Int64] = []
  var vwaps: [Double] = []
  /// Where the rows of another symbol begin.
  var runs: [(symbol: Int, start: Int)] = []
  var rejections: [RawRejection] = []
  var lineCount = 0
  var rowCount = 0
  var roundingCount = 0
  /// The units of the epoch numbers so far, and the line on which a second one came.
  var epochUnits: UInt8 = 0
  var unitChangeLine: Int?
}

/// The rows of one stretch of a file, and where it begins.
struct Stretch: Sendable {
  var parsed: ParsedRows
  var firstByte: Int
  var byteCount: Int
  var firstLine = 0
}

/// Groups the rows of all stretches of a file by their symbol.
enum RowGrouping {
  /// Rows that come in shorter runs of one symbol than this are copied together.
  private static let shortRun = 64

  /// A series a symbol, in order of their first row.
  ///
  /// - Complexity: O(runs) when the symbols follow each other, O(rows) when they alternate.
  static func series(_ stretches: [Stretch]) -> [RawSeries] {
    var names: [String?] = []
    var indices: [String?: Int] = [:]
    var numbers: [[Int]] = []
    var (runs, rows) = (0, 0)
    for stretch in stretches {
      let before = numbers.last ?? []
      var own: [Int] = []
      for (index, name) in stretch.parsed.symbols.names.enumerated() {
        // Mostly the same order as in the stretch before.
        if index < before.count, names[before[index]] == name {
          own.append(before[index])
        } else if let known = indices[name] {
          own.append(known)
        } else {
          own.append(names.count)
          indices[name] = names.count
          names.append(name)
        }
      }
      numbers.append(own)
      runs += stretch.parsed.runs.count
      rows += stretch.parsed.rows.count
    }
    var batches: [[RawBatch]] = Array(repeating: [], count: names.count)
    if rows >= runs * shortRun || runs == stretches.count {
      share(stretches, numbers, &batches)
    } else {
      for part in parts(stretches) { gather(stretches[part], numbers[part], &batches) }
    }
    return zip(names, batches).compactMap { $1.isEmpty ? nil : RawSeries(key: $0, batches: $1) }
  }

  /// Batches that are runs of the stretches' own rows.
  private static func share(
    _ stretches: [Stretch], _ numbers: [[Int]], _ batches: inout [[RawBatch]]
  ) {
    for (stretch, numbers) in zip(stretches, numbers) {
      let parsed = stretch.parsed
      for (index, run) in parsed.runs.enumerated() {
        let end = index + 1 < parsed.runs.count ? parsed.runs[index + 1].start : parsed.rows.count
        let range = run.start..<end
        var batch = RawBatch(rows: parsed.rows[range])
        if !parsed.trades.isEmpty { batch.trades = parsed.trades[range] }
        if !parsed.vwaps.isEmpty { batch.vwaps = parsed.vwaps[range] }
        (batch.firstLine, batch.firstByte) = (stretch.firstLine, stretch.firstByte)
        batches[numbers[run.symbol]].append(batch)
      }
    }
  }

  /// Stretches whose bytes can be counted in 32 bits from the first one's beginning.
  private static func parts(_ stretches: [Stretch]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    for index in stretches.indices {
      let end = stretches[index].firstByte + stretches[index].byteCount
      if end - stretches[start].firstByte > Int(UInt32.max), index > start {
        parts.append(start..<index)
        start = index
      }
    }
    if start < stretches.count { parts.append(start..<stretches.count) }
    return parts
  }

  /// One batch a symbol, copied from runs of few rows each.
  private static func gather(
    _ stretches: ArraySlice<Stretch>, _ numbers: ArraySlice<[Int]>, _ batches: inout [[RawBatch]]
  ) {
    var counts = Array(repeating: 0, count: batches.count)
    for (stretch, numbers) in zip(stretches, numbers) {
      forEachRun(stretch.parsed) { symbol, range in counts[numbers[symbol]] += range.count }
    }
    let workers = min(4, batches.count)
    let first = (line: stretches.first?.firstLine ?? 0, byte: stretches.first?.firstByte ?? 0)
    batches.withUnsafeMutableBufferPointer { batches in
      // Safe: each iteration writes the elements of its own symbols, and the buffer outlives all of them.
      nonisolated(unsafe) let batches = batches
      let counts = counts
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        let symbols = batches.count * worker / workers..<batches.count * (worker + 1) / workers
        var own = symbols.map { Gathered(count: counts[$0]) }
        for (stretch, numbers) in zip(stretches, numbers) {
          let parsed = stretch.parsed
          let line = UInt32(truncatingIfNeeded: stretch.firstLine - first.line)
          let byte = UInt32(truncatingIfNeeded: stretch.firstByte - first.byte)
          forEachRun(parsed) { symbol, range in
            let number = numbers[symbol]
            guard symbols.contains(number) else { return }
            own[number - symbols.lowerBound].add(parsed, range, line: line, byte: byte)
          }
        }
        for (number, gathered) in zip(symbols, own) where !gathered.rows.isEmpty {
          var batch = RawBatch(
            rows: gathered.rows[...], trades: gathered.trades[...], vwaps: gathered.vwaps[...])
          (batch.firstLine, batch.firstByte) = first
          batches[number].append(batch)
        }
      }
    }
  }

  @inline(__always)
  private static func forEachRun(_ parsed: ParsedRows, _ body: (Int, Range<Int>) -> Void) {
    let runs = parsed.runs
    for index in runs.indices {
      let end = index + 1 < runs.count ? runs[index + 1].start : parsed.rows.count
      body(runs[index].symbol, runs[index].start..<end)
    }
  }

  private struct Gathered {
    var rows: [RawRow] = []
    var trades: [Int64] = []
    var vwaps: [Double] = []

    init(count: Int) { rows.reserveCapacity(count) }

    mutating func add(_ parsed: ParsedRows, _ range: Range<Int>, line: UInt32, byte: UInt32) {
      for var row in parsed.rows[range] {
        row.line &+= line
        row.offset &+= byte
        rows.append(row)
      }
      if !parsed.trades.isEmpty { trades += parsed.trades[range] }
      if !parsed.vwaps.isEmpty { vwaps += parsed.vwaps[range] }
    }
  }
}
