public import Diagnostics
public import MarketModel

/// A place in the session: `SYMBOL[/INTERVAL|FIELD[/FIELD…]][@SCOPE]`.
public struct Address: Sendable, Hashable {
  /// Which intervals are meant.
  public enum Intervals: Sendable, Hashable {
    /// None was named: every interval held.
    case held
    case one(Interval)
    /// `*`
    case all
  }

  /// The symbols; nil for `session`, the root.
  public var symbol: GlobPattern?
  /// The intervals.
  public var intervals: Intervals
  /// The fields after them: `quality`, `metrics`, `vwap`.
  public var fields: [String]
  /// The part of the timeline; nil leaves it to the command.
  public var scope: Scope?

  /// Creates an address.
  public init(
    symbol: GlobPattern?, intervals: Intervals = .held, fields: [String] = [], scope: Scope? = nil
  ) {
    self.symbol = symbol
    self.intervals = intervals
    self.fields = fields
    self.scope = scope
  }

  /// The root.
  public static let session = Address(symbol: nil)

  /// Every symbol.
  public static let everything = Address(symbol: GlobPattern(pieces: [.many]))

  /// The interval, when exactly one is named.
  public var interval: Interval? {
    if case .one(let interval) = intervals { return interval }
    return nil
  }

  /// Parses a word; quoted characters have no meaning.
  ///
  /// - Throws: `bad-address`, `bad-scope`.
  public init(_ word: ExpandedWord) throws(SessError) {
    let bytes = Array(word.text.utf8)
    let isBare = { (index: Int) in !word.isQuoted[index] }
    var end = bytes.count
    scope = nil
    if let at = bytes.indices.last(where: { bytes[$0] == 0x40 && isBare($0) }) {
      let text = String(decoding: bytes[(at + 1)...], as: UTF8.self)
      guard let parsed = Scope(text) else {
        throw SessError(
          "bad-scope", "\(text.isEmpty ? "nothing" : text) is not a date, a range or a scope",
          span: word.part(at + 1..<bytes.count),
          hint: "for example @2025-07-02, @2025-07-01..2025-07-03, @2025-07-02T09:30, @09:30..10:00"
        )
      }
      scope = parsed
      end = at
    }
    var pieces: [Range<Int>] = []
    var start = 0
    for index in 0..<end where bytes[index] == 0x2F && isBare(index) {
      pieces.append(start..<index)
      start = index + 1
    }
    pieces.append(start..<end)
    for piece in pieces where piece.isEmpty {
      throw SessError(
        "bad-address", "an address has the form SYMBOL/INTERVAL@SCOPE", span: word.part(piece),
        hint: "for example AAPL, AAPL/5m, */1m, AAPL/metrics/vwap, AAPL/1m@2025-07-02")
    }
    symbol = Address.pattern(bytes, pieces[0], isBare)
    if symbol?.literal == "session", word.isQuoted[pieces[0].lowerBound] == false { symbol = nil }
    intervals = .held
    var names = pieces.dropFirst().map { String(decoding: bytes[$0], as: UTF8.self) }
    if let first = names.first, symbol != nil {
      if first == "*" {
        intervals = .all
        names.removeFirst()
      } else if let interval = Interval(first) {
        intervals = .one(interval)
        names.removeFirst()
      } else if let digit = first.first, digit.isNumber {
        throw SessError(
          "bad-interval", "\(first) is not an interval", span: word.part(pieces[1]),
          hint: "an interval is a count and a unit: 30s, 1m, 5m, 1h, 1d, 1w, 1mo")
      }
    }
    if names.first == "historical", names.count > 1, let interval = Interval(names[1]) {
      intervals = .one(interval)
      names.remove(at: 1)
    }
    fields = names
  }

  private static func pattern(
    _ bytes: [UInt8], _ range: Range<Int>, _ isBare: (Int) -> Bool
  ) -> GlobPattern {
    var pieces: [GlobPattern.Piece] = []
    var run: [UInt8] = []
    func flush(_ run: inout [UInt8], _ pieces: inout [GlobPattern.Piece]) {
      for character in String(decoding: run, as: UTF8.self) { pieces.append(.literal(character)) }
      run = []
    }
    for index in range {
      let byte = bytes[index]
      guard byte == 0x2A || byte == 0x3F, isBare(index) else {
        run.append(byte)
        continue
      }
      flush(&run, &pieces)
      if byte == 0x3F { pieces.append(.one) } else if pieces.last != .many { pieces.append(.many) }
    }
    flush(&run, &pieces)
    return GlobPattern(pieces: pieces)
  }
}

extension Address: CustomStringConvertible {
  /// The address as it would be typed.
  public var description: String {
    var text = symbol?.description ?? "session"
    if symbol?.literal == "session" { text = "'session'" }
    var names = fields
    var middle = ""
    switch intervals {
    case .held: break
    case .one(let interval): middle = "/\(interval)"
    case .all: middle = "/*"
    }
    if names.first == "historical" {
      names.removeFirst()
      text += "/historical"
    }
    text += middle
    for name in names { text += "/\(name)" }
    if let scope { text += "@\(scope)" }
    return text
  }
}

extension ExpandedWord {
  /// The place of some of the word's bytes; the whole word where quotes or variables shift them.
  func part(_ range: Range<Int>) -> SourceSpan {
    guard text.utf8.count == span.length else { return span }
    var part = span
    part.offset += range.lowerBound
    part.length = range.count
    return part
  }
}
