import Diagnostics
import MarketModel

/// The words and flags of one command line, taken one by one.
struct ParsedArguments {
  /// A flag as typed.
  struct Flag {
    var value: ExpandedWord?
    var span: SourceSpan
  }

  /// What an address may name besides symbols.
  struct AddressParts: OptionSet {
    let rawValue: Int
    static let interval = AddressParts(rawValue: 1)
    static let field = AddressParts(rawValue: 2)
    static let scope = AddressParts(rawValue: 4)
    /// Stretches of series.
    static let series: AddressParts = [.interval, .scope]
    static let all: AddressParts = [.interval, .field, .scope]
  }

  /// The flags that a command has looked at; one it did not look at says nothing there.
  private final class Asked {
    var names: Set<String> = ["as"]
  }

  let spec: CommandSpec
  /// What errors call the command.
  var name: String
  let verb: SourceSpan
  private(set) var words: [ExpandedWord]
  private let flags: [String: Flag]
  private let asked = Asked()

  init(_ spec: CommandSpec, verb: SourceSpan, words: [ExpandedWord], flags: [String: Flag]) {
    self.spec = spec
    name = spec.name
    self.verb = verb
    self.words = words
    self.flags = flags
  }

  /// The place of all words that are left, or of the verb.
  var span: SourceSpan { words.first?.span ?? verb }

  /// Takes the next word, or nil.
  mutating func next() -> ExpandedWord? { words.isEmpty ? nil : words.removeFirst() }

  /// Takes the next word.
  ///
  /// - Throws: `missing-argument`.
  mutating func required(_ what: String) throws(SessError) -> ExpandedWord {
    if let word = next() { return word }
    throw SessError(
      "missing-argument", "\(spec.name) needs \(what)", span: verb, hint: "usage: \(spec.usage)")
  }

  func has(_ flag: String) -> Bool { asked(flag) != nil }

  func value(_ flag: String) -> ExpandedWord? { asked(flag)?.value }

  func text(_ flag: String) -> String? { value(flag)?.text }

  private func asked(_ flag: String) -> Flag? {
    asked.names.insert(flag)
    return flags[flag]
  }

  /// The place of a flag, or of the verb.
  func place(of flag: String) -> SourceSpan { flags[flag]?.span ?? verb }

  /// Every flag but `--as`, as typed; those without a value have an empty one.
  var typedFlags: [String: String] {
    flags.filter { $0.key != "as" }.mapValues { $0.value?.text ?? "" }
  }

  /// The first of some flags on the line.
  func first(of names: some Sequence<String>) -> SourceSpan? {
    names.compactMap { flags[$0]?.span }.min { $0.offset < $1.offset }
  }

  /// Fails when the line has more than the command has taken.
  ///
  /// - Throws: `too-many-arguments`, `unused-flag`.
  func verifyAllTaken() throws(SessError) {
    if let extra = words.first {
      throw extra.failure(
        "too-many-arguments", "\(spec.name) takes no further words", hint: "usage: \(spec.usage)")
    }
    let unused = flags.filter { !asked.names.contains($0.key) }
    guard let (name, flag) = unused.min(by: { $0.value.span.offset < $1.value.span.offset }) else {
      return
    }
    throw SessError(
      "unused-flag", "--\(name) says nothing here", span: flag.span,
      hint: "leave it out; `help \(spec.name)` says what goes together")
  }

  func interval(_ flag: String) throws(SessError) -> Interval? {
    guard let word = value(flag) else { return nil }
    return try ParsedArguments.interval(word)
  }

  static func interval(_ word: ExpandedWord) throws(SessError) -> Interval {
    guard let interval = Interval(word.text) else {
      throw word.failure(
        "bad-interval", "\(word.text) is not an interval",
        hint: "an interval is a count and a unit: 30s, 1m, 5m, 1h, 1d, 1w, 1mo")
    }
    return interval
  }

  func dates(_ flag: String) throws(SessError) -> ClosedRange<CivilDate>? {
    guard let word = value(flag) else { return nil }
    guard let dates = Scope.dates(word.text) else {
      throw word.failure(
        "bad-dates", "\(word.text) is not a range of dates",
        hint: "for example 2025-07-01..2025-07-03")
    }
    return dates
  }

  func date(_ flag: String) throws(SessError) -> CivilDate? {
    guard let word = value(flag) else { return nil }
    if let date = CivilDate(iso: word.text) { return date }
    throw word.failure(
      "bad-date", "\(word.text) is not a date", hint: "for example 2025-07-02")
  }

  func count(_ flag: String, in range: ClosedRange<Int> = 0...1_000_000_000) throws(SessError)
    -> Int?
  {
    guard let word = value(flag) else { return nil }
    let help = spec.flags.first { $0.name == flag }
    return try ParsedArguments.count(
      word, in: range, hint: help.map { "\($0.usage.dropFirst().dropLast()): \($0.help)" })
  }

  /// A whole number as the next word; nil without one.
  mutating func nextCount(in range: ClosedRange<Int>) throws(SessError) -> Int? {
    guard let word = next() else { return nil }
    return try ParsedArguments.count(word, in: range, hint: "usage: \(spec.usage)")
  }

