/// One entry of the change log: which stretch of which record a mutation touched, never its values.
public struct Change: Sendable, Equatable {
  /// What was done to the stretch.
  public enum Operation: String, Sendable, CaseIterable {
    case set
    case insert
    case remove
  }

  /// The record, or the part of one, that was touched.
  public enum Part: Sendable, Hashable {
    /// The session's clock.
    case clock
    /// Whether something drives the clock.
    case active
    /// A phase of an exchange's trading day that began: an event, which changes no record.
    case phase(calendar: String, CivilDate, String)
    /// A user calendar.
    case calendar(String)
    /// A symbol with everything known about it.
    case symbol
    /// A symbol's calendar, hours, base interval and metadata.
    case description
    case metrics
    case ticks
    case quotes
    case rejected
    case revisions
    /// One study with its values.
    case indicator(String)
    /// Some values of one study.
    case indicatorValues(String)
    /// An interval with everything known about it.
    case interval(Interval)
    /// How an interval is derived, judged and written, but not its bars.
    case intervalDescription(Interval)
    case bars(Interval)
    case quality(Interval)
    case gaps(Interval)
    /// What was tried to fill gaps.
    case retries(Interval)
    /// Bars that came by the live path, and all that follows from them: derived bars, quality, gaps, metrics,
    /// studies. One entry for all of it keeps the work and the memory a bar constant.
    case live(Interval)
  }

  /// The stretch that was touched.
  public enum Extent: Sendable, Equatable {
    /// By the starts of bars or gaps, both included.
    case starts(ClosedRange<Instant>)
    /// By trading days, both included.
    case dates(ClosedRange<CivilDate>)
    /// From a position on, in lists without keys.
    case from(Int)
  }

  /// The entry's number; numbers rise and never repeat.
  public var sequence: Int
  /// What was done.
  public var operation: Operation
  /// The symbol; nil for parts of the session itself.
  public var symbol: String?
  /// The record or its part.
  public var part: Part
  /// The stretch of it; nil is all of it.
  public var extent: Extent?
  /// How many items were touched.
  public var count: Int

  /// Creates an entry; the log gives it its number.
  public init(
    _ operation: Operation, _ symbol: String?, _ part: Part, _ extent: Extent? = nil,
    count: Int = 1, sequence: Int = 0
  ) {
    self.sequence = sequence
    self.operation = operation
    self.symbol = symbol
    self.part = part
    self.extent = extent
    self.count = count
  }
}

extension Change.Part {
  /// The interval, for parts of one.
  public var interval: Interval? {
    switch self {
    case .interval(let interval), .intervalDescription(let interval), .bars(let interval),
      .quality(let interval), .gaps(let interval), .retries(let interval),
      .live(let interval):
      interval
    default: nil
    }
  }

  /// What stands after the symbol in an address; nil for the symbol itself.
  public var path: String? {
    switch self {
    case .clock: "clock"
    case .active: "active"
    case .phase(let calendar, let date, let name):
      "phase/\(AddressText.word(calendar))/\(date)/\(name)"
    case .calendar(let name): "calendars/\(AddressText.word(name))"
    case .symbol: nil
    case .description: "description"
    case .metrics: "metrics"
    case .ticks: "ticks"
    case .quotes: "quotes"
    case .rejected: "rejected"
    case .revisions: "revisions"
    case .indicator(let name), .indicatorValues(let name): "indicators/\(AddressText.word(name))"
    case .interval(let interval), .bars(let interval), .live(let interval): "\(interval)"
    case .intervalDescription(let interval): "\(interval)/description"
    case .quality(let interval): "\(interval)/quality"
    case .gaps(let interval): "\(interval)/gaps"
    case .retries(let interval): "\(interval)/retries"
    }
  }
}
