public import CommandLanguage
public import Diagnostics
import MarketModel
import Workbench

/// What the `@` lines of a script ask of whoever runs it.
public struct Directives: Sendable {
  /// Whether pipes and `load --command` may start a shell in a test.
  public private(set) var allowsShell = false
  /// By how much numbers may differ from what is expected, relative or absolute.
  public private(set) var tolerance = 0.0
  /// The seconds the script may take.
  public private(set) var timeout: Double?
  /// The first file that is needed and not there, as the script names it.
  public private(set) var missingFile: String?

  /// Reads the directives among the statements of a script; files are found from its folder.
  ///
  /// - Throws: `unknown-directive`, `bad-directive`.
  public init(_ statements: [Statement], folder: String) throws(SessError) {
    for statement in statements {
      guard case .directive(let name, let text) = statement.kind else { continue }
      do throws(SessError) {
        try apply(name, text, folder)
      } catch {
        throw error.located(at: statement.span)
      }
    }
  }

  private mutating func apply(_ name: String, _ text: String, _ folder: String) throws(SessError) {
    switch name {
    case "allow":
      guard text == "shell" else { throw bad("@allow takes shell, not \(text)") }
      allowsShell = true
    case "tolerance":
      guard let value = Double(text), value >= 0, value < .infinity else {
        throw bad("\(text) is not a tolerance of 0 or more")
      }
      tolerance = value
    case "timeout":
      guard let length = ClockText.duration(text), length > 0 else {
        throw bad("\(text) is not a length of time such as 10s")
      }
      timeout = Double(length) / Double(Instant.second)
    case "require":
      let file = text.hasPrefix("data:") ? String(text.dropFirst(5)) : text
      guard !file.isEmpty else { throw bad("@require needs a file") }
      if missingFile == nil, !TextFile.exists(file.hasPrefix("/") ? file : folder + "/" + file) {
        missingFile = file
      }
    default:
      let known = ["allow", "require", "timeout", "tolerance"]
      throw SessError(
        "unknown-directive", "@\(name) is not a directive",
        hint: Suggestion.nearest(to: name, in: known).map { "did you mean @\($0)?" }
          ?? "known are " + known.map { "@\($0)" }.joined(separator: ", "))
    }
  }

  private func bad(_ message: String) -> SessError { SessError("bad-directive", message) }
}
