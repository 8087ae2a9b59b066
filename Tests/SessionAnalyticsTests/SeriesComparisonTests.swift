import MarketModel
import Testing

@testable import SessionAnalytics

struct SeriesComparisonTests {
  /// Daily bars of some dates of January 2024, closing at a hundred and the number; volumes times a factor.
  private func days(_ numbers: [Int], named: [Int], volumes factor: Double = 1) throws -> BarSeries
  {
    var chunk = BarChunk(day: try #require(CivilDate(year: 2024, month: 1, day: 1)))
    for (number, day) in zip(numbers, named) {
      let date = try #require(CivilDate(year: 2024, month: 1, day: day))
      let price = 100 + Double(number)
      let bar = Bar(
        start: Instant(nanoseconds: date.midnightNanoseconds), open: price, high: price + 1,
        low: price - 1, close: price,
        volume: (1000 + 7 * Double(number)) * factor)
      let isNew = chunk.insert(bar, isRegular: true)
      #expect(isNew)
    }
    return BarSeries(chunks: [chunk])
  }

  @Test func `days named by the next day are told over weekends`() throws {
    let first = try days([2, 3, 4, 5, 8, 9, 10], named: [2, 3, 4, 5, 8, 9, 10])
    let late = try days([2, 3, 4, 5, 8, 9], named: [3, 4, 5, 8, 9, 10], volumes: 100)
    let reason = SeriesComparison(first, against: late, tolerance: ComparisonTolerance()).reason
    #expect(reason.hasPrefix("they agree when the second is moved one bar back"), "\(reason)")
    #expect(reason.contains("volumes are 100 times"), "\(reason)")
  }
}
