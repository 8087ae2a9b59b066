public import MarketCalendar
public import MarketModel

/// Writes what has changed in a session as an ordered list of edits of its exported document.
///
/// An edit sets the value at an address, removes it, or removes and inserts the items of a list between two
/// keys. The values are those of `SessionEncoder`, taken from the session as it is now, so that applying
/// the edits gives the complete export.
///
/// - Complexity: O(what was touched), whatever the session holds.
public struct DeltaEncoder {
  private var session: SessionEncoder
  private var edits: [(sequence: Int, bytes: [UInt8])] = []

  /// Creates an encoder; `zones` gives each calendar's zone, for the offsets of instants.
  public init(zones: [String: Zone]) { session = SessionEncoder(zones: zones) }

  /// The text of a delta, with a final line feed.
  ///
  /// `touched` is what was touched after the change `since`, which the receiver has reached; `document` the
  /// session as it is now.
  public mutating func encode(
    _ touched: [Change], of document: SessionDocument, sessionDates: [String: CivilDate], since: Int
  ) -> [UInt8] {
    edits = []
    var symbols: [String: SymbolTouches] = [:]
    var calendars: [String: LastTouch] = [:]
    var (clock, active) = (LastTouch(), LastTouch())
    for change in touched {
      switch change.part {
      case .clock: clock.add(change)
      case .active: active.add(change)
      case .calendar(let name): calendars[name, default: LastTouch()].add(change)
      default:
        if let name = change.symbol { symbols[name, default: SymbolTouches()].add(change) }
      }
    }
    for name in calendars.keys.sorted() {
      guard let touch = calendars[name] else { continue }
      let text = document.calendars[name]
      edit(touch, text == nil ? "remove" : "set", "session/calendars/\(AddressText.word(name))") {
        $0.text(text)
      }
    }
    let calendarCount = edits.count
    if clock.isTouched {
      edit(clock, "set", "session/clock") { $0.instant(document.clock, .utc) }
      // The session date follows the clock, and what is historical follows the session date.
      let moved = Change(.set, nil, .clock, sequence: clock.sequence)
      for name in document.symbols.keys { symbols[name, default: SymbolTouches()].any.add(moved) }
    }
    if active.isTouched {
      edit(active, "set", "session/active") { $0.writer.text("\(document.active)") }
    }
    for name in symbols.keys.sorted() {
      guard let touches = symbols[name] else { continue }
      add(touches, name, document.symbols[name], sessionDates[name])
    }
    return assemble(since: since, sequence: document.changeSequence, calendarCount)
  }

  /// The edits by their number, those of one number in order, and the calendars first: bars are placed by them.
  private func assemble(since: Int, sequence: Int, _ calendarCount: Int) -> [UInt8] {
    var text = ByteWriter(capacity: 1 << 12)
    text.text(
      "{\"format\":\"sess-delta\",\"version\":1,\"since\":\(since),\"sequence\":\(sequence),")
    text.text("\"changes\":[")
    let others = (calendarCount..<edits.count).sorted {
      (edits[$0].sequence, $0) < (edits[$1].sequence, $1)
    }
    for index in Array(0..<calendarCount) + others {
      text.byte(0x0A)
      text.raw(edits[index].bytes)
      text.byte(0x2C)
    }
    text.text("\n{\"seq\":\(sequence),\"op\":\"set\",\"address\":\"session/change_sequence\",")
    text.text("\"value\":\(sequence)}]}\n")
    return text.bytes
  }

  private mutating func edit(
    _ touch: LastTouch, _ operation: String, _ address: String,
    _ value: (inout SessionEncoder) -> Void
  ) { edit(touch.sequence, operation, address, value) }

  private mutating func edit(
    _ sequence: Int, _ operation: String, _ address: String,
    _ value: (inout SessionEncoder) -> Void
  ) {
    // A buffer that an edit holds would be copied with all its room.
    session.writer = ByteWriter()
    session.writer.text("{\"seq\":\(sequence),\"op\":\"\(operation)\",\"address\":")
    session.writer.jsonString(address)
    session.writer.text(",\"value\":")
    value(&session)
    session.writer.byte(0x7D)
    edits.append((sequence, session.writer.bytes))
  }
}

