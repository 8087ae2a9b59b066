import MarketCalendar
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

/// Some days of bars, and which bar opens a day.
private struct Bars {
  var bars: [Bar] = []
  var opens: [Bool] = []
  var isFlat = false

  init(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for day in 0..<3 {
      for index in 0..<70 {
        let past = bars.last?.close ?? 50 + 100 * random.unit()
        let isFlat = index > 20 && index < 45 && day == 1
        let open = isFlat ? past : past + random.normal()
        let close = isFlat ? past : open + random.normal()
        let high = max(open, close) + (isFlat ? 0 : random.unit())
        let low = min(open, close) - (isFlat ? 0 : random.unit())
        let volume = isFlat || random.below(9) == 0 ? 0 : Double(random.below(5000))
        bars.append(
          Bar(
            start: Instant(nanoseconds: Int64(bars.count) * 60 * Instant.second), open: open,
            high: high, low: low, close: close, volume: volume))
        opens.append(index == 0)
      }
    }
  }

  func window(_ index: Int, _ period: Int) -> ArraySlice<Bar>? {
    index + 1 >= period ? bars[(index + 1 - period)...index] : nil
  }

  /// The bars since the opening of the day.
  func day(_ index: Int) -> ArraySlice<Bar> {
    var start = index
    while !opens[start] { start -= 1 }
    return bars[start...index]
  }
}

private typealias Formula = @Sendable (Bars, Int) -> [Double]?

private func mean(_ values: [Double]) -> Double {
  values.reduce(0, +) / Double(values.count)
}

private func weighted(_ values: [Double]) -> Double {
  var sum = 0.0
  for (index, value) in values.enumerated() { sum += value * Double(index + 1) }
  return sum / Double(values.count * (values.count + 1) / 2)
}

private func trueRange(_ bars: Bars, _ index: Int) -> Double {
  let (bar, past) = (bars.bars[index], bars.bars[index - 1].close)
  return max(bar.high - bar.low, abs(bar.high - past), abs(bar.low - past))
}

/// Wilder's average written out from the first bar.
private func wilder(_ bars: Bars, _ index: Int, _ period: Int) -> Double? {
  guard index >= period else { return nil }
  var value = mean((1...period).map { trueRange(bars, $0) })
  for next in stride(from: period + 1, through: index, by: 1) {
    value += (trueRange(bars, next) - value) / Double(period)
  }
  return value
}

private func exponential(_ bars: Bars, _ index: Int, _ period: Int) -> Double? {
  guard index + 1 >= period else { return nil }
  var value = mean(bars.bars[0..<period].map(\.close))
  let weight = 2 / Double(period + 1)
  for next in stride(from: period, through: index, by: 1) {
    value = weight * bars.bars[next].close + (1 - weight) * value
  }
  return value
}

