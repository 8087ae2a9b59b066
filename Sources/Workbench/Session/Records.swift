import CommandLanguage
import MarketCalendar
import MarketModel
import SessionAnalytics
import SessionEngine

/// The flat records of each kind of answer, in the shapes scripts rely on.
enum Records {
  /// The columns beyond the figures that some bar of a table has something for.
  struct BarShape {
    var hasKeys = false
    var hasCoverage = false
    var hasFills = false

    var columns: [String] {
      (hasKeys ? ["symbol", "interval"] : []) + ["start", "open", "high", "low", "close", "volume"]
        + (hasCoverage ? ["present", "expected"] : []) + (hasFills ? ["fill"] : [])
    }
  }

  static func bars(_ reference: SeriesReference, _ chunks: [BarChunk], _ shape: BarShape)
    -> RecordTable
  {
    var table = RecordTable(columns: shape.columns)
    for chunk in chunks {
      for index in 0..<chunk.count {
        let bar = chunk[index]
        var row: [Value] =
          shape.hasKeys ? [.text(reference.symbol.symbol), .interval(reference.interval)] : []
        row += [
          reference.value(bar.start), .number(bar.open), .number(bar.high), .number(bar.low),
          .number(bar.close), .number(bar.volume),
        ]
        if shape.hasCoverage {
          row += [Value(bar.coverage?.present), Value(bar.coverage?.expected)]
        }
        if shape.hasFills { row.append(Value(bar.fill?.origin)) }
        table.rows.append(row)
      }
    }
    return table
  }

  static let qualityColumns = [
    "symbol", "interval", "date", "expected", "present", "missing", "quality",
  ]

  static func quality(_ days: [(SeriesReference, DayQuality)], isTotal: Bool) -> RecordTable {
    let hasDerived = days.contains { $0.0.record.derived }
    var columns = qualityColumns
    if isTotal { columns.remove(at: 2) }
    if hasDerived { columns += ["partial", "coverage"] }
    var table = RecordTable(columns: columns)
    for (reference, day) in days {
      var row: [Value] = [.text(reference.symbol.symbol), .interval(reference.interval)]
      if !isTotal { row.append(.date(day.date)) }
      row += [
        .integer(day.slots.expected), .integer(day.slots.present), .integer(day.slots.missing),
        Value(day.slots.percent),
      ]
      if hasDerived {
        let derived = reference.record.derived
        row += [derived ? .integer(day.partial) : .unknown, Value(day.coverage?.percent)]
      }
      table.rows.append(row)
    }
    return table
  }

  static let gapColumns = ["symbol", "interval", "date", "start", "end", "missing"]

  static func gaps(_ gaps: [(reference: SeriesReference, gap: Gap)]) -> RecordTable {
    var table = RecordTable(columns: gapColumns)
    for (reference, gap) in gaps {
      table.rows.append([
        .text(reference.symbol.symbol), .interval(reference.interval), .date(gap.date),
        reference.value(gap.start), reference.value(gap.end), .integer(gap.missing),
      ])
    }
    return table
  }

  static func metrics(_ metrics: [(SymbolSessionData, SessionMetrics, Int)]) -> RecordTable {
    var table = RecordTable(
      columns: [
        "symbol", "date", "open", "high", "low", "close", "volume", "vwap", "bars", "last_update",
      ])
    for (symbol, figures, offset) in metrics {
      table.rows.append([
        .text(symbol.symbol), figures.date.map(Value.date) ?? .unknown, Value(figures.open),
        Value(figures.high), Value(figures.low), Value(figures.close), Value(figures.volume),
        Value(figures.vwap), .integer(figures.bars),
        figures.lastUpdate.map { .instant($0, offsetSeconds: offset) } ?? .unknown,
      ])
    }
    return table
  }

  static func intervals(_ references: [SeriesReference]) -> RecordTable {
    var table = RecordTable(
      columns: [
        "symbol", "interval", "derived", "base", "bars", "first", "last", "quality", "gaps",
        "updated",
      ])
    for reference in references {
      let record = reference.record
      table.rows.append([
        .text(reference.symbol.symbol), .interval(record.interval), .flag(record.derived),
        record.origin ?? .unknown, .integer(record.data.count),
        record.data.first.map { reference.value($0.start) } ?? .unknown,
        record.data.last.map { reference.value($0.start) } ?? .unknown,
        Value(record.quality.percent), .integer(record.gaps.count),
        .flag(record.updated),
      ])
    }
    return table
  }

  static func symbols(_ symbols: [SymbolSessionData], _ session: SessionData) -> RecordTable {
    var table = RecordTable(
      columns: [
        "symbol", "calendar", "hours", "base", "intervals", "bars", "session", "rejected", "source",
      ])
    for symbol in symbols {
      table.rows.append([
        .text(symbol.symbol), .text(symbol.calendar), .text(symbol.hours.rawValue),
        symbol.baseInterval.map(Value.interval) ?? .unknown,
        .list(symbol.intervals.map(Value.interval)),
        .integer(symbol.baseInterval.flatMap { symbol.bars[$0]?.data.count } ?? 0),
        session.sessionDate(of: symbol.symbol).map(Value.date) ?? .unknown,
        .integer(symbol.rejected.count), Value(symbol.metadata.source),
      ])
    }
    return table
  }

  static func rejected(_ symbols: [SymbolSessionData]) -> RecordTable {
    var table = RecordTable(columns: ["symbol", "class", "file", "line", "reason", "text"])
    for symbol in symbols {
      for row in symbol.rejected {
        table.rows.append([
          .text(symbol.symbol), .text(row.kind.rawValue), .text(row.file), .integer(row.line),
          .text(row.reason), .text(row.text),
        ])
      }
    }
    return table
  }

  static func revisions(_ symbols: [(SymbolSessionData, Int)]) -> RecordTable {
    var table = RecordTable(
      columns: ["symbol", "interval", "change", "start", "open", "high", "low", "close", "volume"])
    for (symbol, offset) in symbols {
      for revision in symbol.revisions {
        let old = revision.old
        table.rows.append([
          .text(symbol.symbol), .interval(revision.interval), .integer(revision.sequence),
          .instant(old.start, offsetSeconds: offset), .number(old.open), .number(old.high),
          .number(old.low), .number(old.close), .number(old.volume),
        ])
      }
    }
    return table
  }
}
