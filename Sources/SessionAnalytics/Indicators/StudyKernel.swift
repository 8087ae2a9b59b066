import MarketModel

/// The numbers of a bar that studies read.
struct StudyBar: Sendable {
  var open: Double
  var high: Double
  var low: Double
  var close: Double
  var volume: Double

  /// (h+l+c)/3.
  var typical: Double { (high + low + close) / 3 }

  /// The range from the close before, if any: max(h, c₁) − min(l, c₁).
  func trueRange(after previousClose: Double) -> Double {
    let top = high > previousClose ? high : previousClose
    let bottom = low < previousClose ? low : previousClose
    return top - bottom
  }
}

/// Up to eight figures of a bar; NaN stands for unknown.
typealias StudyRow = SIMD8<Double>

extension SIMD8<Double> {
  static let unknown = SIMD8(repeating: .nan)
  init(one value: Double) { self.init(value, .nan, .nan, .nan, .nan, .nan, .nan, .nan) }
  init(two first: Double, _ second: Double) {
    self.init(first, second, .nan, .nan, .nan, .nan, .nan, .nan)
  }
  init(three first: Double, _ second: Double, _ third: Double) {
    self.init(first, second, third, .nan, .nan, .nan, .nan, .nan)
  }
  init(four first: Double, _ second: Double, _ third: Double, _ fourth: Double) {
    self.init(first, second, third, fourth, .nan, .nan, .nan, .nan)
  }
}

/// The running state of one study: a value that takes bar after bar.
protocol StudyKernel: Sendable {
  /// How many bars (or days, where the catalogue says so) the first figure takes.
  var need: Int { get }
  /// Takes the next bar; `opensSession` is true for the first bar of a trading day.
  mutating func update(_ bar: StudyBar, opensSession: Bool) -> StudyRow
  /// Takes a stretch of bars; see the extension.
  mutating func fold(
    _ bars: BarChunk, _ range: Range<Int>, opensSession: Bool, isDaily: Bool, width: Int,
    into values: inout [Double])
}

extension StudyKernel {
  /// Takes the bars of a range, of which the first may open the session; daily bars all do.
  ///
  /// It is a requirement so that the loop is compiled for each study, with one dynamic call a stretch.
  mutating func fold(
    _ bars: BarChunk, _ range: Range<Int>, opensSession: Bool, isDaily: Bool, width: Int,
    into values: inout [Double]
  ) {
    values.reserveCapacity(values.count + range.count * width)
    for index in range {
      let bar = StudyBar(
        open: bars.opens[index], high: bars.highs[index], low: bars.lows[index],
        close: bars.closes[index], volume: bars.volumes[index])
      let opens = isDaily || (opensSession && index == range.lowerBound)
      let row = update(bar, opensSession: opens)
      for lane in 0..<width { values.append(row[lane]) }
    }
  }
}
