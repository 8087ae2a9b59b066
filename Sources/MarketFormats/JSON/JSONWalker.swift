import Diagnostics
import MarketModel

/// Walks a JSON text once and takes every record, row of numbers and set of columns it finds.
///
/// What surrounds rows names them: a key such as `AAPL`, or a member such as `ticker` before or after them.
struct JSONWalker {
  /// What is known about the rows inside an object or array.
  struct Scope {
    var symbol: String?
    /// The group of rows whose symbol is not known yet.
    var group: Int?
    /// Groups that wait for a symbol.
    var waiting: [Int] = []
    /// Arrays of scalars by field: the columns of rows that are not written as records.
    var columns: [JSONField: Int] = [:]
    var hasRows = false
    /// True when it holds objects or arrays of them, so that it is no row itself.
    var isContainer = false
  }

  var cursor: JSONCursor
  var table = RowTable()
  var facts = JSONFacts()
  var timestamps: TimestampParser
  private let options: ReadOptions
  private let name: String
  private var spare: [JSONRecord] = []
  private var line = 1
  private var lineOffset = 0

  init(_ cursor: JSONCursor, name: String, options: ReadOptions) {
    self.cursor = cursor
    self.name = name
    self.options = options
    timestamps = TimestampParser(ignoresOffset: options.ignoresOffset, readsCompactDates: true)
  }

  /// Asks now and then whether the user wants to wait any longer.
  ///
  /// - Throws: `interrupted`.
  func checkCancelled() throws(SessError) {
    guard table.rowCount % 4096 == 0 else { return }
    try options.checkCancelled(name)
  }

  /// Walks over one value.
  mutating func walk(_ scope: inout Scope) throws(SessError) {
    switch cursor.peek() {
    case 0x7B: try object(in: &scope, isElement: false)
    case 0x5B: try array(in: &scope)
    default: throw cursor.failure("expected an object or an array")
    }
  }

  // MARK: objects

  /// Walks over an object, a record or something that holds rows; its key may state a symbol or a time.
  mutating func object(
    in parent: inout Scope, isElement: Bool, key: String? = nil, time: Range<Int>? = nil
  ) throws(SessError) {
    _ = cursor.peek()
    var record = spare.popLast() ?? JSONRecord()
    record.reset(start: cursor.position)
    var own = Scope(symbol: key ?? parent.symbol)
    if let time { record.set(.time, time) }
    try cursor.open(0x7B)
    var isFirst = true
    while let key = try cursor.nextKey(isFirst: &isFirst) {
      try member(key, &record, &own)
    }
    try finish(record, own, in: &parent, isElement: isElement || time != nil)
    spare.append(record)
  }

  private mutating func member(
    _ key: Range<Int>, _ record: inout JSONRecord, _ own: inout Scope
  ) throws(SessError) {
    let name = cursor.text(key)
    let field = JSONField(name)
    if name == "vw" { facts.hasVendorLetters = true }
    if name.hasPrefix("1"), name.contains(". open") { facts.hasNumberedKeys = true }
    // The description of a table that pandas writes before its rows.
    if name == "schema" { return try cursor.skip() }
    switch cursor.peek() {
    case 0x7B:
      if name == "hd" {
        record.isFixedPoint = true
        try flatten(into: &record)
      } else if name.lowercased().hasPrefix("meta") {
        try flatten(into: &record)
        facts.note(record, cursor)
      } else {
        own.isContainer = true
        let isRow = isTime(key)
        if isRow { facts.isKeyedByTime = true }
        try object(
          in: &own, isElement: false, key: JSONWalker.symbol(name), time: isRow ? key : nil)
      }
    case 0x5B: try arrayMember(name, field, &record, &own)
    default:
      let value = try cursor.scalar()
      guard let field, !isNull(value) else { return }
      record.set(field, value.range)
    }
  }

  /// Takes the members of an object, or of the first object of an array, as the record's own.
  private mutating func flatten(into record: inout JSONRecord) throws(SessError) {
    try cursor.open(0x7B)
    var isFirst = true
    while let key = try cursor.nextKey(isFirst: &isFirst) {
      let field = JSONField(cursor.text(key))
      guard let byte = cursor.peek(), byte != 0x7B, byte != 0x5B else {
        try cursor.skip()
        continue
      }
      let value = try cursor.scalar()
      if let field, !isNull(value) { record.set(field, value.range) }
    }
  }

  private mutating func arrayMember(
    _ name: String, _ field: JSONField?, _ record: inout JSONRecord, _ own: inout Scope
  ) throws(SessError) {
    let start = cursor.position
    var ahead = cursor
    try ahead.open(0x5B)
    switch ahead.peek() {
    case 0x7B where name == "levels":
      cursor = ahead
      var isFirst = true
      var isTop = true
      while try cursor.nextElement(isFirst: &isFirst) {
        if isTop, cursor.peek() == 0x7B {
          try flatten(into: &record)
        } else {
          try cursor.skip()
        }
        isTop = false
      }
    case 0x7B, 0x5B:
      own.isContainer = true
      var inner = Scope(symbol: JSONWalker.symbol(name) ?? own.symbol)
      try array(in: &inner)
      close(inner, into: &own)
    default:
      try cursor.skip()
      guard let field else { return }
      own.columns[field] = own.columns[field] ?? start
      if field == .condition || field == .close { record.set(.condition, start..<cursor.position) }
    }
  }

