import Diagnostics
import MarketModel
public import Presentation

/// What `set` changes.
public struct Settings: Sendable {
  /// How answers are written when `--as` says nothing.
  public var mode = OutputFormat.table
  /// Whether the time each command takes is shown.
  public var showsTiming = false
  /// The room for tables, and colours.
  public var style = RenderStyle()

  /// Creates the settings of scripts.
  public init() {}

  /// The names and values, in order.
  var all: [(name: String, value: String)] {
    [
      ("mode", mode.rawValue), ("width", "\(style.width)"), ("rows", "\(style.rowLimit)"),
      ("color", style.hasColour ? "on" : "off"), ("timing", showsTiming ? "on" : "off"),
    ]
  }

  /// Changes a setting.
  ///
  /// - Throws: `unknown-setting`, `bad-choice`, `bad-count`.
  mutating func change(_ name: String, to value: String) throws(SessError) {
    switch name {
    case "mode":
      guard let format = OutputFormat(rawValue: value) else {
        let choices = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw SessError("bad-choice", "\(value) is not a mode", hint: "choices: \(choices)")
      }
      mode = format
    case "width": style.width = try count(value, 20...1000)
    case "rows": style.rowLimit = try count(value, 2...1_000_000)
    case "color": style.hasColour = try flag(name, value)
    case "timing": showsTiming = try flag(name, value)
    default:
      let names = all.map(\.name)
      throw SessError(
        "unknown-setting", "\(name) is not a setting",
        hint: Suggestion.nearest(to: name, in: names).map { "did you mean \($0)?" }
          ?? "settings: " + names.joined(separator: ", "))
    }
  }

  private func flag(_ name: String, _ text: String) throws(SessError) -> Bool {
    guard text == "on" || text == "off" else {
      throw SessError("bad-choice", "\(name) is on or off, not \(text)")
    }
    return text == "on"
  }

  private func count(_ text: String, _ range: ClosedRange<Int>) throws(SessError) -> Int {
    guard let count = Int(text), range.contains(count) else {
      throw SessError(
        "bad-count", "\(text) is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }
}
