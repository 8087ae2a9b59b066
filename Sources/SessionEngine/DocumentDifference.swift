import Dispatch
public import MarketModel

/// What differs between two states of a session, as entries for the change log.
///
/// A pure function of two documents, so whatever made the second, its log is complete.
///
/// - Complexity: O(symbols · intervals · chunks) comparisons of addresses, since arrays that share their
///   storage are equal at once, and O(bars) of the chunks that differ.
public struct DocumentDifference: Sendable {
  /// The entries, by symbol and part; their numbers are 0.
  public private(set) var changes: [Change] = []

  /// Compares two states.
  public init(from old: SessionDocument, to new: SessionDocument) {
    if old.clock != new.clock { changes.append(Change(.set, nil, .clock)) }
    if old.active != new.active { changes.append(Change(.set, nil, .active)) }
    compare(calendars: old.calendars, new.calendars)
    let names = DocumentDifference.names(old, new)
    let share = max(64, (names.count + 31) / 32)
    var parts = [[Change]](repeating: [], count: (names.count + share - 1) / share)
    let count = parts.count
    parts.withUnsafeMutableBufferPointer { buffer in
      // Safe: each iteration writes an element of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: count) { part in
        var difference = DocumentDifference()
        for name in names[part * share..<min(names.count, (part + 1) * share)] {
          difference.compare(old.symbols[name], new.symbols[name])
        }
        slots[part] = difference.changes
      }
    }
    for part in parts { changes += part }
  }

  private init() {}

  private mutating func compare(_ old: SymbolSessionData?, _ new: SymbolSessionData?) {
    switch (old, new) {
    case (let before?, let after?): compare(before, after)
    case (let gone?, nil): add(.remove, gone)
    case (nil, let added?): add(.insert, added)
    default: break
    }
  }

  private mutating func compare(calendars old: [String: String], _ new: [String: String]) {
    guard old != new else { return }
    for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
      let operation: Change.Operation =
        old[name] == nil ? .insert : new[name] == nil ? .remove : .set
      changes.append(Change(operation, nil, .calendar(name)))
    }
  }

  /// The symbols of either state, sorted.
  private static func names(_ old: SessionDocument, _ new: SessionDocument) -> [String] {
    var names = Array(new.symbols.keys)
    for name in old.symbols.keys where new.symbols[name] == nil { names.append(name) }
    return names.sorted()
  }

  private mutating func add(_ operation: Change.Operation, _ symbol: SymbolSessionData) {
    let base = symbol.baseInterval.flatMap { symbol.bars[$0]?.data } ?? BarSeries()
    let extent = DocumentDifference.extent(of: base)
    changes.append(Change(operation, symbol.symbol, .symbol, extent, count: base.count))
  }

  private mutating func add(
    _ operation: Change.Operation, _ record: BarIntervalData, _ symbol: String
  ) {
    let extent = DocumentDifference.extent(of: record.data)
    changes.append(
      Change(operation, symbol, .interval(record.interval), extent, count: record.data.count))
  }

  private static func extent(of series: BarSeries) -> Change.Extent? {
    guard let first = series.first?.start, let last = series.last?.start else { return nil }
    return .starts(first...last)
  }

  private mutating func compare(_ old: SymbolSessionData, _ new: SymbolSessionData) {
    let name = new.symbol
    if old.calendar != new.calendar {
      // Offsets of all instants follow from the calendar, so nothing of the symbol is written as before.
      changes.append(Change(.set, name, .symbol))
      return
    }
    if old.hours != new.hours || old.baseInterval != new.baseInterval
      || old.metadata != new.metadata
    {
      changes.append(Change(.set, name, .description))
    }
    for interval in new.bars.keys.sorted() {
      guard let after = new.bars[interval] else { continue }
      if let before = old.bars[interval] {
        compare(before, after, name)
      } else {
        add(.insert, after, name)
      }
    }
    for interval in old.bars.keys.sorted() where new.bars[interval] == nil {
      if let gone = old.bars[interval] { add(.remove, gone, name) }
    }
    if old.metrics != new.metrics { changes.append(Change(.set, name, .metrics)) }
    compareTicks(old.ticks, new.ticks, name)
    compareQuotes(old.quotes, new.quotes, name)
    compareTail(old.rejected, new.rejected, name, .rejected)
    compareTail(old.revisions, new.revisions, name, .revisions)
    compareIndicators(old.indicators, new.indicators, name)
  }

  private mutating func compare(
    _ old: BarIntervalData, _ new: BarIntervalData, _ symbol: String
  ) {
    let interval = new.interval
    var isDescribedAnew =
      old.derived != new.derived || old.base != new.base || old.events != new.events
      || old.alignment != new.alignment
      || old.policy != new.policy || old.expectedDates != new.expectedDates
      || old.updated != new.updated
    if old.data != new.data {
      if old.optionalColumns != new.optionalColumns {
        isDescribedAnew = true
        let count = max(old.data.count, new.data.count)
        changes.append(Change(.set, symbol, .bars(interval), count: count))
      } else {
        let found = SeriesDifference(from: old.data, to: new.data).stretches
        for stretch in found {
          changes.append(
            Change(
              stretch.operation, symbol, .bars(interval), .starts(stretch.starts),
              count: stretch.count))
        }
      }
    }
    if isDescribedAnew { changes.append(Change(.set, symbol, .intervalDescription(interval))) }
    if let days = ListDifference(from: old.days, to: new.days),
      let first = days.bounds(\.date, old.days, new.days)
    {
      changes.append(
        Change(days.operation, symbol, .quality(interval), .dates(first), count: days.count))
    }
    if let gaps = ListDifference(from: old.gaps, to: new.gaps),
      let starts = gaps.bounds(\.start, old.gaps, new.gaps)
    {
      changes.append(
        Change(gaps.operation, symbol, .gaps(interval), .starts(starts), count: gaps.count))
    }
    if old.retries != new.retries {
      changes.append(Change(.set, symbol, .retries(interval), count: new.retries.count))
    }
  }

  private mutating func compareTail<Item: Equatable>(
    _ old: [Item], _ new: [Item], _ symbol: String, _ part: Change.Part
  ) {
    guard let found = ListDifference(from: old, to: new) else { return }
    let isCut = found.old.upperBound < old.count || !found.old.isEmpty
    let count = max(old.count, new.count) - found.new.lowerBound
    let operation: Change.Operation =
      !isCut ? .insert : found.new.lowerBound == new.count ? .remove : .set
    changes.append(Change(operation, symbol, part, .from(found.new.lowerBound), count: count))
  }

  private mutating func compareIndicators(
    _ old: [String: IndicatorData], _ new: [String: IndicatorData], _ symbol: String
  ) {
    guard old != new else { return }
    for name in new.keys.sorted() {
      guard let after = new[name] else { continue }
      guard let before = old[name] else {
        let count = after.count
        changes.append(Change(.insert, symbol, .indicator(name), count: count))
        continue
      }
      if before != after { compare(before, after, name, symbol) }
    }
    for name in old.keys.sorted() where new[name] == nil {
      changes.append(Change(.remove, symbol, .indicator(name)))
    }
  }
}

