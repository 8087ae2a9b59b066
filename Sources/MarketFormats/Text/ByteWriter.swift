/// Grows a text byte by byte; numbers and instants are written without making strings.
public struct ByteWriter: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []

  /// Creates an empty writer with room for a number of bytes.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Forgets what was written but keeps the room.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Adds one byte.
  public mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  /// Adds a text as it is.
  public mutating func text(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }

  /// Adds bytes as they are.
  public mutating func raw(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  /// Adds an integer in decimal digits.
  public mutating func integer(_ value: Int) {
    if value < 0 { bytes.append(0x2D) }
    digits(value.magnitude, minimum: 1)
  }

  /// Adds decimal digits, padded with zeros to a minimum.
  mutating func digits(_ value: UInt, minimum: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
      var rest = value
      var position = 20
      while rest > 0 || 20 - position < minimum {
        position -= 1
        buffer[position] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
        rest /= 10
      }
      bytes.append(contentsOf: buffer[position...])
    }
  }

  /// The text so far.
  public var string: String { String(decoding: bytes, as: UTF8.self) }
}
