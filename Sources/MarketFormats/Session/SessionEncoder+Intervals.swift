import MarketCalendar
import MarketModel

extension SessionEncoder {
  /// The keys of an interval, in order.
  enum IntervalKey: String, CaseIterable {
    case derived, base, alignment, policy, updated
    case expectedDates = "expected_dates"
    case count, quality, columns, days, gaps, retries, marks, data

    /// True for lists with one item a line.
    var isList: Bool {
      switch self {
      case .days, .gaps, .retries, .marks, .data: true
      default: false
      }
    }
  }

  /// Adds an interval with everything known about it.
  mutating func encode(_ record: BarIntervalData, _ zone: Zone) {
    for (index, key) in IntervalKey.allCases.enumerated() {
      writer.text(index == 0 ? "{" : key.isList ? ",\n" : ",")
      writer.text("\"\(key.rawValue)\":")
      encode(key, of: record, zone)
    }
    writer.text("}")
  }

  /// Adds the value of one key of an interval.
  mutating func encode(_ key: IntervalKey, of record: BarIntervalData, _ zone: Zone) {
    switch key {
    case .derived: writer.text("\(record.derived)")
    case .base: text(record.base?.description ?? record.events?.rawValue)
    case .alignment: writer.jsonString(record.alignment.rawValue)
    case .policy: writer.jsonString(record.policy.description)
    case .updated: writer.text("\(record.updated)")
    case .expectedDates: text(record.expectedDates.map { "\($0.lowerBound)..\($0.upperBound)" })
    case .count: writer.integer(record.data.count)
    case .quality: number(record.quality.percent)
    case .columns:
      for (index, name) in BarColumns(of: record).names.enumerated() {
        writer.text(index == 0 ? "[\"\(name)\"" : ",\"\(name)\"")
      }
      writer.text("]")
    case .days: encodeDays(record.days.indices, of: record)
    case .gaps: encodeGaps(record.gaps.indices, of: record, zone)
    case .retries:
      list(record.retries.indices) { (encoder, index) in
        encoder.encode(record.retries[index], zone)
      }
    case .marks: encodeMarks(of: record.data, Int64.min...Int64.max, zone)
    case .data: encodeBars(of: record, Int64.min...Int64.max, zone)
    }
  }

  /// Adds the judgements of some days.
  mutating func encodeDays(_ indices: Range<Int>, of record: BarIntervalData) {
    list(indices) { (encoder, index) in encoder.encode(record.days[index]) }
  }

  private mutating func encode(_ day: DayQuality) {
    writer.text("{\"date\":\"\(day.date)\",\"expected\":\(day.slots.expected)")
    writer.text(",\"present\":\(day.slots.present),\"missing\":\(day.slots.missing),\"quality\":")
    number(day.slots.percent)
    if let coverage = day.coverage {
      writer.text(",\"partial\":\(day.partial),\"coverage\":{\"expected\":\(coverage.expected)")
      writer.text(",\"present\":\(coverage.present)}")
    }
    writer.text("}")
  }

  /// Adds some gaps.
  mutating func encodeGaps(_ indices: Range<Int>, of record: BarIntervalData, _ zone: Zone) {
    list(indices) { (encoder, index) in encoder.encode(record.gaps[index], zone) }
  }

  private mutating func encode(_ gap: Gap, _ zone: Zone) {
    writer.text("{\"date\":\"\(gap.date)\",\"start\":")
    instant(gap.start, zone)
    writer.text(",\"end\":")
    instant(gap.end, zone)
    writer.text(",\"missing\":\(gap.missing)}")
  }

  private mutating func encode(_ retry: GapRetry, _ zone: Zone) {
    writer.text("{\"gap\":")
    encode(retry.gap, zone)
    writer.text(",\"attempts\":\(retry.attempts),\"next_at\":")
    instant(retry.nextAt, zone)
    writer.text(",\"abandoned\":\(retry.isAbandoned),\"source\":")
    text(retry.source?.name)
    writer.text(",\"reading\":")
    encode(retry.source?.reading ?? [:])
    writer.text(",\"reason\":")
    text(retry.reason)
    writer.text("}")
  }

