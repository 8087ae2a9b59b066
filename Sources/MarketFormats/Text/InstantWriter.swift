import MarketModel

/// Writes instants in ISO 8601, keeping the date's text from one to the next.
struct InstantWriter: Sendable {
  private var day = Int64.min
  private var dateText: [UInt8] = []
  private var offset = Int.min
  private var offsetText: [UInt8] = []

  /// Creates a writer.
  init() {}

  /// Adds `2025-07-02T09:30:00-04:00`, with a fraction only where there is one.
  mutating func write(_ nanoseconds: Int64, offsetSeconds: Int, to writer: inout ByteWriter) {
    let local = nanoseconds &+ Int64(offsetSeconds) &* Instant.second
    var days = local / Instant.day
    var rest = local % Instant.day
    if rest < 0 {
      rest += Instant.day
      days -= 1
    }
    if days != day {
      day = days
      dateText = Array("\(CivilDate(daysSinceEpoch: Int(days)))T".utf8)
    }
    if offsetSeconds != offset {
      offset = offsetSeconds
      offsetText = Array(Instant.offsetText(offsetSeconds).utf8)
    }
    guard rest % Instant.second == 0 else {
      return writer.text(Instant(nanoseconds: nanoseconds).iso8601(offsetSeconds: offsetSeconds))
    }
    let seconds = UInt(rest / Instant.second)
    writer.raw(dateText)
    writer.pair(seconds / 3600)
    writer.byte(0x3A)
    writer.pair(seconds / 60 % 60)
    writer.byte(0x3A)
    writer.pair(seconds % 60)
    writer.raw(offsetText)
  }
}

extension ByteWriter {
  fileprivate mutating func pair(_ value: UInt) {
    byte(UInt8(truncatingIfNeeded: 0x30 + value / 10))
    byte(UInt8(truncatingIfNeeded: 0x30 + value % 10))
  }
}
