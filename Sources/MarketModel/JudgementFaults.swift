extension DayQuality {
  /// The first rule that the judgement of a series does not keep, in words; nil when it keeps all.
  ///
  /// Days ascend, and no count is negative, more than there should be, or more than any day can have.
  public static func fault(in days: [DayQuality]) -> String? {
    var previous: CivilDate?
    for day in days {
      guard day.slots.isPossible, day.slots.present <= day.slots.expected else {
        return
          "\(day.date) has \(day.slots.present) slots present of \(day.slots.expected) expected"
      }
      guard day.coverage?.isPossible != false, (0...day.slots.expected).contains(day.partial) else {
        return "\(day.date) has a coverage that cannot be"
      }
      if let previous, day.date <= previous {
        return "\(day.date) does not come after \(previous)"
      }
      previous = day.date
    }
    return nil
  }
}

extension Quality {
  /// Whether the two counts can be those of a day, week or month.
  fileprivate var isPossible: Bool {
    let possible = 0...Int(Int32.max)
    return possible.contains(expected) && possible.contains(present)
  }
}

extension Gap {
  /// The first rule that the gaps of a series do not keep, in words; nil when they keep all.
  public static func fault(in gaps: [Gap], of interval: Interval) -> String? {
    var end: Instant?
    for gap in gaps {
      if let fault = gap.fault(of: interval) { return fault }
      if let end, gap.start < end { return "a gap of \(gap.date) overlaps the one before it" }
      end = gap.end
    }
    return nil
  }

  /// What is wrong with its extent, in words; nil when its slots have room in it.
  public func fault(of interval: Interval) -> String? {
    guard start < end, missing > 0 else { return "a gap of \(date) holds no slot" }
    let (length, isFar) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
    // A trading day has no more than two dates' hours; the first and last slot may be cut short.
    let step = interval.isIntraday ? interval.nanoseconds : Instant.day
    let isTooLong = isFar || (interval.isIntraday && length > 2 * Instant.day)
    guard !isTooLong, Int64(missing) <= length / step + 2 else {
      return "a gap of \(date) does not have room for its slots"
    }
    return nil
  }
}