  /// Adds the marks of the bars that start within a stretch.
  mutating func encodeMarks(of series: BarSeries, _ starts: ClosedRange<Int64>, _ zone: Zone) {
    writer.byte(0x5B)
    var isFirst = true
    for (chunk, _) in series.pieces(startingIn: starts) {
      for mark in chunk.marks where starts.contains(mark.start) {
        writer.text(isFirst ? "\n" : ",\n")
        isFirst = false
        encode(mark, zone)
      }
    }
    writer.byte(0x5D)
  }

  private mutating func encode(_ mark: BarMark, _ zone: Zone) {
    writer.text("{\"start\":")
    instant(Instant(nanoseconds: mark.start), zone)
    writer.text(",\"received\":")
    instant(mark.received.map { Instant(nanoseconds: $0) }, zone)
    switch mark.fill {
    case nil: writer.text(",\"fill\":null,\"source\":null}")
    case .carried: writer.text(",\"fill\":\"carried\",\"source\":null}")
    case .sourced(let source):
      writer.text(",\"fill\":\"sourced\",\"source\":")
      writer.jsonString(source)
      writer.text("}")
    }
  }

  /// Adds the bars that start within a stretch, a row each.
  ///
  /// - Complexity: O(log chunks + bars of the stretch).
  mutating func encodeBars(of record: BarIntervalData, _ starts: ClosedRange<Int64>, _ zone: Zone) {
    let columns = BarColumns(of: record)
    writer.byte(0x5B)
    var isFirst = true
    for (chunk, rows) in record.data.pieces(startingIn: starts) {
      for index in rows {
        writer.text(isFirst ? "\n[" : ",\n[")
        isFirst = false
        instant(Instant(nanoseconds: chunk.starts[index]), zone)
        encodeFigures(chunk, index)
        if columns.hasCoverage { encodeCoverage(chunk, index) }
        if columns.hasTrades { encodeTrades(chunk, index) }
        if columns.hasAverages {
          writer.byte(0x2C)
          number(chunk.vwaps.isEmpty || chunk.vwaps[index].isNaN ? nil : chunk.vwaps[index])
        }
        writer.byte(0x5D)
      }
    }
    writer.byte(0x5D)
  }

  private mutating func encodeFigures(_ chunk: BarChunk, _ index: Int) {
    writer.byte(0x2C)
    writer.number(chunk.opens[index])
    writer.byte(0x2C)
    writer.number(chunk.highs[index])
    writer.byte(0x2C)
    writer.number(chunk.lows[index])
    writer.byte(0x2C)
    writer.number(chunk.closes[index])
    writer.byte(0x2C)
    writer.number(chunk.volumes[index])
  }

  private mutating func encodeCoverage(_ chunk: BarChunk, _ index: Int) {
    guard !chunk.present.isEmpty else { return writer.text(",null,null") }
    writer.byte(0x2C)
    writer.integer(Int(chunk.present[index]))
    writer.byte(0x2C)
    let expected = chunk.expected[index]
    if expected == BarChunk.unknownExpected {
      writer.text("null")
    } else {
      writer.integer(Int(expected))
    }
  }

  private mutating func encodeTrades(_ chunk: BarChunk, _ index: Int) {
    writer.byte(0x2C)
    guard !chunk.trades.isEmpty, chunk.trades[index] != BarChunk.unknownCount else {
      return writer.text("null")
    }
    writer.integer(Int(chunk.trades[index]))
  }
}

/// The columns of a series as they are written: the figures, then those it has besides.
struct BarColumns {
  let hasCoverage: Bool
  let hasTrades: Bool
  let hasAverages: Bool

  init(of record: BarIntervalData) {
    let optional = record.optionalColumns
    hasCoverage = optional.contains(.coverage)
    hasTrades = optional.contains(.trades)
    hasAverages = optional.contains(.averages)
  }

  var names: [String] {
    var names = ["start", "open", "high", "low", "close", "volume"]
    if hasCoverage { names += ["present", "expected"] }
    if hasTrades { names.append("trades") }
    if hasAverages { names.append("vwap") }
    return names
  }
}
