public import MarketCalendar
public import MarketModel

/// The slots of one trading day: those of a series, and those of the received base behind it.
public struct DayGrid: Sendable {
  /// The trading day.
  public let date: CivilDate
  /// The slots of the series, a run a segment.
  public let runs: [SlotGrid.Run]
  /// The slots of the counted base, a run a segment; nil where nothing is counted.
  public let rootRuns: [SlotGrid.Run]?

  /// Lays the grids over a session; `root` is the received interval whose slots are counted, if any.
  public init(_ frame: SeriesFrame, root: Interval?, on session: TradingSession) {
    date = session.date
    runs = frame.grid(of: session).runs
    rootRuns = root.map { frame.with(interval: $0).grid(of: session).runs }
  }

  /// The window that holds a moment; nil outside every segment.
  public func window(holding moment: Int64) -> Range<Int64>? {
    for run in runs {
      guard let slot = run.slotIndex(containing: moment) else { continue }
      return run.slotStart(slot)..<run.slotEnd(slot)
    }
    return nil
  }
}
