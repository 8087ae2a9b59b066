public import Diagnostics
import MarketModel

extension RawFile {
  /// Takes the fillers out of a placed series, so that their slots count as missing.
  ///
  /// A series without any volume is left as it is: its zeros say nothing.
  ///
  /// - Throws: `file-shrunk`.
  public func withoutFillers(
    _ placed: PlacedSeries, series index: Int, _ decision: LoadDecision
  ) throws(SessError) -> PlacedSeries {
    let fillers = placed.series.fillers()
    guard !fillers.isEmpty, placed.series.hasVolume else { return placed }
    var result = placed
    result.series = placed.series.removing(Set(fillers))
    result.rejected += try rejectedRows(
      fillers, series: index, decision, as: .filler,
      reason: "no volume, and the price before repeated")
    result.rejected.sort { $0.line < $1.line }
    return result
  }
}
