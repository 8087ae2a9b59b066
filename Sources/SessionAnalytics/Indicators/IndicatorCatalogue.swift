public import MarketModel

/// What a study measures.
public enum IndicatorCategory: String, Sendable {
  case trend, momentum, volatility, volume, context, historical
}

/// A number a study takes.
public struct IndicatorParameter: Sendable {
  /// Its name, as typed before `=`.
  public var name: String
  /// The value when it is not given; nil where the interval decides.
  public var fallback: Double?
  /// The least and the greatest value.
  public var range: ClosedRange<Double>
  /// True for whole numbers only.
  public var isWhole: Bool

  static func count(_ name: String, _ fallback: Double, from least: Double = 1)
    -> IndicatorParameter
  {
    IndicatorParameter(name: name, fallback: fallback, range: least...10_000, isWhole: true)
  }

  static func number(_ name: String, _ fallback: Double?, from least: Double = 0.001)
    -> IndicatorParameter
  {
    IndicatorParameter(name: name, fallback: fallback, range: least...100_000_000, isWhole: false)
  }
}

/// One study of the catalogue: what it takes, what it gives, and how it is computed.
public struct IndicatorStudy: Sendable {
  /// Its name, the beginning of every key.
  public var name: String
  /// Other names it is known by.
  public var aliases: [String] = []
  /// What it measures.
  public var category: IndicatorCategory
  /// Its parameters, in the order of the key.
  public var parameters: [IndicatorParameter]
  /// Its figures, in order.
  public var outputs: [String] = ["value"]
  /// Where it begins on intraday bars; longer bars are always continuous.
  public var anchor = IndicatorAnchor.continuous
  /// True when its warm-up is counted in trading days.
  public var countsDays = false
  /// The formula in a line.
  public var formula: String
  var make: @Sendable (_ values: [Double], _ isAnchored: Bool) -> any StudyKernel
}

/// Every study there is, in one table.
public enum IndicatorCatalogue {
  /// The studies, by category and then in order.
  public static let studies: [IndicatorStudy] =
    trend + momentum + volatility + volume + context + historical

  /// The names, in the table's order.
  public static let names: [String] = studies.map(\.name)

  private static let byName: [String: IndicatorStudy] = {
    var index: [String: IndicatorStudy] = [:]
    for study in studies {
      for name in [study.name] + study.aliases { index[name] = study }
    }
    return index
  }()

  /// The study of a name or alias, in capitals or not.
  public static func study(_ name: String) -> IndicatorStudy? {
    byName[name] ?? byName[name.lowercased()]
  }
}

extension IndicatorCatalogue {
  static let trend: [IndicatorStudy] = [
    average("sma", "mean of the last p closes") { (values, _) in SimpleAverage(Int(values[0])) },
    average("ema", "2/(p+1) exponential, seeded with the mean of p closes") { (values, _) in
      SingleExponential(Int(values[0]))
    },
    average("wma", "weights 1..p, the newest close heaviest") { (values, _) in
      WeightedAverage(Int(values[0]))
    },
    IndicatorStudy(
      name: "vwap", category: .trend, parameters: [], anchor: .session,
      formula: "sum((h+l+c)/3 * v) / sum(v) since the anchor"
    ) { (_, isAnchored) in VolumeWeightedPrice(isAnchored: isAnchored) },
    average("dema", "2*ema - ema(ema)") { (values, _) in DoubleExponential(Int(values[0])) },
    average("tema", "3*ema - 3*ema(ema) + ema(ema(ema))") { (values, _) in
      TripleExponential(Int(values[0]))
    },
    average("hma", "wma(2*wma(p/2) - wma(p), sqrt(p)), both rounded down", from: 2) {
      (values, _) in HullAverage(Int(values[0]))
    },
    IndicatorStudy(
      name: "twap", category: .trend, parameters: [], anchor: .session,
      formula: "mean of the closes since the anchor"
    ) { (_, isAnchored) in TimeWeightedPrice(isAnchored: isAnchored) },
  ]

  private static func average(
    _ name: String, _ formula: String, from least: Double = 1,
    _ make: @escaping @Sendable ([Double], Bool) -> any StudyKernel
  ) -> IndicatorStudy {
    IndicatorStudy(
      name: name, category: .trend, parameters: [.count("period", 20, from: least)],
      formula: formula, make: make)
  }
}

