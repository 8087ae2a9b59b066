import CommandLanguage
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine

/// One series an address names.
struct SeriesReference {
  var symbol: SymbolSessionData
  var record: BarIntervalData
  var calendar: MarketCalendar

  var interval: Interval { record.interval }

  /// What an address calls it: `ACME/1m`.
  var name: String { "\(AddressText.word(symbol.symbol))/\(interval)" }

  func offset(at instant: Instant) -> Int { calendar.zone.offsetSeconds(at: instant) }

  /// An instant with the exchange's offset.
  func value(_ instant: Instant) -> Value {
    .instant(instant, offsetSeconds: offset(at: instant))
  }

  /// What the series is judged against.
  var frame: SeriesFrame {
    SeriesFrame(
      calendar: calendar, hours: symbol.hours, interval: interval, alignment: record.alignment)
  }

  /// Finds the slots of the series' gaps.
  var filler: GapFiller { GapFiller(frame: frame) }

  /// The slot that holds a moment, expected or not; nil when the exchange is closed then.
  func slot(holding moment: Int64) -> (start: Int64, end: Int64, kind: SegmentKind)? {
    let frame = frame
    guard let session = calendar.session(containing: Instant(nanoseconds: moment)) else {
      return nil
    }
    guard interval.isIntraday else {
      let days = frame.period(around: session.date)
      let first = calendar.tradingDays(from: days.lowerBound, through: days.upperBound).first
      let open = first.flatMap { calendar.session(on: $0)?.open } ?? session.open
      return (open, frame.barEnd(start: open), .regular)
    }
    for run in frame.wholeGrid(of: session).runs {
      if let index = run.slotIndex(containing: moment) {
        return (run.slotStart(index), run.slotEnd(index), run.kind)
      }
    }
    return nil
  }
}

extension SeriesFrame {
  /// The slots of all segments, expected or not.
  func wholeGrid(of session: TradingSession) -> SlotGrid {
    SlotGrid(
      session: session, interval: interval, extended: true, alignment: alignment,
      zone: calendar.zone)
  }
}
