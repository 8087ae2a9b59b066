import Diagnostics
import MarketModel

extension SessionDecoder {
  mutating func indicators(_ cursor: inout JSONCursor) throws(SessError) -> [String: IndicatorData]
  {
    var indicators: [String: IndicatorData] = [:]
    try cursor.object { (cursor, key) throws(SessError) in
      let indicator = try indicator(&cursor)
      guard indicator.key == key else {
        throw cursor.failure("expected the indicator \(key), found \(indicator.key)")
      }
      if let fault = indicator.brokenInvariant() {
        throw SessError("bad-session", "the indicator \(key) cannot be used: \(fault)")
      }
      indicators[key] = indicator
    }
    return indicators
  }

  private mutating func indicator(_ cursor: inout JSONCursor) throws(SessError) -> IndicatorData {
    var data = IndicatorData(
      spec: IndicatorSpec(name: "", parameters: [], interval: .minute), outputs: [], need: 0)
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "name": data.spec.name = try cursor.string()
      case "parameters":
        try cursor.object { (cursor, name) throws(SessError) in
          data.spec.parameters.append(.init(name: name, value: try cursor.number()))
        }
      case "interval":
        guard let interval = Interval(try cursor.string()) else {
          throw cursor.failure("expected an interval")
        }
        data.spec.interval = interval
      case "anchor": data.spec.anchor = try choice(&cursor)
      case "usual_anchor": data.spec.usualAnchor = try choice(&cursor)
      case "on_gap": data.spec.onGap = try choice(&cursor)
      case "have": data.have = try cursor.integer()
      case "need": data.need = try cursor.integer()
      case "counts": data.countsDays = try cursor.string() == "days"
      case "last_update": data.lastUpdate = try optionalInstant(&cursor)
      case "columns":
        var columns: [String] = []
        try cursor.array { (cursor) throws(SessError) in columns.append(try cursor.string()) }
        guard columns.first == "start" else { throw cursor.failure("expected the column start") }
        data.outputs = Array(columns.dropFirst())
      case "days":
        try cursor.array { (cursor) throws(SessError) in
          data.chunks.append(try indicatorChunk(&cursor))
        }
      default: try cursor.skip()
      }
    }
    return data
  }

  private mutating func indicatorChunk(_ cursor: inout JSONCursor) throws(SessError)
    -> IndicatorChunk
  {
    var chunk = IndicatorChunk(day: CivilDate(daysSinceEpoch: 0))
    try cursor.object { (cursor, key) throws(SessError) in
      switch key {
      case "day": chunk.day = try date(&cursor)
      case "values":
        try cursor.array { (cursor) throws(SessError) in
          var isStart = true
          try cursor.array { (cursor) throws(SessError) in
            if isStart {
              chunk.starts.append(try instant(&cursor).nanoseconds)
            } else {
              chunk.values.append(try optionalNumber(&cursor) ?? .nan)
            }
            isStart = false
          }
        }
      default: try cursor.skip()
      }
    }
    return chunk
  }
}
