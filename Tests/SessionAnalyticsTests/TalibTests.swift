import Foundation
import MarketModel
import SessionAnalytics
import Testing

/// What Scripts/dev/indicators had TA-Lib compute.
private struct Expectation {
  var bars: [Bar] = []
  var studies: [(name: String, outputs: [[Double]])] = []

  init() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appending(path: "Expectations/talib.txt")
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().map { Double($0) ?? .nan }
      switch words[0] {
      case "bar":
        bars.append(
          Bar(
            start: Instant(nanoseconds: Int64(bars.count) * 60 * Instant.second),
            open: numbers[0], high: numbers[1], low: numbers[2], close: numbers[3],
            volume: numbers[4]))
      case "study": studies.append((words.dropFirst().joined(separator: " "), []))
      case "out": studies[studies.count - 1].outputs.append(numbers)
      default: break
      }
    }
  }
}

struct TalibTests {
  private let expectation: Expectation

  init() throws { expectation = try Expectation() }

  @Test func `every study of TA-Lib has its values, flat windows and jumps included`() throws {
    #expect(expectation.bars.count == 320)
    #expect(expectation.studies.count == 27)
    for study in expectation.studies {
      let words = study.name.split(separator: " ").map(String.init)
      let arguments = words.dropFirst().map { (name: String?.none, text: $0) }
      var state = try IndicatorState(
        IndicatorCatalogue.spec(
          IndicatorRequest(name: words[0], arguments: arguments, interval: .minute),
          barsPerYear: 252))
      for (index, bar) in expectation.bars.enumerated() {
        let values = state.update(bar, opensSession: index == 0)
        for (column, expected) in study.outputs.enumerated() {
          let (value, wanted) = (values[column], expected[index])
          #expect(value.isNaN == wanted.isNaN, "\(study.name) at \(index)")
          guard !wanted.isNaN else { continue }
          let slack = 1e-9 * max(1, abs(wanted))
          #expect(
            abs(value - wanted) <= slack, "\(study.name) at \(index): \(value), not \(wanted)")
        }
        #expect(state.isReady == !study.outputs[0][index].isNaN, "\(study.name) at \(index)")
      }
    }
  }

  @Test func `a flat window deviates by exactly nothing after a hundred thousand bars`() throws {
    let request = { IndicatorRequest(name: $0, interval: .minute) }
    var deviation = try IndicatorState(IndicatorCatalogue.spec(request("stddev"), barsPerYear: 1))
    var bands = try IndicatorState(IndicatorCatalogue.spec(request("bbands"), barsPerYear: 1))
    var mean = try IndicatorState(IndicatorCatalogue.spec(request("sma"), barsPerYear: 1))
    var random = SeededRandom(seed: 4)
    func bar(_ close: Double) -> Bar {
      Bar(
        start: Instant(nanoseconds: 0), open: close, high: close, low: close, close: close,
        volume: 1)
    }
    for _ in 0..<100_000 {
      let close = 1e6 * random.unit()
      _ = deviation.update(bar(close), opensSession: false)
      _ = bands.update(bar(close), opensSession: false)
      _ = mean.update(bar(close), opensSession: false)
    }
    var last: (deviation: [Double], bands: [Double], mean: [Double]) = ([], [], [])
    for _ in 0..<20 {
      last.deviation = deviation.update(bar(101.37), opensSession: false)
      last.bands = bands.update(bar(101.37), opensSession: false)
      last.mean = mean.update(bar(101.37), opensSession: false)
    }
    #expect(last.deviation == [0])
    #expect(last.bands == [101.37, 101.37, 101.37, 0])
    #expect(abs(last.mean[0] - 101.37) < 1e-12)
  }
}
