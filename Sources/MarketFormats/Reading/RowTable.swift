import MarketModel

/// The rows of a file on their way into columns, a group a symbol and interval.
///
/// For formats whose rows are read one after the other.
struct RowTable {
  private struct Group {
    var symbol: String?
    var interval: Interval?
    var batches: [RawBatch] = []
    var rejections: [RawRejection] = []
    var events = RawEvents()
  }

  private struct Key: Hashable {
    var symbol: String?
    var interval: Interval?
  }

  private var groups: [Group] = []
  private var indices: [Key: Int] = [:]
  private(set) var timeKind: WrittenTime.Kind?
  private(set) var rowCount = 0
  private var roundingCount = 0
  private var epochUnits: UInt8 = 0
  private var unitChangeLine: Int?

  var barCount: Int {
    groups.reduce(0) { $0 + $1.batches.reduce(0) { $0 + $1.count } }
  }
  /// Whether every group with bars states its interval.
  var hasIntervals: Bool { groups.allSatisfy { $0.interval != nil || $0.batches.isEmpty } }
  var eventCount: Int { groups.reduce(0) { $0 + $1.events.count } }

  /// The group of a symbol, and of an interval where rows state one, made when it is new.
  mutating func group(_ symbol: String, _ interval: Interval? = nil) -> Int {
    let key = Key(symbol: symbol, interval: interval)
    if let known = indices[key] { return known }
    indices[key] = groups.count
    groups.append(Group(symbol: symbol, interval: interval))
    return groups.count - 1
  }

  /// A new group whose symbol may become known later.
  mutating func unnamedGroup() -> Int {
    groups.append(Group(symbol: nil))
    return groups.count - 1
  }

  /// Names a group whose symbol was read after its rows.
  mutating func setSymbol(of group: Int, _ symbol: String) {
    groups[group].symbol = symbol
  }

  /// Whether a time is of the kind the first row's was.
  mutating func admits(_ time: WrittenTime) -> Bool {
    if timeKind == nil { timeKind = time.kind }
    return timeKind == time.kind
  }

  /// Notes in which units the epoch numbers up to a line are written.
  mutating func note(units: UInt8, line: Int) {
    if epochUnits != 0, units != epochUnits, unitChangeLine == nil { unitChangeLine = line }
    epochUnits = units
  }

  /// Counts a row; it must then be added or rejected.
  mutating func countRow() { rowCount += 1 }

  /// Adds a bar: time, open, high, low, close, volume; the reason when it cannot be one.
  mutating func add(
    _ row: (Int64, Double, Double, Double, Double, Double), trades: Double?, vwap: Double?,
    to group: Int, line: Int, offset: Int
  ) -> BarFault? {
    switch BarFault.judge(open: row.1, high: row.2, low: row.3, close: row.4, volume: row.5) {
    case .sound: break
    case .rounding: roundingCount += 1
    case .fault(let fault): return fault
    }
    if groups[group].batches.isEmpty || isFar(groups[group].batches, offset) {
      var batch = RawBatch()
      (batch.firstLine, batch.firstByte) = (line, offset)
      groups[group].batches.append(batch)
    }
    let last = groups[group].batches.count - 1
    groups[group].batches[last].append(row, trades: trades, vwap: vwap, line: line, offset: offset)
    return nil
  }

  /// Whether places no longer fit the distance from the batch's beginning.
  private func isFar(_ batches: [RawBatch], _ offset: Int) -> Bool {
    guard let first = batches.last?.firstByte else { return true }
    return offset < first || offset - first > Int(UInt32.max)
  }

  mutating func add(_ tick: Tick, to group: Int) { groups[group].events.ticks.append(tick) }

  mutating func add(_ quote: Quote, to group: Int) { groups[group].events.quotes.append(quote) }

  mutating func reject(
    _ reason: String, _ kind: RejectionClass = .unparsable, group: Int, line: Int, offset: Int,
    time: Int64? = nil
  ) {
    groups[group].rejections.append(
      RawRejection(
        kind: kind, reason: reason, line: line, offset: offset, symbol: nil, time: time))
  }

