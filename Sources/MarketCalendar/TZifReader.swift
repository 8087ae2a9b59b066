import Diagnostics

/// The transitions and the rule of one TZif file.
///
/// - Source: RFC 9636; versions 1 to 4, the 64-bit block where there is one.
struct TZifReader {
  /// When each offset begins, in UTC seconds, ascending.
  var transitions: [Int64] = []
  /// The offset that begins at each transition, in seconds east of Greenwich.
  var offsets: [Int] = []
  /// The offset before the first transition.
  var firstOffset = 0
  /// The rule after the last transition.
  var rule: PosixZoneRule?

  private let bytes: [UInt8]
  private var position = 0

  /// Reads the bytes of a TZif file.
  ///
  /// - Throws: `bad-zone-data` for anything else.
  init(_ bytes: [UInt8], name: String) throws(SessError) {
    self.bytes = bytes
    guard let isRead = readFile(), isRead else {
      throw SessError("bad-zone-data", "the time zone data of \(name) cannot be read")
    }
  }

  private struct Header {
    var version: UInt8
    var utCount: Int
    var standardCount: Int
    var leapCount: Int
    var timeCount: Int
    var typeCount: Int
    var nameLength: Int
  }

  /// Nil where the bytes end early, false where they contradict themselves.
  private mutating func readFile() -> Bool? {
    guard let first = readHeader() else { return nil }
    guard first.version >= 0x32 else { return readBlock(first, timeSize: 4) }
    guard skipBlock(first, timeSize: 4), let second = readHeader() else { return nil }
    guard let isRead = readBlock(second, timeSize: 8), isRead else { return false }
    readFooter()
    return true
  }

  private mutating func readHeader() -> Header? {
    guard bytes.count - position >= 44,
      bytes[position..<position + 4].elementsEqual([84, 90, 105, 102])
    else { return nil }
    let version = bytes[position + 4]
    position += 20
    var counts: [Int] = []
    for _ in 0..<6 {
      guard let count = readInteger(4), count >= 0, count <= 1 << 20 else { return nil }
      counts.append(Int(count))
    }
    return Header(
      version: version, utCount: counts[0], standardCount: counts[1], leapCount: counts[2],
      timeCount: counts[3], typeCount: counts[4], nameLength: counts[5])
  }

  private mutating func skipBlock(_ header: Header, timeSize: Int) -> Bool {
    let times = header.timeCount * (timeSize + 1)
    let rest = header.typeCount * 6 + header.nameLength + header.leapCount * (timeSize + 4)
    position += times + rest + header.standardCount + header.utCount
    return position <= bytes.count
  }

  private mutating func readBlock(_ header: Header, timeSize: Int) -> Bool? {
    let start = position
    for _ in 0..<header.timeCount {
      guard let time = readInteger(timeSize) else { return nil }
      if let last = transitions.last, time <= last { return false }
      transitions.append(time)
    }
    let indices = position
    position += header.timeCount
    var types: [Int] = []
    for _ in 0..<header.typeCount {
      guard let offset = readInteger(4), abs(offset) < 100_000 else { return nil }
      types.append(Int(offset))
      position += 2
    }
    guard position <= bytes.count, let standard = types.first else { return nil }
    firstOffset = standard
    for index in 0..<header.timeCount {
      let type = Int(bytes[indices + index])
      guard type < types.count else { return false }
      offsets.append(types[type])
    }
    position = start
    return skipBlock(header, timeSize: timeSize)
  }

  private mutating func readFooter() {
    guard position < bytes.count, bytes[position] == 0x0A else { return }
    let text = bytes[(position + 1)...].prefix { $0 != 0x0A }
    rule = PosixZoneRule(String(decoding: text, as: UTF8.self))
  }

  private mutating func readInteger(_ size: Int) -> Int64? {
    guard bytes.count - position >= size else { return nil }
    var value: UInt64 = bytes[position] & 0x80 == 0 ? 0 : .max
    for byte in bytes[position..<position + size] { value = value << 8 | UInt64(byte) }
    position += size
    return Int64(bitPattern: value)
  }
}
