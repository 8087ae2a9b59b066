import MarketCalendar
public import MarketModel

/// What a defect does to a series: bars that go, bars that come or change, rows that found no slot.
public struct DefectPlan: Sendable {
  /// The starts of bars that are taken out.
  public var removed: Set<Instant> = []
  /// Bars that are put in, in the place of those with the same start.
  public var bars: [Bar] = []
  /// Rows that are rejected, with the class they fall under.
  public var rejected: [(kind: RejectionClass, bar: Bar)] = []

  /// Moves some bars by a shift each; those that land on no slot become rejected rows.
  static func moving(
    _ bars: [(bar: Bar, shift: Int64)], _ frame: SeriesFrame
  ) -> DefectPlan {
    var plan = DefectPlan()
    for (bar, _) in bars { plan.removed.insert(bar.start) }
    var judge = frame.slotJudge
    for (bar, shift) in bars {
      var moved = bar
      moved.start.nanoseconds &+= shift
      plan.place(moved, &judge)
    }
    return plan
  }

  /// Puts a bar on its slot, or among the rejected rows.
  mutating func place(_ bar: Bar, _ judge: inout SlotJudge) {
    switch judge.judge(bar.start.nanoseconds) {
    case .slot: bars.append(bar)
    case .offGrid: rejected.append((.offGrid, bar))
    case .outsideHours: rejected.append((.outsideHours, bar))
    case .nonTradingDay: rejected.append((.nonTradingDay, bar))
    case .outsideCalendar: rejected.append((.outsideCalendar, bar))
    }
  }
}

/// How large a defect is and where it falls.
public struct DefectSize: Sendable {
  /// How many places are spoiled.
  public var count: Int
  /// How many bars each place has.
  public var length: Int
  /// A factor or a number of hours; nil takes the defect's own.
  public var amount: Double?

  /// Creates a size.
  public init(count: Int = 1, length: Int = 10, amount: Double? = nil) {
    self.count = count
    self.length = length
    self.amount = amount
  }
}
