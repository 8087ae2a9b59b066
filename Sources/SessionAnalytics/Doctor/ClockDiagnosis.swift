import MarketCalendar
import MarketModel

/// Says what the shifts of single days have in common: one hour count, a zone, or a change of the clocks.
struct ClockDiagnosis {
  let examination: Examination
  /// The judged days, ascending.
  let verdicts: [DayVerdict]

  init(_ examination: Examination, _ verdicts: [DayVerdict]) {
    self.examination = examination
    self.verdicts = verdicts
  }

  private var zone: Zone { examination.frame.calendar.zone }

  func run() -> (findings: [Finding], days: Set<CivilDate>) {
    let shifted = verdicts.filter { $0.shift != 0 }
    let days = Set(shifted.map(\.session.date))
    // Where local times were marked as UTC, a winter at Greenwich needs no shift.
    if matchesZone(verdicts, sign: -1), let finding = whole(shifted) {
      return ([finding], Set(verdicts.map(\.session.date)))
    }
    if let finding = daylightSaving(shifted) { return ([finding], days) }
    var findings: [Finding] = []
    if shifted.count * 5 >= verdicts.count * 4, let finding = whole(shifted) {
      return ([finding], Set(verdicts.map(\.session.date)))
    }
    for shift in Set(shifted.map(\.shift)).sorted() {
      findings.append(some(shifted.filter { $0.shift == shift }, shift))
    }
    return (findings, days)
  }

  /// All days by one shift, or each by its distance from Greenwich.
  private func whole(_ shifted: [DayVerdict]) -> Finding? {
    let shifts = Set(shifted.map(\.shift))
    let isZone = matchesZone(shifted, sign: 1) || matchesZone(shifted, sign: -1)
    guard shifts.count == 1 || isZone else { return nil }
    var finding = finding("D19", "wrong-clock", shifted)
    finding.commands = ClockDiagnosis.commands(
      examination, shifts: shifts.sorted(), sessions: shifted.map(\.session))
    if finding.commands.isEmpty {
      finding.advice =
        "load it again with --shift \(FigureText.duration(shifted[0].shift))"
    } else if matchesZone(shifted, sign: -1) {
      finding.evidence +=
        "; the shift is the exchange's distance from Greenwich, so local times were marked as UTC"
    }
    return finding
  }

  private func some(_ shifted: [DayVerdict], _ shift: Int64) -> Finding {
    var finding = finding("D19", "wrong-clock", shifted)
    let right = verdicts.count - shifted.count
    if right > 0 {
      finding.evidence += "; the clock is right on \(right) of \(verdicts.count) days"
    }
    let text = FigureText.duration(shift)
    finding.commands = partial(shifted.map(\.session.date), shift)
    finding.advice = "load these days again with --shift \(text) --merge"
    return finding
  }

  /// Takes the shifted days out and loads them again with the shift: their own files, or their days of all files.
  private func partial(_ days: [CivilDate], _ shift: Int64) -> [String] {
    guard examination.recipes.count == 1, let recipe = examination.recipes.first,
      !recipe.paths.isEmpty
    else { return [] }
    let byFile = partialFiles(days, shift, recipe)
    if !byFile.isEmpty { return byFile }
    let frame = examination.frame
    let total = shift + (ClockDiagnosis.duration(recipe.flags["shift"]) ?? 0)
    let series = examination.address
    var commands: [String] = []
    for run in runs(of: days) {
      commands.append("unload \(series)@\(run)")
      let again = recipe.with("interval", "\(frame.interval)")
        .with("calendar", frame.calendar.name)
        .with("shift", total == 0 ? nil : FigureText.duration(total))
        .with("days", run).with("merge", "")
      commands.append("\(again)")
    }
    return commands
  }

