import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionEngine

/// Taking in a feed, and following a file that grows.
extension Workbench {
  private static let pieceSize = 16 << 20

  /// Runs `feed`.
  func feed(_ command: FeedCommand) throws(SessError) -> Output {
    if command.source.text == "stop" { return try stopFeed() }
    let zone = try command.zone.map { (word) throws(SessError) in
      do throws(SessError) {
        return try catalog.zones.zone(named: word.text)
      } catch {
        throw error.located(at: word.span)
      }
    }
    let calendar = command.calendar?.text ?? "XNYS"
    do throws(SessError) {
      _ = try engine.snapshot().catalog.calendar(named: calendar)
    } catch {
      throw error.located(at: command.calendar?.span)
    }
    let before = engine.snapshot()
    var intake = FeedIntake(
      command, name: command.source.text, engine: engine, calendar: calendar, zone: zone)
    do throws(SessError) {
      if command.source.text == "-" {
        try TextFile.readStandardInput(isCancelled: environment.isCancelled) {
          (bytes) throws(SessError) in try intake.take(bytes, isEnd: bytes.isEmpty)
        }
        return fed(intake, since: before)
      }
      let source = FileSource(file: try OpenFile(reading: command.source.text), name: intake.name)
      let follows = command.follows && environment.notify != nil
      let end = try take(source, from: 0, isEnd: !follows, &intake)
      if follows { follow(intake, from: end) }
    } catch {
      // What another feed goes on to bring is not taken back.
      if follower == nil { engine.abandon(to: before) }
      throw error.located(at: command.source.span)
    }
    return fed(intake, since: before)
  }

  private func take(
    _ source: FileSource, from start: Int, isEnd: Bool, _ intake: inout FeedIntake
  ) throws(SessError) -> Int {
    var position = start
    while position < source.byteCount {
      try checkCancelled()
      let bytes = try source.bytes(
        at: position, count: min(Workbench.pieceSize, source.byteCount - position))
      if position == 0 { try CSVReader.checkText(bytes, source.name) }
      position += bytes.count
      try intake.take(bytes, isEnd: isEnd && position == source.byteCount)
    }
    if start == source.byteCount { try intake.take([], isEnd: isEnd) }
    return position
  }

  private func fed(_ intake: FeedIntake, since before: SessionData) -> Output {
    let session = engine.snapshot()
    let tally = intake.tally
    let isAssumed = intake.command.calendar == nil
    let isNew = session.document.symbols.keys.contains { before.document.symbols[$0] == nil }
    let headline = MoveReport(before: before, after: session).headline
    var line = "fed \(intake.name): " + FeedIntake.words(tally)
    if isNew, isAssumed { line += "; calendar \(intake.calendarName) (assumed)" }
    let counts = [
      tally.bars, tally.ticks, tally.quotes, tally.late, tally.corrected, tally.duplicates,
      tally.rejected,
    ]
    let table = RecordTable(
      columns: ["bars", "ticks", "quotes", "late", "corrected", "duplicates", "rejected"],
      rows: [counts.map(Value.integer)])
    let fault = intake.firstFault.map { ["  first rejected: \($0)"] } ?? []
    return report([line, "  " + headline] + fault, table)
  }

  private func stopFeed() throws(SessError) -> Output {
    follower?.stop()
    follower = nil
    try commitWhole { (session) throws(SessError) in try session.stopFeed() }
    return report(["feed ended: loaded days are judged whole"])
  }

  /// Goes on with what is added to a file, from a thread of its own, until `feed stop`.
  private func follow(_ intake: FeedIntake, from position: Int) {
    follower?.stop()
    guard let notify = environment.notify else { return }
    let follower = FeedFollower(intake, position: position, notify: notify)
    self.follower = follower
    follower.start()
  }
}

extension FeedIntake {
  /// What was taken in, in words.
  static func words(_ tally: Tally) -> String {
    let parts: [(Int, String)] = [
      (tally.bars, "bar"), (tally.ticks, "tick"), (tally.quotes, "quote"),
    ]
    var words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    if words.isEmpty { words = ["nothing"] }
    for (count, name) in [
      (tally.late, "late"), (tally.corrected, "corrected"), (tally.duplicates, "duplicate"),
      (tally.rejected, "rejected"),
    ] where count > 0 {
      words.append("\(count) \(name)")
    }
    return words.joined(separator: ", ")
  }
}
