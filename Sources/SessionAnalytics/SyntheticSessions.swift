import MarketCalendar
public import MarketModel

/// Makes plausible sessions from a seed: U-shaped volume, prices on a tick grid, half days, extended hours.
///
/// Only integers and + − × ÷ √ are used, so the same seed gives the same bytes on every platform.
public struct SyntheticSessions: Sendable {
  /// Where the walk starts, in quote currency.
  public var price = 100.0
  /// The smallest price step.
  public var tickSize = 0.01
  /// The mean volume of a regular bar.
  public var volume = 10_000.0
  /// The deviation of one regular session's return.
  public var dailyVolatility = 0.015
  /// The most ticks a price may be; the walk never rises above it.
  public static let tickCountMax = 1_000_000_000
  private let frame: SeriesFrame

  /// Creates a maker of intraday sessions; extended hours give pre- and post-market bars too.
  public init(frame: SeriesFrame) { self.frame = frame }

  /// Makes every expected bar of some trading days.
  ///
  /// - Complexity: O(bars).
  public func bars(
    on days: [CivilDate], random: inout SeededRandom
  ) -> BarSeries {
    var walk = TickWalk(price: price, tickSize: tickSize)
    var chunks: [BarChunk] = []
    chunks.reserveCapacity(days.count)
    for day in days {
      guard let session = frame.calendar.session(on: day) else { continue }
      chunks.append(chunk(of: session, &walk, &random))
    }
    return BarSeries(chunks: chunks)
  }

  private func chunk(
    of session: TradingSession, _ walk: inout TickWalk, _ random: inout SeededRandom
  ) -> BarChunk {
    var chunk = BarChunk(day: session.date)
    walk.step(by: random.normal() * dailyVolatility * 0.3)
    for run in frame.grid(of: session).runs {
      let isRegular = run.kind == .regular
      let volatility = dailyVolatility / Double(max(run.count, 1)).squareRoot()
      for index in 0..<run.count {
        let place = (Double(index) + 0.5) / Double(run.count)
        let shape = isRegular ? SyntheticSessions.smile(place) : 0.04
        let size = (volume * shape * (0.5 + random.unit())).rounded(.down)
        let bar = walk.bar(
          start: run.slotStart(index), volume: max(1, size),
          volatility: volatility * (isRegular ? shape.squareRoot() : 0.3), &random)
        _ = chunk.insert(bar, isRegular: isRegular)
      }
    }
    return chunk
  }

  /// Twice the mean at the open and the close, half of it at noon; its mean is 1.
  private static func smile(_ place: Double) -> Double {
    let distance = 2 * place - 1
    return 0.5 + 1.5 * distance * distance
  }
}

/// A price that walks on whole ticks and never falls below one.
private struct TickWalk {
  private var ticks: Int
  private let tickSize: Double
  private let ticksPerUnit: Double?

  init(price: Double, tickSize: Double) {
    self.tickSize = tickSize
    let inverse = (1 / tickSize).rounded()
    ticksPerUnit = abs(inverse * tickSize - 1) < 1e-9 ? inverse : nil
    let count = min((price / tickSize).rounded(), Double(SyntheticSessions.tickCountMax))
    ticks = max(1, Int(count))
  }

  /// Moves by a fraction of the price.
  mutating func step(by fraction: Double) {
    let move = (Double(ticks) * fraction).rounded()
    ticks = min(max(1, ticks + Int(move)), SyntheticSessions.tickCountMax)
  }

  mutating func bar(
    start: Int64, volume: Double, volatility: Double, _ random: inout SeededRandom
  ) -> Bar {
    ticks = max(1, ticks + random.below(3) - 1)
    let open = ticks
    var high = ticks
    var low = ticks
    for _ in 0..<4 {
      step(by: random.normal() * volatility * 0.5)
      high = max(high, ticks)
      low = min(low, ticks)
    }
    return Bar(
      start: Instant(nanoseconds: start), open: price(open), high: price(high), low: price(low),
      close: price(ticks), volume: volume)
  }

  /// Dividing by a whole number of ticks gives the decimal one would write.
  private func price(_ ticks: Int) -> Double {
    ticksPerUnit.map { Double(ticks) / $0 } ?? Double(ticks) * tickSize
  }
}
