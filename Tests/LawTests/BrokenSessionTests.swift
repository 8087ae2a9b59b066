import Foundation
import TestSupport
import Testing

/// Session files that contradict themselves, or count what cannot be.
struct BrokenSessionTests {
  /// What a load of an export gives after some of its text was put in place of other text.
  private func code(replacing old: String, with new: String) throws -> String? {
    let folder = try TestEnvironment.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "session.json")
    let bench = Bench()
    try bench.run("generate A --days 2025-07-01..2025-07-02 --seed 3 --interval 15m")
    try bench.run("inject outage A/15m --length 3 --seed 1")
    try bench.run("derive A 1h")
    try bench.run("export session '\(file.path)'")
    let text = try String(contentsOf: file, encoding: .utf8)
    let range = try #require(text.range(of: old, options: .regularExpression), "\(old)")
    let broken = text.replacingCharacters(in: range, with: new)
    try broken.write(to: file, atomically: true, encoding: .utf8)
    return Bench().code("load '\(file.path)'")
  }

  @Test(arguments: [
    (#"00","missing":3"#, #"00","missing":-5"#),
    (#"00","missing":3"#, #"00","missing":0"#),
    (#"00","missing":3"#, #"00","missing":9223372036854775807"#),
    (#""end":"2025-[0-9-]*T"#, #""end":"2190-01-01T"#),
    (#""expected":26"#, #""expected":9223372036854775807"#),
    (#""expected":26"#, #""expected":-1"#),
    (#""present":26"#, #""present":-9223372036854775807"#),
    (#""present":26"#, #""present":27"#),
    (#""date":"2025-07-01","expected":26"#, #""date":"2025-07-03","expected":26"#),
    (#""derived":false,"base":null"#, #""derived":false,"base":"15m""#),
    (#""derived":true,"base":"15m""#, #""derived":true,"base":"1h""#),
    (#""base_interval":"15m""#, #""base_interval":"5m""#),
    (#""base_interval":"15m""#, #""base_interval":"1h""#),
    (#""base_interval":"15m""#, #""base_interval":null"#),
  ])
  func `a session that cannot be is refused`(old: String, new: String) throws {
    #expect(try code(replacing: old, with: new) == "bad-session", "\(new)")
  }

  @Test func `an export that says the same with other spaces is no broken one`() throws {
    #expect(try code(replacing: #""base_interval":"15m""#, with: #""base_interval": "15m""#) == nil)
  }
}
