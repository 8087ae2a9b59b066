import Diagnostics
import Foundation
import MarketModel
import Presentation
import SessionEngine
import TestSupport
import Testing
import Workbench

/// The files that must be read again alike: every sample, and every real file.
private struct LoadedFile: Sendable, CustomTestStringConvertible {
  var path: String
  var flags = ""
  var testDescription: String { path }
}

private func files(under folder: URL, _ skipped: [String]) -> [LoadedFile] {
  let endings = [
    ".csv", ".txt", ".json", ".jsonl", ".zip", ".gz", ".xz", ".dbn",
  ]
  var found: [LoadedFile] = []
  guard let names = FileManager.default.enumerator(atPath: folder.path) else { return found }
  for case let name as String in names {
    let isFile = endings.contains { name.hasSuffix($0) }
    guard isFile, !skipped.contains(where: name.hasPrefix) else { continue }
    found.append(LoadedFile(path: folder.path + "/" + name))
  }
  return found.sorted { $0.path < $1.path }
}

private let samples = files(
  under: TestEnvironment.package.appending(path: "Tests/Transcripts/data"), ["feed/"])

private let realFiles: [LoadedFile] = {
  guard let folder = TestEnvironment.realData else { return [] }
  // As vendors wrote them: what is beside them unpacked or rewritten reads no other way.
  return files(under: folder, ["oracle/", "reference/", "LICENSES/"]).filter {
    !$0.path.contains("/unzipped/") && !$0.path.contains("_normalised")
  }
}()

/// A refused load names the command that decides, a report the command that decides nothing more.
struct LoadLineTests {
  private static func text(_ output: Output) -> String {
    var lines: [String] = []
    for case .lines(let block) in output.blocks { lines += block }
    return lines.joined(separator: "\n")
  }

  /// Runs a load; when it is refused, as its hint says.
  private func load(_ line: String, _ bench: Bench) throws -> String {
    do {
      return try LoadLineTests.text(bench.run(line))
    } catch let error as SessError {
      guard let hint = error.hint, hint.hasPrefix("say it: load ") else { throw error }
      let rest = hint.dropFirst("say it: ".count)
      let answer = rest.range(of: ", or with ").map { rest[..<$0.lowerBound] } ?? rest
      return try LoadLineTests.text(bench.run(String(answer)))
    }
  }

  /// Everything that is held, without the commands that made it.
  private func symbols(_ bench: Bench) -> [SymbolSessionData] {
    var symbols: [SymbolSessionData] = []
    for symbol in bench.workbench.engine.snapshot().document.symbols.values {
      var symbol = symbol
      symbol.metadata.recipes = []
      symbols.append(symbol)
    }
    return symbols.sorted { $0.symbol < $1.symbol }
  }

  private func reads(_ file: LoadedFile) throws -> Bool {
    let first = Bench()
    let report: String
    do {
      report = try load("load \(LoadRecipe.quoted(file.path)) \(file.flags)", first)
    } catch let error as SessError {
      // Files that are wrong on purpose stay so, but nothing that is asked for may be asked for twice.
      #expect(error.answers.isEmpty, "\(file.path): \(error.rendered())")
      return false
    }
    var lines: [String] = []
    for line in report.split(separator: "\n") where line.hasPrefix("  the same: ") {
      let command = String(line.dropFirst("  the same: ".count))
      if !lines.contains(command) { lines.append(command) }
    }
    guard !lines.isEmpty else { return false }
    let second = Bench()
    for line in lines { try second.run(line) }
    let isAlike = symbols(first) == symbols(second)
    #expect(isAlike, "\(file.path): \(lines.joined(separator: " and "))")
    return true
  }

  @Test func `what a report prints reads every sample alike`() throws {
    var count = 0
    for file in samples where try reads(file) { count += 1 }
    #expect(count > 60, "\(count) of \(samples.count) samples were read")
  }

  @Test(arguments: [
    "it's a \"$file\" [1]*?.csv", "--symbol.csv", "#no comment;.csv", "a\\b{c}|d>e.csv",
    "tab\there.csv",
    "line\nfeed.csv", "-", "~", "Größe 5 €.csv", "$DIR", "two  blanks .csv",
  ])
  func `a file of any name is read by the line its report prints`(name: String) throws {
    let folder = try TestEnvironment.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let sample = TestEnvironment.package.appending(path: "Tests/Transcripts/data/text/mark.csv")
    let file = folder.appending(path: name)
    try FileManager.default.copyItem(at: sample, to: file)
    #expect(try reads(LoadedFile(path: file.path)))
    // A pattern that names it, quoted or not.
    let bench = Bench()
    let text = try load("load '\(folder.path)'/* --symbol T", bench)
    #expect(text.hasPrefix("T/1m: 3 bars"))
  }

  @Test(.enabled(if: TestEnvironment.realData != nil, "the real data is not here"))
  func `what a report prints reads every real file alike`() throws {
    for file in realFiles { #expect(try reads(file), "\(file.path)") }
  }
}
