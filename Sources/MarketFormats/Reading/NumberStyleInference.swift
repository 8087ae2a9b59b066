import Diagnostics

/// Decides how a file writes its numbers: by fields that leave one reading, or by the user.
struct NumberStyleInference {
  /// Fields that show a comma for the decimal point, and such that show it for groups.
  private var decimal: (text: String, line: Int)?
  private var grouping: (text: String, line: Int)?
  private var unclear: (text: String, line: Int)?
  private var hasPoints = false
  private var isPlain = true

  /// Sets the style of a layout whose first rows hold numbers that are not plain.
  ///
  /// - Throws: `ambiguous-number` naming `--decimal`.
  static func decide(
    _ layout: inout CSVLayout, _ head: FileHead, hasDecimalComma given: Bool?
  ) throws(SessError) {
    if let given {
      layout.numbers = NumberStyle(hasDecimalComma: given)
      return
    }
    var inference = NumberStyleInference()
    for line in head.lines where line.start >= layout.end {
      let fields = CSVLayout.split(line.text, layout.delimiter)
      for (field, role) in zip(fields, layout.roles) {
        switch role {
        case .open, .high, .low, .close: inference.note(field, line.number, isPrice: true)
        case .volume, .trades, .vwap: inference.note(field, line.number, isPrice: false)
        default: continue
        }
      }
    }
    guard !inference.isPlain else { return }
    try inference.apply(&layout, head.name)
  }

  private mutating func note(_ field: String, _ line: Int, isPrice: Bool) {
    if NumberParser.parse(field) != nil {
      if isPrice, field.contains(".") { hasPoints = true }
      return
    }
    guard NumberStyle.mayBeNumber(field) else { return }
    isPlain = false
    let commas = field.utf8.count { $0 == 0x2C }
    guard let comma = field.lastIndex(of: ",") else { return noteGroups(field, line) }
    let after = field[field.index(after: comma)...].prefix { $0.isNumber || $0 == "." }
    let found = (field, line)
    if let point = field.lastIndex(of: ".") {
      if point < comma { decimal = decimal ?? found } else { grouping = grouping ?? found }
    } else if commas > 1 {
      grouping = grouping ?? found
    } else if after.count != 3 || field.hasPrefix("0,") {
      decimal = decimal ?? found
    } else {
      unclear = unclear ?? found
    }
  }

  /// `1.234.567` has a decimal comma somewhere; `$10.25` and `1.2M` have a decimal point.
  private mutating func noteGroups(_ field: String, _ line: Int) {
    if field.utf8.count(where: { $0 == 0x2E }) > 1 {
      decimal = decimal ?? (field, line)
    } else if field.contains(".") {
      hasPoints = true
    }
  }

  private func apply(_ layout: inout CSVLayout, _ file: String) throws(SessError) {
    if let decimal, let grouping {
      throw refusal(
        file,
        "\(decimal.text) on line \(decimal.line) and \(grouping.text) on line \(grouping.line)")
    }
    if let decimal, hasPoints {
      throw refusal(file, "\(decimal.text) on line \(decimal.line) beside decimal points")
    }
    if let decimal {
      layout.numbers = NumberStyle(hasDecimalComma: true)
      layout.dialect.remarks.append(
        "decimal commas (\(decimal.text) on line \(decimal.line) has no other reading)")
    } else {
      if let unclear, grouping == nil, !hasPoints {
        throw refusal(file, "\(unclear.text) on line \(unclear.line) can be either")
      }
      layout.numbers = NumberStyle(hasDecimalComma: false)
      if let comma = grouping ?? unclear {
        layout.dialect.remarks.append(
          "commas group thousands (\(comma.text) on line \(comma.line))")
      } else {
        layout.dialect.remarks.append("signs beside numbers are passed over; K, M and B multiply")
      }
    }
    let value = layout.numbers?.hasDecimalComma == true ? "comma" : "point"
    layout.dialect.flags.append(DialectFlag("--decimal", value))
  }

  private func refusal(_ file: String, _ reason: String) -> SessError {
    SessError(
      "ambiguous-number",
      "whether commas in numbers of \(file) are decimal points or group thousands is not clear: \(reason)",
      answers: ["--decimal point", "--decimal comma"])
  }
}
