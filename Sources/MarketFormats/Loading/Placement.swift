import Diagnostics
import MarketCalendar
import MarketModel

/// Puts the rows of a series on the slots of its calendar.
struct Placement: Sendable {
  private let decision: LoadDecision
  private let policy: FileDuplicatePolicy
  let source: any ByteSource

  /// Creates a placement for rows of a source.
  init(decision: LoadDecision, policy: FileDuplicatePolicy, source: any ByteSource) {
    self.decision = decision
    self.policy = policy
    self.source = source
  }

  /// Places every row; `rejections` are the rows of this symbol that were no bars to begin with.
  ///
  /// - Shape: rows = bars + rejected.
  /// - Throws: `duplicate-bars` under the policy `error`; `file-shrunk`.
  /// - Complexity: O(rows) when they rise or fall, else O(rows · log rows).
  func place(_ raw: RawSeries, rejections: [RawRejection]) throws(SessError) -> PlacedSeries {
    var moments = moments(raw)
    let (order, isStrict) = Placement.order(moments)
    if order == .descending, isStrict {
      for index in moments.indices { moments[index].reverse() }
      moments.reverse()
    }
    var sink = PlacementSink(decision: decision)
    if !isStrict {
      let rows = sorted(moments)
      try placeSorted(rows, moments, raw, &sink)
    } else {
      placeInOrder(moments, raw, isReversed: order == .descending, &sink)
    }
    var rejected = sink.finish()
    rejected += stated(rejections)
    rejected.sort { $0.line < $1.line }
    var placed = PlacedSeries(
      series: BarSeries(chunks: sink.chunks), rejected: try fetch(rejected), order: order)
    if order == .unsorted { placed.faults.append(disorder(moments, raw)) }
    return placed
  }

  /// The rows that start before one above them.
  private func disorder(_ moments: [[Int64]], _ raw: RawSeries) -> RowFault {
    var fault = RowFault(kind: .outOfOrder, count: 0, file: source.name, line: 0)
    var latest = Int64.min
    for (batch, starts) in zip(raw.batches, moments) {
      for (index, start) in starts.enumerated() {
        if start < latest {
          if fault.count == 0 { fault.line = batch.line(index) }
          fault.count += 1
        }
        latest = max(latest, start)
      }
    }
    return fault
  }

  /// Stands for the moment of a row whose time the clock skips.
  static let skipped = Int64.min

  /// The bar starts of every batch's rows.
  func moments(_ raw: RawSeries) -> [[Int64]] {
    var reading = ClockReading(zone: decision.zone, shift: decision.shift, order: raw.order)
    let isWritten =
      decision.interval.isIntraday && decision.zone == nil && decision.shift == 0
      && decision.label != .end
    var all: [[Int64]] = []
    for batch in raw.batches {
      if isWritten {
        all.append(batch.rows.map(\.time))
      } else {
        all.append(batch.rows.map { start($0.time, &reading) })
      }
    }
    if decision.beginsBeforeOpen { cutAtOpen(&all) }
    return all
  }

  /// Moves the starts of bars that the clock begins before their segment to where it does.
  private func cutAtOpen(_ moments: inout [[Int64]]) {
    var judge = SlotJudge(
      calendar: decision.calendar, interval: decision.interval, alignment: .clock)
    for batch in moments.indices {
      for index in moments[batch].indices where moments[batch][index] != Placement.skipped {
        guard
          let run = judge.run(
            begunWithin: decision.interval.nanoseconds, from: moments[batch][index])
        else { continue }
        moments[batch][index] = run.start
      }
    }
  }

  /// The bar start that a time as written means.
  private func start(_ time: Int64, _ reading: inout ClockReading) -> Int64 {
    guard decision.interval.isIntraday else { return periodStart(time) }
    let moment = reading.moment(time)
    if reading.wasSkipped { return Placement.skipped }
    return decision.label == .end ? moment - decision.interval.nanoseconds : moment
  }

  /// Rows that were no bars; a time that could be read becomes the start their bars would have.
  private func stated(_ rejections: [RawRejection]) -> [RawRejection] {
    var reading = ClockReading(zone: decision.zone, shift: decision.shift)
    return rejections.map { rejection in
      guard let time = rejection.time else { return rejection }
      var rejection = rejection
      let start = start(time, &reading)
      rejection.time = start == Placement.skipped ? nil : start
      return rejection
    }
  }

  /// A day, week or month starts at the open of its first trading day, whatever its stamp's time.
  private func periodStart(_ stamp: Int64) -> Int64 {
    let calendar = decision.calendar
    let naming = DayNaming(calendar: calendar, zone: decision.zone, label: decision.label)
    var date = naming.periodDate(stamp &+ decision.shift, decision.interval.unit)
    if decision.interval.unit != .day, !calendar.isTradingDay(date) {
      date = calendar.nextTradingDay(after: date) ?? date
    }
    if let session = calendar.session(on: date) { return session.open }
    return calendar.zone.instant(date: date, nanosecondsOfDay: 0).nanoseconds
  }

