import MarketFormats
import SessionAnalytics
import TestSupport
import Testing

struct NumberTests {
  @Test(arguments: TestEnvironment.seeds)
  func `a number written and read again is the same, to the last bit`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let bits = UInt64(random.below(1 << 32)) << 32 | UInt64(random.below(1 << 32))
      let value = Double(bitPattern: bits)
      guard value.isFinite else { continue }
      let text = NumberText.string(value)
      #expect(NumberParser.parse(text)?.bitPattern == value.bitPattern, "\(text), seed \(seed)")
    }
  }

  @Test(arguments: [
    ("0", 0.0), ("1.50", 1.5), ("+2", 2), ("-0.001", -0.001), (".5", 0.5), ("1e3", 1000),
    ("9007199254740993", 9_007_199_254_740_992),
    ("123456789012345678901234567890", 1.2345678901234568e29),
    ("0.1", 0.1), ("5e-324", Double.leastNonzeroMagnitude), ("179.8350", 179.835),
  ])
  func `the parser rounds as the standard library does`(text: String, value: Double) {
    #expect(NumberParser.parse(text)?.bitPattern == value.bitPattern)
  }

  @Test(arguments: [
    "", " ", "-", ".", "1.2.3", "1,5", "0x10", "1e", "e5", "--1", "1_000", "12a", "１２", "NaN?",
  ])
  func `what is no number is refused`(text: String) {
    #expect(NumberParser.parse(text) == nil)
  }

  @Test(arguments: [
    (0.1, "0.1"), (1.0, "1"), (-2.5, "-2.5"), (1e21, "1e+21"), (123456.75, "123456.75"),
    (1e-7, "1e-07"), (3894387.0, "3894387"),
  ])
  func `numbers are written as short as they can be`(value: Double, text: String) {
    #expect(NumberParser.parse(text) == value)
    #expect(NumberText.string(value).utf8.count <= text.utf8.count)
  }
}
