import Diagnostics
import MarketModel

/// Reads Databento's binary files, versions 1 to 3: bars, trades, best bids and asks.
///
/// Rows of an instrument from several publishers are series of their own, as they are not duplicates.
enum DBNReader {
  /// Whether a file's first bytes are those of a DBN file.
  static func recognizes(_ head: [UInt8]) -> Bool { head.starts(with: Array("DBN".utf8)) }

  /// Reads a whole file into columns.
  ///
  /// - Throws: `bad-dbn`, `unsupported-version`, `no-rows`, `several-intervals`, `file-too-large`.
  /// - Complexity: O(records).
  static func read(_ source: any ByteSource, options: ReadOptions) throws(SessError)
    -> [FileContent]
  {
    guard source.byteCount < options.memoryLimit / 4 else {
      throw CSVReader.tooLarge(source, options.memoryLimit)
    }
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    var outcome: Result<[FileContent], SessError>?
    bytes.withUnsafeBytes { buffer in
      do throws(SessError) {
        let metadata = try DBNMetadata(buffer, name: source.name)
        var records = DBNRecords(buffer, metadata)
        try records.read(name: source.name, options)
        outcome = .success(try records.contents(DBNSource(source)))
      } catch {
        outcome = .failure(error)
      }
    }
    options.progress?(bytes.count)
    guard let outcome else { return [] }
    return try outcome.get()
  }
}

/// The records of a file on their way into columns.
private struct DBNRecords {
  private let bytes: UnsafeRawBufferPointer
  private let metadata: DBNMetadata
  private var table = RowTable()
  private var publishers: [UInt32: Set<UInt16>] = [:]
  private var types: Set<UInt8> = []

  init(_ bytes: UnsafeRawBufferPointer, _ metadata: DBNMetadata) {
    self.bytes = bytes
    self.metadata = metadata
    notePublishers()
  }

