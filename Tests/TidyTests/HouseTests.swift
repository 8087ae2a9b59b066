import CommandLanguage
import Foundation
import Presentation
import TestSupport
import Testing
import Workbench

/// What `swift package dump-package` says.
private struct Manifest: Decodable {
  struct Target: Decodable {
    struct Dependency: Decodable {
      var byName: [String?]?
    }
    var name: String
    var type: String
    var dependencies: [Dependency]
    var path: String?
  }
  var targets: [Target]

  static func read() throws -> Manifest {
    let scratch = try TestEnvironment.temporaryFolder()
    let output = try ChildProcess.run([
      "swift", "package", "--package-path", TestEnvironment.package.path, "--scratch-path",
      scratch.path, "dump-package",
    ]).output
    let data = Data(output.drop { $0 != "{" }.utf8)
    return try JSONDecoder().decode(Manifest.self, from: data)
  }
}

private func read(_ path: String) throws -> String {
  try String(contentsOf: TestEnvironment.package.appending(path: path), encoding: .utf8)
}

struct HouseTests {
  @Test func `every arrow of the package points down in README's drawing`() throws {
    let readme = try read("README.md")
    let drawing = try #require(readme.firstMatch(of: /```text\n(?s:(.*?))```/)?.1)
    let rows = drawing.split(separator: "\n")
    func row(_ name: String) -> Int? {
      rows.lastIndex { line in
        line.split { $0 == " " || $0 == "/" }.contains { $0 == name }
      }
    }
    let own = try Manifest.read().targets.filter { $0.path == nil && $0.type != "test" }
    #expect(own.count >= 14)
    for target in own {
      let above = try #require(row(target.name), "\(target.name) is not in the drawing")
      for dependency in target.dependencies {
        guard let name = dependency.byName?.first, let name,
          own.contains(where: { $0.name == name })
        else { continue }
        let below = try #require(row(name))
        let together = target.name == "CEdit" || name == "CArchive"
        #expect(above < below || together, "\(target.name) stands on \(name)")
      }
    }
  }

  @Test func `every folder of Sources and Tests is a target`() throws {
    let names = Set(try Manifest.read().targets.map(\.name))
    for folder in ["Sources", "Tests"] {
      let path = TestEnvironment.package.appending(path: folder).path
      for name in try FileManager.default.contentsOfDirectory(atPath: path)
      where !name.hasPrefix(".") && name != "Transcripts" {
        #expect(names.contains(name), "\(folder)/\(name)")
      }
    }
  }

  @Test func `the top level holds what the layout allows`() throws {
    let allowed = [
      "Package.swift", "Package.resolved", "Sources", "Tests", "Scripts", "Notebooks", "README.md",
    ]
    for name in try FileManager.default.contentsOfDirectory(atPath: TestEnvironment.package.path) {
      #expect(name.hasPrefix(".") || allowed.contains(name), "\(name)")
    }
  }

  @Test func `README holds the command table as help prints it`() throws {
    let output = try Bench().run("help --as md")
    let table = Renderer.render(output, as: .md, style: RenderStyle())
    #expect(table.contains("| load "))
    #expect(try read("README.md").contains(table))
  }

  @Test func `README names the two commands, and only paths that are there`() throws {
    let readme = try read("README.md")
    #expect(readme.contains("\n    Scripts/run Scripts/tour.sess "))
    #expect(readme.contains("\n    Scripts/test "))
    for match in readme.matches(of: /\b(?:Scripts|Notebooks|Tests|Sources)\/[\w\/.-]*\w/) {
      let path = TestEnvironment.package.appending(path: String(match.output)).path
      #expect(FileManager.default.fileExists(atPath: path), "\(match.output)")
    }
  }

  @Test func `every document has one title`() throws {
    var documents = ["README.md"]
    let folder = TestEnvironment.package.appending(path: "Notebooks").path
    documents += try FileManager.default.contentsOfDirectory(atPath: folder).map {
      "Notebooks/\($0)"
    }
    for document in documents {
      let titles = try read(document).split(separator: "\n").filter { $0.hasPrefix("# ") }
      #expect(titles.count == 1, "\(document)")
    }
  }
}