  /// The groups of equal symbols as one series each, and the rows that are none.
  func bars() -> (series: [RawSeries], rejections: [RawRejection]) {
    var order: [Key] = []
    var positions: [Key: Int] = [:]
    var batches: [[RawBatch]] = []
    var rejections: [RawRejection] = []
    for group in groups {
      for var rejection in group.rejections {
        rejection.symbol = group.symbol
        rejections.append(rejection)
      }
      guard !group.batches.isEmpty else { continue }
      let key = Key(symbol: group.symbol, interval: group.interval)
      if let known = positions[key] {
        batches[known] += group.batches
      } else {
        positions[key] = order.count
        order.append(key)
        batches.append(group.batches)
      }
    }
    var series: [RawSeries] = []
    for (key, held) in zip(order, batches) {
      series.append(
        RawSeries(symbol: key.symbol, interval: key.interval, batches: RowTable.aligned(held)))
    }
    return (series, rejections)
  }

  /// Optional columns in every batch when any has them.
  private static func aligned(_ batches: [RawBatch]) -> [RawBatch] {
    let hasTrades = batches.contains { !$0.trades.isEmpty }
    let hasAverages = batches.contains { !$0.vwaps.isEmpty }
    return batches.map { batch in
      var batch = batch
      if hasTrades, batch.trades.isEmpty {
        batch.trades = ArraySlice(repeating: BarChunk.unknownCount, count: batch.count)
      }
      if hasAverages, batch.vwaps.isEmpty {
        batch.vwaps = ArraySlice(repeating: .nan, count: batch.count)
      }
      return batch
    }
  }

  /// The events of each symbol, and with them the rows that are none, where no bars have them already.
  func events(_ text: (Int) -> String, file: String) -> [RawEvents] {
    var order: [RawEvents] = []
    var positions: [String?: Int] = [:]
    for group in groups where group.events.count > 0 || !group.rejections.isEmpty {
      var events = group.events
      events.symbol = group.symbol
      for row in group.rejections where barCount == 0 {
        events.rejected.append(
          RejectedRow(
            kind: row.kind, file: file, line: row.line, text: text(row.offset), reason: row.reason))
      }
      if let known = positions[group.symbol] {
        order[known].add(events)
      } else {
        positions[group.symbol] = order.count
        order.append(events)
      }
    }
    return order
  }

  /// What the rows amount to: a file of bars, one of events, or both.
  func contents(_ source: any ByteSource, _ dialect: Dialect) -> [FileContent] {
    var contents: [FileContent] = []
    var dialect = dialect
    if barCount > 0 {
      dialect.noteRounding(roundingCount)
      let (series, rejections) = bars()
      contents.append(
        .bars(
          RawFile(
            source: source, dialect: dialect, timeKind: timeKind ?? .absolute, series: series,
            rejections: rejections, rowCount: rowCount - eventCount,
            unitChangeLine: unitChangeLine)))
    }
    guard eventCount > 0 else { return contents }
    dialect.content = .trades
    dialect.label = nil
    let events = events({ (try? source.rowText(at: $0)) ?? "" }, file: source.name)
    contents.append(
      .events(
        EventFile(
          name: source.name, dialect: dialect, timeKind: timeKind ?? .absolute,
          series: events.filter { $0.count > 0 || barCount == 0 })))
    return contents
  }

  /// The first rejected row.
  var firstRejection: RawRejection? {
    var first: RawRejection?
    for group in groups {
      for row in group.rejections.prefix(1) where row.line < first?.line ?? .max { first = row }
    }
    return first
  }
}

extension RawBatch {
  /// Adds a bar with its optional columns, which begin with the first bar that has them.
  fileprivate mutating func append(
    _ row: (Int64, Double, Double, Double, Double, Double), trades tradeCount: Double?,
    vwap: Double?, line: Int, offset: Int
  ) {
    let count = count
    rows.append(
      RawRow(
        time: row.0, open: row.1, high: row.2, low: row.3, close: row.4, volume: row.5,
        line: UInt32(truncatingIfNeeded: line - firstLine),
        offset: UInt32(truncatingIfNeeded: offset - firstByte)))
    if tradeCount != nil, trades.isEmpty {
      trades = ArraySlice(repeating: BarChunk.unknownCount, count: count)
    }
    if tradeCount != nil || !trades.isEmpty {
      trades.append(tradeCount.flatMap { Int64(exactly: $0) } ?? BarChunk.unknownCount)
    }
    if vwap != nil, vwaps.isEmpty { vwaps = ArraySlice(repeating: .nan, count: count) }
    if vwap != nil || !vwaps.isEmpty { vwaps.append(vwap ?? .nan) }
  }
}
