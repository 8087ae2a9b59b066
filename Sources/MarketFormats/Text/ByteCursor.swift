import MarketModel

/// Writes text into memory that is known to be large enough; the inner loop of exports.
struct ByteCursor {
  /// Where the next byte goes.
  private(set) var next: UnsafeMutablePointer<UInt8>

  /// The most bytes a number takes.
  static let numberSize = 40

  /// Starts at the beginning of some memory, whose owner makes sure that everything fits.
  init(_ start: UnsafeMutablePointer<UInt8>) { next = start }

  @inline(__always)
  mutating func byte(_ byte: UInt8) {
    next.pointee = byte
    next += 1
  }

  @inline(__always)
  mutating func bytes(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    next.update(from: base, count: bytes.count)
    next += bytes.count
  }

  @inline(__always)
  mutating func text(_ text: StaticString) {
    next.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    next += text.utf8CodeUnitCount
  }

  /// Adds 32 bytes at once and keeps the first `count` of them.
  @inline(__always)
  mutating func block(_ block: UnsafePointer<UInt8>, count: Int) {
    let words = UnsafeRawPointer(block).loadUnaligned(as: SIMD4<UInt64>.self)
    UnsafeMutableRawPointer(next).storeBytes(of: words, as: SIMD4<UInt64>.self)
    next += count
  }

  @inline(__always)
  mutating func pair(_ value: UInt32) {
    let tens = (value &* 103) >> 10
    next[0] = UInt8(truncatingIfNeeded: 0x30 &+ tens)
    next[1] = UInt8(truncatingIfNeeded: 0x30 &+ value &- tens &* 10)
    next += 2
  }
}

extension ByteCursor {
  /// Adds a count in decimal digits.
  @inline(__always)
  mutating func integer(_ value: Int) {
    guard value >= 0, value < 1_000_000_000 else { return slow { $0.integer(value) } }
    digits(UInt32(truncatingIfNeeded: value))
  }

  /// Adds a number in the canonical text of `ByteWriter.number`.
  ///
  /// Two decimals are tried first, then six; trailing zeros are left out, which gives the shortest text.
  @inline(__always)
  mutating func number(_ value: Double) {
    let size = value.magnitude
    guard size < 1e9 else { return slow { $0.number(value) } }
    let hundredths = Int64(size * 100 + 0.5)
    guard Double(hundredths) / 100 == size else { return millionths(value) }
    if value < 0 { byte(0x2D) }
    let whole = hundredths / 100
    digits(UInt32(truncatingIfNeeded: whole))
    let rest = UInt32(truncatingIfNeeded: hundredths - whole * 100)
    guard rest > 0 else { return }
    byte(0x2E)
    pair(rest)
    if next[-1] == 0x30 { next -= 1 }
  }

  private mutating func millionths(_ value: Double) {
    let size = value.magnitude
    let scaled = Int64(size * 1e6 + 0.5)
    guard Double(scaled) / 1e6 == size else { return slow { $0.number(value) } }
    if value < 0 { byte(0x2D) }
    let whole = scaled / 1_000_000
    digits(UInt32(truncatingIfNeeded: whole))
    let rest = UInt32(truncatingIfNeeded: scaled - whole * 1_000_000)
    byte(0x2E)
    pair(rest / 10_000)
    pair(rest / 100 % 100)
    pair(rest % 100)
    while next[-1] == 0x30 { next -= 1 }
  }

  /// Whole numbers below 10⁹, pairs of digits from the last to the first.
  @inline(__always)
  private mutating func digits(_ value: UInt32) {
    var end = next + ByteCursor.digitCount(value)
    let after = end
    var rest = value
    while rest >= 100 {
      let quotient = rest / 100
      let pair = rest &- quotient &* 100
      let tens = (pair &* 103) >> 10
      end -= 2
      end[0] = UInt8(truncatingIfNeeded: 0x30 &+ tens)
      end[1] = UInt8(truncatingIfNeeded: 0x30 &+ pair &- tens &* 10)
      rest = quotient
    }
    let tens = (rest &* 103) >> 10
    if tens > 0 { next[0] = UInt8(truncatingIfNeeded: 0x30 &+ tens) }
    end[-1] = UInt8(truncatingIfNeeded: 0x30 &+ rest &- tens &* 10)
    next = after
  }

  @inline(__always)
  private static func digitCount(_ value: UInt32) -> Int {
    if value < 100 { return value < 10 ? 1 : 2 }
    if value < 10_000 { return value < 1000 ? 3 : 4 }
    if value < 1_000_000 { return value < 100_000 ? 5 : 6 }
    return value < 10_000_000 ? 7 : value < 100_000_000 ? 8 : 9
  }

  /// What is beyond the fast paths, by way of a text of its own.
  @inline(never)
  private mutating func slow(_ write: (inout ByteWriter) -> Void) {
    var writer = ByteWriter(capacity: ByteCursor.numberSize)
    write(&writer)
    writer.bytes.withUnsafeBufferPointer { bytes($0) }
  }
}
