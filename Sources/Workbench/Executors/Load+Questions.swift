import CommandLanguage
import Diagnostics
import MarketFormats
import MarketModel

/// What a load must ask, asked at once: a file that leaves two things open needs one answer, not two rounds.
extension Workbench {
  /// The error with everything else that is unclear about the files, and the whole command as its hint.
  ///
  /// Each question is answered for a trial by its likeliest answer, to see what would be asked next.
  func complete(
    _ error: SessError, _ sources: [LoadSource], _ command: LoadCommand
  ) -> SessError {
    guard !error.answers.isEmpty else { return error }
    var asked = [error]
    var trial = command
    while asked.count < 6, let last = asked.last, let answer = last.answers.first,
      answer != asked.dropLast().last?.answers.first, trial.answer(answer)
    {
      do throws(SessError) {
        _ = try pendingLoad(sources, trial)
        break
      } catch {
        guard !error.answers.isEmpty, !asked.contains(where: { $0.code == error.code }) else {
          break
        }
        asked.append(error)
      }
    }
    var whole = error
    for next in asked.dropFirst() {
      var message = next.message
      for (source, _) in sources { message = message.replacing(" of \(source.name)", with: "") }
      whole.message += "; " + message
    }
    let recipe = LoadRecipe(paths: command.paths.map(\.text), flags: command.flags)
    let answers = asked.compactMap(\.answers.first).joined(separator: " ")
    whole.hint = "say it: \(recipe) \(answers)"
    let others = asked.flatMap { $0.answers.dropFirst() }
    if !others.isEmpty { whole.hint? += ", or with " + others.joined(separator: ", ") }
    return whole
  }
}

extension LoadCommand {
  /// Takes one more flag, as `--zone UTC`; false for a flag it has already.
  fileprivate mutating func answer(_ flag: String) -> Bool {
    let parts = flag.split(separator: " ", maxSplits: 1).map(String.init)
    if parts == ["--wall-clock"], !ignoresOffset {
      ignoresOffset = true
      return true
    }
    guard parts.count == 2, flags[String(parts[0].dropFirst(2))] == nil else { return false }
    let word = ExpandedWord(
      parts[1], span: SourceSpan(line: 1, offset: 0, length: 0, text: parts[1]))
    switch parts[0] {
    case "--symbol": symbol = parts[1]
    case "--zone": zone = word
    case "--calendar":
      // Under no calendar but this one may the others' hours raise doubts of their own.
      calendar = ExpandedWord("24/7", span: word.span)
    case "--label": labelsEnd = parts[1] == "end"
    case "--interval": interval = Interval(parts[1])
    case "--date-order": dateOrder = parts[1]
    case "--decimal": decimal = parts[1]
    case "--dialect": dialect = word
    case "--scale": priceScale = Double(parts[1])
    default: return false
    }
    return true
  }
}
