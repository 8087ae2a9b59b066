import MarketModel

/// What a JSON file says about all its rows: interval, zone, whose format it is.
struct JSONFacts {
  private var intervals: Set<String> = []
  private var zones: Set<String> = []
  private var recordTypes: Set<String> = []
  private var labels = (agreeing: 0, all: 0)
  private(set) var isFixedPoint = false
  var isKeyedByTime = false
  /// Whether members are called `1. open`, which only Alpha Vantage does.
  var hasNumberedKeys = false
  var hasVendorLetters = false
  /// How many numbers a row has, where rows are arrays.
  var rowWidth = 0
  /// How the numbers of a row were read, when not in the common order.
  var rowRemark: String?

  /// Takes what a record or the object around rows states.
  mutating func note(_ record: JSONRecord, _ cursor: JSONCursor) {
    if record.isFixedPoint { isFixedPoint = true }
    if let range = record[.interval] { intervals.insert(cursor.text(range)) }
    if let range = record[.zone] { zones.insert(cursor.decoded(range)) }
    if let range = record[.recordType] { recordTypes.insert(cursor.text(range)) }
  }

  /// Compares the words of a row's label, `2:20 PM`, with the clock of its time as written.
  mutating func compareLabel(_ record: JSONRecord, _ time: WrittenTime, _ cursor: JSONCursor) {
    guard let range = record[.label], time.kind == .absolute else { return }
    guard let minutes = JSONFacts.minutes(cursor.text(range)) else { return }
    let wall = Instant(nanoseconds: time.nanoseconds).wallClock(offsetSeconds: 0)
    labels.all += 1
    if wall.sinceMidnight == Int64(minutes) * 60 * Instant.second { labels.agreeing += 1 }
  }

  /// `2:20 PM` or `10 AM` in minutes since midnight.
  private static func minutes(_ text: String) -> Int? {
    let parts = text.uppercased().split(separator: " ")
    guard parts.count == 2, parts[1] == "AM" || parts[1] == "PM" else { return nil }
    let clock = parts[0].split(separator: ":")
    guard let hour = clock.first.flatMap({ Int($0) }), (1...12).contains(hour) else { return nil }
    let minute = clock.count > 1 ? Int(clock[1]) : 0
    guard let minute, (0..<60).contains(minute) else { return nil }
    return (hour % 12 + (parts[1] == "PM" ? 12 : 0)) * 60 + minute
  }

  /// The intervals that rows or what surrounds them name.
  var namedIntervals: [Interval] {
    var found: Set<Interval> = []
    for text in intervals {
      if let interval = IntervalText.parse(text) { found.insert(interval) }
    }
    for type in recordTypes {
      if let interval = Int(type).flatMap({ Interval(recordType: $0) }) { found.insert(interval) }
    }
    return found.sorted()
  }

  /// The format and its claims.
  func dialect(isLines: Bool) -> Dialect {
    var dialect = Dialect(isLines ? "json lines" : "json")
    if isFixedPoint {
      dialect.name = "Databento JSON lines"
      dialect.label = .stated(.start, "Databento stamps bar starts")
    } else if isKeyedByTime, hasNumberedKeys {
      dialect.name = "Alpha Vantage JSON"
      dialect.label = .unclear("Alpha Vantage stamped bar ends for years and stamps starts now")
    } else if hasVendorLetters {
      dialect.name = "Alpaca or Massive JSON"
      dialect.label = .stated(.start, "Alpaca and Massive stamp bar starts")
    } else if isKeyedByTime {
      dialect.name = "json, keyed by time"
    } else if rowWidth > 0 {
      dialect.name = "json, rows of \(rowWidth) numbers"
    }
    if let zone = zones.first, zones.count == 1, zone.contains("/") || zone == "UTC" {
      dialect.zone = .stated(zone, "the file's own statement")
    }
    let named = namedIntervals
    if named.count == 1 { dialect.interval = .stated(named[0], "the file's own statement") }
    if let rowRemark { dialect.remarks.append(rowRemark) }
    if labels.all > 0, labels.agreeing == labels.all {
      dialect.name = "IEX JSON"
      dialect.remarks.append(
        "the label of every row reads the clock as written: if it is the exchange's, "
          + "the written Z is false, and --zone America/New_York --wall-clock reads it right")
    }
    return dialect
  }
}
