import Diagnostics
import MarketModel
import Testing

@testable import CommandLanguage

/// Parses one typed word as an address.
private func address(_ text: String) throws -> Address {
  guard case .command(let line)? = Parser.parseLine("show " + text).statements.first?.kind,
    case .word(let word)? = line.arguments.first
  else { throw SessError("test", "\(text) is no word") }
  return try Address(try word.expanded { (_, _) throws(SessError) in ("", nil) })
}

struct AddressTests {
  @Test(arguments: [
    "AAPL", "AAPL/1m", "*/1m", "AAPL/*", "AAPL/5m/quality", "AAPL/metrics/vwap",
    "AAPL/historical/1d", "AAPL/rejected", "BRK.B/1m", "'BTC/USDT'/1m", "session", "session@all",
    "AAPL@2025-07-02", "AAPL/1m@2025-07-01..2025-07-03", "AAPL/1m@2025-07-02T09:30..10:00",
    "AAPL/1m@09:30..10:00", "A?PL/1h@session", "*@historical", "'a*b'/1m", "'x@y'/1d", "'session'",
    "A/1m@2025-07-02T09:30", "A@2025-07-02T09:30:15.5", "A/1d@2025-07-02T15:30..24:00",
    "A/1m@2025-07-02T15:30..2025-07-03T09:45", "A@2025-07-02T09:30:00-04:00",
    "A/5m@2025-07-02T09:30:00-04:00..2025-07-02T14:00:00+00:00", "AAPL/1mo", "AAPL/1w@all",
    "^GSPC/1d", "ES=F/1m", "日経/1m",
  ])
  func `an address printed and read again is the same`(text: String) throws {
    let first = try address(text)
    #expect(try address("\(first)") == first)
  }

  @Test(arguments: [
    ("AAPL/60m", "AAPL/1h"), ("AAPL/60s", "AAPL/1m"), ("AAPL/120m", "AAPL/2h"),
    ("AAPL@2025-07", "AAPL@2025-07-01..2025-07-31"),
    ("A@2025-07-02T09:30..2025-07-02T10:00", "A@2025-07-02T09:30..10:00"),
    ("A@2025-07-02T23:00..2025-07-03T00:00", "A@2025-07-02T23:00..24:00"),
    ("A@2025-07-02T14:00Z", "A@2025-07-02T14:00:00+00:00"),
  ])
  func `an address prints in its canonical form`(typed: String, canonical: String) throws {
    #expect("\(try address(typed))" == canonical)
  }

  @Test(arguments: [
    ("AAPL/0m", "bad-interval"), ("AAPL/7x", "bad-interval"), ("AAPL//1m", "bad-address"),
    ("AAPL/", "bad-address"), ("/1m", "bad-address"), ("AAPL@", "bad-scope"),
    ("AAPL@yesterday", "bad-scope"), ("AAPL@2025-02-30", "bad-scope"),
    ("AAPL@2025-07-03..2025-07-01", "bad-scope"), ("AAPL@10:00..09:30", "bad-scope"),
    ("AAPL/2d", "bad-interval"), ("A@2025-07-02T10:00..2025-07-02T10:00", "bad-scope"),
    ("A@2025-07-02T10:00..2025-07-01T11:00", "bad-scope"), ("A@2025-07-02T24:00", "bad-scope"),
  ])
  func `an address that cannot be meant is refused`(text: String, code: String) {
    #expect { try address(text) } throws: { ($0 as? SessError)?.code == code }
  }

  /// The wrong part stands between ⟦ and ⟧.
  @Test(arguments: [
    ("gaps AAPL/⟦7x⟧", "bad-interval"), ("show AAPL@⟦soon⟧", "bad-scope"),
    ("derive AAPL ⟦0m⟧", "bad-interval"),
    ("load a.csv ⟦--lable⟧ end", "unknown-flag"), ("⟦gasp⟧ AAPL", "unknown-command"),
    ("load a.csv --label ⟦middle⟧", "bad-choice"), ("gaps A ⟦--min⟧", "missing-value"),
    ("export A x.csv ⟦more⟧", "too-many-arguments"), ("let ⟦1x⟧ = 2", "bad-variable"),
    ("assert 1 = ⟦⟧", "bad-expression"), ("include⟦⟧", "missing-argument"),
  ])
  func `an error points at the word that is wrong`(marked: String, code: String) throws {
    let start = try #require(marked.firstIndex(of: "⟦"))
    let offset = marked[..<start].utf8.count
    let text = marked.filter { $0 != "⟦" && $0 != "⟧" }
    let length = text.utf8.count - marked.replacing(/⟦.*⟧/, with: "").utf8.count
    let parsed = Parser.parseLine(text)
    var error = parsed.errors.first
    if error == nil, case .command(let line)? = parsed.statements.first?.kind {
      do throws(SessError) {
        _ = try CommandTable.resolve(line) { (_, _) throws(SessError) in ("", nil) }
      } catch let found {
        error = found
      }
    }
    let span = try #require(error?.span, "\(text)")
    #expect(error?.code == code)
    #expect(span.offset == offset || length == 0, "\(text)")
    if length > 0 { #expect(span.length == length, "\(text)") }
  }

  @Test(arguments: [
    ("if 1 > 0 { assert }", 0), ("if 1 > 0 { if 2 > 1 { assert } }; print 5", 1),
    ("foreach s in A { 'x' }; print 5", 1),
  ])
  func `a broken line closes the blocks it closes`(text: String, following: Int) {
    let parsed = Parser.parseLine(text)
    #expect(parsed.errors.count == 1)
    #expect(parsed.errors.first?.code != "unclosed-block")
    #expect(!parsed.isIncomplete)
    #expect(parsed.statements.count == following + 1)
  }
}