extension IndicatorCatalogue {
  static let momentum: [IndicatorStudy] = [
    IndicatorStudy(
      name: "rsi", category: .momentum, parameters: [.count("period", 14)],
      formula: "100*g/(g+l), Wilder averages of rises and falls"
    ) { (values, _) in RelativeStrength(Int(values[0])) },
    IndicatorStudy(
      name: "macd", category: .momentum,
      parameters: [
        .count("fast", 12), .count("slow", 26, from: 2), .count("signal", 9),
      ], outputs: ["macd", "signal", "histogram"],
      formula: "ema(fast) - ema(slow), seeded together; signal its ema"
    ) { (values, _) in
      AverageConvergence(fast: Int(values[0]), slow: Int(values[1]), signal: Int(values[2]))
    },
    IndicatorStudy(
      name: "stochastic", aliases: ["stochf"], category: .momentum,
      parameters: [.count("period", 14), .count("smooth", 3)], outputs: ["k", "d"],
      formula: "k = 100*(c-low)/(high-low) over p; d = mean of k over smooth"
    ) { (values, _) in Stochastic(Int(values[0]), smooth: Int(values[1])) },
    IndicatorStudy(
      name: "cci", category: .momentum, parameters: [.count("period", 14, from: 2)],
      formula: "(t-mean)/(0.015*mean deviation), t = (h+l+c)/3"
    ) { (values, _) in ChannelIndex(Int(values[0])) },
    IndicatorStudy(
      name: "roc", category: .momentum, parameters: [.count("period", 10)],
      formula: "100*(c/c_p - 1)"
    ) { (values, _) in RateOfChange(Int(values[0])) },
    IndicatorStudy(
      name: "mom", category: .momentum, parameters: [.count("period", 10)], formula: "c - c_p"
    ) { (values, _) in Momentum(Int(values[0])) },
    IndicatorStudy(
      name: "williams_r", aliases: ["willr"], category: .momentum,
      parameters: [.count("period", 14)], formula: "-100*(high-c)/(high-low) over p"
    ) { (values, _) in WilliamsRange(Int(values[0])) },
    IndicatorStudy(
      name: "ultimate_osc", aliases: ["ultosc"], category: .momentum,
      parameters: [.count("period1", 7), .count("period2", 14), .count("period3", 28)],
      formula: "100*(4*r1+2*r2+r3)/7, r = sum(c-true low)/sum(true range)"
    ) { (values, _) in UltimateOscillator([Int(values[0]), Int(values[1]), Int(values[2])]) },
  ]
}

extension IndicatorCatalogue {
  static let volatility: [IndicatorStudy] = [
    IndicatorStudy(
      name: "atr", category: .volatility, parameters: [.count("period", 14)],
      formula: "Wilder average of the true range"
    ) { (values, _) in AverageTrueRange(Int(values[0])) },
    IndicatorStudy(
      name: "bbands", category: .volatility,
      parameters: [.count("period", 20, from: 2), .number("num_std", 2)],
      outputs: ["upper", "middle", "lower", "bandwidth"],
      formula: "mean +- num_std population deviations; bandwidth = width/mean"
    ) { (values, _) in BollingerBands(Int(values[0]), reach: values[1]) },
    IndicatorStudy(
      name: "keltner", category: .volatility,
      parameters: [.count("period", 20), .count("atr_period", 10), .number("multiplier", 2)],
      outputs: ["upper", "middle", "lower"], formula: "ema(p) +- multiplier * atr(atr_period)"
    ) { (values, _) in
      KeltnerChannel(Int(values[0]), rangePeriod: Int(values[1]), multiplier: values[2])
    },
    IndicatorStudy(
      name: "donchian", category: .volatility, parameters: [.count("period", 20)],
      outputs: ["upper", "middle", "lower"], formula: "highest high, lowest low, halfway"
    ) { (values, _) in DonchianChannel(Int(values[0])) },
    IndicatorStudy(
      name: "stddev", category: .volatility, parameters: [.count("period", 20, from: 2)],
      formula: "population deviation of p closes"
    ) { (values, _) in Deviation(Int(values[0])) },
    IndicatorStudy(
      name: "histvol", category: .volatility,
      parameters: [.count("period", 20, from: 2), .number("bars_per_year", nil)],
      formula: "100*sqrt(bars_per_year)*population deviation of ln(c/c1)"
    ) { (values, _) in HistoricalVolatility(Int(values[0]), barsPerYear: values[1]) },
  ]