extension DeltaEncoder {
  private mutating func add(
    _ touches: SymbolTouches, _ name: String, _ symbol: SymbolSessionData?, _ date: CivilDate?
  ) {
    let address = AddressText.word(name)
    guard let symbol else {
      return edit(touches.any, "remove", address) { $0.writer.text("null") }
    }
    if touches.whole.isTouched {
      return edit(touches.any, "set", address) { $0.encode(symbol, sessionDate: date) }
    }
    func set(_ key: SessionEncoder.SymbolKey, _ touch: LastTouch) {
      edit(touch, "set", "\(address)/\(key.rawValue)") {
        $0.encode(key, of: symbol, sessionDate: date)
      }
    }
    if touches.description.isTouched {
      for key in [SessionEncoder.SymbolKey.hours, .baseInterval, .metadata] {
        set(key, touches.description)
      }
    }
    if touches.metrics.isTouched { set(.metrics, touches.metrics) }
    set(.sessionDate, touches.any)
    set(.historical, touches.any)
    for interval in touches.intervals.keys.sorted() {
      guard let touched = touches.intervals[interval] else { continue }
      add(touched, "\(address)/\(interval)", symbol, interval)
    }
    addTails(touches, address, symbol)
    addIndicators(touches, address, symbol)
  }

  private mutating func addTails(
    _ touches: SymbolTouches, _ address: String, _ symbol: SymbolSessionData
  ) {
    let zone = session.zone(of: symbol)
    func tail(
      _ part: Change.Part, _ count: Int, _ value: (inout SessionEncoder, Int) -> Void
    ) {
      guard let (from, last) = touches.tails[part], let path = part.path else { return }
      edit(last, "remove", "\(address)/\(path)") { $0.writer.integer(from) }
      if from < count {
        edit(last, "insert", "\(address)/\(path)") { value(&$0, from) }
      }
    }
    tail(.ticks, symbol.ticks.count) { $0.encode(symbol.ticks, from: $1, zone) }
    tail(.quotes, symbol.quotes.count) { $0.encode(symbol.quotes, from: $1, zone) }
    tail(.rejected, symbol.rejected.count) { $0.encode(symbol.rejected.dropFirst($1), zone) }
    tail(.revisions, symbol.revisions.count) { $0.encode(symbol.revisions.dropFirst($1), zone) }
  }

  private mutating func addIndicators(
    _ touches: SymbolTouches, _ address: String, _ symbol: SymbolSessionData
  ) {
    let zone = session.zone(of: symbol)
    let names = Set(touches.indicators.keys).union(touches.indicatorValues.keys)
    for name in names.sorted() {
      let place = "\(address)/indicators/\(AddressText.word(name))"
      let values = touches.indicatorValues[name]
      let sequence = max(touches.indicators[name]?.sequence ?? 0, values?.sequence ?? 0)
      guard let study = symbol.indicators[name] else {
        edit(sequence, "remove", place) { $0.writer.text("null") }
        continue
      }
      guard let values, touches.indicators[name] == nil else {
        edit(sequence, "set", place) { $0.encode(study, zone) }
        continue
      }
      for key in SessionEncoder.IndicatorKey.moving {
        edit(sequence, "set", "\(place)/\(key.rawValue)") { $0.encode(key, of: study, zone) }
      }
      for starts in values.merged({ study.pieces(startingIn: $0).isEmpty }) {
        remove(starts, "\(place)/values", sequence, zone)
        guard !study.pieces(startingIn: starts).isEmpty else { continue }
        edit(sequence, "insert", "\(place)/values") { $0.encodeValues(of: study, starts, zone) }
      }
    }
  }
}

