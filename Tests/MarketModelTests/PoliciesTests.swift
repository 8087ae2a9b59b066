import MarketModel
import Testing

struct PoliciesTests {
  @Test(arguments: ["partial", "strict", "80%", "12.5%", "100%"])
  func `a printed policy parses to itself`(text: String) throws {
    #expect(try #require(DerivationPolicy(text)).description == text)
  }

  @Test(arguments: ["", "0%", "101%", "-5%", "80", "nan%", "Partial"])
  func `a policy that means nothing is refused`(text: String) {
    #expect(DerivationPolicy(text) == nil)
  }

  @Test func `an empty window is never admitted`() {
    for policy in [DerivationPolicy.partial, .strict, .percent(1)] {
      #expect(!policy.admits(present: 0, expected: 5))
    }
  }

  @Test func `four of five pass at 80 % but not strictly`() {
    #expect(DerivationPolicy.percent(80).admits(present: 4, expected: 5))
    #expect(!DerivationPolicy.percent(81).admits(present: 4, expected: 5))
    #expect(!DerivationPolicy.strict.admits(present: 4, expected: 5))
    #expect(DerivationPolicy.strict.admits(present: 3, expected: 3))
  }
}
