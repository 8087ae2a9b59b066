import Diagnostics
import MarketModel

extension SessionDecoder {
  /// What a derived series is made of: an interval, or events.
  func origin(_ cursor: inout JSONCursor, of record: inout BarIntervalData) throws(SessError) {
    (record.base, record.events) = (nil, nil)
    if try cursor.null() { return }
    let text = try cursor.string()
    record.base = Interval(text)
    record.events = EventSource(rawValue: text)
    guard record.base != nil || record.events != nil else {
      throw cursor.failure("\(text) was not expected here")
    }
  }

  mutating func ticks(_ cursor: inout JSONCursor) throws(SessError) -> TickSeries {
    var ticks: [Tick] = []
    try cursor.array { (cursor) throws(SessError) in ticks.append(try tick(&cursor)) }
    var series = TickSeries()
    series.add(ticks)
    if let fault = series.brokenInvariant() {
      throw SessError("bad-session", "the ticks cannot be used: \(fault)")
    }
    return series
  }

  /// A time, a price and a size, and details where the series has them.
  private mutating func tick(_ cursor: inout JSONCursor) throws(SessError) -> Tick {
    var tick = Tick(time: Instant(nanoseconds: 0), price: .nan, size: 0)
    var position = 0
    try cursor.array { (cursor) throws(SessError) in
      switch position {
      case 0: tick.time = try instant(&cursor)
      case 1: tick.price = try cursor.number()
      case 2: tick.size = try cursor.number()
      case 3: tick.exchange = try optional(&cursor) { $0 }
      case 4: tick.condition = try optional(&cursor) { $0 }
      case 5: tick.isSuspicious = try cursor.flag()
      default: throw cursor.failure("a tick has too many values")
      }
      position += 1
    }
    guard position == 3 || position == 6 else {
      throw cursor.failure("expected an instant, a price and a size")
    }
    return tick
  }

  mutating func quotes(_ cursor: inout JSONCursor) throws(SessError) -> QuoteSeries {
    var quotes: [Quote] = []
    try cursor.array { (cursor) throws(SessError) in
      let (time, values) = try row(&cursor, count: 4)
      let known = values.map { $0.isNaN ? nil : $0 }
      quotes.append(
        Quote(time: time, bid: known[0], bidSize: known[1], ask: known[2], askSize: known[3]))
    }
    var series = QuoteSeries()
    series.add(quotes)
    if let fault = series.brokenInvariant() {
      throw SessError("bad-session", "the quotes cannot be used: \(fault)")
    }
    return series
  }

