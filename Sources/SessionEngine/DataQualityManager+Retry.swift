public import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// How often and at what distances gaps are tried.
public struct RetryRule: Sendable {
  /// Attempts after which a gap is abandoned.
  public var maximum = 5
  /// The wait after the first attempt in nanoseconds; it doubles with each one, up to a day.
  public var every = 60 * Instant.second

  /// Creates the rule of five attempts, a minute apart at first.
  public init() {}

  /// When the next attempt is due after so many, made by a clock; nil without one.
  func next(after attempts: Int, by clock: Instant?) -> Instant? {
    guard let clock else { return nil }
    let (wait, isTooLong) = every.multipliedReportingOverflow(
      by: Int64(1) << Int64(min(max(attempts, 1) - 1, 40)))
    let limit = max(every, Instant.day)
    let sum = clock.nanoseconds.addingReportingOverflow(isTooLong ? limit : min(wait, limit))
    return Instant(nanoseconds: sum.overflow ? .max : sum.partialValue)
  }
}

extension DataQualityManager {
  /// The gaps that may be tried now: not as often as allowed yet, and due by the clock, if there is one.
  static func due(
    _ gaps: [Gap], in record: BarIntervalData, maximum: Int, clock: Instant?
  ) -> [Gap] {
    gaps.filter { gap in
      guard let retry = record.retry(of: gap) else { return true }
      guard retry.attempts < maximum else { return false }
      guard let clock, let next = retry.nextAt else { return true }
      return next <= clock
    }
  }

  /// What is to be kept of an attempt on some gaps, judged by the bars there are after it.
  static func outcome(
    of gaps: [Gap], before: BarIntervalData, after: BarIntervalData, source: GapSource,
    reason: String?, rule: RetryRule, clock: Instant?
  ) -> [GapRetry] {
    var tried: [GapRetry] = []
    for gap in gaps {
      let attempts = (before.retry(of: gap)?.attempts ?? 0) + 1
      var retry = GapRetry(gap: gap, attempts: attempts, source: source)
      let found = after.data.evidenceCount(from: gap.start, until: gap.end)
      if found < gap.missing {
        retry.reason = reason ?? "\(source.name) has \(found) of its \(gap.missing) slots"
        retry.isAbandoned = attempts >= rule.maximum
        retry.nextAt = retry.isAbandoned ? nil : rule.next(after: attempts, by: clock)
      }
      tried.append(retry)
    }
    return tried
  }
}

extension SessionData {
  /// The gaps among some that may be tried now.
  ///
  /// - Throws: `unknown-symbol`, `unknown-interval`, `derived-interval`.
  public func dueGaps(
    among gaps: [Gap], of symbol: String, _ interval: Interval, maximum: Int
  ) throws(SessError) -> [Gap] {
    let record = try receivedData(try symbolData(symbol), interval)
    return DataQualityManager.due(gaps, in: record, maximum: maximum, clock: document.clock)
  }

  /// Tries to fill gaps from a source and keeps what came of it.
  ///
  /// - Parameters:
  ///   - gaps: the gaps to try, ascending.
  ///   - symbol: the symbol.
  ///   - interval: a received interval of it.
  ///   - series: what the source gave; nil when it could not be read.
  ///   - source: what was tried.
  ///   - reason: why it could not be read.
  ///   - rule: how often gaps are tried.
  /// - Returns: the records of the gaps tried.
  /// - Throws: `unknown-symbol`, `unknown-interval`, `derived-interval`.
  @discardableResult
  public mutating func retry(
    _ gaps: [Gap], of symbol: String, _ interval: Interval, from series: BarSeries?,
    of source: GapSource, reason: String? = nil, rule: RetryRule
  ) throws(SessError) -> [GapRetry] {
    guard !gaps.isEmpty else { return [] }
    let name = try symbolData(symbol).symbol
    let before = try receivedData(try symbolData(name), interval)
    if let series { try fill(gaps, of: name, interval, from: .bars(series, from: source)) }
    let tried = DataQualityManager.outcome(
      of: gaps, before: before, after: try intervalData(name, interval), source: source,
      reason: reason, rule: rule, clock: document.clock)
    document.symbols[name]?.bars[interval]?.note(tried)
    note(.set, name, .retries(interval), count: tried.count)
    return tried
  }
}
