import Diagnostics
import MarketCalendar
import MarketModel
import SessionAnalytics

/// Whether bars as they were received lie on the clock, so that windows on the clock hold whole ones.
///
/// A bar that crosses a window's end cannot be split: the window would hold what comes after it.
struct ClockTiling {
  private let data: SymbolSessionData
  private let calendar: MarketCalendar

  init(_ data: SymbolSessionData, _ calendar: MarketCalendar) {
    self.data = data
    self.calendar = calendar
  }

  /// The first session of the base's bars in which one would cross a window's end; nil where none does.
  ///
  /// - Complexity: O(days).
  func crossing(_ base: Interval, _ interval: Interval) -> (date: CivilDate, start: Int64)? {
    guard interval.isIntraday, let record = data.bars[base], !record.derived else { return nil }
    let windows = SeriesFrame(
      calendar: calendar, hours: data.hours, interval: interval, alignment: .clock)
    let bars = windows.with(interval: base)
    for chunk in record.data.chunks {
      guard let session = calendar.session(on: chunk.day) else { continue }
      for (window, bar) in zip(windows.grid(of: session).runs, bars.grid(of: session).runs)
      where !bar.tiles(window) {
        return (session.date, bar.start)
      }
    }
    return nil
  }

  /// Says which bars cross the end of which windows, and what would not.
  func error(_ base: Interval, _ interval: Interval, _ alignment: Alignment) -> SessError? {
    if interval.isIntraday, let record = data.bars[base], !record.derived,
      record.alignment == .clock
    {
      return SessError(
        "not-a-multiple",
        "\(data.symbol)/\(base) was received on the clock, its first bars cut at the open, so no "
          + "\(interval) windows are made of it",
        hint: "load finer bars, or bars of \(interval); `derive \(data.symbol) 1d` works")
    }
    guard alignment == .clock, let (date, start) = crossing(base, interval) else { return nil }
    let moment = Instant(nanoseconds: start)
    let wall = moment.wallClock(offsetSeconds: calendar.zone.offsetSeconds(at: moment))
    let time = String(moment.timeOfDay(offsetSeconds: calendar.zone.offsetSeconds(at: moment)))
    var seconds = Int(base.nanoseconds / Instant.second)
    var rest = Int(wall.sinceMidnight / Instant.second)
    while rest != 0 { (seconds, rest) = (rest, seconds % rest) }
    let finer = Interval(count: seconds, unit: .second).map { ", or load \($0) bars or finer ones" }
    return SessError(
      "not-a-multiple",
      "\(interval) windows on the clock end inside \(base) bars of \(data.symbol), which begin at "
        + "\(time) on \(date)",
      hint: "`--align session` begins the windows there, too" + (finer ?? ""))
  }
}
