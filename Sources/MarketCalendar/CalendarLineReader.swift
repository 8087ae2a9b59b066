import Diagnostics
import MarketModel

/// Takes the words of a calendar's lines one by one and says where each stands.
struct CalendarLineReader {
  /// The dates of one word.
  struct Dates {
    var dates: [CivilDate]
    /// True for dates without a year of their own.
    var recurs: Bool
    var place: Range<Int>
  }

  private let bytes: [UInt8]
  private let file: String?
  private var line = 0
  private var lineStart = 0
  private var lineEnd = 0
  private var nextStart = 0
  private var valuesStart = 0
  /// Where the next word is looked for.
  private(set) var position = 0

  init(_ text: String, file: String?) {
    bytes = Array(text.utf8)
    self.file = file
  }

  /// Moves to the next line that holds a word; false at the end.
  mutating func nextLine() -> Bool {
    while nextStart < bytes.count {
      lineStart = nextStart
      lineEnd = lineStart
      while lineEnd < bytes.count, bytes[lineEnd] != 0x0A { lineEnd += 1 }
      nextStart = lineEnd + 1
      if lineEnd > lineStart, bytes[lineEnd - 1] == 0x0D { lineEnd -= 1 }
      line += 1
      position = lineStart
      if line == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
      if let word = peek() {
        valuesStart = word.upperBound
        return true
      }
    }
    return false
  }

  /// The next word, which stays; nil at the end of the line or at a comment.
  func peek() -> Range<Int>? {
    var start = position
    while start < lineEnd, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    guard start < lineEnd, bytes[start] != 0x23 else { return nil }
    var end = start
    while end < lineEnd, bytes[end] != 0x20, bytes[end] != 0x09 { end += 1 }
    return start..<end
  }

  /// Takes the next word.
  mutating func next() -> Range<Int>? {
    guard let word = peek() else { return nil }
    position = word.upperBound
    return word
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Takes the rest of the line, without quotes around it and without a comment after it.
  mutating func rest() -> String {
    guard let first = peek() else { return "" }
    var end = first.lowerBound
    let isQuoted = bytes[end] == 0x22
    let start = isQuoted ? end + 1 : end
    end = start
    while end < lineEnd {
      if isQuoted, bytes[end] == 0x22 { break }
      if !isQuoted, bytes[end] == 0x23, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { break }
      end += 1
    }
    position = lineEnd
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return text(start..<end)
  }

  /// Everything after the line's first word.
  var values: Range<Int> {
    var start = valuesStart
    while start < lineEnd, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    return min(start, lineEnd)..<lineEnd
  }

  /// Where the next word is, or the end of the line.
  var here: Range<Int> { peek() ?? lineEnd..<lineEnd }

  /// An error at a place of this line; at no place for nil.
  func failure(_ message: String, _ place: Range<Int>?, hint: String? = nil) -> SessError {
    guard let place else {
      let calendar = file.map { "the calendar in \($0)" } ?? "the calendar"
      return SessError("bad-calendar", "\(calendar) cannot be used: \(message)", hint: hint)
    }
    let span = SourceSpan(
      file: file, line: line, offset: place.lowerBound - lineStart, length: place.count,
      text: text(lineStart..<lineEnd))
    return SessError("bad-calendar", message, span: span, hint: hint)
  }

  mutating func onlyWord(_ what: String) throws(SessError) -> String {
    guard let word = next() else { throw failure("expected \(what)", here) }
    try endLine()
    return text(word)
  }

  func endLine() throws(SessError) {
    if let extra = peek() { throw failure("\(text(extra)) was not expected here", extra) }
  }
}

extension CalendarLineReader {
  private func isDigit(_ index: Int) -> Bool { bytes[index] >= 0x30 && bytes[index] <= 0x39 }

  /// The number a few digits write; nil for anything else.
  private func number(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.upperBound <= bytes.count else { return nil }
    var value = 0
    for index in range {
      guard isDigit(index) else { return nil }
      value = value * 10 + Int(bytes[index] - 0x30)
    }
    return value
  }

  var startsWithLetter: Bool {
    guard let word = peek() else { return false }
    return bytes[word.lowerBound] | 0x20 >= 0x61 && bytes[word.lowerBound] | 0x20 <= 0x7A
  }

  /// Whether the next word is `pre`, which opens hours.
  var startsHours: Bool { peek().map { text($0) == "pre" } ?? false }

  /// Whether a word looks like a date rather than hours or a name.
  func isDate(_ word: Range<Int>) -> Bool {
    guard isDigit(word.lowerBound) else { return false }
    return word.count < 3 || bytes[word.lowerBound + 2] != 0x3A
  }

  /// Takes `2024-12-31` or `20241231`.
  mutating func date() throws(SessError) -> CivilDate {
    guard let word = next() else { throw failure("expected a date such as 2024-12-31", here) }
    guard let date = wholeDate(word) else {
      throw failure("\(text(word)) is not a date such as 2024-12-31", word)
    }
    return date
  }

  mutating func optionalDate() throws(SessError) -> CivilDate? {
    guard let word = peek(), isDate(word) else { return nil }
    return try date()
  }