  // MARK: the end of an object

  private mutating func finish(
    _ record: JSONRecord, _ own: Scope, in parent: inout Scope, isElement: Bool
  ) throws(SessError) {
    var own = own
    facts.note(record, cursor)
    let symbol = symbol(of: record)
    let isComplete = record.isBar || record.isTick || record.isQuote
    if isComplete, record.has(.time) || record.has(.date) {
      parent.hasRows = true
      addRow(record, named: symbol ?? own.symbol, in: &parent)
    } else if own.columns.count > 1, let columns = JSONColumns(own.columns) {
      own.hasRows = true
      if let symbol { own.symbol = symbol }
      try columns.read(&self, &own)
    } else if isElement, !own.isContainer, own.columns.isEmpty {
      parent.hasRows = true
      reject(record, isComplete ? "there is no time" : missing(record), in: &parent)
    }
    if let symbol { own.symbol = symbol }
    close(own, into: &parent, symbol: symbol)
  }

  /// Gives waiting rows the symbol that is known now, or hands them on to what surrounds them.
  private mutating func close(_ own: Scope, into parent: inout Scope, symbol: String? = nil) {
    parent.hasRows = parent.hasRows || own.hasRows
    for group in own.waiting {
      if let symbol { table.setSymbol(of: group, symbol) } else { parent.waiting.append(group) }
    }
    for (field, place) in own.columns where !own.hasRows && parent.columns[field] == nil {
      parent.columns[field] = place
    }
  }

  private func missing(_ record: JSONRecord) -> String {
    let needed: [(JSONField, String)] = [
      (.open, "open"), (.high, "high"), (.low, "low"), (.close, "close"),
    ]
    let names = needed.filter { !record.has($0.0) }.map(\.1)
    return "the record has no \(names.joined(separator: ", "))"
  }

  // MARK: arrays

  /// Walks over an array: of records, of rows of numbers, or of arrays of them.
  mutating func array(in scope: inout Scope) throws(SessError) {
    try cursor.open(0x5B)
    var isFirst = true
    var order: JSONRowOrder?
    while try cursor.nextElement(isFirst: &isFirst) {
      try checkCancelled()
      switch cursor.peek() {
      case 0x7B: try object(in: &scope, isElement: true)
      case 0x5B:
        if order == nil { order = try JSONRowOrder(rowsAt: cursor) }
        if let order {
          scope.hasRows = true
          facts.rowWidth = order.width
          facts.rowRemark = order.remark
          try numbers(order, in: &scope)
        } else {
          try array(in: &scope)
        }
      default: try cursor.skip()
      }
    }
  }

  /// Reads one row of numbers by the order found for its array.
  private mutating func numbers(_ order: JSONRowOrder, in scope: inout Scope) throws(SessError) {
    var record = spare.popLast() ?? JSONRecord()
    record.reset(start: cursor.position)
    try cursor.open(0x5B)
    var isFirst = true
    var index = 0
    while try cursor.nextElement(isFirst: &isFirst) {
      if let byte = cursor.peek(), byte == 0x7B || byte == 0x5B {
        try cursor.skip()
      } else {
        let value = try cursor.scalar()
        if let field = order.field(index), !isNull(value) { record.set(field, value.range) }
      }
      index += 1
    }
    if record.has(.time), record.isBar {
      addRow(record, named: scope.symbol, in: &scope)
    } else {
      reject(record, record.has(.time) ? missing(record) : "there is no time", in: &scope)
    }
    spare.append(record)
  }
}

extension JSONWalker {
  // MARK: names

  /// A key as a symbol: without small letters and blanks, and not a number or a time.
  static func symbol(_ key: String) -> String? {
    guard let first = key.utf8.first, key.utf8.count <= 40 else { return nil }
    let isNumber = first >= 0x30 && first <= 0x39 && key.utf8.allSatisfy { $0 < 0x41 }
    let isPlain = key.utf8.allSatisfy { $0 > 0x20 && !($0 >= 0x61 && $0 <= 0x7A) && $0 < 0x7F }
    return isPlain && !isNumber ? key : nil
  }

  private mutating func isTime(_ key: Range<Int>) -> Bool {
    guard key.count >= 8, let first = cursor.slice(key).first, first >= 0x30, first <= 0x39 else {
      return false
    }
    return timestamps.parse(cursor.slice(key)) != nil
  }

  private func isNull(_ value: JSONCursor.Scalar) -> Bool {
    let bytes = cursor.slice(value.range)
    return value.isString ? bytes.isEmpty : bytes.first == 0x6E
  }

