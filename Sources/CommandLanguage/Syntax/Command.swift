public import Diagnostics
public import MarketModel

/// A command as typed, checked alone; whether its symbols exist is found out when it runs.
public enum Command: Sendable {
  case load(LoadCommand)
  case unload([Address])
  case append(AppendCommand)
  case clear(ClearCommand)
  case derive(DeriveCommand)
  case export(ExportCommand)
  case generate(GenerateCommand)
  case inject(InjectCommand)
  case show(ShowCommand)
  case status
  case calendar(CalendarCommand)
  case gaps(QueryCommand)
  case missing(QueryCommand)
  case quality(QueryCommand)
  case changes(RowLimit)
  case check
  case help(String?)
  case set(SetCommand)
  case history(Int?)
  case quit(Int32)
}

/// A command with what is common to all: its format, its place, where its output goes.
public struct Invocation: Sendable {
  /// What to do.
  public var command: Command
  /// The format asked for with `--as`.
  public var format: OutputChoice?
  /// Where the output goes; nil shows it.
  public var redirection: CommandLine.Redirection?
  /// The verb's place.
  public var span: SourceSpan
}

/// How an answer is written.
public enum OutputChoice: String, Sendable, CaseIterable {
  case table, box, csv, json, jsonl, md, line
}

/// Which records of an answer are wanted.
public struct RowLimit: Sendable {
  /// Only the first so many.
  public var first: Int?
  /// Only the last so many.
  public var last: Int?

  /// Creates a limit.
  public init(first: Int? = nil, last: Int? = nil) {
    self.first = first
    self.last = last
  }
}

/// `load PATH…`
public struct LoadCommand: Sendable {
  /// Files and patterns; empty with `--command`.
  public var paths: [ExpandedWord] = []
  /// A shell command whose output is read instead of files.
  public var shellCommand: ExpandedWord?
  public var symbol: String?
  public var interval: Interval?
  public var calendar: ExpandedWord?
  public var hours: Hours?
  public var zone: ExpandedWord?
  /// True when stamps name bar ends; nil leaves it to the file.
  public var labelsEnd: Bool?
  /// Added to every stamp, in nanoseconds.
  public var shift: Int64?
  public var ignoresOffset = false
  public var expected: ClosedRange<CivilDate>?
  public var isStrict = false
  /// `keep`, `replace` or `error`.
  public var onDuplicate: String?
  public var merges = false
}

/// `append ADDRESS TIME OPEN HIGH LOW CLOSE VOLUME`
public struct AppendCommand: Sendable {
  public var address: Address
  public var time: TimeWord
  /// Open, high, low, close, volume.
  public var figures: [Double]
  public var trades: Int?
  public var vwap: Double?
  /// `reject`, `replace` or `keep`.
  public var onDuplicate: String?
  public var span: SourceSpan
}

/// `clear session|historical [SYMBOL]`
public struct ClearCommand: Sendable {
  public var clearsHistorical: Bool
  public var address: Address
}

/// `derive ADDRESS INTERVAL…`
public struct DeriveCommand: Sendable {
  public var address: Address
  public var intervals: [Interval]
  public var policy = DerivationPolicy.partial
  public var alignment = Alignment.session
  public var base: Interval?
  public var span: SourceSpan
}

/// `export ADDRESS [FILE]`
public struct ExportCommand: Sendable {
  public var address: Address
  public var file: ExpandedWord?
  public var hasKeys = false
  public var span: SourceSpan
}

/// `generate SYMBOL --days A..B`
public struct GenerateCommand: Sendable {
  public var symbol: String
  public var days: ClosedRange<CivilDate>
  public var seed = 1
  public var calendar: ExpandedWord?
  public var interval = Interval.minute
  public var hours = Hours.regular
  public var price = 100.0
  public var tickSize = 0.01
  public var volume = 10_000.0
}

/// `inject DEFECT ADDRESS`
public struct InjectCommand: Sendable {
  public var defect: String
  public var address: Address
  public var count = 1
  public var length = 10
  public var seed = 1
  public var span: SourceSpan
}

/// `show [VIEW] [ADDRESS…]`
public struct ShowCommand: Sendable {
  /// A view of the structure.
  public enum View: String, Sendable, CaseIterable {
    case symbols, intervals, metrics, historical, ticks, quotes, rejected, revisions
  }

  /// The view; nil shows what the addresses name.
  public var view: View?
  public var query: QueryCommand
}

/// A question about addresses, answered with records.
public struct QueryCommand: Sendable {
  public var addresses: [Address] = []
  public var limit = RowLimit()
  /// Only records for which this holds.
  public var filter: ExpressionText?
  /// Only these columns.
  public var columns: [String] = []
  /// One record a series instead of one a day or gap.
  public var isTotal = false
  /// Only gaps of at least so many slots.
  public var minimum: Int?
  /// The addresses' place.
  public var span: SourceSpan
}

/// `calendar [NAME|SYMBOL][@SCOPE]`
public struct CalendarCommand: Sendable {
  public var name: ExpandedWord?
  public var scope: Scope?
}

/// `set [NAME [VALUE]]`
public struct SetCommand: Sendable {
  public var name: String?
  public var value: String?
}
