import MarketFormats

/// The system's time zone database.
enum ZoneFiles {
  private static let folders = ["/usr/share/zoneinfo/", "/var/db/timezone/zoneinfo/"]

  /// The bytes of a zone's file, or nil.
  static func read(_ name: String) -> [UInt8]? {
    for folder in folders {
      guard let file = try? OpenFile(reading: folder + name) else { continue }
      let source = FileSource(file: file, name: name)
      if let bytes = try? source.bytes(at: 0, count: min(source.byteCount, 1 << 20)) {
        return bytes
      }
    }
    return nil
  }
}
