import Diagnostics
import MarketCalendar
public import MarketModel
import SessionAnalytics

/// The moments of a replay at which something becomes visible.
///
/// They are found without moving the clock, so many steps cost one projection.
public struct EventWalk {
  private let timelines: [EventTimeline]
  private let start: Int64

  init(
    _ replay: Replay, _ catalog: CalendarCatalog, of address: (symbol: String, interval: Interval)?
  ) throws(SessError) {
    var memos: [String: CalendarMemo] = [:]
    var timelines: [EventTimeline] = []
    for (name, data) in replay.known where address == nil || address?.symbol == name {
      let memo: CalendarMemo
      if let known = memos[data.calendar] {
        memo = known
      } else {
        memo = CalendarMemo(try catalog.calendar(named: data.calendar))
        memos[data.calendar] = memo
      }
      timelines.append(EventTimeline(data, memo, only: address?.interval))
    }
    self.timelines = timelines
    start = replay.start.nanoseconds
  }

  /// The first moment after another; nil at the end.
  ///
  /// - Complexity: O(series · log bars).
  public func next(after clock: Instant) -> Instant? {
    var next: Int64?
    for timeline in timelines {
      guard let event = timeline.next(after: clock.nanoseconds) else { continue }
      next = min(next ?? .max, event)
    }
    return next.map { Instant(nanoseconds: $0) }
  }

  /// The last moment before another; the start of the replay where there is none.
  ///
  /// - Complexity: O(series · log bars).
  public func previous(before clock: Instant) -> Instant {
    var previous = start
    for timeline in timelines {
      previous = max(previous, timeline.previous(before: clock.nanoseconds) ?? .min)
    }
    return Instant(nanoseconds: previous)
  }
}

/// The moments at which the bars, ticks and quotes of one symbol become visible.
struct EventTimeline {
  /// A series with the moments at which late, corrected and filled bars of it came.
  private struct Line {
    var series: BarSeries
    var frame: SeriesFrame
    var arrivals: [Int64] = []
  }

  private var lines: [Line] = []
  private var events: [[Int64]] = []
  private let memo: CalendarMemo

  /// Creates the timeline of a symbol's received bars and events, or of one of its intervals.
  init(_ data: SymbolSessionData, _ memo: CalendarMemo, only: Interval? = nil) {
    self.memo = memo
    for record in data.bars.values where only == nil ? !record.derived : record.interval == only {
      var line = Line(series: record.data, frame: SeriesFrame(record, memo.calendar, .extended))
      for chunk in record.data.chunks where !chunk.marks.isEmpty {
        for mark in chunk.marks {
          if let received = mark.received { line.arrivals.append(received) }
        }
      }
      line.arrivals.sort()
      lines.append(line)
    }
    if only == nil { events = [data.ticks.times, data.quotes.times] }
  }

  private func end(_ index: Int, of chunk: BarChunk, _ frame: SeriesFrame) -> Int64 {
    frame.interval.isIntraday
      ? memo.barEnd(frame, on: chunk.day, start: chunk.starts[index])
      : frame.barEnd(start: chunk.starts[index])
  }

  func next(after clock: Int64) -> Int64? {
    var next: Int64?
    func meet(_ times: [Int64]) {
      let index = times.lowerBound(clock + 1)
      if index < times.count { next = min(next ?? .max, times[index]) }
    }
    for line in lines {
      let first = line.series.chunkIndex(startingBy: clock) ?? 0
      search: for chunk in line.series.chunks[first...] {
        let lower = chunk.lowerBound(clock)
        for index in max(0, lower - 1)..<chunk.count {
          let end = end(index, of: chunk, line.frame)
          guard end > clock, chunk.mark(at: chunk.starts[index])?.received ?? end <= end else {
            continue
          }
          next = min(next ?? .max, end)
          break search
        }
      }
      meet(line.arrivals)
    }
    events.forEach(meet)
    return next
  }

  func previous(before clock: Int64) -> Int64? {
    var previous: Int64?
    func meet(_ times: [Int64]) {
      let index = times.lowerBound(clock) - 1
      if index >= 0 { previous = max(previous ?? .min, times[index]) }
    }
    for line in lines {
      let last = line.series.chunkIndex(startingBy: clock) ?? -1
      search: for chunk in line.series.chunks[..<(last + 1)].reversed() {
        for index in (0..<chunk.lowerBound(clock)).reversed() {
          let end = end(index, of: chunk, line.frame)
          guard end < clock else { continue }
          previous = max(previous ?? .min, end)
          break search
        }
      }
      meet(line.arrivals)
    }
    events.forEach(meet)
    return previous
  }
}
