import MarketModel

/// A time as a row states it.
struct WrittenTime {
  /// What kind of statement it is.
  enum Kind: UInt8, Sendable {
    /// A moment: with an offset, `Z`, or an epoch number.
    case absolute
    /// A wall clock reading without a zone.
    case naive
    /// A date without a time of day.
    case dateOnly
  }

  /// UTC nanoseconds, or for wall clock readings the nanoseconds as if the clock were in UTC.
  var nanoseconds: Int64
  var kind: Kind
}

/// Parses ISO 8601 and its relatives, compact dates and epoch numbers.
struct TimestampParser {
  /// With it, a written offset is ignored and the wall clock reading is taken.
  var ignoresOffset = false
  /// Eight digits are a date rather than seconds.
  var readsCompactDates = false
  /// With it, numbers are days as spreadsheets count them: dates alone, or with a time of day.
  var sheetKind: WrittenTime.Kind?
  /// The order of dates between separators; nil where there are none.
  var dateOrder: DateOrder?
  /// A zone's name that every field ends with.
  var zoneSuffix: [UInt8] = []
  /// With it, a field counts milliseconds from this moment, on the clock of the file.
  var midnight: Int64?
  /// A bit for each unit epoch numbers were read in: seconds, milli-, micro-, nanoseconds.
  private(set) var epochUnits: UInt8 = 0
  private var cachedDate: (UInt64, UInt16) = (0, 0)
  private var cachedMidnight: Int64 = 0

  init(ignoresOffset: Bool, readsCompactDates: Bool) {
    self.ignoresOffset = ignoresOffset
    self.readsCompactDates = readsCompactDates
  }

  /// The time a field states, or nil for anything that is none.
  mutating func parse(_ field: UnsafeRawBufferPointer) -> WrittenTime? {
    if let midnight { return parseMilliseconds(field, since: midnight) }
    if !zoneSuffix.isEmpty { return parseBeforeSuffix(field) }
    if let dateOrder, let time = parseSeparated(field, dateOrder) { return time }
    if let sheetKind { return parseSheetDays(field, sheetKind) }
    guard field.count >= 8 else { return parseEpoch(field) }
    if field.count >= 10, field[4] == 0x2D, field[7] == 0x2D { return parseISO(field) }
    if let time = parseCompact(field) ?? parseDateDigits(field) { return time }
    return parseEpoch(field) ?? parseNamedMonth(field)
  }

  /// Milliseconds of a day, as LEAN counts them.
  private func parseMilliseconds(
    _ field: UnsafeRawBufferPointer, since midnight: Int64
  ) -> WrittenTime? {
    guard let value = NumberParser.parse(field), value >= 0, value < 86_400_000 else { return nil }
    let nanoseconds = midnight + Int64((value * 1_000_000).rounded())
    return WrittenTime(nanoseconds: nanoseconds, kind: .naive)
  }

  private mutating func parseBeforeSuffix(_ field: UnsafeRawBufferPointer) -> WrittenTime? {
    let count = field.count - zoneSuffix.count
    guard count > 0, field[count...].elementsEqual(zoneSuffix) else { return nil }
    var parser = self
    parser.zoneSuffix = []
    var end = count
    while end > 0, field[end - 1] == 0x20 { end -= 1 }
    return parser.parse(UnsafeRawBufferPointer(rebasing: field[..<end]))
  }

  // MARK: ISO 8601

  private mutating func parseISO(_ field: UnsafeRawBufferPointer) -> WrittenTime? {
    guard let midnight = midnight(field) else { return nil }
    if field.count == 10 { return WrittenTime(nanoseconds: midnight, kind: .dateOnly) }
    guard field[10] == 0x54 || field[10] == 0x20 || field[10] == 0x74 else { return nil }
    return parseClock(field, from: 11, midnight) ?? parseAnyClock(field, from: 11, midnight)
  }

