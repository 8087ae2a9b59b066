public import MarketCalendar
public import MarketModel

/// Which end of a bar its stamp names.
public enum BarLabel: String, Sendable, CaseIterable {
  case start
  case end
}

/// What the user says about a file; everything left open is inferred or assumed.
public struct LoadChoices: Sendable {
  /// The symbol.
  public var symbol: String?
  /// The bar length.
  public var interval: Interval?
  /// The exchange calendar.
  public var calendar: MarketCalendar?
  /// The zone of wall clock readings.
  public var zone: Zone?
  /// Which end of a bar its stamp names.
  public var label: BarLabel?
  /// Added to every stamp, in nanoseconds.
  public var shift: Int64 = 0
  /// True when the user decided how clocks are read, so that no doubt is raised about it.
  public var trustsClock = false
  /// The loaded series that the rows are for.
  public var target: LoadTarget?

  /// Whether the rows are to show their calendar.
  var isCalendarOpen: Bool { calendar == nil && target == nil }

  /// Creates choices that leave everything open.
  public init() {}
}

/// A loaded series that rows are read for: what they do not show is taken from it.
public struct LoadTarget: Sendable {
  /// The series as it is typed.
  public var name: String
  /// Its bar length, taken where a few rows show none or a longer one.
  public var interval: Interval
  /// Its exchange calendar.
  public var calendar: MarketCalendar
  /// Where its slots are anchored.
  public var alignment: Alignment

  /// Creates a target.
  public init(
    name: String, interval: Interval, calendar: MarketCalendar, alignment: Alignment = .session
  ) {
    self.name = name
    self.interval = interval
    self.calendar = calendar
    self.alignment = alignment
  }

  var basis: Basis { .assumed("that of \(name)") }
}

/// Why a property of a file was read as it was.
public enum Basis: Sendable, Equatable {
  case given
  case written
  /// The dialect says so.
  case documented(String)
  /// The rows speak for it.
  case evidence(String)
  /// The rows leave no other reading.
  case proof(String)
  case assumed(String)

  /// The reason in words.
  public var reason: String {
    switch self {
    case .given: "given"
    case .written: "as written"
    case .documented(let text), .evidence(let text): "likely: \(text)"
    case .proof(let text): "certain: \(text)"
    case .assumed(let text): text.isEmpty ? "assumed" : "assumed: \(text)"
    }
  }

  /// This basis together with sessions that lie where the calendar has them.
  func supported(by shape: SessionShape) -> Basis {
    guard shape.keepsHours else { return self }
    let evidence = shape.zoneEvidence
    switch self {
    case .assumed: return shape.isProof ? .proof(evidence) : .evidence(evidence)
    case .documented(let reason): return .proof("\(reason); \(evidence)")
    default: return self
    }
  }

  /// True when the user said so.
  public var isGiven: Bool { self == .given }

  /// True when the rows leave no other reading.
  var isProof: Bool {
    if case .proof = self { return true }
    return false
  }

  /// True when nothing in the file speaks for it.
  public var isAssumed: Bool {
    if case .assumed = self { return true }
    return false
  }
}

/// How one series of a file is read, and why.
public struct LoadDecision: Sendable {
  /// The bar length.
  public var interval: Interval
  /// Why that length.
  public var intervalBasis: Basis
  /// The exchange calendar.
  public var calendar: MarketCalendar
  /// Why that calendar.
  public var calendarBasis: Basis
  /// The zone of wall clock readings; nil when stamps are moments.
  public var zone: Zone?
  /// Why that zone.
  public var zoneBasis: Basis
  /// Which end of a bar its stamp names.
  public var label: BarLabel
  /// Why that end.
  public var labelBasis: Basis
  /// Added to every stamp, in nanoseconds.
  public var shift: Int64
  /// Where the slots are anchored: at the open, or at the clock's multiples of the interval.
  public var alignment = Alignment.session
  /// Whether the stamp of a segment's first bar is the clock's, before the segment begins.
  var beginsBeforeOpen = false

  /// True when the user left nothing to decide.
  public var isGiven: Bool {
    let hasZone = zone == nil || zoneBasis.isGiven
    let hasLabel = !interval.isIntraday || labelBasis.isGiven
    let hasInterval = intervalBasis.isGiven || intervalBasis == .written
    return hasInterval && calendarBasis.isGiven && hasZone && hasLabel
  }

  /// The zone in words: its name, or that stamps carry their own.
  public var zoneName: String { zone?.name ?? "written" }
}
