public import Diagnostics
public import MarketModel

/// A command as typed, checked alone; whether its symbols exist is found out when it runs.
public enum Command: Sendable {
  case load(LoadCommand)
  case unload([Address])
  case append(AppendCommand)
  case clear(ClearCommand)
  case derive(DeriveCommand)
  case fill(FillCommand)
  case retry(RetryCommand)
  case export(ExportCommand)
  case exportDelta(ExportDeltaCommand)
  case exportSchema(ExpandedWord?)
  case loadDelta([ExpandedWord])
  case save(ExpandedWord)
  case open(ExpandedWord)
  case generate(GenerateCommand)
  case inject(InjectCommand)
  case show(ShowCommand)
  case status([Address])
  case calendar(CalendarCommand)
  case feed(FeedCommand)
  case replay(ReplayCommand)
  case move(ClockMove)
  case stop(StopRequest)
  case stops
  case deleteStops([ExpandedWord])
  case displays
  case when
  case mark(ExpandedWord?)
  case list(Address?, Int)
  case focus(up: Bool)
  case gaps(QueryCommand)
  case missing(QueryCommand)
  case quality(QueryCommand)
  case doctor(DoctorCommand)
  case why(WhyCommand)
  case reconcile(ReconcileCommand)
  case adjust(AdjustCommand)
  case indicator(IndicatorCommand)
  case snapshot(SnapshotCommand)
  case diff(DiffCommand)
  case undo(Int)
  case redo(Int)
  case changes(ChangesCommand)
  case check
  case help(String?)
  case set(SetCommand)
  case history(Int?)
  case quit(Int32)

  /// False for commands about the program itself, whose answers are not the last result.
  public var asksAboutData: Bool {
    switch self {
    case .help, .set, .history, .quit: false
    default: true
    }
  }
}

extension Command {
  /// False for commands that undo does not go back before, whatever they change.
  public var isUndoable: Bool {
    switch self {
    case .undo, .redo, .replay, .move: false
    default: true
    }
  }
}

/// What `load PATH…` was asked to do.
public struct LoadCommand: Sendable {
  /// Files and patterns; empty with `--command`.
  public var paths: [ExpandedWord] = []
  /// The rows of a database that are meant, in SQL.
  public var query: ExpandedWord?
  /// A shell command whose output is read instead of files.
  public var shellCommand: ExpandedWord?
  /// The symbol of files without a symbol column.
  public var symbol: String?
  /// The interval; nil infers it.
  public var interval: Interval?
  /// The calendar; nil infers it.
  public var calendar: ExpandedWord?
  /// Which hours are expected; nil keeps those of the symbol.
  public var hours: Hours?
  /// The zone of stamps without an offset.
  public var zone: ExpandedWord?
  /// True when stamps name bar ends; nil leaves it to the file.
  public var labelsEnd: Bool?
  /// Added to every stamp, in nanoseconds.
  public var shift: Int64?
  /// The key of a vendor's dialect, whatever the file looks like.
  public var dialect: ExpandedWord?
  /// `mdy`, `dmy` or `ymd`.
  public var dateOrder: String?
  /// `point` or `comma`.
  public var decimal: String?
  /// Prices are written multiplied by this.
  public var priceScale: Double?
  /// The names of the columns, whatever the file says.
  public var columns: [String]?
  /// Which side of quotes is read: `bid`, `ask` or `mid`.
  public var side: String?
  /// True when written offsets are wall-clock decoration.
  public var ignoresOffset = false
  /// The trading days whose bars are taken; nil for all.
  public var days: ClosedRange<CivilDate>?
  /// The days the series must have.
  public var expected: ClosedRange<CivilDate>?
  /// True when one rejected row fails the load.
  public var isStrict = false
  /// `keep`, `replace` or `error`.
  public var onDuplicate: String?
  /// True when a second source may join a loaded series.
  public var merges = false
  /// True when the symbol is loaded for one question rather than configured.
  public var isAdHoc = false
  /// The first flag on the line.
  public var flagSpan: SourceSpan?
  /// Every flag as typed, by name; those without a value have an empty one.
  public var flags: [String: String] = [:]
  /// True when rows that only repeat the price before count as missing.
  public var dropsFillers = false

  /// Fails when flags say how a file is read where no file is.
  ///
  /// - Throws: `unused-flag`.
  public func verifyNoFlags(_ reason: String) throws(SessError) {
    guard let flagSpan else { return }
    throw SessError(
      "unused-flag", "\(reason), so nothing is read by this flag", span: flagSpan,
      hint: "leave it out")
  }
}

/// What `append ADDRESS TIME OPEN HIGH LOW CLOSE VOLUME` was asked to do.
public struct AppendCommand: Sendable {
  /// The series.
  public var address: Address
  /// The bar's start.
  public var time: TimeWord
  /// Open, high, low, close, volume.
  public var figures: [Double]
  /// The number of trades, where known.
  public var trades: Int?
  /// The volume-weighted average price, where known.
  public var vwap: Double?
  /// `reject`, `replace` or `keep`.
  public var onDuplicate: String?
  /// The verb's place.
  public var span: SourceSpan
}

