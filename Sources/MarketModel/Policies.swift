/// Which hours of a symbol's calendar are expected and feed derived bars.
public enum Hours: String, Sendable, Hashable, CaseIterable {
  case regular
  case extended
}

/// Where the windows of a derived interval are anchored.
public enum Alignment: String, Sendable, Hashable, CaseIterable {
  /// At each segment's own open.
  case session
  /// At multiples of the interval from exchange-local midnight.
  case clock
}

/// When a derived window becomes a bar.
public enum DerivationPolicy: Sendable, Hashable {
  /// With any base bar; the bar carries its coverage.
  case partial
  /// With every expected base bar only.
  case strict
  /// With at least this percentage of the expected base bars, over 0 and up to 100.
  case percent(Double)

  /// Whether a window with these counts becomes a bar.
  ///
  /// Without an expectation (bars of ticks) every window that holds something does.
  public func admits(present: Int, expected: Int?) -> Bool {
    guard present > 0 else { return false }
    guard let expected else { return true }
    switch self {
    case .partial: return true
    case .strict: return present >= expected
    case .percent(let percent): return 100 * Double(present) >= percent * Double(expected)
    }
  }
}

extension DerivationPolicy: CustomStringConvertible {
  /// Parses `partial`, `strict` or a percentage such as `80%`.
  public init?(_ text: some StringProtocol) {
    switch text {
    case "partial": self = .partial
    case "strict": self = .strict
    default:
      guard text.hasSuffix("%"), let percent = Double(text.dropLast()), percent > 0, percent <= 100
      else {
        return nil
      }
      self = .percent(percent)
    }
  }

  /// The text `init(_:)` reads.
  public var description: String {
    switch self {
    case .partial: return "partial"
    case .strict: return "strict"
    case .percent(let percent):
      let text = "\(percent)"
      return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "%"
    }
  }
}