  /// The order of the rows, and whether no two of them have one start.
  private static func order(_ moments: [[Int64]]) -> (order: RowOrder, isStrict: Bool) {
    var (ascends, descends, repeats) = (true, true, false)
    var previous: Int64?
    for batch in moments {
      for moment in batch where moment != skipped {
        if let previous {
          if moment < previous { ascends = false }
          if moment > previous { descends = false }
          if moment == previous { repeats = true }
        }
        previous = moment
      }
      if !ascends, !descends { return (.unsorted, false) }
    }
    return (ascends ? .ascending : .descending, !repeats)
  }

  private func placeInOrder(
    _ moments: [[Int64]], _ raw: RawSeries, isReversed: Bool, _ sink: inout PlacementSink
  ) {
    let count = raw.batches.count
    sink.reserve(rows: raw.count)
    for position in 0..<count {
      let batch = raw.batches[isReversed ? count - 1 - position : position]
      let starts = moments[position]
      var index = 0
      while index < starts.count {
        guard starts[index] != Placement.skipped else {
          sink.rejectSkipped(batch, isReversed ? starts.count - 1 - index : index)
          index += 1
          continue
        }
        let count = isReversed ? 0 : sink.addRun(starts, from: index, batch)
        if count == 0 {
          sink.add(starts[index], batch, isReversed ? starts.count - 1 - index : index)
        }
        index += max(1, count)
      }
    }
  }

  private struct Row {
    var start: Int64
    var batch: Int32
    var index: Int32
  }

  /// The rows by start, file order among equals.
  private func sorted(_ moments: [[Int64]]) -> [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(moments.reduce(0) { $0 + $1.count })
    for (batch, starts) in moments.enumerated() {
      for (index, start) in starts.enumerated() {
        rows.append(
          Row(
            start: start, batch: Int32(truncatingIfNeeded: batch),
            index: Int32(truncatingIfNeeded: index)))
      }
    }
    rows.sort { ($0.start, $0.batch, $0.index) < ($1.start, $1.batch, $1.index) }
    return rows
  }

  private func placeSorted(
    _ rows: [Row], _ moments: [[Int64]], _ raw: RawSeries, _ sink: inout PlacementSink
  ) throws(SessError) {
    var position = 0
    while position < rows.count {
      guard rows[position].start != Placement.skipped else {
        let row = rows[position]
        sink.rejectSkipped(raw.batches[Int(row.batch)], Int(row.index))
        position += 1
        continue
      }
      var end = position + 1
      while end < rows.count, rows[end].start == rows[position].start { end += 1 }
      let winner = policy == .replace ? end - 1 : position
      for index in position..<end {
        let row = rows[index]
        let batch = raw.batches[Int(row.batch)]
        if index == winner {
          sink.add(row.start, batch, Int(row.index))
          continue
        }
        let other = rows[winner]
        let line = raw.batches[Int(other.batch)].line(Int(other.index))
        if policy == .error {
          throw SessError(
            "duplicate-bars",
            "\(source.name) has two rows for one slot: lines \(line) and \(batch.line(Int(row.index)))",
            hint: "--on-duplicate keep takes the first, --on-duplicate replace the last")
        }
        sink.reject(row.start, batch, Int(row.index), .duplicate, "line \(line) has the same slot")
      }
      position = end
    }
  }

  /// The first rows that start at some moments, as rejected ones.
  func rows(
    at starts: Set<Int64>, of raw: RawSeries, as kind: RejectionClass, reason: String
  ) throws(SessError) -> [RejectedRow] {
    var left = starts
    var rejections: [RawRejection] = []
    for (batch, starts) in zip(raw.batches, moments(raw)) {
      for (index, start) in starts.enumerated() where left.remove(start) != nil {
        rejections.append(
          RawRejection(
            kind: kind, reason: reason, line: batch.line(index),
            offset: batch.offset(index), symbol: nil,
            bar: batch.bar(index, start: start)))
      }
    }
    return try fetch(rejections)
  }

  /// Reads the text of every rejected row again.
  private func fetch(_ rejections: [RawRejection]) throws(SessError) -> [RejectedRow] {
    var rows: [RejectedRow] = []
    rows.reserveCapacity(rejections.count)
    for rejection in rejections {
      rows.append(
        RejectedRow(
          kind: rejection.kind, file: source.name, line: rejection.line,
          text: try source.rowText(at: rejection.offset), reason: rejection.reason,
          bar: rejection.bar, time: rejection.time.map { Instant(nanoseconds: $0) }))
    }
    return rows
  }
}
