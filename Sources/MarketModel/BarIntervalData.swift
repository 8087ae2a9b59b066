/// Everything known about one interval of one symbol: its bars, where they come from, and how good they are.
///
/// The record describes itself: "is it derived, and from what?" is answered here and nowhere else.
public struct BarIntervalData: Sendable, Equatable {
  /// The bar length.
  public var interval: Interval
  /// True when computed from a finer interval of the same symbol, or from its events.
  public var derived: Bool { base != nil || events != nil }
  /// The interval it is derived from; nil when received or made of events.
  public var base: Interval?
  /// The events it is made of; nil when received or derived from an interval.
  public var events: EventSource?
  /// The bars.
  public var data = BarSeries()
  /// The quality of each expected trading day, ascending; for weeks and months of each of those.
  public var days: [DayQuality] = []
  /// The missing runs, ascending by start.
  public var gaps: [Gap] = []
  /// What was tried to fill gaps, by ascending start, a larger gap before what was left of it.
  public var retries: [GapRetry] = []
  /// The starts between which bars have changed since derived intervals last looked; nil when they have.
  @Untracked public var changed: ClosedRange<Int64>?
  /// True when the last arrival or move of the clock brought or changed bars.
  @Untracked public var updated = false
  /// Where derived windows are anchored.
  public var alignment = Alignment.session
  /// When a derived window becomes a bar.
  public var policy = DerivationPolicy.partial
  /// The trading days stated as the expectation; nil means from the first to the last loaded day.
  public var expectedDates: ClosedRange<CivilDate>?

  /// Creates an empty record of received bars, or of bars derived from `base` or `events`.
  public init(
    interval: Interval, base: Interval? = nil, events: EventSource? = nil,
    policy: DerivationPolicy = .partial, alignment: Alignment = .session
  ) {
    self.interval = interval
    self.base = base
    self.events = events
    self.policy = policy
    self.alignment = alignment
  }

  /// What it is derived from: an interval, `ticks` or `quotes`; nil when received.
  public var origin: Value? { base.map(Value.interval) ?? events.map { .text($0.rawValue) } }

  /// Notes that bars starting within a range have changed.
  public mutating func noteChange(_ starts: ClosedRange<Int64>) {
    guard let changed else {
      changed = starts
      return
    }
    self.changed =
      min(changed.lowerBound, starts.lowerBound)...max(changed.upperBound, starts.upperBound)
  }

  /// Expected and present slots over all expected days.
  public var quality: Quality { DayQuality.total(days).slots }

  /// Base bars expected and present behind the derived bars; nil for received series and bars of events.
  public var coverage: Quality? { derived ? DayQuality.total(days).coverage : nil }
}

extension DayQuality {
  /// The sum over days; the date is the first one's.
  public static func total(_ days: some Sequence<DayQuality>) -> DayQuality {
    var total = DayQuality(
      date: CivilDate(daysSinceEpoch: 0), slots: Quality(expected: 0, present: 0))
    var isFirst = true
    for day in days {
      if isFirst { total.date = day.date }
      isFirst = false
      total.slots.expected += day.slots.expected
      total.slots.present += day.slots.present
      total.partial += day.partial
      guard let coverage = day.coverage else { continue }
      let sum = total.coverage ?? Quality(expected: 0, present: 0)
      total.coverage = Quality(
        expected: sum.expected + coverage.expected, present: sum.present + coverage.present)
    }
    return total
  }
}
