import MarketCalendar
import MarketModel

/// Looks for bars that are named by their ends: a day's first at open plus one interval, its last at the close.
struct LabelCheck {
  let examination: Examination

  init(_ examination: Examination) { self.examination = examination }

  private struct Votes {
    var end: [Int64] = []
    var start = 0
  }

  /// The finding, or nil where the labels are right or nothing tells.
  func run() -> Finding? {
    guard examination.step <= 3600 * Instant.second else { return nil }
    let edges = edgeVotes()
    if edges.end.count * 5 >= (edges.end.count + edges.start) * 4, !edges.end.isEmpty {
      return finding(
        edges,
        "the slot at the open is empty and a bar starts at the close on "
          + "\(edges.end.count) of \(edges.end.count + edges.start) full days")
    }
    let steps = stepVotes()
    guard steps.end.count >= 3, steps.end.count * 5 >= (steps.end.count + steps.start) * 4 else {
      return nil
    }
    return finding(
      steps,
      "the volume leaps one interval after the open on "
        + "\(steps.end.count) of \(steps.end.count + steps.start) days")
  }

  private func finding(_ votes: Votes, _ evidence: String) -> Finding {
    var finding = Finding("D20", "wrong-label", .error, starts: votes.end, evidence: evidence)
    finding.commands = examination.reload { $0.with("label", "end") }
    finding.advice = "load it again with --label end"
    return finding
  }

  /// Days that are all but full, by where their first and last bar lie.
  private func edgeVotes() -> Votes {
    let atClose = startsAtClose()
    var votes = Votes()
    for chunk in examination.series.chunks {
      guard let session = examination.frame.calendar.session(on: chunk.day), !chunk.regular.isEmpty
      else {
        continue
      }
      let full = Int((session.close - session.open) / examination.step)
      guard full >= 4, chunk.regular.count * 10 >= full * 9 else { continue }
      if chunk.starts[chunk.regular.lowerBound] == session.open {
        votes.start += 1
      } else if chunk.starts[chunk.regular.lowerBound] == session.open + examination.step,
        atClose.contains(session.close) || chunk.index(of: session.close) != nil
      {
        votes.end.append(session.open)
      }
    }
    return votes
  }

  /// Rejected rows at a close: where the calendar has no post-market hours.
  private func startsAtClose() -> Set<Int64> {
    var starts: Set<Int64> = []
    for row in examination.rejected where row.kind == .outsideHours || row.kind == .nonTradingDay {
      if let bar = row.bar { starts.insert(bar.start.nanoseconds) }
    }
    return starts
  }

  /// Days with pre-market bars, by where the volume leaps.
  private func stepVotes() -> Votes {
    var votes = Votes()
    for chunk in examination.series.chunks {
      guard let session = examination.frame.calendar.session(on: chunk.day),
        let open = chunk.index(of: session.open), open >= 4, open + 4 < chunk.count
      else { continue }
      var best = (index: -1, ratio: 0.0)
      for index in open - 3...open + 3 where chunk.volumes[index - 1] > 0 {
        let ratio = chunk.volumes[index] / chunk.volumes[index - 1]
        if ratio > best.ratio { best = (index, ratio) }
      }
      guard best.ratio >= 3 else { continue }
      if best.index == open { votes.start += 1 }
      if best.index == open + 1, chunk.starts[open + 1] == session.open + examination.step {
        votes.end.append(session.open)
      }
    }
    return votes
  }
}
