import MarketCalendar
import MarketModel

extension SessionEncoder {
  mutating func encode(_ indicators: [String: IndicatorData], _ zone: Zone) {
    writer.text("{")
    for (index, name) in indicators.keys.sorted().enumerated() {
      guard let indicator = indicators[name] else { continue }
      writer.text(index == 0 ? "\n" : ",\n")
      writer.jsonString(name)
      writer.byte(0x3A)
      encode(indicator, zone)
    }
    writer.text("}")
  }

  /// The keys of a study, in order.
  enum IndicatorKey: String, CaseIterable {
    case name, parameters, interval, anchor
    case usualAnchor = "usual_anchor"
    case onGap = "on_gap"
    case need, counts, columns, have, ready
    case lastUpdate = "last_update"
    case values

    /// The keys whose values change as bars come, but for the figures themselves.
    static let moving: [IndicatorKey] = [.have, .ready, .lastUpdate]
  }

  mutating func encode(_ indicator: IndicatorData, _ zone: Zone) {
    for (index, key) in IndicatorKey.allCases.enumerated() {
      writer.text("\(index == 0 ? "{" : ",")\"\(key.rawValue)\":")
      encode(key, of: indicator, zone)
    }
    writer.text("}")
  }

  /// Adds the value of one key of a study.
  mutating func encode(_ key: IndicatorKey, of indicator: IndicatorData, _ zone: Zone) {
    let spec = indicator.spec
    switch key {
    case .name: writer.jsonString(spec.name)
    case .parameters:
      writer.text("{")
      for (index, parameter) in spec.parameters.enumerated() {
        if index > 0 { writer.text(",") }
        writer.jsonString(parameter.name)
        writer.text(":")
        writer.number(parameter.value)
      }
      writer.text("}")
    case .interval: writer.jsonString("\(spec.interval)")
    case .anchor: writer.jsonString(spec.anchor.rawValue)
    case .usualAnchor: writer.jsonString(spec.usualAnchor.rawValue)
    case .onGap: writer.jsonString(spec.onGap.rawValue)
    case .need: writer.integer(indicator.need)
    case .counts: writer.jsonString(indicator.countsDays ? "days" : "bars")
    case .columns:
      writer.text("[\"start\"")
      for output in indicator.outputs {
        writer.text(",")
        writer.jsonString(output)
      }
      writer.text("]")
    case .have: writer.integer(indicator.have)
    case .ready: writer.text("\(indicator.isReady)")
    case .lastUpdate: instant(indicator.lastUpdate, zone)
    case .values: encodeValues(of: indicator, Int64.min...Int64.max, zone)
    }
  }

  /// Adds the rows of the bars that start within a stretch: the start, then the figures.
  mutating func encodeValues(
    of indicator: IndicatorData, _ starts: ClosedRange<Int64>, _ zone: Zone
  ) {
    let width = indicator.outputs.count
    writer.byte(0x5B)
    var isFirst = true
    for (chunk, rows) in indicator.pieces(startingIn: starts) {
      for index in rows {
        writer.text(isFirst ? "\n[" : ",\n[")
        isFirst = false
        instant(Instant(nanoseconds: chunk.starts[index]), zone)
        for value in chunk.values[(index * width)..<((index + 1) * width)] {
          writer.byte(0x2C)
          number(value.isNaN ? nil : value)
        }
        writer.byte(0x5D)
      }
    }
    writer.byte(0x5D)
  }
}