  private static func count(_ word: ExpandedWord, in range: ClosedRange<Int>, hint: String?)
    throws(SessError) -> Int
  {
    if let count = Int(word.text), range.contains(count) { return count }
    throw word.failure(
      "bad-count",
      "\(word.text) is not a whole number from \(range.lowerBound) to \(range.upperBound)",
      hint: hint)
  }

  func number(_ flag: String, in range: ClosedRange<Double>) throws(SessError) -> Double? {
    guard let word = value(flag) else { return nil }
    if let number = Double(word.text), range.contains(number) { return number }
    let (low, high) = (
      ValueText.text(.number(range.lowerBound)), ValueText.text(.number(range.upperBound))
    )
    throw word.failure("bad-number", "\(word.text) is not a number from \(low) to \(high)")
  }

  func duration(_ flag: String) throws(SessError) -> Int64? {
    guard let word = value(flag) else { return nil }
    guard let duration = ClockText.duration(word.text), duration.magnitude <= 366 * Instant.day
    else {
      throw word.failure(
        "bad-duration", "\(word.text) is not a length of time of up to a year",
        hint: "for example -4h, 30m, 1h30m")
    }
    return duration
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ flag: String, as type: Choice.Type
  ) throws(SessError) -> Choice? {
    guard let word = value(flag) else { return nil }
    return try ParsedArguments.choice(word, as: type)
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ word: ExpandedWord, as type: Choice.Type
  ) throws(SessError) -> Choice {
    if let choice = Choice(rawValue: word.text) { return choice }
    throw badChoice(word, Choice.allCases.map(\.rawValue))
  }

  static func badChoice(_ word: ExpandedWord, _ choices: [String]) -> SessError {
    let near = Suggestion.nearest(to: word.text, in: choices).map { "did you mean \($0)? " } ?? ""
    return word.failure(
      "bad-choice", "\(word.text) is not one of the choices",
      hint: near + "choices: " + choices.joined(separator: ", "))
  }

  func oneOf(_ flag: String, _ choices: [String]) throws(SessError) -> String? {
    guard let word = value(flag) else { return nil }
    guard choices.contains(word.text) else { throw ParsedArguments.badChoice(word, choices) }
    return word.text
  }

  /// A word as the name of a symbol that is to be made.
  ///
  /// - Throws: `bad-symbol` for names that no address can mean.
  static func symbol(_ word: ExpandedWord) throws(SessError) -> String {
    guard !word.text.isEmpty, word.text != "session" else {
      throw word.failure(
        "bad-symbol",
        word.text.isEmpty ? "a symbol has a name" : "session is the root of all addresses",
        hint: "for example AAPL, 'BTC/USDT'")
    }
    return word.text
  }

  func symbol(_ flag: String) throws(SessError) -> String? {
    guard let word = value(flag) else { return nil }
    return try ParsedArguments.symbol(word)
  }

  /// Takes the next word as an address of which the command uses some parts.
  ///
  /// - Throws: `missing-argument`, and what reading the address throws.
  mutating func address(_ what: String, _ parts: AddressParts) throws(SessError) -> Address {
    try address(try required(what), parts)
  }

  /// Takes every word that is left as an address.
  mutating func addresses(_ parts: AddressParts) throws(SessError) -> [Address] {
    var addresses: [Address] = []
    while let word = next() { addresses.append(try address(word, parts)) }
    return addresses
  }

  /// A word as an address of which the command uses some parts; others would be lost.
  ///
  /// - Throws: `bad-address`, `bad-scope`.
  func address(_ word: ExpandedWord, _ parts: AddressParts) throws(SessError) -> Address {
    let address = try Address(word)
    var used = address
    if !parts.contains(.field) || (used.symbol == nil && !parts.contains(.all)) { used.fields = [] }
    if !parts.contains(.interval) { used.intervals = .held }
    guard used == address else {
      if !parts.contains(.scope) { used.scope = nil }
      let what = parts.contains(.interval) ? "symbols and intervals" : "symbols"
      throw word.failure(
        "bad-address", "\(name) takes \(what), not \(address)", hint: "\(used)")
    }
    guard let scope = address.scope, !parts.contains(.scope) else { return address }
    used.scope = nil
    let what = parts.contains(.interval) ? "whole series" : "whole symbols"
    throw word.failure("bad-scope", "\(name) takes \(what), not @\(scope)", hint: "\(used)")
  }

  func filter(_ flag: String) throws(SessError) -> ExpressionText? {
    guard let word = value(flag) else { return nil }
    let source = SourceText(word.text, file: nil)
    do throws(SessError) {
      let expression = try ExpressionParser.parse(source, 0..<source.bytes.count)
      return ExpressionText(text: word.text, expression: expression, span: word.span)
    } catch {
      throw SessError(error.code, error.message, span: word.span, hint: error.hint)
    }
  }

  /// Which records of an answer are wanted.
  func selection() throws(SessError) -> QueryCommand {
    var query = QueryCommand(span: span)
    query.limit = RowLimit(first: try count("first"), last: try count("last"))
    query.filter = try filter("where")
    query.columns = text("columns")?.split(separator: ",").map(String.init) ?? []
    return query
  }

  /// What every query has: addresses and which records are wanted.
  mutating func query(_ parts: AddressParts = .series) throws(SessError) -> QueryCommand {
    var query = try selection()
    query.addresses = try addresses(parts)
    return query
  }
}
