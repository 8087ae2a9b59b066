import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionAnalytics
import SessionEngine

/// What `--from` names: a loaded series, or files, each read once however many series it fills.
struct FillOrigin {
  /// The bars for one series, and how a file was read to get them.
  struct Answer {
    var series: BarSeries
    var name: String
    var reading: PendingSeries?
  }

  private enum Content {
    case address(Address)
    case files([File])
  }

  private enum File {
    case rows(RawFile)
    case session(SessionDocument)
  }

  private struct Placed {
    var decisions: [LoadDecision]
    var series: [PlacedSeries]
  }

  private let word: ExpandedWord
  private let choices: LoadChoices
  private let symbol: String?
  private let resolver: Resolver
  private let content: Content
  private var placed: [String: Placed] = [:]

  /// Reads the files, unless the word names a loaded symbol.
  init(
    _ word: ExpandedWord, _ reading: LoadCommand, _ workbench: Workbench, _ session: SessionData
  ) throws(SessError) {
    self.word = word
    symbol = reading.symbol
    resolver = Resolver(session: session)
    choices = try workbench.choices(of: reading)
    if let address = FillOrigin.address(word, session) {
      try reading.verifyNoFlags("\(word.text) is loaded")
      content = .address(address)
      return
    }
    var command = reading
    command.paths = [word]
    var files: [File] = []
    let sources: [LoadSource]
    do throws(SessError) {
      sources = try workbench.sources(of: command)
    } catch {
      var error = error
      if error.code == "file-not-found", error.hint == nil {
        error.hint = "no symbol of this name is loaded either"
      }
      throw error
    }
    for (source, span) in sources {
      do throws(SessError) {
        let head = try source.bytes(at: 0, count: min(4096, source.byteCount))
        if SessionDecoder.recognizes(head) {
          files.append(.session(try workbench.decodeSession(source)))
        } else {
          let options = workbench.readOptions(source, command)
          for case .bars(let file) in try FileReader.read(source, options: options) {
            files.append(.rows(file))
          }
        }
      } catch {
        throw error.located(at: span)
      }
    }
    content = .files(files)
  }

  private static func address(_ word: ExpandedWord, _ session: SessionData) -> Address? {
    guard let address = try? Address(word), address.fields.isEmpty,
      let name = address.symbol?.literal, (try? session.symbolData(name)) != nil
    else { return nil }
    return address
  }

  /// The bars on the slots of a series: as they are, or whole windows of finer ones.
  ///
  /// - Throws: `unknown-interval`, `other-interval`, `other-calendar`, `unknown-symbol`, `no-bars`, and what
  ///   the placement of rows throws.
  mutating func bars(for target: SeriesReference) throws(SessError) -> Answer {
    switch content {
    case .address(let address): return try held(address, target)
    case .files(let files):
      var answer = Answer(series: BarSeries(), name: word.text)
      var isFound = false
      for (index, file) in files.enumerated() {
        let part: BarSeries
        switch file {
        case .session(let document):
          guard let held = try stored(document, target) else { continue }
          part = held
        case .rows(let rows):
          guard let pending = try read(rows, index, target) else { continue }
          part = try fitted(pending.series, pending.decision.interval, target)
          answer.reading = answer.reading ?? pending
        }
        isFound = true
        answer.series = try SeriesMerge.merge(
          part, into: answer.series, policy: .keep, name: word.text
        ).series
      }
      if !isFound { throw unknown(target) }
      return answer
    }
  }

  private func held(_ address: Address, _ target: SeriesReference) throws(SessError) -> Answer {
    let source = try resolver.session.symbolData(address.symbol?.literal ?? "")
    var wanted = address
    if address.interval == nil {
      let same = source.bars[target.interval] == nil ? source.baseInterval : target.interval
      wanted.intervals = .one(same ?? target.interval)
    }
    wanted.symbol = GlobPattern(literal: source.symbol)
    guard let reference = try resolver.series(wanted).first else {
      return Answer(series: BarSeries(), name: "\(wanted)")
    }
    let series = BarSeries(chunks: resolver.chunks(reference, address.scope))
    guard reference.interval != target.interval else {
      return Answer(series: series, name: "\(wanted)")
    }
    guard reference.symbol.calendar == target.symbol.calendar else {
      throw SessError(
        "other-calendar",
        "\(wanted) keeps \(reference.symbol.calendar), \(target.symbol.symbol) keeps "
          + target.symbol.calendar,
        hint: "bars of another calendar fill only bars of the same length")
    }
    return Answer(
      series: try fitted(series, reference.interval, target), name: "\(wanted)")
  }

