public import Diagnostics
import Synchronization

/// The calendars there are, each parsed on first use.
public struct CalendarCatalog: Sendable {
  private final class Cache: Sendable {
    let calendars = Mutex<[String: MarketCalendar]>([:])
  }

  /// The time zones calendars and files refer to.
  public let zones: ZoneDatabase
  private let cache = Cache()

  /// Creates a catalog over a zone database.
  public init(zones: ZoneDatabase) { self.zones = zones }

  /// The names of all calendars.
  public static let names = ["XNYS", "24/7", "FX", "CME"]

  /// The calendar of a name, whatever its case.
  ///
  /// - Throws: `unknown-calendar`; `unknown-zone` on a system without its time zone.
  public func calendar(named name: String) throws(SessError) -> MarketCalendar {
    if let known = cache.calendars.withLock({ $0[name] }) { return known }
    let wanted = name.uppercased()
    guard let canonical = CalendarCatalog.names.first(where: { $0 == wanted }) else {
      throw SessError(
        "unknown-calendar", "\(name) is not a calendar",
        hint: Suggestion.nearest(to: wanted, in: CalendarCatalog.names).map {
          "did you mean \($0)?"
        }
          ?? "calendars: " + CalendarCatalog.names.joined(separator: ", "))
    }
    let table = CalendarTable(CalendarCatalog.text(of: canonical))
    let zone = try zones.zone(named: table.zoneName)
    let calendar = MarketCalendar(name: canonical, table: table, zone: zone)
    cache.calendars.withLock {
      $0[name] = calendar
      $0[canonical] = calendar
    }
    return calendar
  }

  private static func text(of name: String) -> String {
    switch name {
    case "XNYS": CalendarTable.newYork
    case "CME": CalendarTable.globex
    case "FX": CalendarTable.foreignExchange
    default: CalendarTable.always
    }
  }
}
