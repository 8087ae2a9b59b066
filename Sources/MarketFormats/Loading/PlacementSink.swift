import MarketCalendar
import MarketModel

/// Receives rows by ascending start and builds a chunk a trading day.
struct PlacementSink {
  private let decision: LoadDecision
  private var judge: SlotJudge
  private var current: BarChunk?
  private var rejections: [RawRejection] = []
  /// The finished chunks.
  private(set) var chunks: [BarChunk] = []
  private var typicalCount = 0

  init(decision: LoadDecision) {
    self.decision = decision
    judge = SlotJudge(
      calendar: decision.calendar, interval: decision.interval, alignment: decision.alignment)
  }

  /// Makes room for the days of so many rows.
  mutating func reserve(rows: Int) { chunks.reserveCapacity(rows / 400 + 1) }

  /// Adds rows from an index on, as many as lie on slots of one segment; how many they were.
  ///
  /// - Complexity: O(rows), a few copies of memory for all of them.
  mutating func addRun(_ starts: [Int64], from index: Int, _ batch: RawBatch) -> Int {
    let first = starts[index]
    guard decision.interval.isIntraday, let (day, run) = judge.segment(holding: first),
      run.isSlotStart(first)
    else { return 0 }
    let end = starts.withUnsafeBufferPointer { starts in
      var position = index + 1
      var next = first + run.step
      while position < starts.count, starts[position] < run.end {
        guard starts[position] == next || run.isSlotStart(starts[position]) else { break }
        next = starts[position] + run.step
        position += 1
      }
      return position
    }
    begin(day)
    current?.append(starts, batch, index..<end, isRegular: run.kind == .regular)
    return end - index
  }

  /// Adds a row, or rejects it with the reason.
  mutating func add(_ start: Int64, _ batch: RawBatch, _ index: Int) {
    switch judge.judge(start) {
    case .slot(let day, let kind):
      let chunkDay = BarSeries.chunkDay(of: day, interval: decision.interval)
      append(start, batch, index, chunkDay, isRegular: kind == .regular)
    case .offGrid(let day):
      let wall = wallTime(start)
      reject(
        start, batch, index, .offGrid, "\(wall) is not on the \(decision.interval) grid of \(day)")
    case .outsideHours(let date):
      let reason = "\(wallTime(start)) is outside the hours of \(decision.calendar.name)"
      reject(start, batch, index, .outsideHours, "\(reason) on \(date)")
    case .nonTradingDay(let date, let closure):
      let reason = "\(date) is \(closure.rawValue) of \(decision.calendar.name)"
      reject(start, batch, index, .nonTradingDay, reason)
    case .outsideCalendar(let date):
      let calendar = decision.calendar
      let range = "\(calendar.firstDate) to \(calendar.lastDate)"
      reject(
        start, batch, index, .outsideCalendar,
        "\(date) is not within \(range), all \(calendar.name) knows"
      )
    }
  }

  mutating func reject(
    _ start: Int64, _ batch: RawBatch, _ index: Int, _ kind: RejectionClass, _ reason: String
  ) {
    rejections.append(
      RawRejection(
        kind: kind, reason: reason, line: batch.line(index),
        offset: batch.offset(index), symbol: nil,
        bar: batch.bar(index, start: start)))
  }

  /// Rejects a row whose time never came.
  mutating func rejectSkipped(_ batch: RawBatch, _ index: Int) {
    let zone = decision.zone?.name ?? "the zone"
    rejections.append(
      RawRejection(
        kind: .unparsable, reason: "the clock of \(zone) skips this time", line: batch.line(index),
        offset: batch.offset(index), symbol: nil))
  }

  private mutating func append(
    _ start: Int64, _ batch: RawBatch, _ index: Int, _ day: CivilDate, isRegular: Bool
  ) {
    begin(day)
    current?.append(start, batch, index, isRegular: isRegular)
  }

  private mutating func begin(_ day: CivilDate) {
    guard current?.day != day else { return }
    finishChunk()
    var chunk = BarChunk(day: day)
    chunk.reserveCapacity(typicalCount)
    current = chunk
  }

  private mutating func finishChunk() {
    guard let chunk = current else { return }
    typicalCount = max(typicalCount, chunk.count)
    chunks.append(chunk)
    current = nil
  }

  /// Finishes the last chunk and returns the rejected rows.
  mutating func finish() -> [RawRejection] {
    finishChunk()
    return rejections
  }

  private func wallTime(_ start: Int64) -> String {
    let instant = Instant(nanoseconds: start)
    return instant.timeOfDay(offsetSeconds: decision.calendar.zone.offsetSeconds(at: instant))
  }
}

extension BarChunk {
  /// Adds rows that start after every bar so far.
  fileprivate mutating func append(
    _ allStarts: [Int64], _ batch: RawBatch, _ range: Range<Int>, isRegular: Bool
  ) {
    if isRegular {
      let lower = regular.isEmpty ? starts.count : regular.lowerBound
      regular = lower..<starts.count + range.count
    }
    starts.append(contentsOf: allStarts[range])
    let first = batch.rows.startIndex
    batch.rows[first + range.lowerBound..<first + range.upperBound].withUnsafeBufferPointer {
      rows in
      opens.append(contentsOf: rows.lazy.map { $0.open })
      highs.append(contentsOf: rows.lazy.map { $0.high })
      lows.append(contentsOf: rows.lazy.map { $0.low })
      closes.append(contentsOf: rows.lazy.map { $0.close })
      volumes.append(contentsOf: rows.lazy.map { $0.volume })
    }
    if !batch.trades.isEmpty {
      trades += batch.trades.dropFirst(range.lowerBound).prefix(range.count)
    }
    if !batch.vwaps.isEmpty { vwaps += batch.vwaps.dropFirst(range.lowerBound).prefix(range.count) }
  }

  /// Adds a row that starts after every bar so far.
  fileprivate mutating func append(
    _ start: Int64, _ batch: RawBatch, _ index: Int, isRegular: Bool
  ) {
    if isRegular {
      let lower = regular.isEmpty ? starts.count : regular.lowerBound
      regular = lower..<starts.count + 1
    }
    let row = batch[index]
    starts.append(start)
    opens.append(row.open)
    highs.append(row.high)
    lows.append(row.low)
    closes.append(row.close)
    volumes.append(row.volume)
    if !batch.trades.isEmpty { trades.append(batch.trades[batch.trades.startIndex + index]) }
    if !batch.vwaps.isEmpty { vwaps.append(batch.vwaps[batch.vwaps.startIndex + index]) }
  }
}