  private func stored(_ document: SessionDocument, _ target: SeriesReference) throws(SessError)
    -> BarSeries?
  {
    guard let found = document.symbols[symbol ?? target.symbol.symbol] else { return nil }
    if let record = found.bars[choices.interval ?? target.interval] {
      return try fitted(record.data, record.interval, target)
    }
    guard let base = found.baseInterval, let record = found.bars[base] else { return BarSeries() }
    return try fitted(record.data, base, target)
  }

  private mutating func read(_ file: RawFile, _ index: Int, _ target: SeriesReference)
    throws(SessError) -> PendingSeries?
  {
    let wanted = symbol ?? target.symbol.symbol
    guard let position = FillOrigin.position(of: wanted, in: file) else { return nil }
    let key = "\(index) \(target.symbol.calendar) \(target.interval)"
    let all: Placed
    if let known = placed[key] {
      all = known
    } else {
      all = try place(file, target)
      placed[key] = all
    }
    let result = all.series[position]
    if result.series.isEmpty {
      let reason = result.rejected.first.map { ": \($0.reason)" } ?? ""
      throw SessError(
        "no-bars", "no row of \(file.source.name) became a bar\(reason)",
        hint: "check --zone, --label and --interval")
    }
    return PendingSeries(
      symbol: wanted, decision: all.decisions[position], series: result.series,
      rejected: result.rejected, order: result.order, dialect: file.dialect,
      sources: [file.source.name], isNaive: file.isNaive)
  }

  /// Where a file has the rows of a symbol; a file that names none is taken to be of it.
  private static func position(of symbol: String, in file: RawFile) -> Int? {
    if file.hasSymbolColumn { return file.series.firstIndex { $0.symbol == symbol } }
    if let own = file.dialect.symbolName, own.lowercased() != symbol.lowercased() { return nil }
    return file.series.indices.first
  }

  /// Places the rows on the slots of the series to fill; rows too few to show their interval have its.
  private func place(_ file: RawFile, _ target: SeriesReference) throws(SessError) -> Placed {
    var own = choices
    own.target = LoadTarget(
      name: target.name, interval: target.interval, calendar: target.calendar,
      alignment: target.record.alignment)
    let decisions = try LoadPlanner(catalog: resolver.session.catalog, choices: own).decide(file)
    return Placed(decisions: decisions, series: try file.place(decisions, policy: .keep))
  }

  private func fitted(_ series: BarSeries, _ interval: Interval, _ target: SeriesReference)
    throws(SessError) -> BarSeries
  {
    if interval == target.interval { return series }
    guard target.interval.isMultiple(of: interval) else {
      throw SessError(
        "other-interval",
        "\(word.text) has \(interval) bars, \(target.name) needs "
          + "\(target.interval) bars or finer",
        span: word.span, hint: "--interval \(target.interval) says its rows are that long")
    }
    let frame = SeriesFrame(target.record, target.calendar, target.symbol.hours)
    return try SeriesDerivation(frame: frame, base: interval, root: interval, policy: .strict)
      .derive(series)
  }

  private func unknown(_ target: SeriesReference) -> SessError {
    var held: Set<String> = []
    if case .files(let files) = content {
      for file in files {
        switch file {
        case .session(let document): held.formUnion(document.symbolNames)
        case .rows(let rows):
          held.formUnion(rows.series.compactMap { $0.symbol ?? rows.dialect.symbolName })
        }
      }
    }
    let wanted = symbol ?? target.symbol.symbol
    return SessError(
      "unknown-symbol", "\(word.text) has no rows of \(wanted)", span: word.span,
      hint: "--symbol says which are meant: " + held.sorted().prefix(8).joined(separator: ", "))
  }
}
