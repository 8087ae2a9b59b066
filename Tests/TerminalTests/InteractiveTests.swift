import Foundation
import TestSupport
import Testing

/// The built program, beside the tests.
private let program = TestEnvironment.package.appending(path: ".build/debug/sess").path

/// A session at its first prompt.
private func started(home: URL? = nil, columns: Int = 100) throws -> TerminalScreen {
  let screen = try TerminalScreen("'\(program)'", columns: columns, home: home)
  try expect(screen, "sess>")
  return screen
}

/// Waits until the screen shows a text.
private func expect(
  _ screen: TerminalScreen, _ text: String, _ location: SourceLocation = #_sourceLocation
) throws {
  let (isThere, shown) = try screen.waits { $0.contains(text) }
  #expect(isThere, "\(text) is not shown:\n\(shown)", sourceLocation: location)
}

/// Waits until the last line is a text.
private func expectLine(
  _ screen: TerminalScreen, _ text: String, _ location: SourceLocation = #_sourceLocation
) throws {
  let (isThere, shown) = try screen.waits { shown in
    shown.split(separator: "\n").last.map(String.init) == text
  }
  #expect(isThere, "the last line is not \(text):\n\(shown)", sourceLocation: location)
}

@Suite(
  .enabled(if: TerminalScreen.isAvailable, "tmux is not installed"), .serialized,
  .timeLimit(.minutes(3)))
struct InteractiveTests {
  @Test func `the main job, typed`() throws {
    let screen = try started()
    try screen.enter("load Scripts/samples/acme_1m.csv --symbol ACME")
    try expect(screen, "ACME/1m: 3637 bars")
    try screen.enter("derive ACME 5m")
    try expect(screen, "ACME/5m: 273 bars from 1m, 8 partial")
    try screen.enter("gaps ACME/1m --min 5")
    try expect(screen, "11:54  12:11       17")
    try screen.enter("quit 3")
    #expect(try screen.exitCode() == 3)
  }

  @Test func `a start file includes what lies beside it`() throws {
    let home = try TestEnvironment.temporaryFolder()
    for (name, text) in [
      (".sessrc", "include other.sess\n"), ("other.sess", "print 'lies beside'\n"),
    ] {
      try text.write(to: home.appending(path: name), atomically: true, encoding: .utf8)
    }
    let screen = try started(home: home)
    try expect(screen, "lies beside")
    try screen.enter("quit 3")
    #expect(try screen.exitCode() == 3)
  }

  @Test func `Tab completes commands, paths, flags and addresses from live data`() throws {
    let screen = try started()
    try screen.type("loa")
    try screen.press("Tab")
    try screen.type("Scripts/samples/ac")
    try screen.press("Tab")
    try screen.type("--sym")
    try screen.press("Tab")
    try screen.enter("ACME")
    try expect(screen, "sess> load Scripts/samples/acme_1m.csv --symbol ACME")
    try expect(screen, "3637 bars")
    try screen.enter("derive ACME 5m 15m")
    try expect(screen, "ACME/15m: 92 bars")
    try screen.type("gaps AC")
    try screen.press("Tab")
    try screen.press("Tab")
    try expect(screen, "15m")
    try screen.press("C-c")
    try screen.type("quality ACME/15")
    try screen.press("Tab", "Enter")
    try expect(screen, "sess> quality ACME/15m")
    try expect(screen, "2025-07-07")
  }

  @Test func `an error shows its place and what to type, and the session goes on`() throws {
    let screen = try started()
    try screen.enter("gasp ACME")
    try expect(screen, "error[unknown-command]: gasp is not a command")
    try expect(screen, "  | ^^^^")
    try expect(screen, "hint: did you mean gaps?")
    try screen.enter("status")
    try expectLine(screen, "sess>")
  }

  @Test func `Ctrl-C clears the line, Ctrl-D leaves`() throws {
    let screen = try started()
    try screen.type("this is not what I meant")
    try expect(screen, "meant")
    try screen.press("C-c")
    try expectLine(screen, "sess>")
    try screen.press("C-d")
    #expect(try screen.exitCode() == 0)
  }

  @Test func `a block goes on over lines until it is closed`() throws {
    let screen = try started()
    try screen.enter("generate A --days 2025-07-02")
    try expect(screen, "390 bars")
    try screen.enter("foreach s in 'A' {")
    try screen.enter("  quality $s/1m")
    try screen.enter("}")
    try expect(screen, "100.00")
  }

  @Test func `pasted lines wait for Enter and then all run`() throws {
    let screen = try started()
    try screen.paste("generate A --days 2025-07-02 --seed 4\nderive A 1h\nshow A --total\n")
    try screen.press("Enter")
    try expect(screen, "A/1h: 7 bars from 1m")
  }

  @Test func `what was typed is there again in the next session`() throws {
    let first = try started()
    try first.enter("generate A --days 2025-07-02")
    try expect(first, "390 bars")
    try first.press("C-d")
    #expect(try first.exitCode() == 0)
    let second = try started(home: first.home)
    try second.press("Up")
    try expect(second, "sess> generate A --days 2025-07-02")
    try second.press("C-c")
    try second.enter("history")
    try expect(second, "generate A --days 2025-07-02")
  }

  @Test func `wide and accented characters are edited whole`() throws {
    let screen = try started()
    try screen.type("let x = wörld日本語")
    try expect(screen, "日本語")
    try screen.press("BSpace", "BSpace", "Left", "BSpace", "Enter")
    try screen.enter("assert $x = wörl日")
    try expectLine(screen, "sess>")
    try screen.enter("assert $x = 1")
    try expect(screen, "wörl日")
  }

  @Test func `without a terminal it reads commands and shows no prompt`() throws {
    let screen = try TerminalScreen(
      "sh -c \"echo 'generate A --days 2025-07-02; quality A' | '\(program)' | cat\"")
    try expect(screen, "100.00")
    #expect(try !screen.text().contains("sess>"))
  }
}
