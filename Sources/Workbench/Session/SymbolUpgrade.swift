import Diagnostics
import MarketCalendar
import MarketModel
import SessionEngine

/// An ad-hoc symbol that is loaded again and becomes a configured one.
///
/// The new bars take the place of the old. What was made of these is made of the new ones, and so are received
/// intervals that something reads and the new source does not bring.
struct SymbolUpgrade {
  /// The symbol as it was.
  let held: SymbolSessionData

  init(_ held: SymbolSessionData) { self.held = held }

  /// The symbol before the new bars come: what is to be made, and nothing in it.
  func emptied(source: String) -> SymbolSessionData {
    var symbol = held
    for (interval, record) in held.bars {
      symbol.bars[interval] = record.derived ? emptied(record) : nil
    }
    symbol.rejected = []
    symbol.metadata.recipes = []
    symbol.metadata.adHoc = false
    symbol.metadata.upgraded = true
    symbol.metadata.source = source
    return symbol
  }

  private func emptied(_ record: BarIntervalData) -> BarIntervalData {
    BarIntervalData(
      interval: record.interval, base: record.base, events: record.events, policy: record.policy,
      alignment: record.alignment)
  }

  /// Decides what the intervals that lost their bars or their base are made of now.
  ///
  /// - Throws: `not-a-multiple` when something reads an interval that the new bars cannot make.
  func provision(_ symbol: inout SymbolSessionData, _ calendar: MarketCalendar) throws(SessError) {
    for interval in held.bars.keys.sorted() {
      guard let old = held.bars[interval], isLost(interval, in: symbol) else { continue }
      guard old.derived || isRead(interval) else { continue }
      let requirement = try RequirementAnalysis(symbol, calendar).requirements(
        of: [interval], alignment: old.alignment)
      guard case .interval(let base)? = requirement.first?.base else { continue }
      symbol.bars[interval] = BarIntervalData(
        interval: interval, base: base, policy: old.policy, alignment: old.alignment)
    }
    symbol.chooseBaseInterval()
  }

  private func isLost(_ interval: Interval, in symbol: SymbolSessionData) -> Bool {
    guard let record = symbol.bars[interval] else { return true }
    return record.base.map { symbol.bars[$0] == nil } ?? false
  }

  private func isRead(_ interval: Interval) -> Bool {
    held.bars.values.contains { $0.base == interval }
      || held.indicators.values.contains { $0.spec.interval == interval }
  }
}
