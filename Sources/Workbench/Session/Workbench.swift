public import CommandLanguage
public import Diagnostics
import MarketCalendar
import MarketModel
public import Presentation
public import SessionEngine

/// One session at work: an engine, its variables and settings, and an executor for each command.
public final class Workbench {
  /// The engine that holds the session.
  public let engine: SessionEngine
  /// What `set` changes.
  public var settings = Settings()
  /// What the rim gives.
  public let environment: WorkbenchEnvironment
  /// Named values; `_` is the last answer.
  public private(set) var variables: [String: Operand] = [:]
  /// What was quoted in the words that variables were set to.
  private var words: [String: ExpandedWord] = [:]
  /// What follows a growing file for `feed --follow`.
  var follower: FeedFollower?
  /// Where replays stop, what is displayed then, and the moments that have names.
  var stops = StopList()
  /// The folder `$TMP` names, made when it is first used.
  public private(set) var temporaryFolder: String?
  /// The built-in calendars and the session's own.
  var catalog: CalendarCatalog { engine.snapshot().catalog }

  /// Creates a workbench with an empty session.
  public init(_ environment: WorkbenchEnvironment = WorkbenchEnvironment()) {
    self.environment = environment
    engine = SessionEngine(
      catalog: CalendarCatalog(zones: ZoneDatabase(read: environment.readZone)))
  }

  /// Names a value.
  public func set(_ name: String, to value: Operand) {
    variables[name] = value
    words[name] = nil
  }

  /// Gives a variable the text of a word, which keeps what was quoted in it.
  func set(_ name: String, to word: ExpandedWord) {
    set(name, to: .value(.text(word.text)))
    words[name] = word
  }

  /// Makes the folder `$TMP` names.
  func makeTemporaryFolder() throws(SessError) -> String {
    if let temporaryFolder { return temporaryFolder }
    let folder = try TextFile.makeTemporaryFolder(in: environment.temporaryRoot)
    temporaryFolder = folder
    return folder
  }

  /// Removes the folder `$TMP` named with all in it, if there was one.
  public func removeTemporaryFolder() {
    if let temporaryFolder { TextFile.removeFolder(temporaryFolder) }
    temporaryFolder = nil
  }

  /// Carries out a command and remembers its records as `$_`.
  ///
  /// - Throws: what the command throws; the session is unchanged then.
  public func execute(_ invocation: Invocation) throws(SessError) -> Output {
    let output: Output
    let earlier = engine.beginCommand()
    defer { if invocation.command.isUndoable { engine.remember(earlier, before: invocation.text) } }
    do throws(SessError) {
      output = try dispatch(invocation)
    } catch {
      throw error.located(at: invocation.span)
    }
    return invocation.command.asksAboutData ? remembered(output) : output
  }

  /// An answer whose records are `$_` from now on.
  func remembered(_ output: Output) -> Output {
    if let records = output.records { variables["_"] = .table(records) }
    return output
  }

  private func dispatch(_ invocation: Invocation) throws(SessError) -> Output {
    switch invocation.command {
    case .load(let command): try load(command)
    case .unload(let addresses): try unload(addresses)
    case .append(let command): try append(command)
    case .clear(let command): try clear(command)
    case .derive(let command): try derive(command)
    case .fill(let command): try fill(command)
    case .retry(let command): try retry(command)
    case .export(let command): try export(command, as: invocation.format)
    case .exportDelta(let command): try exportDelta(command)
    case .exportSchema(let file): try exportSchema(file)
    case .loadDelta(let files): try loadDelta(files)
    case .save(let file): try save(file)
    case .open(let file): try openSession(file)
    case .generate(let command): try generate(command)
    case .inject(let command): try inject(command)
    case .show(let command): try show(command)
    case .status(let addresses): try status(addresses)
    case .calendar(let command): try calendar(command)
    case .feed(let command): try feed(command)
    case .replay(let command): try replay(command)
    case .move(let move): try self.move(move)
    case .stop(let request): try stop(request)
    case .stops: listStops()
    case .deleteStops(let numbers): try deleteStops(numbers)
    case .displays: showDisplays()
    case .when: when()
    case .mark(let name): try mark(name)
    case .list(let address, let count): try list(address, count)
    case .focus(let up): try moveFocus(up: up)
    case .gaps(let query): try gaps(query)
    case .missing(let query): try missing(query)
    case .quality(let query): try quality(query)
    case .doctor(let command): try doctor(command)
    case .why(let command): try why(command)
    case .reconcile(let command): try reconcile(command)
    case .adjust(let command): try adjust(command)
    case .indicator(let command): try indicator(command)
    case .snapshot(let command): try snapshot(command)
    case .diff(let command): try diff(command)
    case .undo(let count): try undo(count)
    case .redo(let count): try redo(count)
    case .changes(let command): try changes(command)
    case .check: try check()
    case .help(let topic): try help(topic)
    case .set(let command): try set(command)
    case .history(let count): history(count)
    case .quit: Output()
    }
  }

  /// Which bytes of the text a variable puts into a word were quoted, where that is known.
  func marks(of name: String, column: String?) -> [Bool]? {
    column == nil ? words[name]?.isQuoted : nil
  }

  /// The text a variable puts into a word.
  ///
  /// - Throws: `unknown-variable`, `unknown-column`, `several-values`.
  public func text(of name: String, column: String?) throws(SessError) -> String {
    if name == "TMP", variables[name] == nil { return try makeTemporaryFolder() }
    guard let operand = variables[name] else {
      throw SessError(
        "unknown-variable", "$\(name) is not set", hint: "`let \(name) = value` sets it")
    }
    switch operand {
    case .value(let value) where column == nil: return ValueText.text(value)
    case .list(let values) where values.count == 1 && column == nil:
      return ValueText.text(values[0])
    case .table(let table):
      guard let column else { break }
      guard let values = table.column(column) else {
        throw SessError(
          "unknown-column", "$\(name) has no column \(column)",
          hint: "columns: " + table.columns.joined(separator: ", "))
      }
      if values.count == 1 { return ValueText.text(values[0]) }
    default: break
    }
    throw SessError(
      "several-values", "$\(name) is not one value",
      hint: "a word needs one: for example $_.date of one record")
  }

  private func help(_ topic: String?) throws(SessError) -> Output {
    var output = Output.lines(try Help.lines(topic))
    guard topic == nil else { return output }
    var table = RecordTable(columns: ["command", "group", "summary"])
    for spec in CommandTable.commands {
      table.rows.append([.text(spec.name), .text(spec.group.rawValue), .text(spec.summary)])
    }
    output.records = table
    return output
  }

  private func set(_ command: SetCommand) throws(SessError) -> Output {
    if let name = command.name, let value = command.value {
      try settings.change(name, to: value)
      return Output()
    }
    var table = RecordTable(columns: ["setting", "value"])
    for (name, value) in settings.all where command.name == nil || command.name == name {
      table.rows.append([.text(name), .text(value)])
    }
    guard !table.rows.isEmpty else {
      try settings.change(command.name ?? "", to: "")
      return Output()
    }
    return .records(table)
  }

  private func history(_ count: Int?) -> Output {
    var table = RecordTable(columns: ["number", "line"])
    let lines = environment.typedLines()
    for (index, line) in lines.enumerated().suffix(count ?? 20) {
      table.rows.append([.integer(index + 1), .text(line)])
    }
    return .records(table, emptyText: "nothing was typed yet")
  }

  /// Stops a long command when the user asked for it.
  func checkCancelled() throws(SessError) {
    guard environment.isCancelled() else { return }
    throw SessError("interrupted", "the command was interrupted; nothing has changed")
  }
}
