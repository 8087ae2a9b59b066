public import Diagnostics
import MarketModel
import Synchronization

/// Zones by name; their bytes come from the caller, once each.
public final class ZoneDatabase: Sendable {
  private let read: @Sendable (String) -> [UInt8]?
  private let cache = Mutex<[String: Zone]>([:])

  /// Creates a database around a function that finds the TZif bytes of a name.
  public init(read: @escaping @Sendable (String) -> [UInt8]?) { self.read = read }

  private static let common = [
    "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Toronto",
    "America/Sao_Paulo", "Asia/Hong_Kong", "Asia/Kolkata", "Asia/Shanghai", "Asia/Singapore",
    "Asia/Tokyo", "Australia/Sydney", "Europe/Amsterdam", "Europe/Berlin", "Europe/London",
    "Europe/Paris", "Europe/Zurich", "UTC",
  ]

  /// The zone of an IANA name, `UTC`, or an offset such as `+05:30`.
  ///
  /// - Throws: `unknown-zone`, `bad-zone-data`.
  public func zone(named name: String) throws(SessError) -> Zone {
    if name == "UTC" || name == "Z" { return .utc }
    if let seconds = ZoneDatabase.offset(name) { return Zone(fixedOffsetSeconds: seconds) }
    if let known = cache.withLock({ $0[name] }) { return known }
    guard ZoneDatabase.isSafe(name), let bytes = read(name) else { throw unknown(name) }
    let zone = try Zone(name: name, tzif: bytes)
    cache.withLock { $0[name] = zone }
    return zone
  }

  private func unknown(_ name: String) -> SessError {
    let hint =
      Suggestion.nearest(to: name, in: ZoneDatabase.common).map { "did you mean \($0)?" }
      ?? "a zone is a name such as America/New_York, UTC, or an offset such as +01:00"
    return SessError("unknown-zone", "\(name) is not a time zone of this system", hint: hint)
  }

  /// Only names that cannot leave the database's folder.
  private static func isSafe(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count < 64, !name.hasPrefix("/"), !name.contains("..") else {
      return false
    }
    for byte in name.utf8 {
      let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
      let isDigit = byte >= 0x30 && byte <= 0x39
      guard isLetter || isDigit || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte) else { return false }
    }
    return true
  }

  /// `+05:30`, `-0500`, `+01` in seconds.
  private static func offset(_ name: String) -> Int? {
    guard let sign = name.first, sign == "+" || sign == "-" else { return nil }
    var digits = name.dropFirst()
    let colon = digits.index(digits.startIndex, offsetBy: 2, limitedBy: digits.endIndex)
    if let colon, digits.count == 5, digits[colon] == ":" { digits.remove(at: colon) }
    guard digits.count == 2 || digits.count == 4, let value = Int(digits), value >= 0 else {
      return nil
    }
    let (hours, minutes) = digits.count == 2 ? (value, 0) : (value / 100, value % 100)
    guard hours <= 18, minutes < 60 else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
