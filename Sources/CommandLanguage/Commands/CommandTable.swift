public import Diagnostics

/// Every command, in the order help lists them.
public enum CommandTable {
  /// The commands.
  public static let commands: [CommandSpec] = [
    .load, .unload, .append, .clear, .derive, .fill, .feed, .export, .save, .open, .generate,
    .inject,
    .show, .status, .print, .calendar,
    .quality, .gaps, .missing, .why, .doctor, .retry, .reconcile, .adjust,
    .indicator,
    .replay, .step, .next, .until, .finish, .continue_, .goto, .rstep, .rnext, .rcontinue,
    .when, .mark, .list, .up, .down,
    .break_, .watch, .display, .delete,
    .snapshot, .diff, .undo, .redo, .changes, .check,
    .let_, .assert, .section, .foreach, .if_, .include,
    .help, .set, .history, .quit,
  ]

  private static let index: [String: CommandSpec] = {
    var index: [String: CommandSpec] = [:]
    for spec in commands {
      index[spec.name] = spec
      for alias in spec.aliases { index[alias] = spec }
    }
    return index
  }()

  /// The views of `show`, which are verbs of their own as well.
  public static let views = ShowCommand.View.allCases.map(\.rawValue)

  /// The command of a name or alias.
  public static func spec(_ name: String) -> CommandSpec? {
    index[name] ?? (views.contains(name) ? .show : nil)
  }

  /// The flag every command that answers has.
  static let formatFlag = ParameterSpec.flag(
    "as", .choice(OutputChoice.allCases.map(\.rawValue)), "how the answer is written; default table"
  )

  /// Turns a typed line into a checked command.
  ///
  /// - Throws: `unknown-command`, `unknown-flag`, `missing-value`, `too-many-arguments` and what each command checks.
  public static func resolve(
    _ line: CommandLine,
    variables: VariableText
  ) throws(SessError) -> Invocation {
    guard let spec = spec(line.verb), let build = spec.build else { throw unknown(line) }
    var words: [ExpandedWord] = []
    if views.contains(line.verb) { words.append(ExpandedWord(line.verb, span: line.span)) }
    var flags: [String: ParsedArguments.Flag] = [:]
    var pending: (parameter: ParameterSpec, span: SourceSpan)?
    for argument in line.arguments {
      switch argument {
      case .word(let word):
        let expanded = try word.expanded(variables)
        if let flag = pending {
          flags[flag.parameter.name] = ParsedArguments.Flag(value: expanded, span: flag.span)
          pending = nil
        } else {
          words.append(expanded)
        }
      case .flag(let name, let value, let span):
        if let flag = pending { throw missingValue(flag.parameter, flag.span) }
        let parameter = try flag(name, spec, span)
        if flags[name] != nil {
          throw SessError("repeated-flag", "--\(name) is given twice", span: span)
        }
        if parameter.kind == .presence {
          guard value == nil else {
            throw SessError("unexpected-value", "--\(name) takes no value", span: span)
          }
          flags[name] = ParsedArguments.Flag(span: span)
        } else if let value {
          flags[name] = ParsedArguments.Flag(value: try value.expanded(variables), span: span)
        } else {
          pending = (parameter, span)
        }
      }
    }
    if let flag = pending { throw missingValue(flag.parameter, flag.span) }
    var arguments = ParsedArguments(spec, verb: line.span, words: words, flags: flags)
    let format = try arguments.choice("as", as: OutputChoice.self)
    let command = try build(&arguments)
    try arguments.verifyAllTaken()
    return Invocation(
      command: command, format: format, redirection: line.redirection, span: line.span)
  }

  private static func missingValue(_ parameter: ParameterSpec, _ span: SourceSpan) -> SessError {
    SessError(
      "missing-value", "--\(parameter.name) needs a value", span: span,
      hint: "usage: \(parameter.usage)")
  }

  private static func flag(_ name: String, _ spec: CommandSpec, _ span: SourceSpan)
    throws(SessError)
    -> ParameterSpec
  {
    if name == "as" { return formatFlag }
    if let parameter = spec.flags.first(where: { $0.name == name }) { return parameter }
    let names = spec.flags.map(\.name) + ["as"]
    let hint =
      Suggestion.nearest(to: name, in: names).map { "did you mean --\($0)?" }
      ?? "flags: " + names.map { "--\($0)" }.joined(separator: " ")
    throw SessError("unknown-flag", "\(spec.name) has no flag --\(name)", span: span, hint: hint)
  }

  private static func unknown(_ line: CommandLine) -> SessError {
    let names = commands.flatMap { [$0.name] + $0.aliases } + views
    let hint = Suggestion.nearest(to: line.verb, in: names).map { "did you mean \($0)?" }
    return SessError(
      "unknown-command", "\(line.verb) is not a command", span: line.span,
      hint: hint ?? "`help` lists the commands")
  }
}
