import CommandLanguage
import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionEngine

/// Turns the bytes of a feed into items and takes them in, a batch of whole lines at a time.
struct FeedIntake: Sendable {
  /// What became of the lines so far.
  struct Tally: Sendable, Equatable {
    var bars = 0
    var ticks = 0
    var quotes = 0
    var late = 0
    var corrected = 0
    var duplicates = 0
    var rejected = 0

    var taken: Int { bars + ticks + quotes }
  }

  let engine: SessionEngine
  let command: FeedCommand
  let name: String
  let calendarName: String
  let zone: Zone?
  private(set) var tally = Tally()
  /// Where and why the first line was rejected.
  private(set) var firstFault: String?
  private var reader = FeedReader()
  private var rest: [UInt8] = []
  private var lineNumber = 0

  init(
    _ command: FeedCommand, name: String, engine: SessionEngine, calendar: String, zone: Zone?
  ) {
    self.command = command
    self.name = name
    self.engine = engine
    calendarName = calendar
    self.zone = zone
  }

  /// Takes in more bytes; a last line without its end waits for it, unless nothing more comes.
  ///
  /// - Throws: `bad-feed` when the first line cannot be read at all, `no-symbol`.
  mutating func take(_ bytes: [UInt8], isEnd: Bool) throws(SessError) {
    guard let end = isEnd ? bytes.count : bytes.lastIndex(of: 0x0A).map({ $0 + 1 }) else {
      rest += bytes
      return
    }
    let lines = rest.isEmpty && end == bytes.count ? bytes : rest + bytes[..<end]
    rest = Array(bytes[end...])
    let intake = self
    self = try engine.mutate { (session) throws(SessError) -> FeedIntake in
      var own = intake
      try session.startFeed()
      try own.takeLines(lines, into: &session)
      try session.settle()
      return own
    }
  }

  /// Takes in whole lines: plain bars many at a time, all else line by line.
  private mutating func takeLines(
    _ lines: [UInt8], into session: inout SessionData
  ) throws(SessError) {
    var position = 0
    let end = lines.count
    var lanes = FeedLanes()
    while position < end {
      let rows = lines.withUnsafeBufferPointer { bytes in
        reader.readRows(bytes, &position, lines: &lineNumber)
      }
      guard rows.rows.isEmpty else {
        try take(rows, of: lines, &lanes, into: &session)
        continue
      }
      let stop = lines[position..<end].firstIndex(of: 0x0A) ?? end
      try take(lines[position..<stop], into: &session)
      position = min(end, stop + 1)
    }
  }

  /// Takes in plain bars; the first of a symbol that is new goes the way of single lines, which registers it.
  private mutating func take(
    _ found: FeedRows, of lines: [UInt8], _ lanes: inout FeedLanes,
    into session: inout SessionData
  ) throws(SessError) {
    let line = lineNumber
    defer { lineNumber = line }
    var first = 0
    var rows = found.rows
    if let symbol = command.symbol {
      lanes.setOnly(symbol)
      for index in rows.indices { rows[index].symbol = 0 }
    } else {
      lanes.add(reader.symbols(from: lanes.series.count))
    }
    for index in rows.indices {
      let isKnown =
        rows[index].symbol >= 0
        && lanes.isKnown(Int(rows[index].symbol), session, command.interval)
      if isKnown {
        if found.isWallClock || command.labelsEnd {
          let lane = Int(rows[index].symbol)
          if found.isWallClock { rows[index].start = lanes.moment(rows[index].start, lane, zone) }
          if command.labelsEnd { rows[index].start -= lanes.interval(lane).nanoseconds }
        }
        continue
      }
      try feed(rows, first..<index, found, lines, lanes, into: &session)
      first = index + 1
      lineNumber = found.firstLine + index - 1
      let start = Int(found.offsets[index])
      let stop = lines[start...].firstIndex(of: 0x0A) ?? lines.endIndex
      try take(lines[start..<stop], into: &session)
    }
    try feed(rows, first..<rows.count, found, lines, lanes, into: &session)
  }

  private mutating func feed(
    _ rows: [FeedRow], _ range: Range<Int>, _ found: FeedRows, _ lines: [UInt8],
    _ lanes: FeedLanes, into session: inout SessionData
  ) throws(SessError) {
    guard !range.isEmpty else { return }
    var part = range.count == rows.count ? rows : Array(rows[range])
    var faults: [(Int, SessError)] = []
    let counts = try session.feed(&part, of: lanes.series) { faults.append(($0, $1)) }
    tally.bars += range.count - faults.count
    tally.late += counts.late
    tally.corrected += counts.corrected
    tally.duplicates += counts.duplicates
    for (index, error) in faults {
      let row = range.lowerBound + index
      lineNumber = found.firstLine + row
      let start = Int(found.offsets[row])
      let line = lines[start...].prefix(1024).prefix { $0 != 0x0A && $0 != 0x0D }
      let symbol = lanes.series[Int(rows[row].symbol)].name
      try reject(error, symbol, String(decoding: line, as: UTF8.self), &session)
    }
  }

