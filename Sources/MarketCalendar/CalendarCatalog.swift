public import Diagnostics
public import MarketModel
import Synchronization

/// A calendar in one line, known without reading its rules.
public struct CalendarSummary: Sendable, Equatable {
  /// The name.
  public var name: String
  /// What it is.
  public var title: String
  /// The zone of its clock.
  public var zone: String
  /// The first date it knows.
  public var first: CivilDate
  /// The last date it knows.
  public var last: CivilDate
  /// Other names people give it.
  public var aliases: [String]
}

/// The calendars there are, each parsed on first use.
public struct CalendarCatalog: Sendable {
  private final class Cache: Sendable {
    let calendars = Mutex<[String: MarketCalendar]>([:])
    /// User calendars by their text.
    let defined = Mutex<[String: MarketCalendar]>([:])
  }

  /// The time zones calendars and files refer to.
  public let zones: ZoneDatabase
  private let cache = Cache()
  /// The texts of user calendars by name.
  private var definitions: [String: String] = [:]

  /// Creates a catalog over a zone database.
  public init(zones: ZoneDatabase) { self.zones = zones }

  /// The same catalog with user calendars, by name the text `CalendarParser` reads.
  public func adding(_ definitions: [String: String]) -> CalendarCatalog {
    var copy = self
    copy.definitions = definitions
    return copy
  }

  /// A summary of every built-in calendar, by name.
  public static let summaries: [CalendarSummary] = {
    var summaries: [CalendarSummary] = []
    for line in CalendarIndex.text.split(separator: "\n") {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false)
      guard fields.count == 6, let first = CivilDate(iso: fields[3]),
        let last = CivilDate(iso: fields[4])
      else { continue }
      summaries.append(
        CalendarSummary(
          name: String(fields[0]), title: String(fields[1]), zone: String(fields[2]),
          first: first, last: last, aliases: fields[5].split(separator: " ").map(String.init)))
    }
    return summaries
  }()

  /// The names of the built-in calendars.
  public static let names = summaries.map(\.name)

  /// The names of all calendars, the user's included.
  public var names: [String] { (CalendarCatalog.names + definitions.keys).sorted() }

  /// A summary of every calendar, by name.
  ///
  /// - Throws: what reading a user calendar throws.
  public func summaries() throws(SessError) -> [CalendarSummary] {
    var all = CalendarCatalog.summaries
    for name in definitions.keys.sorted() {
      let calendar = try calendar(named: name)
      all.append(
        CalendarSummary(
          name: name, title: calendar.title, zone: calendar.zone.name, first: calendar.firstDate,
          last: calendar.lastDate, aliases: []))
    }
    return all.sorted { $0.name < $1.name }
  }

  /// The calendar of a name or of another name for it, whatever its case.
  ///
  /// - Throws: `unknown-calendar`; `unknown-zone` on a system without its time zone.
  public func calendar(named name: String) throws(SessError) -> MarketCalendar {
    if !definitions.isEmpty, let text = definition(of: name) { return try defined(text) }
    if let known = cache.calendars.withLock({ $0[name] }) { return known }
    guard let canonical = CalendarCatalog.canonicalName(name), let text = text(of: canonical)
    else { throw unknown(name) }
    let table = try CalendarParser.parse(text, name: canonical).table
    let zone = try zones.zone(named: table.zoneName)
    let calendar = MarketCalendar(name: canonical, table: table, zone: zone)
    cache.calendars.withLock {
      $0[name] = calendar
      $0[canonical] = calendar
    }
    return calendar
  }

  /// The calendar a text defines; its name is in the text.
  ///
  /// - Throws: `bad-calendar` with the place, `calendar-exists` for a built-in name, `unknown-zone`.
  public func define(_ text: String, file: String?) throws(SessError) -> MarketCalendar {
    let (name, table) = try CalendarParser.parse(text, file: file)
    if let taken = CalendarCatalog.canonicalName(name) {
      throw SessError(
        "calendar-exists", "\(name) is a name of the built-in calendar \(taken)",
        hint: "give it another name in its line `calendar \(name)`")
    }
    let zone = try zones.zone(named: table.zoneName)
    return MarketCalendar(name: name, table: table, zone: zone)
  }

  private func defined(_ text: String) throws(SessError) -> MarketCalendar {
    if let known = cache.defined.withLock({ $0[text] }) { return known }
    let calendar = try define(text, file: nil)
    cache.defined.withLock { $0[text] = calendar }
    return calendar
  }

  private func definition(of name: String) -> String? {
    if let text = definitions[name] { return text }
    let wanted = name.lowercased()
    for (key, text) in definitions where key.lowercased() == wanted { return text }
    return nil
  }

  /// The built-in calendar a name or another name stands for.
  private static func canonicalName(_ name: String) -> String? {
    let wanted = name.lowercased()
    for summary in summaries where summary.name.lowercased() == wanted { return summary.name }
    for summary in summaries
    where summary.aliases.contains(where: { $0.lowercased() == wanted }) {
      return summary.name
    }
    return nil
  }

  private func unknown(_ name: String) -> SessError {
    let known = names + CalendarCatalog.summaries.flatMap(\.aliases)
    let near = Suggestion.nearest(to: name.uppercased(), in: known)
    return SessError(
      "unknown-calendar", "\(name) is not a calendar",
      hint: near.map { "did you mean \($0)?" } ?? "`calendar` lists them, `calendar load` adds one")
  }

  private func text(of name: String) -> String? {
    AmericaCalendars.texts[name] ?? EuropeCalendars.texts[name] ?? AsiaCalendars.texts[name]
  }
}
