import MarketCalendar
import MarketModel

extension SessionEncoder {
  /// A view, for readers of the file: it is computed from the bars and not read back.
  mutating func encode(_ historical: HistoricalData, _ zone: Zone) {
    writer.text(",\n\"historical\":{\"first\":")
    text(historical.dateRange?.lowerBound.description)
    writer.text(",\"last\":")
    text(historical.dateRange?.upperBound.description)
    writer.text(",\"intervals\":{")
    for (index, interval) in historical.intervals.enumerated() {
      if index > 0 { writer.text(",") }
      writer.text("\"\(interval)\":{\"dates\":[")
      for (position, chunk) in historical.days(of: interval).enumerated() {
        writer.text("\(position == 0 ? "" : ",")\"\(chunk.day)\"")
      }
      writer.text("],\"quality\":")
      number(historical.quality(of: interval).percent)
      writer.text(",\"gaps\":\(historical.gaps(of: interval).count)}")
    }
    writer.text("}}")
  }

  mutating func encode(ticks: TickSeries, quotes: QuoteSeries, _ zone: Zone) {
    writer.text(",\n\"ticks\":[")
    for index in 0..<ticks.count {
      writer.text(index == 0 ? "\n" : ",\n")
      let tick = ticks[index]
      row([tick.price, tick.size], at: tick.time, zone, isOpen: ticks.hasDetails)
      guard ticks.hasDetails else { continue }
      writer.byte(0x2C)
      text(tick.exchange)
      writer.byte(0x2C)
      text(tick.condition)
      writer.text(",\(tick.isSuspicious)]")
    }
    writer.text("],\n\"quotes\":[")
    for index in 0..<quotes.count {
      writer.text(index == 0 ? "\n" : ",\n")
      let quote = quotes[index]
      row([quote.bid, quote.bidSize, quote.ask, quote.askSize], at: quote.time, zone)
    }
    writer.text("]")
  }

  mutating func row(
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

  mutating func encode(_ indicators: [String: IndicatorData], _ zone: Zone) {
    writer.text(",\n\"indicators\":{")
    for (index, name) in indicators.keys.sorted().enumerated() {
      guard let indicator = indicators[name] else { continue }
      writer.text(index == 0 ? "\n" : ",\n")
      encode(indicator, zone)
    }
    writer.text("}")
  }

  mutating func encode(_ indicator: IndicatorData, _ zone: Zone) {
    let spec = indicator.spec
    writer.jsonString(indicator.key)
    writer.text(":{\"name\":")
    writer.jsonString(spec.name)
    writer.text(",\"parameters\":{")
    for (index, parameter) in spec.parameters.enumerated() {
      if index > 0 { writer.text(",") }
      writer.jsonString(parameter.name)
      writer.text(":")
      writer.number(parameter.value)
    }
    writer.text("},\"interval\":\"\(spec.interval)\",\"anchor\":\"\(spec.anchor.rawValue)\"")
    writer.text(",\"usual_anchor\":\"\(spec.usualAnchor.rawValue)\"")
    writer.text(",\"on_gap\":\"\(spec.onGap.rawValue)\",\"have\":\(indicator.have)")
    writer.text(",\"need\":\(indicator.need),\"ready\":\(indicator.isReady)")
    writer.text(",\"counts\":\"\(indicator.countsDays ? "days" : "bars")\",\"last_update\":")
    instant(indicator.lastUpdate, zone)
    writer.text(",\"columns\":[\"start\"")
    for output in indicator.outputs {
      writer.text(",")
      writer.jsonString(output)
    }
    writer.text("],\"days\":[")
    for (index, chunk) in indicator.chunks.enumerated() {
      writer.text(index == 0 ? "\n" : ",\n")
      encode(chunk, indicator.outputs.count, zone)
    }
    writer.text("]}")
  }

  mutating func encode(_ chunk: IndicatorChunk, _ width: Int, _ zone: Zone) {
    writer.text("{\"day\":\"\(chunk.day)\",\"values\":[")
    for (index, start) in chunk.starts.enumerated() {
      writer.text(index == 0 ? "\n[" : ",\n[")
      instant(Instant(nanoseconds: start), zone)
      for value in chunk.values[(index * width)..<((index + 1) * width)] {
        writer.byte(0x2C)
        number(value.isNaN ? nil : value)
      }
      writer.text("]")
    }
    writer.text("]}")
  }

  mutating func encode(_ rejected: [RejectedRow], _ zone: Zone) {
    writer.text(",\n\"rejected\":[")
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
      }
      writer.text("}")
    }
    writer.text("]")
  }

  mutating func encode(_ revisions: [Revision], _ zone: Zone) {
    writer.text(",\n\"revisions\":[")
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

  mutating func text(_ value: String?) {
    guard let value else { return writer.text("null") }
    writer.jsonString(value)
  }

  mutating func number(_ value: Double?) {
    guard let value else { return writer.text("null") }
    writer.number(value)
  }

  mutating func instant(_ value: Instant?, _ zone: Zone) {
    guard let value else { return writer.text("null") }
    writer.byte(0x22)
    instants.write(
      value.nanoseconds, offsetSeconds: zone.offsetSeconds(at: value), to: &writer)
    writer.byte(0x22)
  }
}