  static let volume: [IndicatorStudy] = [
    IndicatorStudy(
      name: "obv", category: .volume, parameters: [], anchor: .session,
      formula: "first volume, then + on a rise, - on a fall of the close"
    ) { (_, isAnchored) in OnBalanceVolume(isAnchored: isAnchored) },
    IndicatorStudy(
      name: "pvt", category: .volume, parameters: [], anchor: .session,
      formula: "sum(v*(c-c1)/c1) since the anchor"
    ) { (_, isAnchored) in PriceVolumeTrend(isAnchored: isAnchored) },
    IndicatorStudy(
      name: "volume_sma", category: .volume, parameters: [.count("period", 20)],
      formula: "mean volume of p bars"
    ) { (values, _) in FigureAverage(.volume, Int(values[0])) },
    IndicatorStudy(
      name: "volume_ratio", category: .volume, parameters: [.count("period", 20)],
      formula: "volume / mean volume of p bars"
    ) { (values, _) in FigureRatio(.volume, Int(values[0])) },
  ]
}

extension IndicatorCatalogue {
  static let context: [IndicatorStudy] = [
    IndicatorStudy(
      name: "pivot_points", category: .context, parameters: [],
      outputs: ["pp", "r1", "r2", "r3", "s1", "s2", "s3"], countsDays: true,
      formula: "classic levels of the trading day before"
    ) { (_, _) in PivotPoints() },
    IndicatorStudy(
      name: "high_low", category: .context, parameters: [.count("period", 20)],
      outputs: ["high", "low"], formula: "highest high and lowest low of p bars"
    ) { (values, _) in HighLow(Int(values[0])) },
    IndicatorStudy(
      name: "swing_high", category: .context, parameters: [.count("period", 5)],
      formula: "high p bars ago, if the highest of 2p+1; else unknown"
    ) { (values, _) in SwingPoint(Int(values[0]), isHigh: true) },
    IndicatorStudy(
      name: "swing_low", category: .context, parameters: [.count("period", 5)],
      formula: "low p bars ago, if the lowest of 2p+1; else unknown"
    ) { (values, _) in SwingPoint(Int(values[0]), isHigh: false) },
    IndicatorStudy(
      name: "max", category: .context, parameters: [.count("period", 20)],
      formula: "highest close of p bars"
    ) { (values, _) in ExtremeClose(Int(values[0]), isHighest: true) },
    IndicatorStudy(
      name: "min", category: .context, parameters: [.count("period", 20)],
      formula: "lowest close of p bars"
    ) { (values, _) in ExtremeClose(Int(values[0]), isHighest: false) },
  ]

  static let historical: [IndicatorStudy] = [
    IndicatorStudy(
      name: "avg_volume", category: .historical, parameters: [.count("period", 20)],
      formula: "mean volume of p bars"
    ) { (values, _) in FigureAverage(.volume, Int(values[0])) },
    IndicatorStudy(
      name: "avg_range", category: .historical, parameters: [.count("period", 20)],
      formula: "mean high - low of p bars"
    ) { (values, _) in FigureAverage(.range, Int(values[0])) },
    IndicatorStudy(
      name: "atr_daily", category: .historical, parameters: [.count("period", 14)],
      formula: "Wilder average of the true range"
    ) { (values, _) in AverageTrueRange(Int(values[0])) },
    IndicatorStudy(
      name: "gap_stats", category: .historical, parameters: [.count("period", 20)],
      outputs: ["avg_gap", "gap_count", "gap_up_count", "gap_down_count"],
      formula: "mean of o-c1 over p bars; how many beyond 0.01, up, down"
    ) { (values, _) in GapStatistics(Int(values[0])) },
    IndicatorStudy(
      name: "range_ratio", category: .historical, parameters: [.count("period", 20)],
      formula: "(high-low) / mean (high-low) of p bars"
    ) { (values, _) in FigureRatio(.range, Int(values[0])) },
  ]
}
