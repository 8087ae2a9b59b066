import Diagnostics
import MarketCalendar
import MarketModel

/// Rows of bars as a session file holds them, before they are put on their trading days.
struct BarTable {
  private(set) var columns: [String] = []
  /// The marks of its bars, by ascending start.
  var marks: [BarMark] = []
  private var starts: [Int64] = []
  private var figures: [[Double]] = Array(repeating: [], count: 5)
  private var trades: [Int64] = []
  private var averages: [Double] = []
  private var present: [Int32] = []
  private var expected: [Int32] = []
  private var slots: [Int] = []

  private static let names = [
    "start", "open", "high", "low", "close", "volume", "present", "expected", "trades", "vwap",
  ]

  /// How many rows it holds.
  var count: Int { starts.count }
  /// The first and the last start.
  var bounds: ClosedRange<Int64>? {
    guard let first = starts.first, let last = starts.last, first <= last else { return nil }
    return first...last
  }

  /// Says what the values of a row are; false for columns that are not known, lack a figure, or follow rows.
  mutating func setColumns(_ names: [String]) -> Bool {
    guard starts.isEmpty else { return false }
    columns = names
    slots = names.map { BarTable.names.firstIndex(of: $0) ?? -1 }
    return !slots.contains(-1) && Set(names).count == names.count
      && Set(BarTable.names.prefix(6)).isSubset(of: names)
      && names.contains("present") == names.contains("expected")
  }

  /// Reads one row.
  mutating func read(_ cursor: inout JSONCursor, _ decoder: inout SessionDecoder) throws(SessError)
  {
    var position = 0
    let size = slots.count
    try cursor.array { (cursor) throws(SessError) in
      guard position < size else { throw cursor.failure("a bar has too many values") }
      try readValue(&cursor, slots[position], &decoder)
      position += 1
    }
    guard position == size, size > 0 else {
      throw cursor.failure("a bar has \(position) values, but there are \(size) columns")
    }
  }

  private mutating func readValue(
    _ cursor: inout JSONCursor, _ slot: Int, _ decoder: inout SessionDecoder
  ) throws(SessError) {
    switch slot {
    case 0: starts.append(try decoder.instant(&cursor).nanoseconds)
    case 1...5: figures[slot - 1].append(try cursor.number())
    case 6: present.append(Int32(clamping: try cursor.null() ? 0 : try cursor.count()))
    case 7:
      let isUnknown = try cursor.null()
      expected.append(
        isUnknown ? BarChunk.unknownExpected : Int32(clamping: try cursor.count()))
    case 8:
      let isUnknown = try cursor.null()
      trades.append(isUnknown ? BarChunk.unknownCount : Int64(try cursor.count()))
    default: averages.append(try decoder.optionalNumber(&cursor) ?? .nan)
    }
  }

  /// The rows as a chunk a trading day.
  ///
  /// - Throws: `bad-session` for a bar outside the hours of its calendar.
  func chunks(_ calendar: MarketCalendar, _ interval: Interval) throws(SessError) -> [BarChunk] {
    var chunks: [BarChunk] = []
    var session: TradingSession?
    var from = 0
    for index in starts.indices {
      if let held = session, starts[index] >= held.start, starts[index] < held.end { continue }
      guard let next = calendar.session(containing: Instant(nanoseconds: starts[index])) else {
        let start = Instant(nanoseconds: starts[index])
        let text = start.iso8601(offsetSeconds: calendar.zone.offsetSeconds(at: start))
        throw SessError(
          "bad-session", "the \(interval) bar at \(text) is outside the hours of \(calendar.name)")
      }
      if let held = session { add(from..<index, held, interval, to: &chunks) }
      session = next
      from = index
    }
    if let session { add(from..<starts.count, session, interval, to: &chunks) }
    var rest = marks[...]
    for index in chunks.indices {
      let last = chunks[index].starts.last ?? .min
      chunks[index].marks = Array(rest.prefix { $0.start <= last })
      rest = rest.dropFirst(chunks[index].marks.count)
    }
    guard rest.isEmpty else {
      throw SessError("bad-session", "a mark of the \(interval) bars belongs to none of them")
    }
    return chunks
  }

  private func add(
    _ rows: Range<Int>, _ session: TradingSession, _ interval: Interval, to chunks: inout [BarChunk]
  ) {
    var chunk = BarChunk(day: BarSeries.chunkDay(of: session.date, interval: interval))
    chunk.starts = Array(starts[rows])
    chunk.opens = Array(figures[0][rows])
    chunk.highs = Array(figures[1][rows])
    chunk.lows = Array(figures[2][rows])
    chunk.closes = Array(figures[3][rows])
    chunk.volumes = Array(figures[4][rows])
    if !present.isEmpty {
      chunk.present = Array(present[rows])
      chunk.expected = Array(expected[rows])
    }
    if !trades.isEmpty, trades[rows].contains(where: { $0 != BarChunk.unknownCount }) {
      chunk.trades = Array(trades[rows])
    }
    if !averages.isEmpty, averages[rows].contains(where: { !$0.isNaN }) {
      chunk.vwaps = Array(averages[rows])
    }
    chunk.regular = BarTable.regular(chunk.starts, session, interval)
    if let last = chunks.last, last.day == chunk.day {
      chunks[chunks.count - 1].append(chunk)
    } else {
      chunks.append(chunk)
    }
  }

  /// The starts within regular hours; those of days and longer all are.
  private static func regular(
    _ starts: [Int64], _ session: TradingSession, _ interval: Interval
  ) -> Range<Int> {
    guard interval.isIntraday else { return 0..<starts.count }
    let lower = starts.firstIndex { $0 >= session.open } ?? starts.count
    let upper = starts.lastIndex { $0 < session.close }.map { $0 + 1 } ?? 0
    return lower < upper ? lower..<upper : 0..<0
  }
}
