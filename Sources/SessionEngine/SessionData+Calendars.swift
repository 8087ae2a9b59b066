public import Diagnostics
public import MarketCalendar
import MarketModel

extension SessionData {
  /// Adds the calendar a text defines, or puts it in place of one of that name no symbol has.
  ///
  /// - Throws: `bad-calendar`, `calendar-exists` for a built-in name, `unknown-zone`, `calendar-in-use`.
  @discardableResult
  public mutating func define(_ text: String, file: String?) throws(SessError) -> MarketCalendar {
    let calendar = try catalog.define(text, file: file)
    let name = calendar.name
    let known = document.calendars.keys.first { $0.lowercased() == name.lowercased() }
    guard known.flatMap({ document.calendars[$0] }) != text else { return calendar }
    if let known {
      for symbol in document.symbolNames where document.symbols[symbol]?.calendar == known {
        throw SessError(
          "calendar-in-use", "\(symbol) is loaded with another calendar \(known)",
          hint: "`unload \(symbol)` first, or name the new one differently")
      }
      document.calendars[known] = nil
    }
    document.calendars[name] = text
    note(.set, nil, .calendar(name))
    return calendar
  }
}
