import Foundation
import TestSupport
import Testing

/// A source file with its lines.
private struct Source {
  var path: String
  var lines: [Substring]

  /// Every Swift file below some folders of the package.
  static func all(_ folders: String...) throws -> [Source] {
    var sources: [Source] = []
    for folder in folders {
      let root = TestEnvironment.package.appending(path: folder)
      let files = try #require(FileManager.default.enumerator(atPath: root.path))
      for case let name as String in files where name.hasSuffix(".swift") {
        let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        sources.append(Source(path: "\(folder)/\(name)", lines: lines))
      }
    }
    return sources.sorted { $0.path < $1.path }
  }

  /// Functions with the number of lines from their first to their closing brace.
  var functions: [(name: Substring, length: Int)] {
    var found: [(name: Substring, length: Int)] = []
    for (index, line) in lines.enumerated() {
      let indent = line.prefix { $0 == " " }
      let code = line.dropFirst(indent.count)
      guard code.contains(/^(\w+(\([a-z]+\))? )*(func |init[(<?])/), !code.hasSuffix("}") else {
        continue
      }
      let closing = indent + "}"
      let end = lines[(index + 1)...].firstIndex { line in
        let rest = line.drop { $0 == " " }
        let isOutside = !rest.isEmpty && line.count - rest.count <= indent.count
        return isOutside && !rest.hasPrefix(")") && !rest.hasPrefix("{")
      }
      guard let end, lines[end] == closing else { continue }
      found.append((code, end - index))
    }
    return found
  }
}

/// Files that are data written as source, and why.
private let exempt = [
  "Sources/MarketFormats/Session/SessionSchema.swift": "a JSON Schema as text",
  "Sources/MarketCalendar/Tables/AmericaCalendars.swift": "generated calendar data",
  "Sources/MarketCalendar/Tables/AsiaCalendars.swift": "generated calendar data",
  "Sources/MarketCalendar/Tables/EuropeCalendars.swift": "generated calendar data",
]

struct SourceTests {
  @Test func `no file is longer than 400 lines`() throws {
    let sources = try Source.all("Sources", "Tests")
    #expect(sources.count > 150)
    for source in sources where exempt[source.path] == nil {
      #expect(source.lines.count <= 400, "\(source.path)")
    }
  }

  @Test func `no function is longer than 60 lines`() throws {
    var count = 0
    for source in try Source.all("Sources") {
      for function in source.functions {
        count += 1
        #expect(function.length <= 60, "\(source.path): \(function.name)")
      }
    }
    #expect(count > 500)
  }

  @Test func `nothing below the rim can trap, print, or reach for Foundation`() throws {
    let banned = [
      "fatalError(", "try!", " as! ", "@unchecked", "import Foundation", "TO" + "DO", "FIX" + "ME",
      "nonisolated(unsafe) var",
    ]
    for source in try Source.all("Sources") {
      for (index, line) in source.lines.enumerated() {
        // An expectation a line would take longer than all the searching.
        if let word = banned.first(where: { line.contains($0) }) {
          Issue.record("\(source.path):\(index + 1): \(word)")
        }
        guard line.utf8.contains(UInt8(ascii: "(")), !source.path.hasPrefix("Sources/sess/") else {
          continue
        }
        if line.contains(/(^|[ {(])print\("|\bgetenv\(|\bexit\(/) {
          Issue.record("\(source.path):\(index + 1)")
        }
      }
    }
  }

  @Test func `type names say what a thing is`() throws {
    let users = [
      "SessionData", "SymbolSessionData", "BarIntervalData", "HistoricalData", "IndicatorData",
      "DataQualityManager",
    ]
    let pattern = /(?:struct|class|enum|protocol|actor) (\w*(?:Manager|Helper|Utils|Data|Info))\b/
    for source in try Source.all("Sources") {
      for line in source.lines {
        guard let name = line.firstMatch(of: pattern)?.1 else { continue }
        #expect(users.contains(String(name)), "\(source.path): \(name)")
      }
    }
  }

  @Test func `only Workbench and the rim touch files`() throws {
    let rim = [
      "Sources/Workbench/", "Sources/LineEditor/", "Sources/sess/", "Sources/ScriptRunner/",
    ]
    let calls = ["open(", "stat(", "unlink(", "rename(", "time("]
    for source in try Source.all("Sources")
    where !rim.contains(where: { source.path.hasPrefix($0) }) {
      for (index, line) in source.lines.enumerated() {
        guard calls.contains(where: { line.contains($0) }) else { continue }
        let reaches = line.contains(
          /\b(open|fopen|stat|unlink|rename|clock_gettime|time)\(.*O_|\bfopen\(|\bclock_gettime\(/)
        #expect(!reaches, "\(source.path):\(index + 1)")
      }
    }
  }
}
