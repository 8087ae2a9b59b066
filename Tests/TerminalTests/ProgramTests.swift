import Foundation
import TestSupport
import Testing

/// The built program, beside the tests.
private let program = TestEnvironment.package.appending(path: ".build/debug/sess").path

/// Runs a line of shell in an empty folder, `sess` being the program; its status and all it printed.
///
/// `CI` is unset there: `sess test --update` refuses to run where it is set.
private func shell(_ line: String, files: [String: String] = [:]) throws -> (
  status: Int32, output: String
) {
  let folder = try TestEnvironment.temporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, text) in files {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }
  let setup = "unset CI; cd '\(folder.path)'; sess() { '\(program)' \"$@\"; }; "
  return try ChildProcess.run(["/bin/sh", "-c", setup + line])
}

@Suite(.timeLimit(.minutes(2)))
struct ProgramTests {
  @Test(arguments: [
    ("sess -c 'status'", 0),
    ("sess -c 'show NONE'", 1),
    ("sess -c 'generate A --days 2025-07-02; assert A/1m/bars = 1'", 1),
    ("sess -c 'shwo'", 2),
    ("sess --nonsense", 2),
    ("sess -v nonsense -c status", 2),
    ("sess nowhere.sess", 3),
    ("sess -c 'load nowhere.csv'", 3),
    ("sess -c 'load header.csv --symbol A'", 3),
    ("sess needs.sess", 4),
    ("sess slow.sess", 124),
    ("sess test slow.sess", 124),
    ("sess test needs.sess", 0),
    ("sess test fails.sess", 1),
    ("sess test block.sess", 1),
    ("sess test heading.sess", 1),
    ("sess test quits.sess", 1),
    ("sess test page.md", 1),
    ("CI=1; export CI; sess test --update ends.sess", 2),
    ("sess test --update ends.sess && sess test ends.sess && grep -c 'print' ends.sess", 0),
    ("sess test late.sess", 0),
    (
      "sess hasty.sess -c 'load --command \"sleep 0.3; cat bar.csv\" --symbol A --calendar XNYS --interval 1m'",
      0
    ),
    (
      "sess -c 'generate A --days 2025-07-02; export A/1m $TMP/a.csv' -c 'load $TMP/a.csv --symbol B'",
      0
    ),
    ("sess -c 'load bar.csv --symbol A --dialect none'", 2),
    ("sess test --parse page.md", 0),
    ("sess test --parse open.md", 2),
    (
      "TMPDIR=$PWD sess -c 'generate A --days 2025-07-01..2025-07-31; export A/1m $TMP/a.csv; show A/1m --as csv; show A/1m --as csv' | head -1; ! ls -d sess.*",
      0
    ),
    ("sess -c 'quit 7'", 7),
    ("echo quit 5 | sess -", 5),
    ("echo quit 6 | sess", 6),
  ])
  func `exit codes say what became of it`(line: String, code: Int) throws {
    let loop = (1...400).map { "\($0)" }.joined(separator: " ")
    let result = try shell(
      line,
      files: [
        "header.csv": "timestamp,open,high,low,close,volume\n",
        "needs.sess": "@require data:nowhere.csv\nstatus\n",
        "slow.sess": "@timeout 50ms\nforeach a in \(loop) { foreach b in \(loop) { status } }\n",
        "late.sess": "@timeout 100ms\ngenerate A --days 2018-01-01..2025-01-01\n",
        "hasty.sess": "@timeout 200ms\nprint 1\n",
        "bar.csv": "time,open,high,low,close,volume\n2025-07-02T09:30:00-04:00,1,1,1,1,1\n",
        "open.md": "# Prose\n\nA \"quote of its own.\n\n```sess\nif 1 > 0 {\n```\n",
        "fails.sess": "status\n| something else\n",
        "block.sess": "if 1 > 0 { print 5 }\n| 6\n",
        "heading.sess": "section a\n| 6\nprint 5\n",
        "quits.sess": "section a\nquit\nsection b\nprint 3\nassert 1 = 2\n",
        "page.md": "# A page\r\n\r\n```sess\r\nassert 1 = 2\r\n```\r\n",
        "ends.sess": "print 1\r\n| 2\r\nprint 3\r\n| 3\r\n",
      ])
    #expect(result.status == code, "\(result.output.suffix(500))")
  }