  private func wholeDate(_ word: Range<Int>) -> CivilDate? {
    let start = word.lowerBound
    let isCompact = word.count == 8
    guard isCompact || (word.count == 10 && bytes[start + 4] == 0x2D && bytes[start + 7] == 0x2D)
    else { return nil }
    let (month, day) = isCompact ? (start + 4, start + 6) : (start + 5, start + 8)
    guard let year = number(start..<start + 4), let month = number(month..<month + 2),
      let day = number(day..<day + 2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// Takes a word that stands for one or many dates; dates without a year are spread over `range`.
  mutating func dates(_ range: ClosedRange<CivilDate>) throws(SessError) -> Dates {
    guard let word = next() else { throw failure("expected a date", here) }
    if let date = wholeDate(word) { return Dates(dates: [date], recurs: false, place: word) }
    let start = word.lowerBound
    if word.count > 5, bytes[start + 4] == 0x3A, let dates = datesByYear(word) {
      return Dates(dates: dates, recurs: false, place: word)
    }
    let known = range.lowerBound.components.year...range.upperBound.components.year
    var years = known
    if word.count == 15, bytes[start + 5] == 0x3A, bytes[start + 10] == 0x2D,
      let first = number(start + 6..<start + 10), let last = number(start + 11..<start + 15),
      first <= last
    {
      years = first...last
    } else if word.count != 5 {
      throw failure("\(text(word)) is not a date", word, hint: CalendarLineReader.dateHint)
    }
    guard bytes[start + 2] == 0x2D, let month = number(start..<start + 2),
      let day = number(start + 3..<start + 5), CivilDate(year: 2000, month: month, day: day) != nil
    else {
      throw failure("\(text(word)) is not a date", word, hint: CalendarLineReader.dateHint)
    }
    var dates: [CivilDate] = []
    for year in known where years.contains(year) {
      if let date = CivilDate(year: year, month: month, day: day) { dates.append(date) }
    }
    return Dates(dates: dates, recurs: true, place: word)
  }

  private static let dateHint =
    "a date is 2024-12-31, 12-25 or 12-25:2020-2024; a name that begins with a digit needs quotes"

  /// `2020:0410,0402,-,0407`: one date a year, `-` for none.
  private func datesByYear(_ word: Range<Int>) -> [CivilDate]? {
    guard var year = number(word.lowerBound..<word.lowerBound + 4) else { return nil }
    var dates: [CivilDate] = []
    var position = word.lowerBound + 5
    while position < word.upperBound {
      var end = position
      while end < word.upperBound, bytes[end] != 0x2C { end += 1 }
      if end - position == 4, let month = number(position..<position + 2),
        let day = number(position + 2..<end),
        let date = CivilDate(year: year, month: month, day: day)
      {
        dates.append(date)
      } else if end - position != 1 || bytes[position] != 0x2D {
        return nil
      }
      year += 1
      position = end + 1
    }
    return dates
  }

  /// Takes `Mon-Fri`, `Sat-Wed` or `Mon,Wed,Fri`.
  mutating func weekdays() throws(SessError) -> CalendarTable.Weekdays {
    guard let word = next() else { throw failure("expected weekdays such as Mon-Fri", here) }
    var weekdays = CalendarTable.Weekdays()
    for part in text(word).split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      let numbers = ends.compactMap { CalendarLineReader.weekdayNumbers[String($0)] }
      guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last,
        numbers.count <= 2
      else {
        throw failure("\(text(word)) does not name weekdays", word, hint: "Mon-Fri, or Mon,Wed,Fri")
      }
      var weekday = first
      weekdays.insert(weekday)
      while weekday != last {
        weekday = weekday % 7 + 1
        weekdays.insert(weekday)
      }
    }
    return weekdays
  }

  private static let weekdayNumbers = [
    "Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "Sat": 6, "Sun": 7,
  ]

  /// Takes hours: `[pre 08:00] 09:00-11:30 12:30-15:00 [post 17:00]`.
  mutating func hours() throws(SessError) -> CalendarTable.Hours {
    let start = here.lowerBound
    var hours = CalendarTable.Hours(stretches: [])
    if startsHours {
      _ = next()
      hours.pre = try time()
    }
    while let word = peek(), bytes[word.lowerBound] == 0x3C || !isDate(word),
      bytes[word.lowerBound] == 0x3C || isDigit(word.lowerBound)
    {
      position = word.upperBound
      guard let dash = bytes[word].firstIndex(of: 0x2D), let from = clock(word.lowerBound..<dash),
        let until = clock(dash + 1..<word.upperBound)
      else {
        throw failure("\(text(word)) is not a stretch of hours such as 09:30-16:00", word)
      }
      guard from < until, from >= hours.stretches.last?.end ?? hours.pre ?? from else {
        throw failure("\(text(word)) does not follow what is before it", word)
      }
      hours.stretches.append(.init(start: from, end: until))
    }
    guard let last = hours.stretches.last else {
      throw failure("expected hours such as 09:30-16:00", here)
    }
    if let word = peek(), text(word) == "post" {
      _ = next()
      hours.post = try time()
    }
    guard hours.post ?? last.end >= last.end, hours.start + 1440 >= hours.end else {
      throw failure("these hours do not fit into a day", start..<position)
    }
    if hours.pre == hours.open { hours.pre = nil }
    if hours.post == hours.close { hours.post = nil }
    return hours
  }

  private mutating func time() throws(SessError) -> Int {
    guard let word = next() else { throw failure("expected a time such as 08:00", here) }
    guard let minutes = clock(word) else {
      throw failure("\(text(word)) is not a time such as 08:00", word)
    }
    return minutes
  }

  /// `09:30`, `24:00`, or `<17:00` on the day before.
  private func clock(_ range: Range<Int>) -> Int? {
    if range.count == 6, bytes[range.lowerBound] == 0x3C {
      return clock(range.lowerBound + 1..<range.upperBound).map { $0 - 1440 }
    }
    let start = range.lowerBound
    guard range.count == 5, bytes[start + 2] == 0x3A, let hour = number(start..<start + 2),
      let minute = number(start + 3..<start + 5), minute < 60, hour * 60 + minute <= 1440
    else { return nil }
    return hour * 60 + minute
  }
}
