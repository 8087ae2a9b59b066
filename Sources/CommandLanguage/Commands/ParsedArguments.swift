import Diagnostics
import MarketModel

/// The words and flags of one command line, taken one by one.
struct ParsedArguments {
  let spec: CommandSpec
  let verb: SourceSpan
  private(set) var words: [ExpandedWord]
  private var flags: [String: ExpandedWord?]

  init(_ spec: CommandSpec, verb: SourceSpan, words: [ExpandedWord], flags: [String: ExpandedWord?])
  {
    self.spec = spec
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

  func has(_ flag: String) -> Bool { flags[flag] != nil }

  /// Every flag but `--as`, as typed; those without a value have an empty one.
  var typedFlags: [String: String] {
    var typed: [String: String] = [:]
    for (name, word) in flags where name != "as" { typed[name] = word?.text ?? "" }
    return typed
  }

  func value(_ flag: String) -> ExpandedWord? { flags[flag].flatMap { $0 } }

  func text(_ flag: String) -> String? { value(flag)?.text }

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

  func count(_ flag: String, minimum: Int = 0) throws(SessError) -> Int? {
    guard let word = value(flag) else { return nil }
    guard let count = Int(word.text), count >= minimum, count <= 1_000_000_000 else {
      throw word.failure("bad-count", "\(word.text) is not a whole number of \(minimum) or more")
    }
    return count
  }

  func number(_ flag: String, above minimum: Double) throws(SessError) -> Double? {
    guard let word = value(flag) else { return nil }
    guard let number = Double(word.text), number.isFinite, number > minimum, number < 1e12 else {
      throw word.failure(
        "bad-number", "\(word.text) is not a number above \(ValueText.text(.number(minimum)))")
    }
    return number
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

  /// Takes every word that is left as an address.
  mutating func addresses() throws(SessError) -> [Address] {
    var addresses: [Address] = []
    while let word = next() { addresses.append(try Address(word)) }
    return addresses
  }

  /// An address without a scope, for commands that act on whole series.
  func whole(_ word: ExpandedWord) throws(SessError) -> Address {
    let address = try Address(word)
    guard let scope = address.scope else { return address }
    throw word.failure(
      "bad-scope", "\(spec.name) takes whole series, not @\(scope)",
      hint: String(word.text[..<(word.text.lastIndex(of: "@") ?? word.text.endIndex)]))
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

  /// The flags every query has.
  mutating func query() throws(SessError) -> QueryCommand {
    var query = QueryCommand(span: span)
    query.limit = RowLimit(first: try count("first"), last: try count("last"))
    query.filter = try filter("where")
    query.columns = text("columns")?.split(separator: ",").map(String.init) ?? []
    query.isTotal = has("total")
    query.minimum = try count("min")
    query.addresses = try addresses()
    return query
  }
}
