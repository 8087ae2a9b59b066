import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import Presentation
import SessionEngine

/// Whole sessions and deltas in files.
extension Workbench {
  /// What encoders need to know besides the records: each calendar's zone, each symbol's session date.
  private func frame(of session: SessionData) throws(SessError) -> (
    zones: [String: Zone], dates: [String: CivilDate]
  ) {
    var zones: [String: Zone] = [:]
    var dates: [String: CivilDate] = [:]
    for (name, symbol) in session.document.symbols {
      zones[symbol.calendar] = try session.catalog.calendar(named: symbol.calendar).zone
      dates[name] = session.sessionDate(of: name)
    }
    return (zones, dates)
  }

  /// The canonical export of a session.
  func encoded(_ session: SessionData) throws(SessError) -> [UInt8] {
    let (zones, dates) = try frame(of: session)
    var encoder = SessionEncoder(zones: zones)
    return encoder.encode(session.document, sessionDates: dates)
  }

  /// Runs `export delta`.
  func exportDelta(_ command: ExportDeltaCommand) throws(SessError) -> Output {
    let session = engine.snapshot()
    let touched: [Change]
    do throws(SessError) {
      touched = try session.touched(since: command.since)
    } catch {
      throw error.located(at: command.span)
    }
    let (zones, dates) = try frame(of: session)
    var encoder = DeltaEncoder(zones: zones)
    let bytes = encoder.encode(
      touched, of: session.document, sessionDates: dates, since: command.since)
    guard let file = command.file else { return text(bytes) }
    try write(file) { (output) throws(SessError) in try output(bytes) }
    return report([
      "wrote \(file.text): from change \(command.since) to \(session.changes.sequence), "
        + "\(bytes.count) bytes"
    ])
  }

  /// Runs `export schema`.
  func exportSchema(_ file: ExpandedWord?) throws(SessError) -> Output {
    let bytes = Array(SessionSchema.text.utf8)
    guard let file else { return text(bytes) }
    try write(file) { (output) throws(SessError) in try output(bytes) }
    return report(["wrote \(file.text)"])
  }

  /// Runs `load --delta`: all files or none.
  func loadDelta(_ files: [ExpandedWord]) throws(SessError) -> Output {
    let session = engine.snapshot()
    guard session.replay == nil else {
      throw SessError(
        "replay-running",
        "a delta goes on from one exact state of a session, but a replay shows a part of it",
        span: files.first?.span,
        hint: "`replay stop` first; or `open` the session the delta belongs to, and replay that")
    }
    try checkNotFollowing()
    var document = session.document
    var decoder = DeltaDecoder(catalog: catalog)
    for word in files {
      do throws(SessError) {
        for source in try sources(at: word.text) {
          let bytes = try source.bytes(at: 0, count: source.byteCount)
          try CSVReader.checkText(bytes, source.name)
          document = try read(bytes) { (buffer) throws(SessError) in
            try decoder.apply(buffer, name: source.name, to: document)
          }
        }
      } catch {
        throw error.located(at: word.span)
      }
    }
    try engine.replace(with: document, from: session.changes.sequence)
    let names = files.map(\.text).joined(separator: ", ")
    return report(
      [
        "applied \(names): from change \(session.changes.sequence) to \(document.changeSequence)"
      ], comparison(from: session, to: engine.snapshot()))
  }

  /// Runs `save`.
  func save(_ file: ExpandedWord) throws(SessError) -> Output {
    let isPlain = file.text.hasSuffix(".json")
    let isNamed = isPlain || file.text.hasSuffix(".zst")
    let path = isNamed ? file.text : file.text + Workbench.savedEnding
    var session = engine.snapshot()
    // A replay is a way of looking; what is kept is all that is known.
    if session.replay != nil { try session.stopReplay() }
    let plain = try encoded(session)
    let bytes: [UInt8]
    do throws(SessError) {
      bytes = isPlain ? plain : try Compression.zst(plain)
    } catch {
      throw error.located(at: file.span)
    }
    try write(ExpandedWord(path, span: file.span)) { (output) throws(SessError) in try output(bytes)
    }
    let count = session.document.symbols.count
    return report([
      "saved \(path): \(count) symbol\(count == 1 ? "" : "s"), change \(session.changes.sequence)"
    ])
  }

  private static let savedEnding = ".sess.zst"

  /// Runs `open`.
  func openSession(_ file: ExpandedWord) throws(SessError) -> Output {
    let session = engine.snapshot()
    do throws(SessError) {
      var path = file.text
      if !TextFile.exists(path), TextFile.exists(path + Workbench.savedEnding) {
        path += Workbench.savedEnding
      }
      try checkNotFollowing()
      let sources = try sources(at: path)
      guard let source = sources.first, sources.count == 1,
        SessionDecoder.recognizes(try source.bytes(at: 0, count: min(4096, source.byteCount)))
      else {
        throw SessError(
          "not-a-session", "\(path) is not a saved session",
          hint: "`load \(AddressText.word(path))` reads bars")
      }
      try engine.replace(with: try decodeSession(source), from: session.changes.sequence)
      let opened = engine.snapshot()
      let count = opened.document.symbols.count
      return report(
        [
          "opened \(path): \(count) symbol\(count == 1 ? "" : "s"), change \(opened.changes.sequence)"
        ],
        Records.symbols(
          Array(opened.document.symbolNames.compactMap { opened.document.symbols[$0] }), opened))
    } catch {
      throw error.located(at: file.span)
    }
  }
}
