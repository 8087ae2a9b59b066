import CommandLanguage
import Diagnostics
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `retry`.
  func retry(_ command: RetryCommand) throws(SessError) -> Output {
    do throws(SessError) {
      var lines: [String] = []
      var tables: [RecordTable] = []
      try commit { (session) throws(SessError) in
        for target in try received(command.address, seen(session)) {
          try checkCancelled()
          let (text, table) = try retry(target, command, &session)
          lines += text
          tables.append(table)
        }
      }
      var table = RecordTable(columns: GapStates.columns)
      for part in tables { table.rows += part.rows }
      return report(lines, table)
    } catch {
      throw error.located(at: command.span)
    }
  }

  private func retry(
    _ target: SeriesReference, _ command: RetryCommand, _ session: inout SessionData
  ) throws(SessError) -> (lines: [String], table: RecordTable) {
    let (symbol, interval) = (target.symbol.symbol, target.interval)
    let seen = seen(session)
    let gaps = try Resolver(session: seen).judged(target, command.address.scope).gaps
    let due = try session.dueGaps(among: gaps, of: symbol, interval, maximum: command.maximum)
    var rule = RetryRule()
    rule.maximum = command.maximum
    rule.every = command.every
    var tried: [GapRetry] = []
    var reasons: [String] = []
    for (word, reading, gaps) in try sources(of: due, target, command) {
      let (answer, reason) = try answer(word, reading, target, seen)
      let source = GapSource(name: answer?.name ?? word.text, reading: reading.flags)
      tried += try session.retry(
        gaps, of: symbol, interval, from: answer?.series, of: source, reason: reason, rule: rule)
      if let reason { reasons.append("  " + reason) }
    }
    tried.sort { $0.gap.start < $1.gap.start }
    var after = target
    after.record = try session.intervalData(symbol, interval)
    let line = summary(after, tried, notTried: gaps.count - tried.count)
    return ([line] + reasons, GapStates.table(after, tried))
  }

  /// The gaps by the source they are to be tried from, in the order of their first gap.
  private func sources(
    of gaps: [Gap], _ target: SeriesReference, _ command: RetryCommand
  ) throws(SessError) -> [(word: ExpandedWord, reading: LoadCommand, gaps: [Gap])] {
    if let word = command.from { return gaps.isEmpty ? [] : [(word, command.reading, gaps)] }
    var groups: [(source: GapSource, gaps: [Gap])] = []
    for gap in gaps {
      guard let source = target.record.retry(of: gap)?.source else { continue }
      if let position = groups.firstIndex(where: { $0.source == source }) {
        groups[position].gaps.append(gap)
      } else {
        groups.append((source, [gap]))
      }
    }
    guard !groups.isEmpty || gaps.isEmpty else {
      throw SessError(
        "no-source", "no gap of \(target.name) has been tried from anywhere yet",
        hint: "say from where: --from FILE or --from ADDRESS")
    }
    return try groups.map { (source, gaps) throws(SessError) in
      // What is typed now goes before what was typed then.
      let flags = source.reading.merging(command.reading.flags) { $1 }
      let reading = try LoadCommand(readingBy: flags, at: command.span)
      return (ExpandedWord(source.name, span: command.span), reading, gaps)
    }
  }

  /// What a source has for a series, or why it could not be read.
  private func answer(
    _ source: ExpandedWord, _ reading: LoadCommand, _ target: SeriesReference,
    _ session: SessionData
  ) throws(SessError) -> (FillOrigin.Answer?, String?) {
    do throws(SessError) {
      var origin = try FillOrigin(source, reading, self, session)
      return (try origin.bars(for: target), nil)
    } catch {
      guard Workbench.notThereYet.contains(error.code) else { throw error }
      return (nil, error.message)
    }
  }

  /// Errors that may be gone at the next attempt; every other one is the user's to mend.
  private static let notThereYet: Set<String> = [
    "file-not-found", "not-readable", "file-error", "file-shrunk", "empty-file", "no-rows",
    "no-bars", "no-match", "unknown-symbol",
  ]

  private func summary(_ after: SeriesReference, _ tried: [GapRetry], notTried: Int) -> String {
    var counts: [GapState: Int] = [:]
    for retry in tried { counts[after.record.state(of: retry), default: 0] += 1 }
    var parts: [String] = []
    for state in GapState.allCases {
      if let count = counts[state] { parts.append("\(count) \(state.rawValue)") }
    }
    var text = "\(after.name): \(tried.count) gap\(tried.count == 1 ? "" : "s") tried"
    if !parts.isEmpty { text += ": " + parts.joined(separator: ", ") }
    if notTried > 0 { text += "; \(notTried) not due or abandoned" }
    return text
  }
}