  /// The symbol a record states; `T` is one unless it is the kind of a message.
  func symbol(of record: JSONRecord) -> String? {
    if let range = record[.symbol] { return cursor.decoded(range) }
    if let range = record[.kind] {
      let kind = cursor.decoded(range)
      if !["b", "u", "d", "t", "q"].contains(kind) { return kind }
    }
    if let range = record[.instrument], record.isFixedPoint { return cursor.decoded(range) }
    return nil
  }

  // MARK: rows

  private mutating func lineNumber(_ offset: Int) -> Int {
    // A record that holds others ends after them and began before.
    while lineOffset > offset {
      lineOffset -= 1
      if cursor.bytes[lineOffset] == 0x0A { line -= 1 }
    }
    while lineOffset < offset {
      if cursor.bytes[lineOffset] == 0x0A { line += 1 }
      lineOffset += 1
    }
    return line
  }

  private mutating func group(
    _ symbol: String?, _ scope: inout Scope, _ interval: Interval? = nil
  ) -> Int {
    if let symbol { return table.group(symbol, interval) }
    if let group = scope.group { return group }
    let group = table.unnamedGroup()
    scope.group = group
    scope.waiting.append(group)
    return group
  }

  /// Notes a row that could not be used.
  mutating func reject(_ record: JSONRecord, _ reason: String, in scope: inout Scope) {
    let group = group(scope.symbol, &scope)
    table.countRow()
    table.reject(reason, group: group, line: lineNumber(record.start), offset: record.start)
  }

  /// Adds the row of a record to a symbol's, or to those that wait for one.
  mutating func addRow(_ record: JSONRecord, named symbol: String?, in scope: inout Scope) {
    let interval = record[.interval].flatMap { IntervalText.parse(cursor.text($0)) }
    let group = group(symbol ?? scope.symbol, &scope, interval)
    table.countRow()
    let line = lineNumber(record.start)
    var stated: Int64?
    func fail(_ reason: String, _ kind: RejectionClass = .unparsable) {
      table.reject(reason, kind, group: group, line: line, offset: record.start, time: stated)
    }
    guard let time = time(record) else { return fail("the time cannot be read") }
    table.note(units: timestamps.epochUnits, line: line)
    guard table.admits(time) else { return fail(RowParser.otherKind) }
    stated = time.nanoseconds
    facts.compareLabel(record, time, cursor)
    guard record.isBar else {
      if !addEvents(record, Instant(nanoseconds: time.nanoseconds), to: group) {
        fail("a price or a size cannot be read")
      }
      return
    }
    guard let open = cursor.price(record, .open), let high = cursor.price(record, .high),
      let low = cursor.price(record, .low), let close = cursor.price(record, .close)
    else { return fail("a price cannot be read") }
    var volume = 0.0
    if let range = record[.volume] ?? record[.size] {
      guard let parsed = NumberParser.parse(cursor.slice(range)) else {
        return fail("the volume cannot be read")
      }
      volume = parsed
    }
    let row = (time.nanoseconds, open, high, low, close, volume)
    let fault = table.add(
      row, trades: record[.trades].flatMap { NumberParser.parse(cursor.slice($0)) },
      vwap: cursor.price(record, .vwap), to: group, line: line, offset: record.start)
    if let fault { fail(fault.reason, .badOHLC) }
  }

  /// Adds the trade and the quote of a record; false when it has neither.
  private mutating func addEvents(_ record: JSONRecord, _ time: Instant, to group: Int) -> Bool {
    var isEvent = false
    if record.isQuote {
      let quote = Quote(
        time: time, bid: cursor.price(record, .bid), bidSize: cursor.size(record[.bidSize]),
        ask: cursor.price(record, .ask), askSize: cursor.size(record[.askSize]))
      isEvent = quote.bid != nil || quote.ask != nil
      if isEvent { table.add(quote, to: group) }
    }
    if let action = record[.action], cursor.text(action).lowercased() != "t" { return isEvent }
    guard record.isTick, let price = cursor.price(record, .price),
      let size = cursor.size(record[.size] ?? record[.volume])
    else { return isEvent }
    let doubt = record[.suspicious].map { cursor.text($0) }
    table.add(
      Tick(
        time: time, price: price, size: size, exchange: record[.exchange].map(cursor.decoded),
        condition: record[.condition].flatMap(cursor.condition),
        isSuspicious: doubt == "true" || doubt == "1"), to: group)
    return true
  }

  private mutating func time(_ record: JSONRecord) -> WrittenTime? {
    guard let date = record[.date] else {
      return record[.time].flatMap { timestamps.parse(cursor.slice($0)) }
    }
    let clock = record[.clock] ?? record[.time]
    guard let clock, cursor.slice(date).count <= 10, cursor.slice(clock).contains(0x3A),
      cursor.slice(clock).count < 16
    else {
      return timestamps.parse(cursor.slice(record[.time] ?? date))
    }
    let joined = Array(cursor.slice(date)) + [0x20] + Array(cursor.slice(clock))
    return joined.withUnsafeBytes { timestamps.parse($0) }
  }
}