extension DocumentDifference {
  /// Figures that came or changed are named by their stretch; another study of the same key is named whole.
  private mutating func compare(
    _ old: IndicatorData, _ new: IndicatorData, _ name: String, _ symbol: String
  ) {
    guard old.spec == new.spec, old.outputs == new.outputs, old.need == new.need,
      old.countsDays == new.countsDays,
      let chunks = ListDifference(from: old.chunks, to: new.chunks)
    else {
      changes.append(Change(.set, symbol, .indicator(name)))
      return
    }
    var tally = KeyedTally<Int64>()
    let (before, after) = (old.rows(of: chunks.old), new.rows(of: chunks.new))
    tally.walk(
      0..<before.count, 0..<after.count, oldKey: { before[$0].start }, newKey: { after[$0].start },
      isEqual: { IndicatorRow.areEqual(before[$0], after[$1]) })
    guard let (operation, found) = tally.whole else {
      changes.append(Change(.set, symbol, .indicator(name)))
      return
    }
    let first = Instant(nanoseconds: found.keys.lowerBound)
    let last = Instant(nanoseconds: found.keys.upperBound)
    changes.append(
      Change(
        operation, symbol, .indicatorValues(name), .starts(first...last), count: found.count))
  }

  /// Ticks are written with details or without, so a change of that touches them all.
  private mutating func compareTicks(_ old: TickSeries, _ new: TickSeries, _ symbol: String) {
    guard old != new else { return }
    var prefix = 0
    if old.hasDetails == new.hasDetails {
      while prefix < min(old.count, new.count), old[prefix] == new[prefix] { prefix += 1 }
    }
    noteTail(symbol, .ticks, prefix, old.count, new.count)
  }

  private mutating func compareQuotes(_ old: QuoteSeries, _ new: QuoteSeries, _ symbol: String) {
    guard old != new else { return }
    var prefix = 0
    while prefix < min(old.count, new.count), old[prefix] == new[prefix] { prefix += 1 }
    noteTail(symbol, .quotes, prefix, old.count, new.count)
  }

  private mutating func noteTail(
    _ symbol: String, _ part: Change.Part, _ prefix: Int, _ old: Int, _ new: Int
  ) {
    let operation: Change.Operation = prefix == old ? .insert : prefix == new ? .remove : .set
    changes.append(
      Change(operation, symbol, part, .from(prefix), count: max(old, new) - prefix))
  }
}

/// The figures of a study at one bar.
private struct IndicatorRow {
  var start: Int64
  var values: ArraySlice<Double>

  /// Whether two rows have the same figures, unknown ones being equal to each other.
  static func areEqual(_ a: IndicatorRow, _ b: IndicatorRow) -> Bool {
    a.values.elementsEqual(b.values) { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}

extension IndicatorData {
  fileprivate func rows(of range: Range<Int>) -> [IndicatorRow] {
    var rows: [IndicatorRow] = []
    for chunk in chunks[range] {
      for (index, start) in chunk.starts.enumerated() {
        let values = chunk.values[index * outputs.count..<(index + 1) * outputs.count]
        rows.append(IndicatorRow(start: start, values: values))
      }
    }
    return rows
  }
}
