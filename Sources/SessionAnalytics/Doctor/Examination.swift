public import MarketCalendar
public import MarketModel

/// What the doctor looks at: one series with its expectation, its rejected rows and its origin.
public struct Examination: Sendable {
  /// The symbol.
  public var symbol: String
  /// Its calendar, hours and interval.
  public var frame: SeriesFrame
  /// The bars.
  public var series: BarSeries
  /// Expected and present slots by day.
  public var days: [DayQuality] = []
  /// The missing runs, ascending.
  public var gaps: [Gap] = []
  /// The rows that did not become bars.
  public var rejected: [RejectedRow] = []
  /// How it was loaded.
  public var recipes: [LoadRecipe] = []
  /// The first days after the steps of an adjustment.
  public var adjusted: Set<CivilDate> = []
  /// Other calendars of the same zone, which may fit better.
  public var alternatives: [MarketCalendar] = []
  /// What all symbols of the same calendar and interval miss, this one included; nil looks at it alone.
  public var peers: PeerIndex?

  /// Creates an examination of bars alone.
  public init(symbol: String, frame: SeriesFrame, series: BarSeries) {
    self.symbol = symbol
    self.frame = frame
    self.series = series
  }

  /// The interval in nanoseconds.
  var step: Int64 { frame.interval.nanoseconds }

  /// Every row, the rejected ones too: what a page limit counts.
  var rowCount: Int { series.count + rejected.count }

  /// `SYMBOL/INTERVAL`, as it is typed.
  var address: String { "\(name)/\(frame.interval)" }

  /// The symbol as it is typed in an address.
  var name: String { AddressText.word(symbol) }

  /// The commands that load the symbol afresh with other flags; empty when it was not loaded.
  func reload(_ change: (LoadRecipe) -> LoadRecipe) -> [String] {
    guard !recipes.isEmpty else { return [] }
    return ["unload \(name)"] + recipes.map { "\(change($0))" }
  }

  /// A moment on the exchange's clock: `2025-07-02 09:30`.
  func wall(_ nanoseconds: Int64) -> String {
    let instant = Instant(nanoseconds: nanoseconds)
    let offset = frame.calendar.zone.offsetSeconds(at: instant)
    let date = instant.wallClock(offsetSeconds: offset).date
    return "\(date) \(instant.timeOfDay(offsetSeconds: offset))"
  }

  /// The time of day on the exchange's clock.
  func timeOfDay(_ nanoseconds: Int64) -> String {
    let instant = Instant(nanoseconds: nanoseconds)
    return instant.timeOfDay(offsetSeconds: frame.calendar.zone.offsetSeconds(at: instant))
  }
}

/// The judged bars of a series in flat columns, with the stretch of each trading day.
struct BarColumns {
  var starts: [Int64] = []
  var opens: [Double] = []
  var highs: [Double] = []
  var lows: [Double] = []
  var closes: [Double] = []
  var volumes: [Double] = []
  /// The stretch of each chunk.
  var days: [(day: CivilDate, range: Range<Int>)] = []

  /// Takes the bars the hours expect.
  ///
  /// - Complexity: O(bars).
  init(_ examination: Examination) {
    for chunk in examination.series.chunks {
      let range = examination.frame.feeding(chunk)
      guard !range.isEmpty else { continue }
      let first = starts.count
      starts += chunk.starts[range]
      opens += chunk.opens[range]
      highs += chunk.highs[range]
      lows += chunk.lows[range]
      closes += chunk.closes[range]
      volumes += chunk.volumes[range]
      days.append((chunk.day, first..<starts.count))
    }
  }

  var count: Int { starts.count }

  /// The smallest step between two neighbouring closes; 0 where they never differ.
  var tick: Double {
    var smallest = Double.infinity
    for index in closes.indices.dropFirst() {
      let step = abs(closes[index] - closes[index - 1])
      if step > 0, step < smallest { smallest = step }
    }
    return smallest.isFinite ? smallest : 0
  }

  /// Whether a bar is one price from open to close.
  func isFlat(_ index: Int) -> Bool {
    let price = opens[index]
    return highs[index] == price && lows[index] == price && closes[index] == price
  }
}

/// Middle values.
enum Median {
  /// The median of some numbers; nil for none.
  static func of(_ values: [Double]) -> Double? { ofSorted(values.sorted()) }

  /// The median of ascending numbers; nil for none.
  static func ofSorted(_ sorted: [Double]) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// 1.4826 times the median distance from the median, which for normal numbers is their deviation.
  static func deviation(_ values: [Double]) -> Double? {
    guard let middle = of(values) else { return nil }
    return of(values.map { abs($0 - middle) }).map { 1.4826 * $0 }
  }
}

/// Figures as evidence shows them.
enum FigureText {
  /// A number with so many decimals, without trailing zeros.
  static func number(_ value: Double, _ decimals: Int = 2) -> String {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let scaled = (abs(value) * power).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    var digits = String(Int(scaled))
    while digits.count <= decimals { digits = "0" + digits }
    var text = String(digits.dropLast(decimals))
    var fraction = String(digits.suffix(decimals))
    while fraction.last == "0" { fraction.removeLast() }
    if !fraction.isEmpty { text += "." + fraction }
    return value < 0 && scaled > 0 ? "-" + text : text
  }

  /// A share of one as a percentage.
  static func percent(_ share: Double) -> String { number(100 * share, 1) + " %" }

  /// A signed length of time: `-4h`, `+30m`, `5h45m`.
  static func duration(_ nanoseconds: Int64, signed: Bool = false) -> String {
    let seconds = abs(nanoseconds) / Instant.second
    var text = nanoseconds < 0 ? "-" : signed ? "+" : ""
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    if hours > 0 { text += "\(hours)h" }
    if minutes > 0 { text += "\(minutes)m" }
    if rest > 0 || seconds == 0 { text += "\(rest)s" }
    return text
  }

  /// `1 bar`, `2 bars`.
  static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }
}