  @Test func `the errors of a script are told in its order`() throws {
    let result = try shell("sess bad.sess", files: ["bad.sess": "| stray\nstatus\n}\nprint )(\n"])
    let places = result.output.split(separator: "\n").filter { $0.contains("bad.sess:") }
    #expect(places == ["  bad.sess:1:1", "  bad.sess:3:1", "  bad.sess:4:7"])
    #expect(result.status == 2)
  }

  /// Packed or not, from a pipe or a file, with the script from elsewhere.
  @Test(arguments: [
    "cat bars.csv | sess -c 'load - --symbol A; quality A/1m --total --as csv'",
    "gzip -c bars.csv | sess -c 'load - --symbol A; quality A/1m --total --as csv'",
    "gzip -c bars.csv | gzip -c | sess -c 'load - --symbol A; quality A/1m --total --as csv'",
    "cat bars.json | sess -c 'load - --symbol A; quality A/1m --total --as csv'",
    "tar cf - bars.csv | sess -c 'load - --symbol A; quality A/1m --total --as csv'",
    "sess load.sess < bars.csv",
    "(sleep 0.2; cat bars.csv) | sess load.sess",
    "sess load.sess < /dev/null; sess load.sess < bars.csv",
    "echo x > 'a b.csv'; cat bars.csv > 'a b.csv'; sess -c \"load 'a b.csv' --symbol A\" -c 'quality --total --as csv'",
  ])
  func `standard input is loaded like a file`(line: String) throws {
    let header = "timestamp,open,high,low,close,volume\n"
    let stamps = ["09:30", "09:31", "09:32"].map { "2025-07-02T\($0):00-04:00" }
    let rows = stamps.map { "\($0),1,2,1,1,5\n" }.joined()
    let records = stamps.map { "{\"t\":\"\($0)\",\"o\":1,\"h\":2,\"l\":1,\"c\":1,\"v\":5}" }
    let result = try shell(
      line,
      files: [
        "bars.csv": header + rows, "bars.json": "[\(records.joined(separator: ","))]",
        "load.sess": "load - --symbol A\nquality A/1m --total --as csv\n",
      ])
    #expect(result.output.contains("A,1m,390,3,387"), "\(result.output.suffix(700))")
  }

  @Test func `standard input that is empty, endless or no data is refused`() throws {
    for (line, code) in [
      ("sess -c 'load - --symbol A' < /dev/null", "empty-file"),
      ("echo hello | sess -c 'load - --symbol A'", "no-header"),
      ("head -c 100000 /dev/zero | sess -c 'load - --symbol A'", "binary-file"),
      ("cat bars.csv | sess -c 'load - --symbol A; load - --symbol B'", "empty-file"),
      ("(ulimit -v 900000; yes 1,2 | sess -c 'load - --symbol A')", "file-too-large"),
    ] {
      let result = try shell(
        line,
        files: [
          "bars.csv": "t,o,h,l,c\n2025-07-02 09:30,1,1,1,1\n2025-07-02 09:31,1,1,1,1\n"
        ])
      #expect(result.output.contains("error[\(code)]"), "\(line): \(result.output.suffix(500))")
    }
  }

  @Test(arguments: ["show A/1m | sleep 20", "load --command \"sleep 20\" --symbol B"])
  func `Ctrl-C while a command of the shell runs is an interruption`(line: String) throws {
    let job = "'\(program)' -c 'generate A --days 2025-07-02; \(line)' &"
    let result = try ChildProcess.run([
      "/bin/bash", "-c", "set -m; \(job) sleep 2; kill -INT -$!; wait $!",
    ])
    #expect(result.status == 130, "\(result.output.suffix(500))")
    #expect(result.output.contains("error[interrupted]: the shell command was interrupted"))
  }

  @Test func `a command of the shell that dies of a signal says so`() throws {
    let result = try shell("sess -c 'generate A --days 2025-07-02; show A/1m | kill -9 $$'")
    #expect(result.status == 1)
    #expect(result.output.contains("the shell command failed: ended by signal 9"))
  }

