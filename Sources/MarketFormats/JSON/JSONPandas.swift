import Diagnostics
import MarketModel

/// The shapes in which pandas writes tables that no one else does: `split`, and columns of values by index.
struct JSONPandas {
  /// Reads a whole text of one of these shapes; false for any other, of which nothing was read.
  static func read(_ walker: inout JSONWalker, _ root: inout JSONWalker.Scope) throws(SessError)
    -> Bool
  {
    let start = walker.cursor
    guard walker.cursor.peek() == 0x7B, let members = members(start) else { return false }
    if let names = members["columns"], let data = members["data"] {
      return try readSplit(&walker, &root, names, data, members["index"])
    }
    var columns: [(field: JSONField, place: Int)] = []
    for (name, place) in members {
      if let field = JSONField(name) { columns.append((field, place)) }
    }
    let fields = Set(columns.map(\.field))
    guard fields.isSuperset(of: [.open, .high, .low, .close]) else { return false }
    for column in columns {
      var cursor = start
      cursor.position = column.place
      guard cursor.peek() == 0x7B else { return false }
    }
    try readColumns(&walker, &root, columns.sorted { $0.place < $1.place })
    return true
  }

  /// The members of the root by name, as places of their values; nil when it is no sound object.
  private static func members(_ start: JSONCursor) -> [String: Int]? {
    var cursor = start
    var members: [String: Int] = [:]
    do throws(SessError) {
      try cursor.open(0x7B)
      var isFirst = true
      while let key = try cursor.nextKey(isFirst: &isFirst) {
        guard members.count < 64 else { return nil }
        guard cursor.peek() != nil else { return nil }
        members[cursor.text(key)] = cursor.position
        try cursor.skip()
      }
    } catch {
      return nil
    }
    return members
  }

  /// `{"columns":[…],"index":[…],"data":[[…]]}`: names, rows, and the index as the time of rows that have none.
  private static func readSplit(
    _ walker: inout JSONWalker, _ root: inout JSONWalker.Scope, _ names: Int, _ data: Int,
    _ index: Int?
  ) throws(SessError) -> Bool {
    var cursor = walker.cursor
    cursor.position = names
    guard cursor.peek() == 0x5B else { return false }
    var fields: [JSONField?] = []
    try cursor.open(0x5B)
    var isFirst = true
    while try cursor.nextElement(isFirst: &isFirst) {
      guard let byte = cursor.peek(), byte != 0x7B, byte != 0x5B else { return false }
      fields.append(JSONField(cursor.text(try cursor.scalar().range)))
    }
    let isTimed = fields.contains(.time) || fields.contains(.date)
    var rows = walker.cursor
    rows.position = data
    guard rows.peek() == 0x5B, isTimed || index != nil else { return false }
    var times = walker.cursor
    times.position = index ?? data
    guard times.peek() == 0x5B else { return false }
    try times.open(0x5B)
    try rows.open(0x5B)
    var (firstRow, firstTime) = (true, true)
    var record = JSONRecord()
    while try rows.nextElement(isFirst: &firstRow) {
      _ = rows.peek()
      record.reset(start: rows.position)
      if !isTimed {
        guard try times.nextElement(isFirst: &firstTime) else {
          throw rows.failure("there are more rows than the index has places")
        }
        record.set(.time, try times.scalar().range)
      }
      try readRow(&rows, fields, &record)
      add(record, &walker, &root)
    }
    return true
  }

  private static func readRow(
    _ rows: inout JSONCursor, _ fields: [JSONField?], _ record: inout JSONRecord
  ) throws(SessError) {
    try rows.open(0x5B)
    var (isFirst, column) = (true, 0)
    while try rows.nextElement(isFirst: &isFirst) {
      if let byte = rows.peek(), byte == 0x7B || byte == 0x5B {
        try rows.skip()
      } else {
        let value = try rows.scalar()
        let isNull = !value.isString && rows.slice(value.range).first == 0x6E
        if column < fields.count, let field = fields[column], !isNull {
          record.set(field, value.range)
        }
      }
      column += 1
    }
  }

  /// `{"open":{"1704…":10},…}`: every column an object of the same keys, which are the times where no column is.
  private static func readColumns(
    _ walker: inout JSONWalker, _ root: inout JSONWalker.Scope,
    _ columns: [(field: JSONField, place: Int)]
  ) throws(SessError) {
    let isTimed = columns.contains { $0.field == .time || $0.field == .date }
    var cursors: [JSONCursor] = []
    for column in columns {
      var cursor = walker.cursor
      cursor.position = column.place
      try cursor.open(0x7B)
      cursors.append(cursor)
    }
    var isFirst = true
    var record = JSONRecord()
    while true {
      var key: Range<Int>?
      var ended = 0
      record.reset(start: columns[0].place)
      for index in cursors.indices {
        var first = isFirst
        guard let own = try cursors[index].nextKey(isFirst: &first) else {
          ended += 1
          continue
        }
        if let key, !walker.cursor.slice(key).elementsEqual(walker.cursor.slice(own)) {
          throw cursors[index].failure("the columns of an object differ in their keys")
        }
        if key == nil { (key, record.start) = (own, own.lowerBound) }
        guard let byte = cursors[index].peek(), byte != 0x7B, byte != 0x5B else {
          try cursors[index].skip()
          continue
        }
        let value = try cursors[index].scalar()
        let isNull = !value.isString && walker.cursor.slice(value.range).first == 0x6E
        if !isNull { record.set(columns[index].field, value.range) }
      }
      isFirst = false
      guard let key else { return }
      guard ended == 0 else {
        throw walker.cursor.failure("the columns of an object differ in length")
      }
      if !isTimed { record.set(.time, key) }
      add(record, &walker, &root)
    }
  }

  private static func add(
    _ record: JSONRecord, _ walker: inout JSONWalker, _ root: inout JSONWalker.Scope
  ) {
    guard record.isBar else { return walker.reject(record, "a price is null", in: &root) }
    walker.addRow(record, named: walker.symbol(of: record), in: &root)
  }
}
