import Diagnostics

/// The exit code of an error, as documented.
enum ExitStatus {
  static let failed: Int32 = 1

  /// 2 for what cannot be understood, 3 for input that cannot be read, 130 for an interruption, else 1.
  static func of(_ error: SessError) -> Int32 {
    switch error.code {
    case "interrupted": 130
    case "timeout": 124
    case _ where unreadable.contains(error.code): 3
    case _ where syntax.contains(error.code): 2
    case "archive-library-missing", "missing-program", "requirement-missing": 4
    default: failed
    }
  }

  private static let unreadable: Set<String> = [
    "file-not-found", "not-readable", "is-a-directory", "not-a-file", "file-error", "file-shrunk",
    "file-too-large", "empty-file", "binary-file", "web-page", "bad-encoding",
    "bad-archive", "no-tests", "no-header", "no-rows", "missing-column", "duplicate-column",
    "bad-json", "bad-session", "bad-delta", "bad-dbn", "unsupported-version", "unsupported-format",
    "unsupported-line-ends",
  ]

  private static let syntax: Set<String> = [
    "unknown-command", "unknown-flag", "unknown-dialect", "conflicting-flags", "missing-value",
    "missing-argument", "too-many-arguments",
    "repeated-flag", "unexpected-value", "unexpected-text", "unexpected-character",
    "unexpected-brace", "unclosed-quote", "unclosed-block", "missing-block", "expected-command",
    "bad-escape", "bad-variable", "bad-expression", "bad-address", "bad-scope", "bad-interval",
    "bad-choice", "bad-count", "bad-number", "bad-duration", "bad-dates", "bad-time", "bad-policy",
    "stray-mark", "nul-byte", "nested-too-deep", "bad-usage", "unknown-directive", "bad-directive",
  ]
}
