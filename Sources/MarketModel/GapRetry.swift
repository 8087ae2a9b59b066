/// Where the work on a gap stands.
public enum GapState: String, Sendable, CaseIterable {
  /// Nothing has been tried.
  case open
  /// Tried without success, and to be tried again.
  case retrying
  /// Every slot has a bar now.
  case filled
  /// Some slots have a bar now; the others are gaps of their own.
  case partiallyFilled = "partially-filled"
  /// Tried as often as allowed.
  case abandoned
}

/// Where bars for gaps come from.
public struct GapSource: Sendable, Equatable {
  /// The file or address.
  public var name: String
  /// The flags its rows are read by, as typed; those without a value have an empty one.
  public var reading: [String: String]

  /// Creates a source.
  public init(name: String, reading: [String: String] = [:]) {
    self.name = name
    self.reading = reading
  }
}

/// What was tried to fill one gap.
///
/// Only what happened is kept. The state is read off the bars, so it cannot disagree with them: a gap that
/// late bars close is filled without anybody saying so.
public struct GapRetry: Sendable, Equatable {
  /// The gap as it was when it was last tried.
  public var gap: Gap
  /// How often a retry was made.
  public var attempts: Int
  /// When the next one is due on the session's clock; nil is at once.
  public var nextAt: Instant?
  /// True when no further attempt is to be made.
  public var isAbandoned: Bool
  /// Where it was last tried from.
  public var source: GapSource?
  /// Why the last attempt left something missing; nil when it did not.
  public var reason: String?

  /// Creates a record of a gap.
  public init(
    gap: Gap, attempts: Int = 0, nextAt: Instant? = nil, isAbandoned: Bool = false,
    source: GapSource? = nil, reason: String? = nil
  ) {
    self.gap = gap
    self.attempts = attempts
    self.nextAt = nextAt
    self.isAbandoned = isAbandoned
    self.source = source
    self.reason = reason
  }
}

extension BarIntervalData {
  /// What was last tried for a gap, or for the larger one it was left over from.
  public func retry(of gap: Gap) -> GapRetry? {
    var found: GapRetry?
    var index = retries.lowerIndex { $0.gap.start <= gap.start }
    while index > 0 {
      index -= 1
      let candidate = retries[index]
      if interval.isIntraday, candidate.gap.date < gap.date { break }
      guard candidate.gap.end > gap.start else { continue }
      guard let best = found else {
        found = candidate
        continue
      }
      let isSmaller = candidate.gap.missing < best.gap.missing
      if (candidate.attempts, isSmaller ? 1 : 0) > (best.attempts, 0) { found = candidate }
    }
    return found
  }

  /// The state of a gap the series has now.
  public func state(of gap: Gap) -> GapState {
    guard let retry = retry(of: gap) else { return .open }
    if retry.isAbandoned { return .abandoned }
    return retry.attempts > 0 ? .retrying : .open
  }

  /// What has become of a gap that was tried.
  public func state(of retry: GapRetry) -> GapState {
    let present = data.evidenceCount(from: retry.gap.start, until: retry.gap.end)
    if present >= retry.gap.missing { return .filled }
    if present > 0 { return .partiallyFilled }
    return retry.isAbandoned ? .abandoned : retry.attempts > 0 ? .retrying : .open
  }

  /// Keeps what was tried for some gaps, ascending and apart, in place of what lies within them.
  public mutating func note(_ tried: [GapRetry]) {
    guard !tried.isEmpty else { return }
    var kept: [GapRetry] = []
    var next = 0
    for retry in retries {
      while next + 1 < tried.count, tried[next + 1].gap.start <= retry.gap.start { next += 1 }
      let gap = tried[next].gap
      if gap.start <= retry.gap.start, gap.end >= retry.gap.end { continue }
      kept.append(retry)
    }
    kept += tried
    kept.sort { ($0.gap.start, $1.gap.end) < ($1.gap.start, $0.gap.end) }
    retries = kept
  }
}
