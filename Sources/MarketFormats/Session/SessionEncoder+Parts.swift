import MarketCalendar
import MarketModel

extension SessionEncoder {
  /// A view, for readers of the file: it is computed from the bars and not read back.
  mutating func encode(_ historical: HistoricalData) {
    let dates = historical.dateRange
    writer.text("{\"first\":")
    text(dates?.lowerBound.description)
    writer.text(",\"last\":")
    text(dates?.upperBound.description)
    writer.text(",\"intervals\":{")
    for (index, interval) in historical.intervals.enumerated() {
      let quality = historical.quality(of: interval)
      if index > 0 { writer.text(",") }
      writer.text("\"\(interval)\":{\"expected\":\(quality.expected)")
      writer.text(",\"present\":\(quality.present),\"quality\":")
      number(quality.percent)
      writer.text(",\"gaps\":\(historical.gaps(of: interval).count)}")
    }
    writer.text("}}")
  }

  mutating func encode(_ ticks: TickSeries, from first: Int, _ zone: Zone) {
    list(first..<max(first, ticks.count)) { (encoder, index) in
      let tick = ticks[index]
      encoder.row([tick.price, tick.size], at: tick.time, zone, isOpen: ticks.hasDetails)
      guard ticks.hasDetails else { return }
      encoder.writer.byte(0x2C)
      encoder.text(tick.exchange)
      encoder.writer.byte(0x2C)
      encoder.text(tick.condition)
      encoder.writer.text(",\(tick.isSuspicious)]")
    }
  }

  mutating func encode(_ quotes: QuoteSeries, from first: Int, _ zone: Zone) {
    list(first..<max(first, quotes.count)) { (encoder, index) in
      let quote = quotes[index]
      encoder.row([quote.bid, quote.bidSize, quote.ask, quote.askSize], at: quote.time, zone)
    }
  }

  private mutating func row(
    _ values: [Double?], at time: Instant, _ zone: Zone, isOpen: Bool = false
  ) {
    writer.text("[")
    instant(time, zone)
    for value in values {
      writer.byte(0x2C)
      number(value)
    }
    if !isOpen { writer.text("]") }
  }

  mutating func encode(_ rejected: ArraySlice<RejectedRow>, _ zone: Zone) {
    writer.text("[")
    for (index, row) in rejected.enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      writer.text("{\"class\":\"\(row.kind.rawValue)\",\"file\":")
      writer.jsonString(row.file)
      writer.text(",\"line\":\(row.line),\"text\":")
      writer.jsonString(row.text)
      writer.text(",\"reason\":")
      writer.jsonString(row.reason)
      if let bar = row.bar {
        writer.text(",\"bar\":")
        self.row([bar.open, bar.high, bar.low, bar.close, bar.volume], at: bar.start, zone)
      } else if let time = row.time {
        writer.text(",\"start\":")
        instant(time, zone)
      }
      writer.text("}")
    }
    writer.text("]")
  }

  mutating func encode(_ revisions: ArraySlice<Revision>, _ zone: Zone) {
    writer.text("[")
    for (index, revision) in revisions.enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      let old = revision.old
      writer.text("{\"interval\":\"\(revision.interval)\",\"change\":\(revision.sequence),\"old\":")
      row([old.open, old.high, old.low, old.close, old.volume], at: old.start, zone)
      writer.text(",\"trades\":")
      number(old.trades.map(Double.init))
      writer.text(",\"vwap\":")
      number(old.vwap)
      writer.text(",\"received\":")
      instant(old.received, zone)
      writer.text(",\"replaced_at\":")
      instant(revision.replacedAt, zone)
      writer.text("}")
    }
    writer.text("]")
  }
}
