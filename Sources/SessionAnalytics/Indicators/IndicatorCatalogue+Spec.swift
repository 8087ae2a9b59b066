public import Diagnostics
public import MarketModel

/// What was asked of a study, before it is checked.
public struct IndicatorRequest: Sendable {
  /// The study's name or alias.
  public var name: String
  /// Parameters by name, or by place where the name is nil, as written.
  public var arguments: [(name: String?, text: String)]
  /// The interval whose bars it reads.
  public var interval: Interval
  /// Where it begins; nil leaves it to the study.
  public var anchor: IndicatorAnchor?
  /// What a missing slot does to it.
  public var onGap: IndicatorGapRule

  /// Creates a request.
  public init(
    name: String, arguments: [(name: String?, text: String)] = [], interval: Interval,
    anchor: IndicatorAnchor? = nil, onGap: IndicatorGapRule = .carry
  ) {
    self.name = name
    self.arguments = arguments
    self.interval = interval
    self.anchor = anchor
    self.onGap = onGap
  }
}

extension IndicatorCatalogue {
  /// Checks a request and fills in what it left out.
  ///
  /// - Parameters:
  ///   - request: the study and its parameters as written.
  ///   - barsPerYear: how many bars of the interval a year of trading has, for annual figures.
  /// - Returns: the spec with every parameter, in the order of the study.
  /// - Throws: `unknown-indicator`, `unknown-parameter`, `bad-parameter`.
  public static func spec(_ request: IndicatorRequest, barsPerYear: Double) throws(SessError)
    -> IndicatorSpec
  {
    guard let study = study(request.name) else { throw unknown(request.name) }
    var values: [Double?] = Array(repeating: nil, count: study.parameters.count)
    var place = 0
    for argument in request.arguments {
      let index = try position(of: argument.name, &place, in: study)
      guard values[index] == nil else {
        throw SessError(
          "bad-parameter", "\(study.parameters[index].name) is given twice")
      }
      values[index] = try number(argument.text, study.parameters[index])
    }
    var parameters: [IndicatorSpec.Parameter] = []
    for (index, parameter) in study.parameters.enumerated() {
      let value = values[index] ?? parameter.fallback ?? barsPerYear
      parameters.append(.init(name: parameter.name, value: value))
    }
    let usual = request.interval.isIntraday ? study.anchor : .continuous
    let spec = IndicatorSpec(
      name: study.name, parameters: parameters, interval: request.interval,
      anchor: try anchor(request, usual, study), usualAnchor: usual, onGap: request.onGap)
    try check(spec)
    return spec
  }

  /// Checks a spec that did not come from `spec(_:barsPerYear:)`, such as a decoded one.
  ///
  /// - Throws: `unknown-indicator`, `bad-parameter`.
  public static func check(_ spec: IndicatorSpec) throws(SessError) {
    guard let study = study(spec.name), study.name == spec.name else { throw unknown(spec.name) }
    guard study.parameters.map(\.name) == spec.parameters.map(\.name) else {
      throw SessError("bad-parameter", "\(spec.name) takes \(signature(study))")
    }
    for (parameter, given) in zip(study.parameters, spec.parameters) {
      _ = try number(given.text, parameter)
    }
    guard spec.name != "macd" || spec.parameters[0].value < spec.parameters[1].value else {
      throw SessError(
        "bad-parameter",
        "fast is \(spec.parameters[0].text), but slow is only "
          + spec.parameters[1].text, hint: "the fast average is the shorter one")
    }
  }

  /// A study's name with its parameters and defaults: `bbands period=20 num_std=2`.
  public static func signature(_ study: IndicatorStudy) -> String {
    var parts: [String] = []
    for parameter in study.parameters {
      let fallback = parameter.fallback.map { IndicatorSpec.Parameter(name: "", value: $0).text }
      parts.append("\(parameter.name)=\(fallback ?? "by interval")")
    }
    return parts.isEmpty ? "no parameters" : parts.joined(separator: " ")
  }

  private static func position(
    of name: String?, _ place: inout Int, in study: IndicatorStudy
  ) throws(SessError) -> Int {
    let names = study.parameters.map(\.name)
    guard let name else {
      place += 1
      if place <= names.count { return place - 1 }
      throw SessError(
        "unknown-parameter", "\(study.name) takes \(signature(study)), not \(place) numbers")
    }
    if let index = names.firstIndex(of: name) { return index }
    var hint = "\(study.name) takes \(signature(study))"
    if let near = Suggestion.nearest(to: name, in: names) { hint = "did you mean \(near)?" }
    throw SessError("unknown-parameter", "\(study.name) has no parameter \(name)", hint: hint)
  }

  private static func number(_ text: String, _ parameter: IndicatorParameter) throws(SessError)
    -> Double
  {
    let bounds = "\(bound(parameter.range.lowerBound)) to \(bound(parameter.range.upperBound))"
    let kind = parameter.isWhole ? "a whole number" : "a number"
    guard let value = Double(text), parameter.range.contains(value),
      !parameter.isWhole || value == value.rounded()
    else {
      throw SessError(
        "bad-parameter",
        "\(parameter.name) is \(kind) from \(bounds), not \(text.isEmpty ? "nothing" : text)")
    }
    return value
  }

  private static func bound(_ value: Double) -> String {
    IndicatorSpec.Parameter(name: "", value: value).text
  }

  private static func anchor(
    _ request: IndicatorRequest, _ usual: IndicatorAnchor, _ study: IndicatorStudy
  ) throws(SessError) -> IndicatorAnchor {
    guard let anchor = request.anchor, anchor != usual else { return usual }
    guard study.anchor == .session else {
      throw SessError(
        "bad-parameter", "\(study.name) has a window of its own and is always continuous",
        hint: "vwap, twap, obv and pvt take --anchor")
    }
    guard request.interval.isIntraday else {
      throw SessError(
        "bad-parameter", "\(request.interval) bars are whole sessions, so none begins within one")
    }
    return anchor
  }

  private static func unknown(_ name: String) -> SessError {
    var hint = "`indicator list --studies` lists them all"
    let known = studies.flatMap { [$0.name] + $0.aliases }
    if let near = Suggestion.nearest(to: name.lowercased(), in: known) {
      hint = "did you mean \(near)?"
    }
    return SessError("unknown-indicator", "there is no indicator \(name)", hint: hint)
  }
}
