import MarketFormats
import MarketModel

/// Writes records for machines: CSV, JSON and JSON lines, nothing left out.
enum RecordText {
  static func csv(_ table: RecordTable) -> String {
    var writer = ByteWriter()
    for (index, name) in table.columns.enumerated() {
      if index > 0 { writer.byte(0x2C) }
      writer.csvField(name)
    }
    writer.byte(0x0A)
    for row in table.rows {
      for (index, value) in row.enumerated() {
        if index > 0 { writer.byte(0x2C) }
        writer.csvField(plain(value))
      }
      writer.byte(0x0A)
    }
    return writer.string
  }

  static func json(_ table: RecordTable) -> String {
    guard !table.rows.isEmpty else { return "[]\n" }
    var writer = ByteWriter()
    for (index, row) in table.rows.enumerated() {
      writer.text(index == 0 ? "[\n" : ",\n")
      object(row, table.columns, &writer)
    }
    writer.text("\n]\n")
    return writer.string
  }

  static func jsonLines(_ table: RecordTable) -> String {
    var writer = ByteWriter()
    for row in table.rows {
      object(row, table.columns, &writer)
      writer.byte(0x0A)
    }
    return writer.string
  }

  private static func object(_ row: [Value], _ columns: [String], _ writer: inout ByteWriter) {
    writer.byte(0x7B)
    for (index, value) in row.enumerated() {
      if index > 0 { writer.byte(0x2C) }
      writer.jsonString(columns[index])
      writer.byte(0x3A)
      json(value, &writer)
    }
    writer.byte(0x7D)
  }

  private static func json(_ value: Value, _ writer: inout ByteWriter) {
    switch value {
    case .unknown: writer.text("null")
    case .flag(let flag): writer.text(flag ? "true" : "false")
    case .integer(let count): writer.integer(count)
    case .number(let number): writer.number(number)
    case .list(let values):
      writer.byte(0x5B)
      for (index, item) in values.enumerated() {
        if index > 0 { writer.byte(0x2C) }
        json(item, &writer)
      }
      writer.byte(0x5D)
    default: writer.jsonString(plain(value))
    }
  }

  /// The text of a value in CSV; empty for the unknown one.
  static func plain(_ value: Value) -> String {
    switch value {
    case .unknown: return ""
    case .flag(let flag): return flag ? "true" : "false"
    case .integer(let count): return "\(count)"
    case .number(let number): return NumberText.string(number)
    case .text(let text): return text
    case .date(let date): return "\(date)"
    case .instant(let instant, let offset): return instant.iso8601(offsetSeconds: offset)
    case .time(let time): return Instant(nanoseconds: time).timeOfDay(offsetSeconds: 0)
    case .duration(let length): return NumberText.string(Double(length) / 1e9)
    case .interval(let interval): return "\(interval)"
    case .list(let values): return values.map(plain).joined(separator: " ")
    }
  }
}