  @Test func `scripts and -c share one session, in the order scripts, then commands`() throws {
    let result = try shell(
      "sess --echo -v d=2025-07-02 a.sess b.sess -c 'unload A' -c symbols",
      files: ["a.sess": "generate A --days $d\n", "b.sess": "generate B --days $d\n"])
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.first == "sess> generate A --days $d")
    #expect(lines.contains("sess> unload A"))
    #expect(lines.last?.hasPrefix("B ") == true, "\(result.output)")
  }

  @Test func `a script stops at its first error, an expected one aside`() throws {
    let files = [
      "a.sess":
        "show NONE\n! unknown-symbol\nshow OTHER\n! unknown-symbol: OTHER is [..]\nshow THIRD\nhelp quit\n"
    ]
    let result = try shell("sess a.sess", files: files)
    #expect(result.status == 1)
    #expect(result.output.contains("THIRD is not loaded"))
    #expect(!result.output.contains("leave, with"))
    let unmet = try shell("sess b.sess", files: ["b.sess": "status\n! unknown-symbol\nshow X\n"])
    #expect(unmet.output.contains("error[expectation-failed]"))
    #expect(!unmet.output.contains("X is not loaded"))
  }

  @Test func `output that cannot be written is an error, not silence`() throws {
    let closed = try shell("sess -c help >&-")
    #expect(closed.status == 1)
    #expect(closed.output.contains("error[output-failed]"))
    let pipe = try shell("sess -c 'help' | head -1")
    #expect(pipe.output == "data\n")
  }

  @Test func `set timing says on standard error how long each command took`() throws {
    let result = try shell("sess -c 'set timing on; status' 2>&1 >/dev/null")
    #expect(result.output.wholeMatch(of: /set: \d\.\d{4} s\nstatus: \d\.\d{4} s\n/) != nil)
  }
}

#if os(Linux)
  @Suite(.timeLimit(.minutes(2)))
  struct HostileSystemTests {
    @Test(arguments: [(64, 300_000), (160, 20_000), (4096, 20_000)])
    func `a file larger than memory is refused, or loads, but never ends the program`(
      megabytes: Int, rows: Int
    ) throws {
      let rows = (0..<rows).map { "\(1_751_463_000 + 60 * $0),1,1,1,1,1\n" }.joined()
      let result = try shell(
        "ulimit -v \(megabytes << 10); sess -c 'load a.csv --symbol A --calendar 24/7'; rc=$?; "
          + "sess -c status >/dev/null && exit $rc",
        files: ["a.csv": "timestamp,open,high,low,close,volume\n" + rows])
      if result.output.contains("error[file-too-large]") {
        #expect(result.status == 3)
        #expect(megabytes < 4096)
      } else {
        #expect(result.status == 0 && megabytes > 64, "\(result.output)")
      }
    }

    @Test func `a device is written, never replaced`() throws {
      let full = try shell(
        "sess -c 'generate A --days 2025-07-02; export A/1m /dev/full --as csv'; test -c /dev/full")
      #expect(full.status == 0)
      #expect(full.output.contains("error[disk-full]: /dev/full cannot be written"))
      let redirected = try shell(
        "sess -c 'generate A --days 2025-07-02; show A > /dev/null' && test -c /dev/null")
      #expect(redirected.status == 0, "\(redirected.output)")
    }

    @Test func `a link is followed, and stays a link`() throws {
      let result = try shell(
        "ln -s a.csv link.csv; sess -c 'generate A --days 2025-07-02; export A/1m link.csv'; "
          + "test -L link.csv && wc -l < a.csv", files: ["a.csv": "old\n"])
      #expect(result.output.hasSuffix("391\n"), "\(result.output)")
    }

    @Test func `removing the temporary folder leaves what its links point to`() throws {
      let result = try shell(
        "mkdir t d; echo kept > d/f; TMPDIR=$PWD/t sess -c 'status > $TMP/y; status | "
          + "ln -s $PWD/d t/sess.*'; cat d/f; ls -A t")
      #expect(result.output == "kept\n")
    }
  }
#endif
