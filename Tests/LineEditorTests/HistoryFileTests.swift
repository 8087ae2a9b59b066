import Foundation
import TestSupport
import Testing

@testable import LineEditor

struct HistoryFileTests {
  @Test func `lines come back as they were typed, quotes, breaks and all`() throws {
    let path = try TestEnvironment.temporaryFolder().path + "/a/b/history"
    let history = HistoryFile(path: path)
    let lines = [
      "load 'a b.csv'", "say \"hi\" \\", "foreach s in * {\n  show $s\n}", "\t日本 é", "\u{1}",
    ]
    for line in lines { #expect(history.append(line) == nil) }
    #expect(history.load() == lines)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func `blank and private lines are left out, repeated ones are kept once`() throws {
    let history = HistoryFile(path: try TestEnvironment.temporaryFolder().path + "/history")
    for line in ["a", "a", " secret", "", "  ", "b", "a"] { _ = history.append(line) }
    #expect(history.load() == ["a", "b", "a"])
  }

  @Test func `a damaged file gives the lines that can be read`() throws {
    let path = try TestEnvironment.temporaryFolder().path + "/history"
    try "\"a\"\nnonsense\n\"\\u00\"\n\"\\\n\n\"b\"".write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(HistoryFile(path: path).load() == ["a", "b"])
  }

  @Test func `a history that cannot be written says so`() {
    #expect(HistoryFile(path: "/proc/none/history").append("a")?.contains("/proc/none") == true)
    #expect(HistoryFile(path: "/proc/none/history").load().isEmpty)
  }

  @Test func `several writers do not cut each other's lines`() async throws {
    let path = try TestEnvironment.temporaryFolder().path + "/history"
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for number in 0..<50 { _ = HistoryFile(path: path).append("line \(writer) \(number)") }
        }
      }
    }
    #expect(Set(HistoryFile(path: path).load()).count == 400)
  }
}

struct CompletionListTests {
  private func candidates(_ texts: String..., summary: String = "") -> [CompletionCandidate] {
    texts.map { CompletionCandidate(text: $0, summary: summary, appendsBlank: true) }
  }

  @Test func `the common beginning is what all candidates share`() {
    #expect(CompletionList.commonPrefix(candidates("gaps", "gather")) == "ga")
    #expect(CompletionList.commonPrefix(candidates("AAPL/1m", "AAPL/15m", "AAPL/1h")) == "AAPL/1")
    #expect(CompletionList.commonPrefix(candidates("a", "b")) == "")
    #expect(CompletionList.commonPrefix([]) == "")
  }

  @Test func `few candidates are listed with what they are, cut to the screen`() {
    let lines = CompletionList.lines(
      candidates("gaps", "generate", summary: "what it does, at some length"), columns: 24)
    #expect(lines == ["gaps      what it does…", "generate  what it does…"])
  }

  @Test func `many candidates are listed in columns, and no more than fit`() {
    let many = (0..<250).map {
      CompletionCandidate(text: "S\($0 + 100)", summary: "", appendsBlank: true)
    }
    let lines = CompletionList.lines(many, columns: 80)
    #expect(lines.count == 9)
    #expect(lines[0].hasPrefix("S100  S108"))
    #expect(lines.last == "… and 150 more")
    for line in lines { #expect(line.count <= 80) }
  }
}
