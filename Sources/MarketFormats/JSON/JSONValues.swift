/// What the values of a record mean.
extension JSONCursor {
  /// The conditions of a trade in one text: those of an array with commas between.
  func condition(_ range: Range<Int>) -> String? {
    var condition = text(range)
    if condition.hasPrefix("[") {
      condition = String(condition.filter { $0 != "[" && $0 != "]" && $0 != "\"" && $0 != " " })
    }
    return condition.isEmpty ? nil : condition
  }

  /// The number of a size, 0 or more.
  func size(_ range: Range<Int>?) -> Double? {
    guard let range, let value = NumberParser.parse(slice(range)), value >= 0,
      value.isFinite
    else { return nil }
    return value
  }

  /// A price; Databento writes whole billionths, and its largest number for none.
  func price(_ record: JSONRecord, _ field: JSONField) -> Double? {
    guard let range = record[field] else { return nil }
    let bytes = slice(range)
    guard let value = NumberParser.parse(bytes), value.isFinite else { return nil }
    guard record.isFixedPoint, !bytes.contains(0x2E) else { return value }
    return value >= 9.2e18 ? nil : value / 1e9
  }
}