/// What `clear session|historical [SYMBOL]` was asked to do.
public struct ClearCommand: Sendable {
  /// True for `clear historical`.
  public var clearsHistorical: Bool
  /// The symbols.
  public var address: Address
}

/// What `derive ADDRESS INTERVAL…` was asked to do.
public struct DeriveCommand: Sendable {
  /// The symbols.
  public var address: Address
  /// The intervals to make.
  public var intervals: [Interval]
  /// Which windows become bars.
  public var policy = DerivationPolicy.partial
  /// Where windows are anchored.
  public var alignment = Alignment.session
  /// The interval to derive from; nil takes the finest received.
  public var base: Interval?
  /// The events to derive from; nil takes bars where they serve.
  public var events: EventSource?
  /// The intervals' place.
  public var span: SourceSpan
}

/// What `fill ADDRESS` was asked to do.
public struct FillCommand: Sendable {
  /// What missing slots are filled with.
  public enum Source: Sendable {
    /// The bars of a file or of a loaded series.
    case from(ExpandedWord)
    /// The last close.
    case carry
    /// Nothing: carried bars go.
    case removeCarried
  }

  /// The series.
  public var address: Address
  /// Where bars come from.
  public var source: Source
  /// How a file is read.
  public var reading: LoadCommand
  /// The address's place.
  public var span: SourceSpan
}

/// What `retry ADDRESS` was asked to do.
public struct RetryCommand: Sendable {
  /// The series.
  public var address: Address
  /// Where bars come from; nil takes what each gap was last tried from.
  public var from: ExpandedWord?
  /// How a file is read.
  public var reading: LoadCommand
  /// Attempts after which a gap is abandoned.
  public var maximum = 5
  /// The wait after the first attempt, in nanoseconds.
  public var every = 60 * Instant.second
  /// The address's place.
  public var span: SourceSpan
}

/// What `export ADDRESS [FILE]` was asked to do.
public struct ExportCommand: Sendable {
  /// What to write.
  public var address: Address
  /// The file; nil writes to standard output.
  public var file: ExpandedWord?
  /// True when symbol and interval columns come first.
  public var hasKeys = false
  /// The address's place.
  public var span: SourceSpan
}

/// What `generate SYMBOL --days A..B` was asked to do.
public struct GenerateCommand: Sendable {
  /// The symbol to make.
  public var symbol: String
  /// First and last day.
  public var days: ClosedRange<CivilDate>
  /// The generator's seed.
  public var seed = 1
  /// The calendar; nil is `XNYS`.
  public var calendar: ExpandedWord?
  /// The interval of the bars.
  public var interval = Interval.minute
  /// Which hours get bars.
  public var hours = Hours.regular
  /// The first price.
  public var price = 100.0
  /// The smallest price step.
  public var tickSize = 0.01
  /// The mean volume of a bar.
  public var volume = 10_000.0
}

/// What `inject DEFECT ADDRESS` was asked to do.
public struct InjectCommand: Sendable {
  /// The name of the defect.
  public var defect: String
  /// The series to spoil.
  public var address: Address
  /// How many places are spoiled.
  public var count = 1
  /// How many bars each place has.
  public var length = 10
  /// A factor or a number of hours; nil takes the defect's own.
  public var size: Double?
  /// The generator's seed.
  public var seed = 1
  /// The address's place.
  public var span: SourceSpan
}

/// What `show [VIEW] [ADDRESS…]` was asked to do.
public struct ShowCommand: Sendable {
  /// A view of the structure.
  public enum View: String, Sendable, CaseIterable {
    case symbols, intervals, metrics, historical, ticks, quotes, rejected, revisions
  }

  /// The view; nil shows what the addresses name.
  public var view: View?
  /// The addresses and the limits.
  public var query: QueryCommand
}

/// A question about addresses, answered with records.
public struct QueryCommand: Sendable {
  /// The addresses; empty asks about everything.
  public var addresses: [Address] = []
  /// How many records are wanted.
  public var limit = RowLimit()
  /// Only records for which this holds.
  public var filter: ExpressionText?
  /// Only these columns.
  public var columns: [String] = []
  /// One record a series instead of one a day or gap.
  public var isTotal = false
  /// Only gaps of at least so many slots.
  public var minimum: Int?
  /// Only gaps in these states, with what was tried; empty asks for neither.
  public var states: [GapState] = []
  /// The addresses' place.
  public var span: SourceSpan
}

/// What `calendar` was asked to do.
public enum CalendarCommand: Sendable {
  /// How two calendars differ on a date.
  public enum Difference: String, Sendable, CaseIterable {
    case closed
    case hours
  }

  /// A calendar's or a symbol's days, or all calendars; without days what they are.
  case show(name: ExpandedWord?, days: ClosedRange<CivilDate>?)
  /// The dates on which two calendars differ.
  case difference(ExpandedWord, ExpandedWord, days: ClosedRange<CivilDate>?, only: Difference?)
  /// A calendar from a file.
  case load(ExpandedWord)
}

/// What `set [NAME [VALUE]]` was asked to do.
public struct SetCommand: Sendable {
  /// The setting; nil lists all.
  public var name: String?
  /// The new value; nil shows it.
  public var value: String?
}
