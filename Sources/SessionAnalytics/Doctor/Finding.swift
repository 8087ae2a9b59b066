public import MarketModel

/// Something that is wrong, or may be, with a series.
///
/// - Source: identifiers and definitions follow the taxonomy that `doctor --list` shows.
public struct Finding: Sendable, Equatable {
  /// How sure it is that something is wrong.
  public enum Severity: String, Sendable, Comparable {
    /// Worth knowing; legitimate data has it, too.
    case info
    /// Suspicious; the evidence says why.
    case warning
    /// Never legitimate.
    case error

    /// The milder of two is the smaller.
    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .info: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  /// Where it shows.
  public struct Place: Sendable, Equatable {
    /// The start of the bar or slot.
    public var start: Instant?
    /// The file of the row.
    public var file: String?
    /// Its line.
    public var line: Int?
    /// True when the row is the one before what is missing.
    public var isAfter = false

    /// Creates a place.
    public init(start: Instant? = nil, file: String? = nil, line: Int? = nil) {
      self.start = start
      self.file = file
      self.line = line
    }
  }

  /// The taxonomy's number: `D01`.
  public var id: String
  /// The defect in a word or two: `missing-bars`.
  public var defect: String
  /// How sure it is.
  public var severity: Severity
  /// How many bars, rows, gaps or days have it.
  public var count: Int
  /// The first places, in time order.
  public var places: [Place]
  /// What was seen, with the figures that speak for it and against.
  public var evidence: String
  /// Commands that mend it, to be typed one after another.
  public var commands: [String] = []
  /// What to do, in words, where no command alone does it.
  public var advice = ""

  /// How many places a finding names.
  static let placeLimit = 5

  init(
    _ id: String, _ defect: String, _ severity: Severity, count: Int, places: [Place],
    evidence: String
  ) {
    self.id = id
    self.defect = defect
    self.severity = severity
    self.count = count
    self.places = Array(places.prefix(Finding.placeLimit))
    self.evidence = evidence
  }

  init(
    _ id: String, _ defect: String, _ severity: Severity, starts: [Int64], evidence: String
  ) {
    var places: [Place] = []
    for start in starts.prefix(Finding.placeLimit) {
      places.append(Place(start: Instant(nanoseconds: start)))
    }
    self.init(
      id, defect, severity, count: starts.count, places: places, evidence: evidence)
  }
}