  /// Days that follow each other among those judged, as scopes.
  private func runs(of days: [CivilDate]) -> [String] {
    let wanted = Set(days)
    var runs: [ClosedRange<CivilDate>] = []
    var isOpen = false
    for date in verdicts.map(\.session.date) {
      guard wanted.contains(date) else {
        isOpen = false
        continue
      }
      if isOpen, let last = runs.popLast() {
        runs.append(last.lowerBound...date)
      } else {
        runs.append(date...date)
      }
      isOpen = true
    }
    return runs.map {
      $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)"
    }
  }

  /// Loads each file again, those named after a shifted day with the shift.
  private func partialFiles(_ days: [CivilDate], _ shift: Int64, _ recipe: LoadRecipe) -> [String] {
    guard recipe.paths.count > 1 else { return [] }
    var marks: [String] = []
    for day in days {
      marks.append("\(day)")
      marks.append("\(day)".split(separator: "-").joined())
    }
    let wrong = recipe.paths.filter { path in marks.contains { path.contains($0) } }
    guard !wrong.isEmpty, wrong.count < recipe.paths.count else { return [] }
    var rest = recipe
    rest.paths = recipe.paths.filter { !wrong.contains($0) }
    var moved = recipe.with("shift", FigureText.duration(shift)).with("merge", "")
    moved.paths = wrong
    return ["unload \(examination.name)", "\(rest)", "\(moved)"]
  }

  /// One hour from a change of the clocks on, or up to it.
  private func daylightSaving(_ shifted: [DayVerdict]) -> Finding? {
    let hour = 3600 * Instant.second
    guard let shift = shifted.first?.shift, abs(shift) == hour,
      shifted.allSatisfy({ $0.shift == shift }), shifted.count < verdicts.count,
      let turn = verdicts.indices.dropFirst().first(where: {
        verdicts[$0].shift != verdicts[$0 - 1].shift
      })
    else { return nil }
    let (before, after) = (verdicts[turn - 1], verdicts[turn])
    guard verdicts[..<turn].allSatisfy({ $0.shift == before.shift }),
      verdicts[turn...].allSatisfy({ $0.shift == after.shift })
    else { return nil }
    let offsets = [before, after].map {
      zone.offsetSeconds(at: Instant(nanoseconds: $0.session.open))
    }
    guard offsets[0] != offsets[1] else { return nil }
    var finding = finding("D18", "dst-shift", shifted)
    let (right, wrong) =
      before.shift == 0 ? (offsets[0], offsets[1]) : (offsets[1], offsets[0])
    let fixed = Instant.offsetText(right)
    finding.evidence +=
      "; the clocks of \(zone.name) changed between \(before.session.date) and "
      + "\(after.session.date), so the source keeps \(fixed) all year"
    finding.commands = partial(shifted.map(\.session.date), shift)
    finding.advice =
      "load these days again with --shift \(FigureText.duration(shift)) --merge"
    // Wall clock readings of one offset, read by the exchange's clock.
    let isWallClock = examination.recipes.allSatisfy {
      ($0.isNaive || $0.flags["wall-clock"] != nil) && ($0.flags["zone"] ?? zone.name) == zone.name
    }
    if isWallClock, shift == Int64(wrong - right) * Instant.second {
      finding.commands = examination.reload { $0.with("zone", fixed) }
      finding.advice = "load it again with --zone \(fixed)"
    }
    return finding
  }

  private func finding(_ id: String, _ name: String, _ shifted: [DayVerdict]) -> Finding {
    var candidates: [String] = []
    let day = shifted[0]
    for score in day.ranked.prefix(3) { candidates.append(text(score)) }
    let evidence =
      "\(FigureText.count(shifted.count, "day")): \(candidates.joined(separator: ", then ")); "
      + "as loaded \(figures(day.plain))"
    return Finding(
      id, name, .error, starts: shifted.map(\.session.open), evidence: evidence)
  }

  private func text(_ score: ClockScore) -> String {
    "\(FigureText.duration(score.shift, signed: true)) \(figures(score))"
  }

  private func figures(_ score: ClockScore) -> String {
    "covers \(FigureText.percent(score.coverage)) of the regular slots with "
      + "\(FigureText.percent(score.share)) of the volume, "
      + "\(FigureText.percent(score.edge)) near open and close"
  }

  private func matchesZone(_ shifted: [DayVerdict], sign: Int64) -> Bool {
    shifted.allSatisfy { verdict in
      let open = Instant(nanoseconds: verdict.session.open)
      return verdict.shift == sign * Int64(zone.offsetSeconds(at: open)) * Instant.second
    }
  }

  /// The commands that load the symbol with the clock put right.
  static func commands(
    _ examination: Examination, shifts: [Int64], sessions: [TradingSession]
  ) -> [String] {
    let zone = examination.frame.calendar.zone
    func matches(_ sign: Int64) -> Bool {
      sessions.allSatisfy { session in
        let offset = zone.offsetSeconds(at: Instant(nanoseconds: session.open))
        return offset != 0 && shifts.contains(sign * Int64(offset) * Instant.second)
      }
    }
    return examination.reload { recipe in
      if matches(-1), recipe.flags["shift"] == nil {
        let zoned = recipe.with("zone", zone.name)
        return recipe.isNaive ? zoned : zoned.with("wall-clock", "")
      }
      if matches(1), recipe.isNaive, recipe.flags["shift"] == nil {
        return recipe.with("zone", "UTC")
      }
      let total = shifts[0] + (duration(recipe.flags["shift"]) ?? 0)
      return recipe.with("shift", total == 0 ? nil : FigureText.duration(total))
    }
  }

  /// The nanoseconds of a duration as `--shift` takes it: `-4h`, `5h45m`; nil for more than a year.
  private static func duration(_ text: String?) -> Int64? {
    guard let text else { return nil }
    var total: Int64 = 0
    var number: Int64 = 0
    for character in text {
      // No clock is off by more than a year, and no sum of so small parts overflows.
      guard number <= 1_000_000, total <= 366 * Instant.day else { return nil }
      if let digit = character.wholeNumberValue {
        number = number * 10 + Int64(digit)
      } else if let unit = ["h": 3600, "m": 60, "s": 1][String(character)] {
        total += number * Int64(unit) * Instant.second
        number = 0
      }
    }
    return text.hasPrefix("-") ? -total : total
  }
}