  private mutating func take(_ line: ArraySlice<UInt8>, into session: inout SessionData)
    throws(SessError)
  {
    lineNumber += 1
    var line = line
    if line.last == 0x0D { line.removeLast() }
    if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    let text = String(decoding: line.prefix(1024), as: UTF8.self)
    do throws(SessError) {
      guard let read = try reader.read(line) else { return }
      try take(read, text, into: &session)
    } catch  where tally.taken == 0 && tally.rejected == 0 {
      throw error.located(
        at: SourceSpan(
          file: name, line: lineNumber, whole: text))
    } catch {
      try reject(error, command.symbol ?? reader.namedSymbol, text, &session)
    }
  }

  private mutating func take(
    _ line: FeedLine, _ text: String, into session: inout SessionData
  ) throws(SessError) {
    if line.content == .clock {
      let calendar = try session.catalog.calendar(named: calendarName)
      return session.advance(to: moment(line, zone ?? calendar.zone))
    }
    guard let symbol = command.symbol ?? line.symbol else {
      throw SessError(
        "no-symbol", "the feed does not say which symbol its lines are",
        hint: "say it: --symbol AAPL")
    }
    try register(symbol, line, &session)
    let calendar = try session.calendar(of: symbol)
    var time = moment(line, zone ?? calendar.zone)
    let interval =
      line.interval ?? command.interval ?? session.held(symbol)?.baseInterval
    var item: FeedItem
    switch line.content {
    case .bar(let open, let high, let low, let close, let volume):
      if command.labelsEnd { time.nanoseconds -= (interval ?? .minute).nanoseconds }
      let bar = Bar(
        start: time, open: open, high: high, low: low, close: close, volume: volume,
        trades: line.trades, vwap: line.vwap)
      item = FeedItem(symbol: symbol, kind: .bar(bar, interval ?? .minute))
      tally.bars += 1
    case .tick(let price, let size):
      item = FeedItem(symbol: symbol, kind: .tick(Tick(time: time, price: price, size: size)))
      tally.ticks += 1
    case .quote(let bid, let bidSize, let ask, let askSize):
      let quote = Quote(time: time, bid: bid, bidSize: bidSize, ask: ask, askSize: askSize)
      item = FeedItem(symbol: symbol, kind: .quote(quote))
      tally.quotes += 1
    case .clock: return
    }
    do throws(SessError) {
      if case .bar(let bar, let interval) = item.kind {
        try addInterval(interval, for: bar, of: symbol, &session)
      }
      switch try session.feed(item) {
      case .stored: break
      case .late: tally.late += 1
      case .corrected: tally.corrected += 1
      case .duplicate: tally.duplicates += 1
      }
    } catch {
      switch line.content {
      case .bar: tally.bars -= 1
      case .tick: tally.ticks -= 1
      default: tally.quotes -= 1
      }
      try reject(error, symbol, text, &session)
    }
  }

  private func moment(_ line: FeedLine, _ zone: Zone) -> Instant {
    guard line.isWallClock else { return Instant(nanoseconds: line.time) }
    let day = line.time.quotientAndRemainder(dividingBy: Instant.day)
    let days = day.remainder < 0 ? day.quotient - 1 : day.quotient
    return zone.instant(
      date: CivilDate(daysSinceEpoch: Int(days)), nanosecondsOfDay: line.time - days * Instant.day)
  }

  /// Registers an interval that a symbol does not have yet, once a bar of it has a slot.
  private func addInterval(
    _ interval: Interval, for bar: Bar, of symbol: String, _ session: inout SessionData
  ) throws(SessError) {
    guard var data = session.held(symbol), data.bars[interval] == nil else { return }
    try session.checkSlot(of: bar, in: data.symbol, interval)
    data.bars[interval] = BarIntervalData(interval: interval)
    data.chooseBaseInterval()
    try session.register([data])
  }

  /// Registers a new symbol with the interval of its bar, or with bars of its trades or quotes.
  private func register(
    _ symbol: String, _ line: FeedLine, _ session: inout SessionData
  ) throws(SessError) {
    guard session.held(symbol) == nil else { return }
    var data = SymbolSessionData(
      symbol: symbol, calendar: calendarName,
      metadata: SymbolMetadata(source: name, addedBy: "feed", addedAt: session.document.clock))
    var interval = command.interval ?? .minute
    var source: EventSource?
    switch line.content {
    case .bar: interval = line.interval ?? interval
    case .tick: source = .ticks
    case .quote: source = .quotes
    case .clock: return
    }
    data.bars[interval] = BarIntervalData(interval: interval, events: source)
    data.chooseBaseInterval()
    try session.register([data])
  }

  private mutating func reject(
    _ error: SessError, _ symbol: String?, _ text: String, _ session: inout SessionData
  ) throws(SessError) {
    tally.rejected += 1
    firstFault = firstFault ?? "\(name):\(lineNumber): \(error.message)"
    guard let symbol, session.document.symbols[symbol] != nil else { return }
    let row = RejectedRow(
      kind: RejectionClass(rawValue: error.code) ?? .unparsable, file: name, line: lineNumber,
      text: text, reason: error.message)
    try session.addRejected([row], to: symbol)
  }
}