  private mutating func midnight(_ field: UnsafeRawBufferPointer) -> Int64? {
    let high = field.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    let low = field.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    if cachedDate == (high, low) { return cachedMidnight }
    guard let year = TimestampParser.digits(field, 0, 4),
      let month = TimestampParser.digits(field, 5, 2),
      let day = TimestampParser.digits(field, 8, 2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    guard Instant.years.contains(year) else { return nil }
    cachedDate = (high, low)
    cachedMidnight = date.midnightNanoseconds
    return cachedMidnight
  }

  /// `HH:MM[:SS[.fraction]]` and an offset, from a byte on.
  private func parseClock(
    _ field: UnsafeRawBufferPointer, from start: Int, _ midnight: Int64
  ) -> WrittenTime? {
    guard field.count >= start + 5, let hour = TimestampParser.digits(field, start, 2), hour < 24,
      field[start + 2] == 0x3A, let minute = TimestampParser.digits(field, start + 3, 2),
      minute < 60
    else { return nil }
    var nanoseconds = Int64(hour * 3600 + minute * 60) * Instant.second
    var position = start + 5
    if position + 2 < field.count, field[position] == 0x3A {
      guard let second = TimestampParser.digits(field, position + 1, 2), second < 60 else {
        return nil
      }
      nanoseconds += Int64(second) * Instant.second
      position += 3
      if position < field.count, field[position] == 0x2E || field[position] == 0x2C {
        guard let fraction = TimestampParser.fraction(field, &position) else { return nil }
        nanoseconds += fraction
      }
    }
    return withOffset(field, position, midnight + nanoseconds)
  }

  /// The moment or reading after an offset, `Z`, `UTC` or `GMT`, or nothing, up to the end.
  func withOffset(
    _ field: UnsafeRawBufferPointer, _ start: Int, _ wall: Int64
  ) -> WrittenTime? {
    var position = start
    if position < field.count, field[position] == 0x20 { position += 1 }
    guard position < field.count else { return WrittenTime(nanoseconds: wall, kind: .naive) }
    var offset = 0
    if let end = TimestampParser.universal(field, position) {
      position = end
      while position < field.count, field[position] == 0x20 { position += 1 }
    }
    if position == field.count {
    } else if field[position] == 0x5A || field[position] == 0x7A {
      guard position + 1 == field.count else { return nil }
    } else {
      guard let parsed = TimestampParser.offset(field, position) else { return nil }
      offset = parsed
    }
    if ignoresOffset { return WrittenTime(nanoseconds: wall, kind: .naive) }
    return WrittenTime(nanoseconds: wall - Int64(offset) * Instant.second, kind: .absolute)
  }

  /// The byte after `UTC` or `GMT`; nil where neither stands.
  private static func universal(_ field: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard start + 3 <= field.count else { return nil }
    let (first, second, third) = (field[start], field[start + 1], field[start + 2])
    if first == 0x55, second == 0x54, third == 0x43 { return start + 3 }
    return first == 0x47 && second == 0x4D && third == 0x54 ? start + 3 : nil
  }

  /// `+HH:MM`, `-HHMM` or `+HH` in seconds, up to the end of the field.
  private static func offset(_ field: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard field[start] == 0x2B || field[start] == 0x2D, start + 3 <= field.count,
      let hours = digits(field, start + 1, 2), hours <= 18
    else { return nil }
    var minutes = 0
    var position = start + 3
    if position < field.count {
      if field[position] == 0x3A { position += 1 }
      guard position + 2 == field.count, let parsed = digits(field, position, 2), parsed < 60 else {
        return nil
      }
      minutes = parsed
    }
    return (field[start] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  // MARK: compact dates

  /// `yyyyMMdd`, `yyyyMMdd HHmmss`, `yyyyMMdd HH:MM[:SS]`, with a `T` or a blank between.
  private func parseCompact(_ field: UnsafeRawBufferPointer) -> WrittenTime? {
    guard
      field.count == 8
        ? readsCompactDates
        : field.count > 9 && (field[8] == 0x20 || field[8] == 0x54 || field[8] == 0x2D)
    else { return nil }
    guard let year = TimestampParser.digits(field, 0, 4),
      let month = TimestampParser.digits(field, 4, 2),
      let day = TimestampParser.digits(field, 6, 2), Instant.years.contains(year),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let midnight = date.midnightNanoseconds
    if field.count == 8 { return WrittenTime(nanoseconds: midnight, kind: .dateOnly) }
    guard var time = parseAnyClock(field, from: 9, midnight) else { return nil }
    // Interactive Brokers writes UTC as 20240102-14:30:00, and nobody else a dash there.
    if field[8] == 0x2D, !ignoresOffset { time.kind = .absolute }
    return time
  }

  /// `yyyyMMddHH`, `yyyyMMddHHmm` and `yyyyMMddHHmmss`; as epoch numbers they were of 1976 or from 2031 on.
  private func parseDateDigits(_ field: UnsafeRawBufferPointer) -> WrittenTime? {
    guard field.count == 10 || field.count == 12 || field.count == 14,
      let year = TimestampParser.digits(field, 0, 4), (1950..<2100).contains(year),
      let month = TimestampParser.digits(field, 4, 2),
      let day = TimestampParser.digits(field, 6, 2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var seconds = 0
    for (place, length, limit) in [(8, 3600, 24), (10, 60, 60), (12, 1, 60)]
    where place < field.count {
      guard let part = TimestampParser.digits(field, place, 2), part < limit else { return nil }
      seconds += part * length
    }
    let wall = date.midnightNanoseconds + Int64(seconds) * Instant.second
    return WrittenTime(nanoseconds: wall, kind: .naive)
  }

  // MARK: epoch numbers

  /// Less than 1973 in seconds: a count of minutes, days or rows, not of seconds.
  static let leastEpoch: Int64 = 100_000_000

  /// Seconds, milli-, micro- or nanoseconds since 1970, told apart by magnitude, row by row.
  private mutating func parseEpoch(_ field: UnsafeRawBufferPointer) -> WrittenTime? {
    guard let value = TimestampParser.epochNanoseconds(field, &epochUnits) else { return nil }
    return WrittenTime(nanoseconds: value, kind: .absolute)
  }

  /// How many nanoseconds an epoch number of some size counts in.
  static func unit(of whole: Int64) -> Int64 {
    if whole < 100_000_000_000 { return 1_000_000_000 }
    if whole < 100_000_000_000_000 { return 1_000_000 }
    return whole < 100_000_000_000_000_000 ? 1000 : 1
  }

  private static func epochNanoseconds(
    _ field: UnsafeRawBufferPointer, _ units: inout UInt8
  ) -> Int64? {
    var whole: Int64 = 0
    var position = 0
    let isNegative = field.first == 0x2D
    if isNegative { position = 1 }
    let start = position
    while position < field.count, field[position] != 0x2E {
      let digit = field[position] &- 0x30
      guard digit <= 9, position - start < 19 else { return nil }
      whole = whole &* 10 &+ Int64(digit)
      position += 1
    }
    guard position > start, whole == 0 || whole >= leastEpoch else { return nil }
    let unit = unit(of: whole)
    if whole != 0 {
      units |= unit == 1_000_000_000 ? 1 : unit == 1_000_000 ? 2 : unit == 1000 ? 4 : 8
    }
    let product = whole.multipliedReportingOverflow(by: unit)
    guard !product.overflow else { return nil }
    var nanoseconds = product.partialValue
    if position < field.count {
      guard let part = fraction(field, &position), position == field.count else { return nil }
      nanoseconds &+= part / (1_000_000_000 / unit)
    }
    if isNegative { nanoseconds = 0 &- nanoseconds }
    return Instant.range.contains(nanoseconds) ? nanoseconds : nil
  }

  // MARK: digits

  /// Billionths of the fraction after a point; the position ends after its digits.
  static func fraction(_ field: UnsafeRawBufferPointer, _ position: inout Int) -> Int64? {
    position += 1
    var value: Int64 = 0
    var digits = 0
    while position < field.count, field[position] >= 0x30, field[position] <= 0x39 {
      if digits < 9 {
        value = value * 10 + Int64(field[position] - 0x30)
        digits += 1
      }
      position += 1
    }
    guard digits > 0 else { return nil }
    while digits < 9 {
      value *= 10
      digits += 1
    }
    return value
  }

  private static func digits(_ field: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
    guard start + count <= field.count else { return nil }
    var value = 0
    for index in start..<start + count {
      let digit = field[index] &- 0x30
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }
}
