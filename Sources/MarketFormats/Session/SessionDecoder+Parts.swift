import Diagnostics
import MarketModel

extension SessionDecoder {
  mutating func ticks(_ cursor: inout JSONCursor) throws(SessError) -> [Tick] {
    var ticks: [Tick] = []
    try cursor.array { (cursor) throws(SessError) in
      let (time, values) = try row(&cursor, count: 2)
      ticks.append(Tick(time: time, price: values[0], size: values[1]))
    }
    return ticks
  }

  mutating func quotes(_ cursor: inout JSONCursor) throws(SessError) -> [Quote] {
    var quotes: [Quote] = []
    try cursor.array { (cursor) throws(SessError) in
      let (time, values) = try row(&cursor, count: 4)
      quotes.append(
        Quote(
          time: time, bid: values[0], bidSize: values[1], ask: values[2], askSize: values[3]))
    }
    return quotes
  }

  /// A mark: the start of its bar, when that arrived, and how it was filled.
  mutating func mark(_ cursor: inout JSONCursor) throws(SessError) -> BarMark {
    var mark = BarMark(start: 0)
    var (fill, source): (String?, String?) = (nil, nil)
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "start": mark.start = try instant(&cursor).nanoseconds
      case "received": mark.received = try optionalInstant(&cursor)?.nanoseconds
      case "fill": fill = try optional(&cursor) { $0 }
      case "source": source = try optional(&cursor) { $0 }
      default: try cursor.skip()
      }
    }
    switch fill {
    case nil: break
    case "carried": mark.fill = .carried
    case "sourced": mark.fill = .sourced(source ?? "")
    default: throw cursor.failure("expected carried or sourced")
    }
    return mark
  }

  mutating func rejected(_ cursor: inout JSONCursor) throws(SessError) -> [RejectedRow] {
    var rows: [RejectedRow] = []
    try cursor.array { (cursor) throws(SessError) in
      var row = RejectedRow(kind: .unparsable, file: "", line: 0, text: "", reason: "")
      try cursor.object { (cursor, key) throws(SessError) in
        switch key {
        case "class":
          guard let kind = RejectionClass(rawValue: try cursor.string()) else {
            throw cursor.failure("expected a class of rejected rows")
          }
          row.kind = kind
        case "file": row.file = try cursor.string()
        case "line": row.line = try cursor.integer()
        case "text": row.text = try cursor.string()
        case "reason": row.reason = try cursor.string()
        default: try cursor.skip()
        }
      }
      rows.append(row)
    }
    return rows
  }

  mutating func revisions(_ cursor: inout JSONCursor) throws(SessError) -> [Revision] {
    var revisions: [Revision] = []
    try cursor.array { (cursor) throws(SessError) in
      var interval = Interval.minute
      var sequence = 0
      var old: Bar?
      try cursor.object { (cursor, key) throws(SessError) in
        switch key {
        case "interval":
          guard let parsed = Interval(try cursor.string()) else {
            throw cursor.failure("expected an interval")
          }
          interval = parsed
        case "change": sequence = try cursor.integer()
        case "old":
          let (start, values) = try row(&cursor, count: 5)
          old = Bar(
            start: start, open: values[0], high: values[1], low: values[2], close: values[3],
            volume: values[4])
        default: try cursor.skip()
        }
      }
      if let old { revisions.append(Revision(interval: interval, old: old, sequence: sequence)) }
    }
    return revisions
  }

  /// An instant followed by numbers; `null` numbers are NaN.
  mutating func row(_ cursor: inout JSONCursor, count: Int) throws(SessError) -> (Instant, [Double])
  {
    var time: Instant?
    var values: [Double] = []
    try cursor.array { (cursor) throws(SessError) in
      if time == nil {
        time = try instant(&cursor)
      } else {
        values.append(try optionalNumber(&cursor) ?? .nan)
      }
    }
    guard let time, values.count == count else {
      throw cursor.failure("expected an instant and \(count) numbers")
    }
    return (time, values)
  }

  static func interval(_ text: String) -> Interval? { Interval(text) }

  static func dates(_ text: String) -> ClosedRange<CivilDate>? {
    guard text.utf8.count == 22, let first = CivilDate(iso: text.prefix(10)),
      let last = CivilDate(iso: text.suffix(10)), first <= last
    else { return nil }
    return first...last
  }

  /// A text that means something, or nil for `null`.
  func optional<Item>(_ cursor: inout JSONCursor, _ parse: (String) -> Item?) throws(SessError)
    -> Item?
  {
    if try cursor.null() { return nil }
    let text = try cursor.string()
    guard let value = parse(text) else { throw cursor.failure("\(text) was not expected here") }
    return value
  }

  func choice<Choice: RawRepresentable<String>>(_ cursor: inout JSONCursor) throws(SessError)
    -> Choice
  {
    let text = try cursor.string()
    guard let value = Choice(rawValue: text) else {
      throw cursor.failure("\(text) was not expected here")
    }
    return value
  }

  func optionalNumber(_ cursor: inout JSONCursor) throws(SessError) -> Double? {
    if try cursor.null() { return nil }
    return try cursor.number()
  }

  func date(_ cursor: inout JSONCursor) throws(SessError) -> CivilDate {
    let text = try cursor.string()
    guard let date = CivilDate(iso: text) else { throw cursor.failure("expected a date") }
    return date
  }

  mutating func instant(_ cursor: inout JSONCursor) throws(SessError) -> Instant {
    let bytes = Array(try cursor.string().utf8)
    let time = bytes.withUnsafeBytes { timestamps.parse($0) }
    guard let time, time.kind == .absolute, bytes.count > 18 else {
      throw cursor.failure("expected an instant with its offset")
    }
    return Instant(nanoseconds: time.nanoseconds)
  }

  mutating func optionalInstant(_ cursor: inout JSONCursor) throws(SessError) -> Instant? {
    if try cursor.null() { return nil }
    return try instant(&cursor)
  }
}
