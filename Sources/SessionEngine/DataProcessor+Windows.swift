import MarketCalendar
import MarketModel
import SessionAnalytics

/// Derived windows at the end of a series, where bars come and the clock closes them.
extension DataProcessor {
  /// Makes the windows that the end of the base has changed, and those that the clock has closed since.
  ///
  /// - Returns: false, and nothing is changed, where more than the end may have changed.
  /// - Complexity: O(changed base bars).
  func extendWindows(
    of interval: Interval, from base: Interval, _ pass: inout ProcessingPass,
    in data: inout SymbolSessionData
  ) -> Bool {
    guard interval.isIntraday, pass.touched(interval) == nil, let start = pass.tail(base),
      let source = data.bars[base]?.data,
      let frame = data.bars[interval].map({ frame(of: $0, data.hours) })
    else { return false }
    let root = Self.countedRoot(of: interval, in: data)
    let changed = pass.touched(base)
    if let changed { pass.touch(changed) }
    let touched = extendWindows(
      of: &data.bars[interval, default: .init(interval: interval)], frame, root: root,
      from: source, since: start)
    pass.extend(from: touched ?? .max)
    guard let touched else { return true }
    // The windows of changed bars are named with these; one that the clock closed before them is not.
    let named = changed.map {
      LiveExtent.bars(
        of: Instant(nanoseconds: $0.lowerBound)...Instant(nanoseconds: $0.upperBound), interval)
    }
    let first = Instant(nanoseconds: touched)
    if named?.contains(first) != true {
      let last = data.bars[interval]?.data.last?.start ?? first
      pass.beyond.append(Change(.set, nil, .bars(interval), .starts(first...max(first, last))))
    }
    return true
  }

  /// The start of the first window that was made or removed; nil where none was.
  private func extendWindows(
    of record: inout BarIntervalData, _ frame: SeriesFrame, root: Interval?,
    from base: BarSeries, since start: Int64
  ) -> Int64? {
    var from = start
    var index = base.chunks.count
    let known = base.last(before: start)
    if start != .max { index = base.firstChunk(reaching: start) }
    if let known, let window = openWindow(before: known, base, frame, root, record.data) {
      (from, index) = (window, known.chunk)
    }
    guard index < base.chunks.count else { return nil }
    var touched: Int64?
    for chunk in index..<base.chunks.count {
      let day = base.chunks[chunk].day
      guard let grid = memo.grid(frame, root: root, on: day) else { continue }
      var made = record.data.takeLast(on: day)
      let first =
        base.chunks[chunk].hasSyntheticFills
        ? IntradayDerivation.extend(
          &made, grid, from: base.chunks[chunk].evidence, since: from, policy: record.policy,
          clock: clock?.nanoseconds ?? .max)
        : IntradayDerivation.extend(
          &made, grid, from: base.chunks[chunk], since: from, policy: record.policy,
          clock: clock?.nanoseconds ?? .max)
      record.data.setChunk(made)
      if touched == nil { touched = first }
    }
    if let touched { record.noteChange(touched...max(touched, record.data.lastStart ?? touched)) }
    return touched
  }

  /// The start of the last known base bar where its window is closed but not made yet.
  private func openWindow(
    before known: (chunk: Int, start: Int64), _ base: BarSeries, _ frame: SeriesFrame,
    _ root: Interval?, _ made: BarSeries
  ) -> Int64? {
    guard let clock, let grid = memo.grid(frame, root: root, on: base.chunks[known.chunk].day),
      let window = grid.window(holding: known.start), window.upperBound <= clock.nanoseconds
    else { return nil }
    if let last = made.lastStart, last >= window.lowerBound { return nil }
    return known.start
  }
}
