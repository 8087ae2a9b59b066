public import Diagnostics
import MarketCalendar
public import MarketModel

/// Derives whole series of any interval from a finer one.
public struct SeriesDerivation: Sendable {
  private let frame: SeriesFrame
  private let base: Interval
  private let root: Interval?
  private let policy: DerivationPolicy

  /// Creates a derivation after checking that whole base bars tile the wanted ones.
  ///
  /// - Parameters:
  ///   - frame: the calendar, hours, interval and alignment of the bars to make.
  ///   - base: the interval that is read.
  ///   - root: the received interval behind `base`, whose slots are counted; nil when none are.
  ///   - policy: when a window becomes a bar.
  /// - Throws: `not-a-multiple` when bars of `base` do not tile the interval.
  public init(frame: SeriesFrame, base: Interval, root: Interval?, policy: DerivationPolicy)
    throws(SessError)
  {
    guard frame.interval.isMultiple(of: base) else {
      throw SessError(
        "not-a-multiple", "\(frame.interval) bars cannot be made of \(base) bars",
        hint: "a derived interval is a whole multiple of its base")
    }
    self.frame = frame
    self.base = base
    self.root = root
    self.policy = policy
  }

  /// Derives the whole series.
  ///
  /// - Complexity: O(base bars), one pass.
  public func derive(_ series: BarSeries, clock: Instant? = nil) -> BarSeries {
    guard frame.interval.isIntraday else {
      return PeriodDerivation(frame: frame, root: root, policy: policy)
        .derive(series, baseInterval: base, clock: clock)
    }
    let derivation = IntradayDerivation(frame: frame, root: root, policy: policy)
    var chunks: [BarChunk] = []
    chunks.reserveCapacity(series.chunks.count)
    for chunk in series.chunks {
      guard let session = frame.calendar.session(on: chunk.day) else { continue }
      chunks.append(derivation.derive(session, from: chunk, clock: clock))
    }
    return BarSeries(chunks: chunks)
  }
}