extension DeltaEncoder {
  private mutating func add(
    _ touches: IntervalTouches, _ address: String, _ symbol: SymbolSessionData, _ interval: Interval
  ) {
    let zone = session.zone(of: symbol)
    guard let record = symbol.bars[interval] else {
      return edit(touches.any, "remove", address) { $0.writer.text("null") }
    }
    if touches.whole.isTouched {
      return edit(touches.any, "set", address) { $0.encode(record, zone) }
    }
    func set(_ key: SessionEncoder.IntervalKey, _ sequence: Int) {
      edit(sequence, "set", "\(address)/\(key.rawValue)") { $0.encode(key, of: record, zone) }
    }
    if touches.description.isTouched {
      for key in [
        SessionEncoder.IntervalKey.derived, .base, .alignment, .policy, .expectedDates,
      ] { set(key, touches.description.sequence) }
    }
    for key in [SessionEncoder.IntervalKey.updated, .count, .quality] {
      set(key, touches.any.sequence)
    }
    let days = KeyedList(count: record.days.count) { Int64(record.days[$0].date.daysSinceEpoch) }
    add(touches.days, "\(address)/days", days, nil) { $0.encodeDays($1, of: record) }
    let gaps = KeyedList(count: record.gaps.count) { record.gaps[$0].start.nanoseconds }
    add(touches.gaps, "\(address)/gaps", gaps, zone) { $0.encodeGaps($1, of: record, zone) }
    if touches.retries.isTouched { set(.retries, touches.retries.sequence) }
    addBars(touches.bars, address, record, zone)
  }

  /// Edits of a list by key: what lies between two keys is removed, and what lies there now inserted.
  private mutating func add(
    _ stretches: Stretches, _ address: String, _ list: KeyedList, _ zone: Zone?,
    _ value: (inout SessionEncoder, Range<Int>) -> Void
  ) {
    guard stretches.sequence > 0 else { return }
    if stretches.isWhole {
      return edit(stretches.sequence, "set", address) { value(&$0, 0..<list.count) }
    }
    let merged = stretches.merged { list.indices(in: $0).isEmpty }
    var found = 0
    for keys in merged { found += list.indices(in: keys).count }
    for keys in merged {
      if !(stretches.areInserts && found == stretches.count) {
        remove(keys, address, stretches.sequence, zone)
      }
      let indices = list.indices(in: keys)
      guard !indices.isEmpty else { continue }
      edit(stretches.sequence, "insert", address) { value(&$0, indices) }
    }
  }

  private mutating func addBars(
    _ stretches: Stretches, _ address: String, _ record: BarIntervalData, _ zone: Zone
  ) {
    guard stretches.sequence > 0 else { return }
    let sequence = stretches.sequence
    edit(sequence, "set", "\(address)/columns") { $0.encode(.columns, of: record, zone) }
    if stretches.isWhole {
      for key in [SessionEncoder.IntervalKey.marks, .data] {
        edit(sequence, "set", "\(address)/\(key.rawValue)") { $0.encode(key, of: record, zone) }
      }
      return
    }
    let merged = stretches.merged { record.data.count(startingIn: $0) == 0 }
    var found = 0
    for starts in merged { found += record.data.count(startingIn: starts) }
    let areNew = stretches.areInserts && found == stretches.count
    for starts in merged {
      let pieces = record.data.pieces(startingIn: starts)
      let hasMarks = pieces.contains { $0.chunk.marks.contains { starts.contains($0.start) } }
      if !areNew {
        remove(starts, "\(address)/data", sequence, zone)
        remove(starts, "\(address)/marks", sequence, zone)
      }
      guard !pieces.isEmpty else { continue }
      edit(sequence, "insert", "\(address)/data") { $0.encodeBars(of: record, starts, zone) }
      guard hasMarks else { continue }
      edit(sequence, "insert", "\(address)/marks") {
        $0.encodeMarks(of: record.data, starts, zone)
      }
    }
  }

  private mutating func remove(
    _ keys: ClosedRange<Int64>, _ address: String, _ sequence: Int, _ zone: Zone?
  ) {
    edit(sequence, "remove", address) { (session) in
      session.writer.byte(0x5B)
      for (index, key) in [keys.lowerBound, keys.upperBound].enumerated() {
        if index > 0 { session.writer.byte(0x2C) }
        if let zone {
          session.instant(Instant(nanoseconds: key), zone)
        } else {
          session.writer.jsonString("\(CivilDate(daysSinceEpoch: Int(key)))")
        }
      }
      session.writer.byte(0x5D)
    }
  }
}

/// A list that ascends by a key.
private struct KeyedList {
  let count: Int
  let key: (Int) -> Int64

  /// The positions of the keys within a range.
  func indices(in keys: ClosedRange<Int64>) -> Range<Int> {
    let lower = lowerBound { $0 >= keys.lowerBound }
    return lower..<max(lower, lowerBound { $0 > keys.upperBound })
  }

  private func lowerBound(_ isReached: (Int64) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isReached(key(middle)) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