  /// What was tried for a gap; its state follows from the bars and is not read.
  mutating func retry(_ cursor: inout JSONCursor) throws(SessError) -> GapRetry {
    var gap: Gap?
    var (source, reading): (String?, [String: String]) = (nil, [:])
    var retry = GapRetry(
      gap: Gap(
        date: CivilDate(daysSinceEpoch: 0), start: Instant(nanoseconds: 0),
        end: Instant(nanoseconds: 0), missing: 0))
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "gap": gap = try self.gap(&cursor)
      case "attempts": retry.attempts = try cursor.count()
      case "next_at": retry.nextAt = try optionalInstant(&cursor)
      case "abandoned": retry.isAbandoned = try cursor.flag()
      case "source": source = try optional(&cursor) { $0 }
      case "reading": reading = try flags(&cursor)
      case "reason": retry.reason = try optional(&cursor) { $0 }
      default: try cursor.skip()
      }
    }
    guard let gap, gap.start < gap.end, gap.missing > 0 else {
      throw cursor.failure("expected the gap that was tried")
    }
    retry.gap = gap
    retry.source = source.map { GapSource(name: $0, reading: reading) }
    return retry
  }

  private mutating func flags(_ cursor: inout JSONCursor) throws(SessError) -> [String: String] {
    var flags: [String: String] = [:]
    try cursor.object { (cursor, name) throws(SessError) in flags[name] = try cursor.string() }
    return flags
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
        case "line": row.line = try cursor.count()
        case "text": row.text = try cursor.string()
        case "reason": row.reason = try cursor.string()
        case "bar":
          let (start, values) = try self.row(&cursor, count: 5)
          row.bar = Bar(
            start: start, open: values[0], high: values[1], low: values[2], close: values[3],
            volume: values[4])
        case "start": row.time = try instant(&cursor)
        default: try cursor.skip()
        }
      }
      rows.append(row)
    }
    return rows
  }

  mutating func adjustments(_ cursor: inout JSONCursor) throws(SessError) -> [Adjustment] {
    var steps: [Adjustment] = []
    try cursor.array { (cursor) throws(SessError) in
      var step = Adjustment(through: CivilDate(daysSinceEpoch: 0), price: 1, volume: 1, reason: "")
      try cursor.object { (cursor, key) throws(SessError) in
        switch key {
        case "through": step.through = try date(&cursor)
        case "price": step.price = try cursor.number()
        case "volume": step.volume = try cursor.number()
        case "reason": step.reason = try cursor.string()
        default: try cursor.skip()
        }
      }
      steps.append(step)
    }
    return steps
  }

  private mutating func faults(_ cursor: inout JSONCursor) throws(SessError) -> [RowFault] {
    var faults: [RowFault] = []
    try cursor.array { (cursor) throws(SessError) in
      var fault = RowFault(kind: .outOfOrder, count: 0, file: "", line: 0)
      try cursor.object { (cursor, key) throws(SessError) in
        switch key {
        case "kind": fault.kind = RowFault.Kind(rawValue: try cursor.string()) ?? .outOfOrder
        case "count": fault.count = try cursor.count()
        case "file": fault.file = try cursor.string()
        case "line": fault.line = try cursor.count()
        default: try cursor.skip()
        }
      }
      faults.append(fault)
    }
    return faults
  }

  mutating func recipes(_ cursor: inout JSONCursor) throws(SessError) -> [LoadRecipe] {
    var recipes: [LoadRecipe] = []
    try cursor.array { (cursor) throws(SessError) in
      var recipe = LoadRecipe(paths: [])
      try cursor.object { (cursor, key) throws(SessError) in
        switch key {
        case "paths":
          try cursor.array { (cursor) throws(SessError) in
            recipe.paths.append(try cursor.string())
          }
        case "flags": recipe.flags = try flags(&cursor)
        case "naive": recipe.isNaive = try cursor.flag()
        case "faults": recipe.faults = try faults(&cursor)
        default: try cursor.skip()
        }
      }
      recipes.append(recipe)
    }
    return recipes
  }

  mutating func revisions(_ cursor: inout JSONCursor) throws(SessError) -> [Revision] {
    var revisions: [Revision] = []
    try cursor.array { (cursor) throws(SessError) in
      var interval = Interval.minute
      var sequence = 0
      var old: Bar?
      var (trades, vwap): (Int?, Double?) = (nil, nil)
      var (received, replacedAt): (Instant?, Instant?) = (nil, nil)
      try cursor.object { (cursor, key) throws(SessError) in
        switch key {
        case "interval": interval = try self.interval(&cursor)
        case "change": sequence = try cursor.count()
        case "old":
          let (start, values) = try row(&cursor, count: 5)
          old = Bar(
            start: start, open: values[0], high: values[1], low: values[2], close: values[3],
            volume: values[4])
        case "trades": trades = try optionalNumber(&cursor).flatMap { Int(exactly: $0) }
        case "vwap": vwap = try optionalNumber(&cursor)
        case "received": received = try optionalInstant(&cursor)
        case "replaced_at": replacedAt = try optionalInstant(&cursor)
        default: try cursor.skip()
        }
      }
      guard var old else { return }
      (old.trades, old.vwap, old.received) = (trades, vwap, received)
      revisions.append(
        Revision(interval: interval, old: old, sequence: sequence, replacedAt: replacedAt))
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

  func interval(_ cursor: inout JSONCursor) throws(SessError) -> Interval {
    guard let interval = Interval(try cursor.string()) else {
      throw cursor.failure("expected an interval")
    }
    return interval
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
