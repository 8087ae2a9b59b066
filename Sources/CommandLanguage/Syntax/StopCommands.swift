/// What `break KIND [VALUE]` was asked to stop at.
public struct StopRequest: Sendable {
  /// What ends a run of the clock.
  public enum Trigger: Sendable {
    /// A gap that is at least so many slots long.
    case gap(minimum: Int)
    /// Quality of the session that falls below a percentage.
    case quality(below: Double)
    /// A time, on every day when it names none.
    case time(ClockTarget)
    /// A phase of the exchange's day; nil is every one.
    case phase(String?)
    /// A bar that arrives after its time.
    case late
    /// A bar that takes the place of another.
    case corrected
    /// An expression that begins to hold.
    case condition(ExpressionText)
    /// An expression whose worth changes.
    case change(ExpressionText)
  }

  /// What ends a run.
  public var trigger: Trigger
  /// The series or symbols that are watched; nil is every base series.
  public var address: Address?
  /// What must hold as well.
  public var condition: ExpressionText?
  /// True when the stop goes once it was hit.
  public var isOnce = false
  /// How many hits are passed over.
  public var ignored = 0
  /// The stop as typed, without its verb.
  public var label: String

  /// Creates a stop for every base series.
  public init(trigger: Trigger, label: String) {
    self.trigger = trigger
    self.label = label
  }
}

/// A command whose expression runs to the end of its line.
public enum InspectVerb: String, Sendable, CaseIterable {
  /// Says what the expression is worth.
  case print
  /// Says it after every move of the clock.
  case display
  /// Stops where it changes.
  case watch
  /// Stops where it begins to hold: `break if`.
  case breakIf = "break"
}
