import MarketModel
import Testing

struct IntervalTests {
  @Test(arguments: [
    ("60m", "1h"), ("60s", "1m"), ("90s", "90s"), ("24h", "24h"), ("1d", "1d"), ("1mo", "1mo"),
    ("1w", "1w"), ("120m", "2h"), ("3600s", "1h"), ("07m", "7m"),
  ])
  func `an interval takes its canonical form`(text: String, canonical: String) throws {
    #expect(try #require(Interval(text)).description == canonical)
  }

  @Test(arguments: [
    "0m", "2d", "", "m", "5", "5x", "-5m", "1.5h", "99999999999s", "5 m", "5M", "٥m",
  ])
  func `nonsense is refused`(text: String) {
    #expect(Interval(text) == nil)
  }

  @Test func `24h is not 1d and sorts before it`() throws {
    let hours = try #require(Interval("24h"))
    let day = try #require(Interval("1d"))
    #expect(hours != day)
    #expect(hours < day)
  }

  @Test(arguments: [
    ("5m", "1m", true), ("7m", "2m", false), ("1d", "1h", true), ("1w", "1d", true),
    ("1mo", "1w", false), ("1m", "1m", false), ("1m", "5m", false), ("1h", "25m", false),
  ])
  func `whole finer bars tile a coarser one or do not`(coarse: String, fine: String, tiles: Bool)
    throws
  {
    #expect(try #require(Interval(coarse)).isMultiple(of: try #require(Interval(fine))) == tiles)
  }
}