  private func number<Number: FixedWidthInteger>(_ offset: Int, _ type: Number.Type) -> Number {
    Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// The size of the record at a place, at least its header; nil when it does not fit.
  private func size(at offset: Int) -> Int? {
    guard bytes.count - offset >= 16 else { return nil }
    let size = Int(bytes[offset]) * 4
    return size >= 16 && size <= bytes.count - offset ? size : nil
  }

  private mutating func notePublishers() {
    var offset = metadata.end
    while let size = size(at: offset) {
      publishers[number(offset + 4, UInt32.self), default: []]
        .insert(number(offset + 2, UInt16.self))
      offset += size
    }
  }

  /// Reads every record; those of other kinds are passed over.
  mutating func read(name: String, _ options: ReadOptions) throws(SessError) {
    var offset = metadata.end
    var line = 0
    while offset < bytes.count {
      line += 1
      if line % 4096 == 0 { try options.checkCancelled(name) }
      guard let size = size(at: offset) else {
        throw SessError(
          "bad-dbn", "\(name) cannot be read at byte \(offset): record \(line) is cut short")
      }
      read(offset, size, line)
      offset += size
    }
  }

  private mutating func read(_ offset: Int, _ size: Int, _ line: Int) {
    let type = bytes[offset + 1]
    guard let (kind, least) = DBNRecords.kind(of: type), size >= least else { return }
    switch kind {
    case .bar: addBar(offset, line)
    case .trade: addTrade(offset, line)
    case .event: addTop(offset, line, time: offset + 8)
    case .state: addTop(offset, line, time: offset + 32)
    }
  }

  private enum Kind {
    case bar, trade
    /// The best bid and ask after an event.
    case event
    /// The best bid and ask at the end of a second or minute.
    case state
  }

  /// What a record of a type holds and its least size; nil for kinds that are not read.
  private static func kind(of type: UInt8) -> (kind: Kind, least: Int)? {
    switch type {
    case 32...36: (.bar, 56)
    case 0: (.trade, 48)
    case 1, 0xB1, 0xC2: (.event, 80)
    case 0xC0, 0xC1, 0xC3, 0xC4: (.state, 80)
    default: nil
    }
  }

  /// A price in billionths; the largest number is none.
  private func price(_ offset: Int) -> Double? {
    let value = number(offset, Int64.self)
    return value == .max ? nil : Double(value) / 1e9
  }

  private mutating func group(_ offset: Int, _ time: Int64) -> Int {
    let instrument = number(offset + 4, UInt32.self)
    let symbol = metadata.symbol(instrument, at: time)
    guard (publishers[instrument]?.count ?? 0) > 1 else { return table.group(symbol) }
    return table.group("\(symbol):\(number(offset + 2, UInt16.self))")
  }

  /// The group of a record with its moment; nil when it states none.
  private mutating func start(_ offset: Int, _ line: Int, time place: Int) -> (
    group: Int, time: Int64
  )? {
    table.countRow()
    types.insert(bytes[offset + 1])
    let stamp = number(place, UInt64.self)
    let isKnown = stamp < UInt64(Instant.range.upperBound)
    let time = isKnown ? Int64(stamp) : 0
    let group = group(offset, time)
    guard isKnown, table.admits(WrittenTime(nanoseconds: time, kind: .absolute)) else {
      table.reject(
        "the record has no time within the years \(Instant.years)", group: group, line: line,
        offset: offset)
      return nil
    }
    return (group, time)
  }

  private mutating func addBar(_ offset: Int, _ line: Int) {
    guard let (group, time) = start(offset, line, time: offset + 8) else { return }
    guard let open = price(offset + 16), let high = price(offset + 24),
      let low = price(offset + 32), let close = price(offset + 40)
    else {
      return table.reject(
        "a price is unknown", group: group, line: line, offset: offset, time: time)
    }
    let volume = Double(number(offset + 48, UInt64.self))
    let fault = table.add(
      (time, open, high, low, close, volume), trades: nil, vwap: nil, to: group, line: line,
      offset: offset)
    guard let fault else { return }
    table.reject(fault.reason, .badOHLC, group: group, line: line, offset: offset, time: time)
  }

  private mutating func addTrade(_ offset: Int, _ line: Int) {
    guard let (group, time) = start(offset, line, time: offset + 8) else { return }
    guard let price = price(offset + 16) else {
      return table.reject("the price is unknown", group: group, line: line, offset: offset)
    }
    let size = Double(number(offset + 24, UInt32.self))
    table.add(Tick(time: Instant(nanoseconds: time), price: price, size: size), to: group)
  }

  /// Adds the best bid and ask after an event, and the trade when the event is one.
  private mutating func addTop(_ offset: Int, _ line: Int, time place: Int) {
    guard let (group, time) = start(offset, line, time: place) else { return }
    let moment = Instant(nanoseconds: time)
    let isTrade = place == offset + 8 && bytes[offset + 28] == 0x54
    if isTrade, let price = price(offset + 16) {
      let size = Double(number(offset + 24, UInt32.self))
      table.add(Tick(time: moment, price: price, size: size), to: group)
    }
    let (bid, ask) = (price(offset + 48), price(offset + 56))
    guard bid != nil || ask != nil else {
      if isTrade { return }
      return table.reject(
        "there is neither a bid nor an ask", group: group, line: line, offset: offset)
    }
    table.add(
      Quote(
        time: moment, bid: bid, bidSize: bid.map { _ in Double(number(offset + 64, UInt32.self)) },
        ask: ask, askSize: ask.map { _ in Double(number(offset + 68, UInt32.self)) }), to: group)
  }

  /// The series of bars and of events.
  func contents(_ source: DBNSource) throws(SessError) -> [FileContent] {
    var dialect = Dialect("Databento DBN \(metadata.version), \(metadata.dataset)")
    guard table.barCount + table.eventCount > 0 else {
      throw SessError(
        "no-rows", "\(source.name) holds no bars, trades or quotes",
        hint: "the schemas ohlcv-*, trades, mbp-1, tbbo and bbo-* are read")
    }
    let bars = types.filter { (32...36).contains($0) }
    guard bars.count < 2 else {
      throw SessError(
        "several-intervals", "\(source.name) holds bars of several lengths",
        hint: "export one schema a file")
    }
    if let interval = bars.first.flatMap({ Interval(recordType: Int($0)) }) {
      dialect.interval = .stated(interval, "the records' type")
    }
    dialect.label = .stated(.start, "Databento stamps bar starts")
    if publishers.values.contains(where: { $0.count > 1 }) {
      dialect.remarks.append("several publishers: each has a series of its own, SYMBOL:PUBLISHER")
    }
    return table.contents(source, dialect)
  }
}

/// The file of DBN records: a record's text is its fields in words.
struct DBNSource: ByteSource {
  private let base: any ByteSource

  init(_ base: any ByteSource) { self.base = base }

  var name: String { base.name }
  var byteCount: Int { base.byteCount }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SessError) -> Int {
    try base.read(at: offset, into: buffer)
  }

  /// The header and the first numbers of a record.
  func rowText(at offset: Int) throws(SessError) -> String {
    let bytes = try base.bytes(at: offset, count: 56)
    guard bytes.count >= 16 else { return "" }
    return bytes.withUnsafeBytes { buffer in
      func integer(_ place: Int) -> Int64 {
        Int64(littleEndian: buffer.loadUnaligned(fromByteOffset: place, as: Int64.self))
      }
      let instrument = UInt32(
        littleEndian: buffer.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
      var text = "rtype \(buffer[1]) instrument \(instrument) ts_event \(integer(8))"
      for place in stride(from: 16, to: buffer.count - 7, by: 8) { text += " \(integer(place))" }
      return text
    }
  }
}
