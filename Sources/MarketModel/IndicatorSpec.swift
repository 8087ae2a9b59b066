/// What a study does when a regular slot is missing between two of its bars; a night is never one.
public enum IndicatorGapRule: String, Sendable, Hashable, CaseIterable {
  /// It goes on as if the bars were neighbours.
  case carry
  /// It starts afresh, with a new warm-up.
  case reset
}

/// Where a study begins.
public enum IndicatorAnchor: String, Sendable, Hashable, CaseIterable {
  /// At the first bar held, so that history warms it up.
  case continuous
  /// At the first bar of every trading day.
  case session
}

/// A configured study: which, with which parameters, over which interval.
public struct IndicatorSpec: Sendable, Hashable {
  /// A named number.
  public struct Parameter: Sendable, Hashable {
    /// Its name: `period`, `num_std`.
    public var name: String
    /// Its value.
    public var value: Double

    /// Creates a parameter.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }

    /// The value as keys and commands write it: whole numbers without a fraction.
    public var text: String {
      let text = "\(value)"
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
  }

  /// The study: `sma`, `macd`.
  public var name: String
  /// Every parameter, in the study's order.
  public var parameters: [Parameter]
  /// The interval whose bars it reads.
  public var interval: Interval
  /// Where it begins.
  public var anchor: IndicatorAnchor
  /// Where the study begins unless told otherwise.
  public var usualAnchor: IndicatorAnchor
  /// What a missing slot does to it.
  public var onGap: IndicatorGapRule

  /// Creates a spec without checking it against the catalogue of studies.
  public init(
    name: String, parameters: [Parameter], interval: Interval,
    anchor: IndicatorAnchor = .continuous, usualAnchor: IndicatorAnchor = .continuous,
    onGap: IndicatorGapRule = .carry
  ) {
    self.name = name
    self.parameters = parameters
    self.interval = interval
    self.anchor = anchor
    self.usualAnchor = usualAnchor
    self.onGap = onGap
  }

  /// What it is addressed by: `sma_20_5m`, `macd_12_26_9_5m`, `vwap_1m`, `sma_20_5m_reset`.
  ///
  /// Every parameter is part of it, in order, so that two variants never collide.
  public var key: String {
    var parts = [name]
    for parameter in parameters { parts.append(parameter.text) }
    parts.append("\(interval)")
    if anchor != usualAnchor { parts.append(anchor.rawValue) }
    if onGap != .carry { parts.append(onGap.rawValue) }
    return parts.joined(separator: "_")
  }
}
