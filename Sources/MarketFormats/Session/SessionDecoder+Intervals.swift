import Diagnostics
import MarketCalendar
import MarketModel

extension SessionDecoder {
  /// Reads an interval; its bars are rows until the symbol's calendar is known.
  mutating func record(_ cursor: inout JSONCursor, _ interval: Interval) throws(SessError)
    -> (BarIntervalData, BarTable)
  {
    var record = BarIntervalData(interval: interval)
    var table = BarTable()
    var marks: [BarMark] = []
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "columns": try columns(&cursor, of: &table)
      case "data": try rows(&cursor, of: &table)
      case "marks": marks = try self.marks(&cursor)
      default: try field(key, &cursor, of: &record)
      }
    }
    table.marks = marks
    return (record, table)
  }

  /// Reads the value of one key of an interval, its bars apart; what follows from the bars is skipped.
  mutating func field(
    _ key: String, _ cursor: inout JSONCursor, of record: inout BarIntervalData
  ) throws(SessError) {
    switch key {
    case "base": try origin(&cursor, of: &record)
    case "alignment": record.alignment = try choice(&cursor)
    case "policy":
      guard let policy = DerivationPolicy(try cursor.string()) else {
        throw cursor.failure("expected a policy")
      }
      record.policy = policy
    case "updated": record.updated = try cursor.flag()
    case "expected_dates": record.expectedDates = try optional(&cursor, Self.dates)
    case "days": record.days = try days(&cursor)
    case "gaps": record.gaps = try gaps(&cursor)
    case "retries":
      record.retries = []
      try cursor.array { (cursor) throws(SessError) in
        record.retries.append(try retry(&cursor))
      }
    default: try cursor.skip()
    }
  }

  mutating func columns(_ cursor: inout JSONCursor, of table: inout BarTable) throws(SessError) {
    var names: [String] = []
    try cursor.array { (cursor) throws(SessError) in names.append(try cursor.string()) }
    guard table.setColumns(names) else { throw cursor.failure("these are not the columns of bars") }
  }

  mutating func rows(_ cursor: inout JSONCursor, of table: inout BarTable) throws(SessError) {
    try cursor.array { (cursor) throws(SessError) in try table.read(&cursor, &self) }
  }

  /// Puts rows on their trading days, in place of the bars a record had.
  ///
  /// - Throws: `bad-session`.
  static func place(
    _ table: BarTable, in record: inout BarIntervalData, _ calendar: MarketCalendar
  ) throws(SessError) {
    record.data = BarSeries(chunks: try table.chunks(calendar, record.interval))
    try check(record)
  }

  static func check(_ record: BarIntervalData) throws(SessError) {
    if let fault = record.data.brokenInvariant() {
      throw SessError("bad-session", "the \(record.interval) bars cannot be used: \(fault)")
    }
  }

  mutating func days(_ cursor: inout JSONCursor) throws(SessError) -> [DayQuality] {
    var days: [DayQuality] = []
    try cursor.array { (cursor) throws(SessError) in days.append(try day(&cursor)) }
    return days
  }

  private mutating func day(_ cursor: inout JSONCursor) throws(SessError) -> DayQuality {
    var day = DayQuality(
      date: CivilDate(daysSinceEpoch: 0), slots: Quality(expected: 0, present: 0))
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "date": day.date = try date(&cursor)
      case "expected": day.slots.expected = try cursor.count()
      case "present": day.slots.present = try cursor.count()
      case "partial": day.partial = try cursor.count()
      case "coverage":
        var coverage = Quality(expected: 0, present: 0)
        try cursor.object { (cursor, key) throws(SessError) in
          let count = try cursor.count()
          if key == "expected" { coverage.expected = count } else { coverage.present = count }
        }
        day.coverage = coverage
      default: try cursor.skip()
      }
    }
    return day
  }

  mutating func gaps(_ cursor: inout JSONCursor) throws(SessError) -> [Gap] {
    var gaps: [Gap] = []
    try cursor.array { (cursor) throws(SessError) in gaps.append(try gap(&cursor)) }
    return gaps
  }

  mutating func gap(_ cursor: inout JSONCursor) throws(SessError) -> Gap {
    let zero = Instant(nanoseconds: 0)
    var gap = Gap(date: CivilDate(daysSinceEpoch: 0), start: zero, end: zero, missing: 0)
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "date": gap.date = try date(&cursor)
      case "start": gap.start = try instant(&cursor)
      case "end": gap.end = try instant(&cursor)
      case "missing": gap.missing = try cursor.count()
      default: try cursor.skip()
      }
    }
    return gap
  }

  mutating func marks(_ cursor: inout JSONCursor) throws(SessError) -> [BarMark] {
    var marks: [BarMark] = []
    try cursor.array { (cursor) throws(SessError) in marks.append(try mark(&cursor)) }
    return marks
  }
}
