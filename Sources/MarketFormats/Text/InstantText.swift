import MarketCalendar
import MarketModel

/// The text of instants with their offset; from one row to the next only the time of day is written anew.
struct InstantText {
  private let block: UnsafeMutablePointer<UInt8>
  private var midnight: Int64 = 0
  private var validFrom = Int64.max
  private var validUntil = Int64.min
  private var count = 0

  /// The most bytes an instant takes.
  static let size = 40
  /// The bytes of memory it needs.
  static let blockSize = 48

  /// Starts with memory of `blockSize` bytes to hold the text.
  init(_ block: UnsafeMutablePointer<UInt8>) { self.block = block }

  /// Adds an instant to a text; within a day of one offset whole seconds are quick.
  @inline(__always)
  mutating func write(_ nanoseconds: Int64, in zone: Zone, to cursor: inout ByteCursor) {
    if nanoseconds < validFrom || nanoseconds >= validUntil { move(to: nanoseconds, zone) }
    let rest = nanoseconds &- midnight
    let seconds = UInt32(truncatingIfNeeded: rest / Instant.second)
    guard Int64(seconds) * Instant.second == rest else {
      return fraction(nanoseconds, zone, &cursor)
    }
    var time = ByteCursor(block + 11)
    time.pair(seconds / 3600)
    time.byte(0x3A)
    time.pair(seconds / 60 % 60)
    time.byte(0x3A)
    time.pair(seconds % 60)
    cursor.block(block, count: count)
  }

  /// Writes date and offset of another day into the text.
  private mutating func move(to nanoseconds: Int64, _ zone: Zone) {
    let instant = Instant(nanoseconds: nanoseconds)
    let offset = zone.offset(at: instant)
    let (date, sinceMidnight) = instant.wallClock(offsetSeconds: offset.seconds)
    midnight = nanoseconds &- sinceMidnight
    // The clock may change within the day: only the part with this offset is quick.
    validFrom = max(midnight, offset.validFrom)
    validUntil = min(midnight &+ Instant.day, offset.validUntil)
    var writer = ByteWriter(capacity: InstantText.size)
    writer.text("\(date)T00:00:00\(Instant.offsetText(offset.seconds))")
    count = writer.bytes.count
    for (index, byte) in writer.bytes.enumerated() { block[index] = byte }
  }

  private func fraction(_ nanoseconds: Int64, _ zone: Zone, _ cursor: inout ByteCursor) {
    let instant = Instant(nanoseconds: nanoseconds)
    let text = instant.iso8601(offsetSeconds: zone.offsetSeconds(at: instant))
    for byte in text.utf8 { cursor.byte(byte) }
  }
}