/// Each study that TA-Lib does not have, as its definition reads.
private let formulas: [(name: String, arguments: [String], formula: Formula)] = [
  (
    "vwap", [],
    { bars, index in
      let day = bars.day(index)
      let volume = day.map(\.volume).reduce(0, +)
      guard volume > 0 else { return nil }
      return [day.map { ($0.high + $0.low + $0.close) / 3 * $0.volume }.reduce(0, +) / volume]
    }
  ),
  ("twap", [], { bars, index in [mean(bars.day(index).map(\.close))] }),
  (
    "pvt", [],
    { bars, index in
      let day = Array(bars.day(index))
      var sum = 0.0
      for (past, bar) in zip(day, day.dropFirst()) {
        sum += bar.volume * (bar.close / past.close - 1)
      }
      return [sum]
    }
  ),
  (
    "hma", ["10"],
    { bars, index in
      guard index >= 11 else { return nil }
      var raw: [Double] = []
      for end in (index - 2)...index {
        guard let five = bars.window(end, 5), let ten = bars.window(end, 10) else { return nil }
        raw.append(2 * weighted(five.map(\.close)) - weighted(ten.map(\.close)))
      }
      return [weighted(raw)]
    }
  ),
  (
    "keltner", ["12", "7", "1.5"],
    { bars, index in
      guard let middle = exponential(bars, index, 12), let range = wilder(bars, index, 7) else {
        return nil
      }
      return [middle + 1.5 * range, middle, middle - 1.5 * range]
    }
  ),
  ("atr_daily", ["6"], { bars, index in wilder(bars, index, 6).map { [$0] } }),
  (
    "donchian", ["13"],
    { bars, index in
      guard let window = bars.window(index, 13), let high = window.map(\.high).max(),
        let low = window.map(\.low).min()
      else { return nil }
      return [high, (high + low) / 2, low]
    }
  ),
  (
    "histvol", ["8", "252"],
    { bars, index in
      guard let window = bars.window(index, 9) else { return nil }
      var ratios: [Double] = []
      for (past, bar) in zip(window, window.dropFirst()) { ratios.append(bar.close / past.close) }
      let returns = ratios.map { logarithm($0) }
      let middle = mean(returns)
      let variance = mean(returns.map { ($0 - middle) * ($0 - middle) })
      return [100 * 252.0.squareRoot() * variance.squareRoot()]
    }
  ),
  (
    "volume_sma", ["11"],
    { bars, index in
      bars.window(index, 11).map { [mean($0.map(\.volume))] }
    }
  ),
  (
    "avg_volume", ["4"],
    { bars, index in
      bars.window(index, 4).map { [mean($0.map(\.volume))] }
    }
  ),
  (
    "volume_ratio", ["5"],
    { bars, index in
      guard let window = bars.window(index, 5) else { return nil }
      let middle = mean(window.map(\.volume))
      return middle == 0 ? nil : [bars.bars[index].volume / middle]
    }
  ),
  (
    "avg_range", ["9"],
    { bars, index in
      bars.window(index, 9).map { [mean($0.map { $0.high - $0.low })] }
    }
  ),
  (
    "range_ratio", ["6"],
    { bars, index in
      guard let window = bars.window(index, 6) else { return nil }
      let middle = mean(window.map { $0.high - $0.low })
      return middle == 0 ? nil : [(bars.bars[index].high - bars.bars[index].low) / middle]
    }
  ),
  (
    "swing_high", ["3"],
    { bars, index in
      guard let window = bars.window(index, 7) else { return nil }
      let centre = bars.bars[index - 3].high
      return window.allSatisfy { $0.high <= centre } ? [centre] : nil
    }
  ),
  (
    "swing_low", ["2"],
    { bars, index in
      guard let window = bars.window(index, 5) else { return nil }
      let centre = bars.bars[index - 2].low
      return window.allSatisfy { $0.low >= centre } ? [centre] : nil
    }
  ),
  (
    "gap_stats", ["10"],
    { bars, index in
      guard let window = bars.window(index, 11) else { return nil }
      var jumps: [Double] = []
      for (past, bar) in zip(window, window.dropFirst()) { jumps.append(bar.open - past.close) }
      let up = Double(jumps.count { $0 > 0.01 })
      let down = Double(jumps.count { $0 < -0.01 })
      return [mean(jumps), up + down, up, down]
    }
  ),
  (
    "pivot_points", [],
    { bars, index in
      let today = bars.day(index).startIndex
      guard today > 0 else { return nil }
      let past = bars.day(today - 1)
      guard let high = past.map(\.high).max(), let low = past.map(\.low).min(),
        let close = past.last?.close
      else { return nil }
      let pivot = (high + low + close) / 3
      return [
        pivot, 2 * pivot - low, pivot + high - low, high + 2 * (pivot - low), 2 * pivot - high,
        pivot - high + low, low - 2 * (high - pivot),
      ]
    }
  ),
]

/// ln x by its series around 1, so that the test owes nothing to the library the program calls.
private func logarithm(_ x: Double) -> Double {
  let ratio = (x - 1) / (x + 1)
  var (sum, power) = (0.0, ratio)
  for odd in stride(from: 1, through: 61, by: 2) {
    sum += power / Double(odd)
    power *= ratio * ratio
  }
  return 2 * sum
}

struct FormulaTests {
  @Test(arguments: TestEnvironment.seeds)
  func `every other study is its formula written out`(seed: UInt64) throws {
    let bars = try Bars(seed: seed)
    for (name, arguments, formula) in formulas {
      let request = IndicatorRequest(
        name: name, arguments: arguments.map { (name: nil, text: $0) }, interval: .minute)
      var state = try IndicatorState(IndicatorCatalogue.spec(request, barsPerYear: 1))
      for (index, bar) in bars.bars.enumerated() {
        let values = state.update(bar, opensSession: bars.opens[index])
        guard let expected = formula(bars, index) else {
          #expect(values.allSatisfy { $0.isNaN }, "\(name) at \(index), seed \(seed)")
          continue
        }
        #expect(values.count == expected.count)
        for (value, wanted) in zip(values, expected) {
          let slack = 1e-9 * max(1, abs(wanted))
          #expect(abs(value - wanted) <= slack, "\(name) at \(index), seed \(seed)")
        }
      }
    }
  }

  @Test func `the oracle and these formulas leave no study out`() {
    let talib = [
      "sma", "ema", "wma", "dema", "tema", "rsi", "macd", "stochastic", "cci", "roc", "mom",
      "williams_r", "ultimate_osc", "atr", "bbands", "stddev", "obv", "max", "min", "high_low",
    ]
    #expect(Set(talib + formulas.map(\.name)) == Set(IndicatorCatalogue.names))
    #expect(IndicatorCatalogue.names.count == 37)
  }
}
