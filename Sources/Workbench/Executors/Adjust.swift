import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketModel
import Presentation
import SessionEngine

extension Workbench {
  /// Runs `adjust`.
  func adjust(_ command: AdjustCommand) throws(SessError) -> Output {
    do throws(SessError) {
      let resolver = Resolver(session: engine.snapshot())
      guard command.changes else {
        return .records(
          adjustments(command, try resolver.symbols(command.address.symbol)),
          emptyText: "no adjustments")
      }
      let lines = try commit { (session) throws(SessError) -> [String] in
        var lines: [String] = []
        for symbol in try Resolver(session: session).symbols(command.address.symbol) {
          lines.append(try adjust(symbol, command, &session))
        }
        return lines
      }
      return report(lines)
    } catch {
      throw error.located(at: command.span)
    }
  }

  /// Says of each symbol that its figures are seen adjusted.
  func adjustmentNotes(_ addresses: [Address], _ lookup: AddressLookup) throws(SessError)
    -> [String]
  {
    var notes: [String] = []
    for address in addresses where address.symbol != nil {
      for symbol in try Resolver(session: lookup.session).symbols(address.symbol) {
        let steps = symbol.metadata.adjustments
        guard !steps.isEmpty else { continue }
        let reasons =
          steps.count > 3 ? "\(steps.count) steps" : steps.map(\.reason).joined(separator: ", ")
        let note = "\(symbol.symbol) is seen adjusted: \(reasons)"
        if !notes.contains(note) { notes.append(note) }
      }
    }
    return notes
  }

  private func adjustments(
    _ command: AdjustCommand, _ symbols: [SymbolSessionData]
  ) -> RecordTable {
    var table = RecordTable(columns: ["symbol", "through", "price", "volume", "reason"])
    for symbol in symbols {
      for step in symbol.metadata.adjustments {
        table.rows.append([
          .text(symbol.symbol), .date(step.through), .number(step.price), .number(step.volume),
          .text(step.reason),
        ])
      }
    }
    return table
  }

  private func adjust(
    _ symbol: SymbolSessionData, _ command: AdjustCommand, _ session: inout SessionData
  ) throws(SessError) -> String {
    let name = symbol.symbol
    if command.clears {
      guard !symbol.metadata.adjustments.isEmpty else { return "\(name) was not adjusted" }
      try session.adjust(name, by: [])
      let count = symbol.metadata.adjustments.count
      return "\(name): \(count) adjustment\(count == 1 ? "" : "s") gone, bars as received"
    }
    var steps = symbol.metadata.adjustments
    let held = steps.count
    if let split = command.split { steps.append(split) }
    if let (amount, date) = command.dividend {
      steps.append(try dividend(amount, date, symbol))
    }
    if let file = command.factors {
      do throws(SessError) {
        steps += try FactorFile.steps(TextFile.read(file.text), name: file.text)
      } catch {
        throw error.located(at: file.span)
      }
    }
    for (index, step) in steps.enumerated().dropFirst(held) where steps[..<index].contains(step) {
      throw SessError(
        "already-adjusted", "\(name) is already adjusted for \(step.reason)",
        hint: "`adjust \(name)` lists the adjustments, `adjust \(name) --clear` removes them")
    }
    steps.sort { ($0.through, $0.reason) < ($1.through, $1.reason) }
    try session.adjust(name, by: steps)
    let added = steps.count - held
    let present = seen(session)
    let seen = (try? present.symbolData(name)) ?? symbol
    // In a replay a step counts once the clock has come to the session after it.
    let date = present.replay == nil ? nil : present.sessionDate(of: name)
    let counted = steps.filter { step in date.map { step.through < $0 } ?? true }
    let waiting = steps.count - counted.count
    return "\(name): \(Words.count(added, "adjustment")) added, "
      + "\(touched(seen, counted)) bars are seen adjusted; the bars themselves stay"
      + (waiting > 0 ? "; \(waiting) of \(steps.count) for days after the clock" : "")
  }

  /// How many received bars the steps change.
  private func touched(_ symbol: SymbolSessionData, _ steps: [Adjustment]) -> Int {
    guard let last = steps.last?.through, let base = symbol.baseInterval,
      let record = symbol.bars[base], let calendar = try? catalog.calendar(named: symbol.calendar)
    else { return 0 }
    var count = 0
    for chunk in record.data.chunks {
      if base.isIntraday {
        if chunk.day <= last { count += chunk.count }
        continue
      }
      for start in chunk.starts {
        let day = calendar.tradingDay(containing: Instant(nanoseconds: start))
        if let day, day <= last { count += 1 }
      }
    }
    return count
  }

