/// How much of what the calendar expects is there, as two counts.
public struct Quality: Sendable, Equatable {
  /// Slots the calendar requires.
  public var expected: Int
  /// Expected slots that hold a bar.
  public var present: Int

  /// Creates a quality of two counts.
  public init(expected: Int, present: Int) {
    self.expected = expected
    self.present = present
  }

  /// Expected slots without a bar.
  public var missing: Int { expected - present }

  /// 100·present/expected, or nil when nothing was expected.
  public var percent: Double? { expected == 0 ? nil : 100 * Double(present) / Double(expected) }
}

/// One trading day's share of a series' quality.
public struct DayQuality: Sendable, Equatable {
  /// The trading day; for weeks and months its first trading day.
  public var date: CivilDate
  /// Expected and present slots of the series itself.
  public var slots: Quality
  /// Derived bars with less than full coverage; 0 for received series.
  public var partial: Int
  /// Base bars expected behind the day's derived slots, and those found; nil for received series.
  public var coverage: Quality?

  /// Creates a day's record.
  public init(date: CivilDate, slots: Quality, partial: Int = 0, coverage: Quality? = nil) {
    self.date = date
    self.slots = slots
    self.partial = partial
    self.coverage = coverage
  }
}

/// A maximal run of missing slots inside one segment of one trading day.
///
/// For `1d` and longer it is a run of consecutive trading days, weeks or months. Its identity is symbol,
/// interval and first slot.
public struct Gap: Sendable, Equatable, Hashable {
  /// The trading day; for `1d` and longer the first missing one.
  public var date: CivilDate
  /// The first missing slot.
  public var start: Instant
  /// The end of the last missing slot, exclusive, cut at the segment's close.
  public var end: Instant
  /// Missing slots, counted in the series' own interval.
  public var missing: Int

  /// Creates a gap over `[start, end)`.
  public init(date: CivilDate, start: Instant, end: Instant, missing: Int) {
    self.date = date
    self.start = start
    self.end = end
    self.missing = missing
  }
}
