import Foundation
public import MarketCalendar

/// Zones and calendars over the system's zone files.
public enum TestZones {
  /// The system's time zone database.
  public static let database = ZoneDatabase { name in
    FileManager.default.contents(atPath: "/usr/share/zoneinfo/" + name).map { [UInt8]($0) }
  }

  /// The calendars over that database.
  public static let catalog = CalendarCatalog(zones: database)
}
