import CommandLanguage
import Diagnostics
import MarketFormats
import MarketModel
import Presentation
import SessionEngine

/// A series after a fill, with what was done to it.
private struct Filled {
  var target: SeriesReference
  var count: FillCount
  var answer: FillOrigin.Answer?
}

extension Workbench {
  /// Runs `fill`.
  func fill(_ command: FillCommand) throws(SessError) -> Output {
    do throws(SessError) {
      switch command.source {
      case .from(let word): return try fill(command, from: word)
      case .carry: return try carry(command)
      case .removeCarried: return try removeCarried(command)
      }
    } catch {
      throw error.located(at: command.span)
    }
  }

  /// The session whose gaps may be filled: in a replay what the clock shows of what is known.
  func seen(_ whole: SessionData) -> SessionData {
    let present = engine.snapshot()
    return present.replay == nil ? whole : present
  }

  /// The received series an address names.
  ///
  /// - Throws: `derived-interval` when none is received, and what finding series throws.
  func received(_ address: Address, _ session: SessionData) throws(SessError) -> [SeriesReference] {
    let all = try Resolver(session: session).series(address)
    let received = all.filter { !$0.record.derived }
    if received.isEmpty, let first = all.first {
      _ = try session.dueGaps(among: [], of: first.symbol.symbol, first.interval, maximum: 1)
    }
    return received
  }

  private func fill(_ command: FillCommand, from word: ExpandedWord) throws(SessError) -> Output {
    let filled = try commit { (session) throws(SessError) -> [Filled] in
      let seen = seen(session)
      let resolver = Resolver(session: seen)
      let targets = try received(command.address, seen)
      var origin: FillOrigin
      do throws(SessError) {
        origin = try FillOrigin(word, command.reading, self, seen)
      } catch {
        throw error.located(at: word.span)
      }
      var filled: [Filled] = []
      var unfit: SessError?
      for target in targets {
        try checkCancelled()
        let answer: FillOrigin.Answer
        do throws(SessError) {
          answer = try origin.bars(for: target)
        } catch {
          guard targets.count > 1, Workbench.passedOver.contains(error.code) else {
            throw error.located(at: word.span)
          }
          unfit = unfit ?? error
          continue
        }
        let gaps = try resolver.judged(target, command.address.scope).gaps
        let count = try session.fill(
          gaps, of: target.symbol.symbol, target.interval,
          from: .bars(
            answer.series, from: GapSource(name: answer.name, reading: command.reading.flags)))
        filled.append(Filled(target: target, count: count, answer: answer))
      }
      if filled.isEmpty, let unfit { throw unfit }
      return filled
    }
    return fillReport(filled)
  }

  /// Why one of several series cannot be filled from a source that has bars for others.
  private static let passedOver: Set<String> = [
    "other-interval", "other-calendar", "unknown-symbol",
  ]

  private func carry(_ command: FillCommand) throws(SessError) -> Output {
    let filled = try commit { (session) throws(SessError) -> [Filled] in
      let seen = seen(session)
      let resolver = Resolver(session: seen)
      var filled: [Filled] = []
      for target in try received(command.address, seen) {
        try checkCancelled()
        let gaps = try resolver.judged(target, command.address.scope).gaps
        let count = try session.fill(
          gaps, of: target.symbol.symbol, target.interval,
          from: .lastClose(in: target.record.data))
        filled.append(Filled(target: target, count: count))
      }
      return filled
    }
    return fillReport(filled)
  }

  private func removeCarried(_ command: FillCommand) throws(SessError) -> Output {
    let lines = try commit { (session) throws(SessError) -> [String] in
      let seen = seen(session)
      var lines: [String] = []
      for target in try received(command.address, seen) {
        var starts: [Instant] = []
        for chunk in Resolver(session: seen).chunks(target, command.address.scope) {
          for mark in chunk.marks where mark.fill?.isSynthetic == true {
            starts.append(Instant(nanoseconds: mark.start))
          }
        }
        try session.removeCarried(starts, of: target.symbol.symbol, target.interval)
        lines.append("\(target.name): \(Words.count(starts.count, "carried bar")) removed")
      }
      return lines
    }
    return report(lines)
  }

  private func fillReport(_ filled: [Filled]) -> Output {
    var table = RecordTable(columns: ["symbol", "interval", "source", "missing", "filled", "left"])
    var lines: [String] = []
    var sum = FillCount()
    for item in filled {
      let count = item.count
      table.rows.append([
        .text(item.target.symbol.symbol), .interval(item.target.interval),
        .text(item.answer?.name ?? BarFill.carried.origin), .integer(count.missing),
        .integer(count.filled), .integer(count.left),
      ])
      sum.missing += count.missing
      sum.filled += count.filled
      sum.held += count.held
      lines.append(line(item.target.name, count, item.answer?.name))
      guard let reading = item.answer?.reading, filled.count <= 4 else { continue }
      lines += decision(reading)
      if let row = reading.rejected.first {
        lines.append("  \(reading.rejected.count) rows are no bars: \(row.reason)")
      }
    }
    if filled.count > 12 { lines = [line("\(filled.count) series", sum, filled[0].answer?.name)] }
    return report(lines, table)
  }

  private func line(_ name: String, _ count: FillCount, _ source: String?) -> String {
    var parts = ["\(count.missing) slot\(count.missing == 1 ? "" : "s") missing"]
    parts.append("\(count.filled) " + (source.map { "filled from \($0)" } ?? "carried"))
    if count.held > 0 { parts.append("\(count.held) carried before") }
    if count.left > 0 { parts.append("\(count.left) left") }
    return "\(name): " + parts.joined(separator: ", ")
  }
}