  /// A dividend as a factor: what was left of the last close before it.
  private func dividend(
    _ amount: Double, _ date: CivilDate, _ symbol: SymbolSessionData
  ) throws(SessError) -> Adjustment {
    guard let base = symbol.baseInterval, let record = symbol.bars[base] else {
      throw SessError("no-bars", "\(symbol.symbol) holds no bars")
    }
    let calendar = try catalog.calendar(named: symbol.calendar)
    var close: Double?
    for chunk in record.data.chunks {
      for index in chunk.regular {
        let day =
          base.isIntraday
          ? chunk.day
          : calendar.tradingDay(containing: Instant(nanoseconds: chunk.starts[index]))
        if let day, day < date { close = chunk.closes[index] }
      }
    }
    guard let close, close > amount else {
      throw SessError(
        "no-close",
        close == nil
          ? "\(symbol.symbol) has no close before \(date), which a dividend is measured by"
          : "the dividend is not below the close before \(date)",
        hint: "load the days before it, or use --factors")
    }
    return Adjustment(
      through: date.advanced(by: -1), price: 1 - amount / close, volume: 1,
      reason: "dividend \(ValueText.text(.number(amount))) on \(date)")
  }
}

/// Factors as files give them.
enum FactorFile {
  /// Reads LEAN's `yyyyMMdd,price factor,split factor,…` or `date,price_factor[,volume_factor]`.
  ///
  /// LEAN's factors apply through the date and are totals; those of the other form are single steps for the days
  /// before the date.
  ///
  /// - Throws: `bad-factor` with the line.
  static func steps(_ text: String, name: String) throws(SessError) -> [Adjustment] {
    var totals: [(date: CivilDate, price: Double, split: Double)] = []
    var steps: [Adjustment] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.filter { !$0.isWhitespace } }
      guard line.contains(where: { !$0.isWhitespace }), !line.hasPrefix("#") else { continue }
      if let date = compactDate(fields[0]), fields.count >= 3 {
        let price = try factor(fields[1], name, index, line)
        totals.append((date, price, try factor(fields[2], name, index, line)))
      } else if let date = CivilDate(iso: fields[0]), fields.count >= 2 {
        let price = try factor(fields[1], name, index, line)
        let volume = fields.count > 2 ? try factor(fields[2], name, index, line) : 1
        steps.append(
          Adjustment(
            through: date.advanced(by: -1), price: price, volume: volume,
            reason: "factor of \(date)"))
      } else if index > 0 {
        throw failure(name, index, line)
      }
    }
    guard !totals.isEmpty || !steps.isEmpty else {
      throw SessError("bad-factor", "\(name) holds no factors", hint: "date,price_factor a line")
    }
    return steps + relative(totals.sorted { $0.date < $1.date })
  }

  /// Each total over the one after it.
  private static func relative(
    _ totals: [(date: CivilDate, price: Double, split: Double)]
  ) -> [Adjustment] {
    var steps: [Adjustment] = []
    var (price, split) = (1.0, 1.0)
    for total in totals.reversed() {
      let step = Adjustment(
        through: total.date, price: total.price * total.split / (price * split),
        volume: split / total.split, reason: "factor file")
      if step.price != 1 || step.volume != 1 { steps.append(step) }
      (price, split) = (total.price, total.split)
    }
    return steps.reversed()
  }

  private static func compactDate(_ text: String) -> CivilDate? {
    guard text.utf8.count == 8, let number = Int(text) else { return nil }
    return CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }

  private static func factor(_ text: String, _ name: String, _ index: Int, _ line: Substring)
    throws(SessError) -> Double
  {
    guard let value = Double(text), (1e-6...1e6).contains(value) else {
      throw failure(name, index, line)
    }
    return value
  }

  private static func failure(_ name: String, _ index: Int, _ line: Substring) -> SessError {
    SessError(
      "bad-factor", "a line of \(name) is not a date and factors from 1e-6 to 1e6",
      span: SourceSpan(
        file: name, line: index + 1, whole: String(line)),
      hint: "date,price_factor[,volume_factor], or LEAN's yyyyMMdd,price,split")
  }
}
