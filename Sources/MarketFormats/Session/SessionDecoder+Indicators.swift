import Diagnostics
import MarketCalendar
import MarketModel

/// A study as it is read: its rows are put on their trading days when the symbol's calendar is known.
struct IndicatorTable {
  var data = IndicatorData(
    spec: IndicatorSpec(name: "", parameters: [], interval: .minute), outputs: [], need: 0)
  var starts: [Int64] = []
  var values: [Double] = []

  /// The rows as a chunk a trading day.
  ///
  /// - Throws: `bad-session` for a row outside the hours of its calendar.
  func chunks(_ calendar: MarketCalendar) throws(SessError) -> [IndicatorChunk] {
    let width = data.outputs.count
    var chunks: [IndicatorChunk] = []
    var session: TradingSession?
    for (index, start) in starts.enumerated() {
      if session.map({ start < $0.start || start >= $0.end }) ?? true {
        session = calendar.session(containing: Instant(nanoseconds: start))
      }
      guard let session, values.count >= (index + 1) * width else {
        throw SessError(
          "bad-session", "a figure of the indicator \(data.key) belongs to no trading day")
      }
      let day = BarSeries.chunkDay(of: session.date, interval: data.spec.interval)
      if chunks.last?.day != day { chunks.append(IndicatorChunk(day: day)) }
      chunks[chunks.count - 1].starts.append(start)
      chunks[chunks.count - 1].values += values[index * width..<(index + 1) * width]
    }
    return chunks
  }

  /// The study with its rows.
  ///
  /// - Throws: `bad-session`.
  func placed(_ calendar: MarketCalendar) throws(SessError) -> IndicatorData {
    var placed = data
    placed.chunks = try chunks(calendar)
    try IndicatorTable.check(placed)
    return placed
  }

  static func check(_ indicator: IndicatorData) throws(SessError) {
    if let fault = indicator.brokenInvariant() {
      throw SessError("bad-session", "the indicator \(indicator.key) cannot be used: \(fault)")
    }
  }
}

extension SessionDecoder {
  mutating func indicators(_ cursor: inout JSONCursor) throws(SessError) -> [IndicatorTable] {
    var indicators: [IndicatorTable] = []
    try cursor.object { (cursor, key) throws(SessError) in
      let indicator = try indicator(&cursor)
      guard indicator.data.key == key else {
        throw cursor.failure("expected the indicator \(key), found \(indicator.data.key)")
      }
      indicators.append(indicator)
    }
    return indicators
  }

  mutating func indicator(_ cursor: inout JSONCursor) throws(SessError) -> IndicatorTable {
    var table = IndicatorTable()
    try cursor.object { (cursor, key) throws(SessError) in
      try field(key, &cursor, of: &table)
    }
    return table
  }

  /// Reads the value of one key of a study; what follows from others is skipped.
  mutating func field(
    _ key: String, _ cursor: inout JSONCursor, of table: inout IndicatorTable
  ) throws(SessError) {
    switch key {
    case "name": table.data.spec.name = try cursor.string()
    case "parameters":
      try cursor.object { (cursor, name) throws(SessError) in
        table.data.spec.parameters.append(.init(name: name, value: try cursor.number()))
      }
    case "interval": table.data.spec.interval = try interval(&cursor)
    case "anchor": table.data.spec.anchor = try choice(&cursor)
    case "usual_anchor": table.data.spec.usualAnchor = try choice(&cursor)
    case "on_gap": table.data.spec.onGap = try choice(&cursor)
    case "have": table.data.have = try cursor.count()
    case "need": table.data.need = try cursor.count()
    case "counts": table.data.countsDays = try cursor.string() == "days"
    case "last_update": table.data.lastUpdate = try optionalInstant(&cursor)
    case "columns":
      var columns: [String] = []
      try cursor.array { (cursor) throws(SessError) in columns.append(try cursor.string()) }
      guard columns.first == "start" else { throw cursor.failure("expected the column start") }
      table.data.outputs = Array(columns.dropFirst())
    case "values":
      let width = table.data.outputs.count
      try cursor.array { (cursor) throws(SessError) in
        let (time, values) = try row(&cursor, count: width)
        table.starts.append(time.nanoseconds)
        table.values += values
      }
    default: try cursor.skip()
    }
  }
}
