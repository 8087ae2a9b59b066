import MarketModel

/// Looks at bars in which nothing happens: fillers, bars without volume, prices that stand still.
struct FillerCheck {
  let examination: Examination
  let columns: BarColumns

  init(_ examination: Examination, _ columns: BarColumns) {
    self.examination = examination
    self.columns = columns
  }

  func run() -> [Finding] {
    var findings: [Finding] = []
    if columns.volumes.contains(where: { $0 > 0 }) {
      findings += withoutVolume()
    } else if columns.count > 0 {
      findings.append(
        Finding(
          "D11", "no-volume", .info, count: columns.count, places: [],
          evidence: "no bar states a volume, as of an index or of quotes"))
    }
    findings += stale()
    return findings
  }

  private func withoutVolume() -> [Finding] {
    let fillers = Set(examination.series.fillers().map(\.nanoseconds))
    var filled: [Int64] = []
    var flat: [Int64] = []
    var moving: [Int64] = []
    for index in 0..<columns.count where columns.volumes[index] == 0 {
      if fillers.contains(columns.starts[index]) {
        filled.append(columns.starts[index])
      } else if columns.isFlat(index) {
        flat.append(columns.starts[index])
      } else {
        moving.append(columns.starts[index])
      }
    }
    var findings: [Finding] = []
    if !filled.isEmpty {
      var finding = Finding(
        "D12", "filler-bars", .info, starts: filled,
        evidence: "\(FigureText.count(filled.count, "bar")) without volume that repeat the close "
          + "before: made up where nothing traded")
      finding.commands = examination.reload { $0.with("fillers", "missing") }
      finding.advice = "load it again with --fillers missing to count them as missing"
      findings.append(finding)
    }
    if !flat.isEmpty {
      findings.append(
        Finding(
          "D11", "zero-volume", .info, starts: flat,
          evidence:
            "\(FigureText.count(flat.count, "flat bar")) without volume: an auction print, or "
            + "prices without trades"))
    }
    if !moving.isEmpty {
      findings.append(
        Finding(
          "D11", "zero-volume-moves", isSuspicious(moving.count) ? .warning : .info, starts: moving,
          evidence: "\(FigureText.count(moving.count, "bar")) whose price moves without volume"))
    }
    return findings
  }

  /// A few such bars are how vendors open or close a day; more are not.
  private func isSuspicious(_ count: Int) -> Bool { count > columns.days.count }

  // MARK: prices that stand still

  private func stale() -> [Finding] {
    var (flatCount, repeatCount) = (0, 0)
    for index in 0..<columns.count where columns.isFlat(index) {
      flatCount += 1
      if repeatsOneBefore(index) { repeatCount += 1 }
    }
    var (repeats, stands): ([Int64], [Int64]) = ([], [])
    var longest = 0
    for day in columns.days {
      var index = day.range.lowerBound
      while index < day.range.upperBound {
        let run = run(from: index, until: day.range.upperBound)
        let isRepeat = isTelling(run.sameVolume, among: repeatCount)
        let others = Double(flatCount - run.length) / Double(max(columns.count - run.length, 1))
        if isRepeat {
          repeats.append(columns.starts[index])
          longest = max(longest, run.length)
        } else if run.length >= 10, others < 0.2, columns.volumes[index] > 0 {
          stands.append(columns.starts[index])
          longest = max(longest, run.length)
        }
        index += max(1, run.length)
      }
    }
    var findings: [Finding] = []
    if !repeats.isEmpty {
      var finding = Finding(
        "D13", "stale-feed", .error, starts: repeats,
        evidence:
          "\(FigureText.count(repeats.count, "run")) of bars with the same price and the same "
          + "volume, up to \(longest) long: the feed repeated itself")
      finding.advice = "fetch these stretches again"
      findings.append(finding)
    }
    if !stands.isEmpty {
      var finding = Finding(
        "D13", "stale-price", .warning, starts: stands,
        evidence: "\(FigureText.count(stands.count, "run")) of bars at one price, up to \(longest) "
          + "long, while volume goes on")
      finding.advice = "compare with another source: `reconcile \(examination.address) FILE`"
      findings.append(finding)
    }
    return findings
  }

  /// Whether a bar is flat at the price and with the volume of a flat one before it.
  private func repeatsOneBefore(_ index: Int) -> Bool {
    index > 0 && columns.volumes[index] > 0 && columns.isFlat(index) && columns.isFlat(index - 1)
      && columns.closes[index] == columns.closes[index - 1]
      && columns.volumes[index] == columns.volumes[index - 1]
  }

  /// Whether so many equal bars in a row are no accident, as often as a bar repeats another elsewhere.
  private func isTelling(_ length: Int, among repeatCount: Int) -> Bool {
    guard length >= 4 else { return false }
    let elsewhere = max(0, repeatCount - (length - 1))
    return Coincidence.isExcluded(
      length - 1, count: columns.count, share: Double(elsewhere + 1) / Double(columns.count))
  }

  /// The bars from one on that stand at its price, and how many of them at its volume as well.
  private func run(from index: Int, until end: Int) -> (length: Int, sameVolume: Int) {
    guard columns.isFlat(index) else { return (0, 0) }
    var length = 1
    var same = columns.volumes[index] > 0 ? 1 : 0
    var isSame = same == 1
    while index + length < end, columns.isFlat(index + length),
      columns.closes[index + length] == columns.closes[index]
    {
      if isSame, columns.volumes[index + length] == columns.volumes[index] {
        same += 1
      } else {
        isSame = false
      }
      length += 1
    }
    return (length, same)
  }
}
